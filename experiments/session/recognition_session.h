// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trial/recognition.h"
#include "experiments/design/design.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mlab::experiments {

/// A session of N-way recognition as a fold: the next trial is a function of (design, seed,
/// references) and the number of completed trials; answers do not change it.
///
/// Practice shows the categories' examples; each category is shown once before any is repeated.
/// Then follow as many blocks as the design has trials per category: each block shows every
/// condition of every category once, together with the block's catch trials, in shuffled order. A
/// category's example is the first of its references, the same for every participant. Its other
/// references are assigned to the trials in an order that depends on the seed, and each is used
/// once: a participant who has recognised a sound or picture would recognise it in the next
/// condition too.
///
/// A value: copies are independent and share the plans.
class RecognitionSession {
public:
    /// @param referenceIds  in the order in which their source lists them; those that belong to no
    ///        category are ignored
    /// @throws InternalError if the design's task is another one. InvalidArgument if a category has
    ///         too few references for the trials, or a reference belongs to two categories or is
    ///         listed twice.
    RecognitionSession(std::shared_ptr<const Design> design, std::uint64_t seed,
                       const std::vector<std::string>& referenceIds);

    /// The trial to show now; absent when the session is finished.
    std::optional<RecognitionPlan> next() const;
    /// Applies the completed trial.
    /// @throws InvalidArgument if it is not a record of next(), naming the first field that
    ///         differs; the session is then unchanged.
    void apply(const RecognitionRecord& record);

    int trialsDone() const { return trialsDone_; }
    int trials() const { return static_cast<int>(plans_->size()); }
    /// All stimuli of the remaining trials, and the categories' examples; each once.
    std::vector<RecognitionRequest> stimuli() const;
    /// By category: the reference that practice and catch trials show.
    const std::vector<std::string>& examples() const { return *examples_; }
    const Design& design() const { return *design_; }

private:
    std::shared_ptr<const Design> design_;
    std::shared_ptr<const std::vector<std::string>> examples_;
    std::shared_ptr<const std::vector<RecognitionPlan>> plans_;
    int trialsDone_ = 0;
};

/// The first field, by its column's name, in which a record differs from the planned trial, with
/// both values; absent if they agree.
std::optional<std::string> firstDifference(const RecognitionPlan& plan, const RecognitionSpec& spec,
                                           const RecognitionRecord& record);

} // namespace mlab::experiments
