// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/stimulus.h"

#include <vector>

namespace at {
class Tensor;
}

namespace mlab::stimuli {

/// What each value of a stimulus may be: pixels by default, [-1, 1] for the samples of sounds.
struct ValueRange {
    double lowest = 0.0;
    double highest = 1.0;
};

/// Internal to stimuli/. What the synthesis of a metamer does besides matching activations.
class MetamerSpace {
public:
    MetamerSpace() = default;
    MetamerSpace(const MetamerSpace&) = delete;
    MetamerSpace& operator=(const MetamerSpace&) = delete;
    virtual ~MetamerSpace() = default;

    virtual ValueRange range() const = 0;
    /// What the synthesis starts from, in the shape of the reference.
    /// @param values as many as the reference has: noise, see metamerNoise, or another stimulus
    virtual at::Tensor start(const std::vector<float>& values,
                             const at::Tensor& reference) const = 0;
    /// The stimuli that free values stand for, [N, ...] as both arguments.
    virtual at::Tensor shaped(const at::Tensor& values, const at::Tensor& references) const = 0;
    /// Whether rounding to the nearest stored numbers undoes a close match, so that the match must
    /// be kept while values are fixed there, see roundKeepingMatch.
    virtual bool roundingSpoilsMatch() const = 0;
    /// One metamer as it is shown or played, rounded to the nearest stored numbers.
    /// @param solved what the solver found; `start` is what it was solved from
    /// @throws NumericError if the stimulus cannot be stored
    virtual Stimulus finished(const at::Tensor& solved, const at::Tensor& start,
                              const at::Tensor& reference) const = 0;
};

} // namespace mlab::stimuli
