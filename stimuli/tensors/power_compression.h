// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace at {
class Tensor;
}

namespace mlab::stimuli {

/// Internal to stimuli/. The compression of a cochleagram, (max(x, 0) + offset)^exponent, with its
/// true gradient.
at::Tensor powerCompression(const at::Tensor& envelopes, double exponent, double offset = 1e-8);

/// The same, adapted to optimisation from noise: the power's slope, infinite at 0, is clipped to
/// `steepest`, and the rectifier passes gradients unchanged (chcochleagram, Feather et al. 2023).
at::Tensor clippedPowerCompression(const at::Tensor& envelopes, double exponent, double steepest);

/// sqrt(log(1 + m / s)) of moduli m >= 0: it spreads out weak ones and holds back strong ones, so
/// that their distribution over pictures or sounds is about as wide below its mean as above.
at::Tensor rootLogCompression(const at::Tensor& moduli, double semiSaturation);

} // namespace mlab::stimuli
