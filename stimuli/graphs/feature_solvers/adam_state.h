// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

namespace mlab::stimuli {

/// Internal to stimuli/. What Adam (Kingma & Ba 2015; beta 0.9 and 0.999) remembers of one tensor.
class AdamState {
public:
    explicit AdamState(const at::Tensor& x);

    /// Changes x, a leaf, in place.
    void step(const at::Tensor& x, const at::Tensor& gradient, double rate);

private:
    at::Tensor mean_;
    at::Tensor square_;
    int steps_ = 0;
};

/// Internal to stimuli/. A learning rate that falls to 0 along half a cosine.
double cosineRate(double first, int step, int steps);

} // namespace mlab::stimuli
