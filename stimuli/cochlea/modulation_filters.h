// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/synthesis_spec.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace at {
class Tensor;
}

/// Internal to stimuli/. Spectro-temporal modulation filters of a cochleagram (Chi, Ru & Shamma
/// 2005, in the form of Feather et al. 2023).
namespace mlab::stimuli {

/// What a modulation filter is tuned to.
struct ModulationRate {
    double temporalHz = 0;     ///< below 0: of upward sweeps, above 0: of downward ones
    double spectralPerErb = 0; ///< cycles

    bool operator==(const ModulationRate&) const = default;
};

/// All filters in their order: for the negative temporal rates and 0, then for the positive ones,
/// each spectral rate with all temporal rates.
std::vector<ModulationRate> modulationRates(const CochleaSpec& spec);

/// The transfer function of one filter on a cochleagram of [channels, frames] that has been padded
/// with zeros to twice as many channels and three times as many frames: complex128
/// [2 channels, 3 frames], of the two-dimensional discrete Fourier transform.
at::Tensor modulationTransfer(const CochleaSpec& spec, const ModulationRate& rate,
                              std::int64_t channels, std::int64_t frames);

/// The outputs of all filters. Since each is a product of a temporal and a spectral filter, cut to
/// two opposite quadrants, it is computed by a few matrix products instead of a two-dimensional
/// transform: with A and A' the temporal filter and its Hilbert transform, B and B' the spectral
/// ones, the two directions are (A B - A' B') / 2 and (A B + A' B') / 2, minus what the two Nyquist
/// frequencies share.
class ModulationFilters {
public:
    /// @param like has the number type and the device of the cochleagrams
    ModulationFilters(const CochleaSpec& spec, std::int64_t channels, std::int64_t frames,
                      const at::Tensor& like);
    ~ModulationFilters();
    ModulationFilters(const ModulationFilters&) = delete;
    ModulationFilters& operator=(const ModulationFilters&) = delete;

    std::int64_t filters() const;
    /// @param cochleagrams [N, channels, frames]
    /// @return "power": [N, filters, channels, frames]; "modulus" the same; with pooling bands
    ///         [N, filters, bands, frames]
    at::Tensor operator()(const at::Tensor& cochleagrams) const;

private:
    struct Matrices;
    std::unique_ptr<const Matrices> matrices_;
};

} // namespace mlab::stimuli
