// SPDX-License-Identifier: GPL-3.0-or-later
//
// The built-in sound model (Feather et al. 2019 and 2023; McDermott & Simoncelli 2011). It needs no
// training and no download. Sounds are taken at the rate at which they are played.
//
//   cochleagram [channels, frames]           compressed envelopes of a half-cosine filter bank
//   modulation  [filters, channels, frames]  power of spectro-temporal modulation filters; or, with
//               [filters * bands, frames]    pooling, its mean or their modulus' in each band
//   average     [numbers]                    means of `modulation` over time
#include "stimuli/models/cochlea_modulation.h"

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "stimuli/catalog/builtin_models.h"
#include "stimuli/cochlea/cochleagram.h"
#include "stimuli/cochlea/modulation_filters.h"
#include "stimuli/tensors/last_relu.h"
#include "stimuli/tensors/power_compression.h"
#include "stimuli/tensors/waveform_spectrum.h"

#include <torch/types.h>

#include <array>
#include <cmath>
#include <sstream>

namespace mlab::stimuli {
namespace {

// A version of a layer on which synthesis begins: the compression's slope at small envelopes, which
// is what makes the landscape rugged, is limited by a larger offset, and only filters up to one of
// the two rates count (coarse to fine, Feather et al. 2023).
struct CoarseVersion {
    double offset;
    double temporalHz;
    double spectralPerErb;
};

constexpr double kAllRates = 1e9;
constexpr std::array<CoarseVersion, 4> kCoarseCochleagrams = {{{1e-2, kAllRates, kAllRates},
                                                               {1e-3, kAllRates, kAllRates},
                                                               {1e-4, kAllRates, kAllRates},
                                                               {1e-6, kAllRates, kAllRates}}};
constexpr std::array<CoarseVersion, 8> kCoarseModulations = {{{1e-2, 2, 0.0625},
                                                              {1e-2, 4, 0.125},
                                                              {1e-2, 8, 0.25},
                                                              {1e-2, 16, 0.5},
                                                              {1e-2, kAllRates, kAllRates},
                                                              {1e-3, kAllRates, kAllRates},
                                                              {1e-4, kAllRates, kAllRates},
                                                              {1e-6, kAllRates, kAllRates}}};

// Everything the activations depend on.
std::string identity(const CochleaSpec& spec, const SoundFormat& format)
{
    return cochleaIdentity(spec) + "; " + std::to_string(format.sampleRateHz) + " " +
           std::to_string(sampleCount(format));
}

class CochleaModulation final : public Model {
public:
    CochleaModulation(const CochleaSpec& spec, const SoundFormat& format,
                      const ComputeOptions& compute);

    const ModelInfo& info() const override { return info_; }
    std::string sha256() const override { return sha256_; }
    std::int64_t parameterCount(const std::string& /*layer*/) const override { return 0; }
    int coarseVersions(const std::string& layer) const override
    {
        return static_cast<int>(layer == "cochleagram" ? kCoarseCochleagrams.size()
                                                       : kCoarseModulations.size());
    }

protected:
    torch::Tensor forward(const torch::Tensor& waveforms, const std::string& layer,
                          const GradientRule& rule) const override;
    torch::Tensor coarseForward(const torch::Tensor& waveforms, const std::string& layer,
                                int version) const override;

private:
    torch::Tensor envelopesOf(const torch::Tensor& waveforms) const;
    torch::Tensor layerOf(const torch::Tensor& modulations, const std::string& layer) const;

    CochleaSpec spec_;
    ModelInfo info_;
    std::string sha256_;
    RateChange change_;
    CochlearEnvelopes envelopes_;
    ModulationFilters modulations_;
};

CochleaModulation::CochleaModulation(const CochleaSpec& spec, const SoundFormat& format,
                                     const ComputeOptions& compute)
    : Model(compute), spec_(spec), info_(cochleaModulationInfo(spec)),
      sha256_(sha256Hex(identity(spec, format))),
      change_(RateChange::between(format, spec.rateHz, spec.envelopeRateHz)),
      envelopes_(spec, change_.model, toModel(torch::empty({0}))),
      modulations_(spec, envelopes_.channels(), envelopes_.frames(), toModel(torch::empty({0})))
{
    if (compute.halfPrecision) {
        throw DeviceError("cochlea-modulation does not work in half precision; leave out --half");
    }
}

torch::Tensor CochleaModulation::envelopesOf(const torch::Tensor& waveforms) const
{
    if (waveforms.dim() != 2 || waveforms.size(1) != change_.samples) {
        std::ostringstream given;
        given << waveforms.sizes();
        throw InvalidArgument("cochlea-modulation was made for sounds [N, " +
                              std::to_string(change_.samples) + "], not " + given.str());
    }
    return envelopes_(spectrumAtModelRate(waveforms, change_));
}

torch::Tensor CochleaModulation::layerOf(const torch::Tensor& modulations,
                                         const std::string& layer) const
{
    if (layer == "average") {
        return modulations.mean(-1).flatten(1);
    }
    return spec_.poolingBands > 0 ? modulations.flatten(1, 2) : modulations;
}

torch::Tensor CochleaModulation::forward(const torch::Tensor& waveforms, const std::string& layer,
                                         const GradientRule& rule) const
{
    const auto envelopes = envelopesOf(waveforms);
    const auto cochleagrams =
        rule.lastRelu == LastRelu::identity
            ? clippedPowerCompression(envelopes, spec_.exponent, spec_.steepestSlope)
            : powerCompression(envelopes, spec_.exponent);
    return layer == "cochleagram" ? cochleagrams : layerOf(modulations_(cochleagrams), layer);
}

torch::Tensor CochleaModulation::coarseForward(const torch::Tensor& waveforms,
                                               const std::string& layer, int version) const
{
    const auto index = static_cast<std::size_t>(version - 1);
    const auto envelopes = envelopesOf(waveforms);
    if (layer == "cochleagram") {
        return powerCompression(envelopes, spec_.exponent, kCoarseCochleagrams.at(index).offset);
    }
    const auto& coarse = kCoarseModulations.at(index);
    std::vector<std::int64_t> used;
    const auto rates = modulationRates(spec_);
    for (std::size_t i = 0; i < rates.size(); ++i) {
        if (std::abs(rates[i].temporalHz) <= coarse.temporalHz ||
            rates[i].spectralPerErb <= coarse.spectralPerErb) {
            used.push_back(static_cast<std::int64_t>(i));
        }
    }
    const auto modulations =
        modulations_(powerCompression(envelopes, spec_.exponent, coarse.offset));
    if (used.empty() || used.size() == rates.size()) {
        return layerOf(modulations, layer);
    }
    const auto filters = torch::tensor(at::ArrayRef<std::int64_t>(used)).to(modulations.device());
    return layerOf(modulations.index_select(1, filters), layer);
}

} // namespace

std::unique_ptr<Model> makeCochleaModulation(const CochleaSpec& spec, const SoundFormat& format,
                                             const ComputeOptions& compute)
{
    return std::make_unique<CochleaModulation>(spec, format, compute);
}

} // namespace mlab::stimuli
