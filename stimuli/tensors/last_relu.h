// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace at {
class Tensor;
}

namespace mlab::stimuli {

/// How the gradient passes the ReLU that ends a layer. `identity` also passes it where the unit is
/// silent; otherwise a metamer of a late layer could not start from noise (the "FakeReLU" of
/// Feather et al. 2023). The activations are the same.
enum class LastRelu { plain, identity };

/// How the gradient of a layer is computed. Its activations are always the same.
struct GradientRule {
    GradientRule() = default;
    GradientRule(LastRelu kind, double smoothingWidth = 0)
        : lastRelu(kind), smoothing(smoothingWidth)
    {
    }

    LastRelu lastRelu = LastRelu::plain;
    /// The gradient of a modulus m in a built-in image model is that of sqrt(m^2 + smoothing^2). A
    /// step then shrinks small filter responses instead of reversing their sign, after which their
    /// moduli would grow again.
    double smoothing = 0;
};

/// max(0, x). With LastRelu::identity the gradient is passed on unchanged, also where x < 0
/// (Feather et al. 2023). Internal to stimuli/.
at::Tensor lastRelu(const at::Tensor& x, LastRelu kind);

/// max(x, minimum) whose gradient passes unchanged, as if the limit did not exist: a unit that is
/// silent in the metamer but not in the original can still be moved (Feather et al. 2023).
at::Tensor identityGradientClampMin(const at::Tensor& values, double minimum);

/// The rectifier of that kind, in place of a layer's own last one.
at::Tensor identityGradientRelu(const at::Tensor& values);

} // namespace mlab::stimuli
