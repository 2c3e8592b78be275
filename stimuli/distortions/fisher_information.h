// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/models/model.h"

#include <cstdint>
#include <memory>
#include <string>

namespace at {
class Tensor;
}

namespace mlab::stimuli {

/// Internal to stimuli/. The Fisher information I = J^T J of a layer's activations about the values
/// of a stimulus, under Gaussian noise of SD 1 on each activation; J is the Jacobian of the
/// activations at the stimulus (Berardino et al. 2017, equation 3). A small change e is then seen
/// with d' = sqrt(e^T I e). J is never formed: J^T u is a gradient, and J v the gradient of J^T u
/// with respect to u.
class FisherInformation {
public:
    /// @param model must outlive the object
    /// @param stimulus as Model::activations() takes it, without the N
    /// @throws NumericError if the model's gradients cannot be differentiated, so that J v is not
    ///         known, or are not finite
    FisherInformation(const Model& model, const std::string& layer, const at::Tensor& stimulus);
    ~FisherInformation();
    FisherInformation(const FisherInformation&) = delete;
    FisherInformation& operator=(const FisherInformation&) = delete;

    /// I v. @param change [values of the stimulus] float64 on the host @return the same form
    /// @throws NumericError
    at::Tensor product(const at::Tensor& change) const;
    /// Numbers that represent the stimulus.
    std::int64_t units() const;
    std::int64_t size() const; ///< values of the stimulus

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace mlab::stimuli
