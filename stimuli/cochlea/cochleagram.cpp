// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/cochlea/cochleagram.h"

#include "core/base/error.h"
#include "stimuli/tensors/parallel_rows.h"
#include "stimuli/tensors/recorded_gradient.h"

#include <torch/autograd.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

namespace mlab::stimuli {
namespace {

constexpr double kErbScale = 9.265;
constexpr double kErbOffsetHz = 24.7 * kErbScale;
constexpr int kTapFrames = 10; // length of the low-pass filter
constexpr double kKaiserBeta = 5;
constexpr double kLeastEnergy = 1e-16; // of an analytic signal: below, its gradient is 0
constexpr int kLeastStride = 10;       // of a coarse grid, in samples for each frame

struct ErbGrid {
    std::vector<double> centres; // of the band-pass filters, ERB numbers
    double spacing;
};

ErbGrid erbGrid(const CochleaSpec& spec)
{
    const int filters = spec.overlap * (spec.filters + 1) - 1;
    const double low = erbNumber(spec.lowHz);
    const double spacing = (erbNumber(spec.highHz) - low) / (filters + 1);
    ErbGrid grid{.centres = {}, .spacing = spacing};
    for (int i = 1; i <= filters; ++i) {
        grid.centres.push_back(low + i * spacing);
    }
    return grid;
}

// Channels as rows of one batched transform: their bins are gathered, weighted and laid at 0, which
// shifts a band down in frequency and leaves its envelope unchanged.
struct Bands {
    torch::Tensor bins;    // [channels, width] of the half spectrum
    torch::Tensor weights; // [channels, width], 0 beyond a channel's own width
    torch::Tensor taps;    // [stride, kTapFrames + 1]: the low-pass filter, by frames
    std::int64_t grid = 0; // samples
    std::int64_t frames = 0;
};

constexpr std::int64_t kPiece = 4; // channels: as many as a transform takes side by side

// Half spectrum -> down-sampled envelopes, with the gradient written out: autograd's own holds
// several copies of all analytic signals.
struct BandEnvelopes : torch::autograd::Function<BandEnvelopes> {
    static torch::Tensor forward(torch::autograd::AutogradContext* context,
                                 const torch::Tensor& spectrum, const torch::Tensor& bins,
                                 const torch::Tensor& weights, const torch::Tensor& taps,
                                 std::int64_t grid, std::int64_t frames)
    {
        const auto items = spectrum.size(0);
        const auto channels = bins.size(0);
        const auto stride = taps.size(0);
        auto directions = torch::empty({items, channels, grid}, spectrum.options());
        auto envelopes = torch::empty({items, channels, frames}, weights.options());
        for (std::int64_t item = 0; item < items; ++item) {
            forRowBlocks(spectrum, channels, kPiece, [&](std::int64_t first, std::int64_t count) {
                const auto own = bins.narrow(0, first, count);
                const auto band = spectrum[item].index_select(0, own.flatten()).view(own.sizes()) *
                                  weights.narrow(0, first, count);
                const auto analytic = torch::fft_ifft(band, grid, 1, "forward");
                const auto parts = torch::view_as_real(analytic);
                const auto energy = parts.square().sum(2);
                const auto envelope = energy.clamp_min(kLeastEnergy).sqrt_();
                const auto slope = energy.gt(kLeastEnergy).to(envelope.dtype()).div_(envelope);
                auto direction = torch::view_as_real(directions[item].narrow(0, first, count));
                torch::mul_out(direction, parts, slope.unsqueeze(2));
                const auto byTap = torch::matmul(envelope.view({count, -1, stride}), taps);
                const auto sums = envelopes[item].narrow(0, first, count).zero_();
                for (std::int64_t tap = 0; tap < taps.size(1); ++tap) {
                    sums.add_(byTap.select(2, tap).narrow(1, tap, frames));
                }
            });
        }
        context->save_for_backward({directions, bins, weights, taps});
        context->saved_data["spectrum"] = spectrum.size(1);
        return envelopes;
    }

    static torch::autograd::tensor_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::tensor_list gradients)
    {
        const auto saved = context->get_saved_variables();
        const auto& directions = saved[0];
        const auto& bins = saved[1];
        const auto& weights = saved[2];
        const auto& taps = saved[3];
        if (isRecorded(gradients[0])) {
            return {recordedGradient(context, gradients[0]), {}, {}, {}, {}, {}};
        }
        const auto items = directions.size(0);
        const auto channels = directions.size(1);
        const auto grid = directions.size(2);
        const auto stride = taps.size(0);
        const auto frames = gradients[0].size(2);
        auto toSpectrum =
            torch::zeros({items, context->saved_data["spectrum"].toInt()}, directions.options());
        auto toBands = torch::empty(bins.sizes(), directions.options());
        for (std::int64_t item = 0; item < items; ++item) {
            forRowBlocks(directions, channels, kPiece, [&](std::int64_t first, std::int64_t count) {
                const auto given = gradients[0][item].narrow(0, first, count);
                auto byTap = torch::zeros({count, grid / stride, taps.size(1)}, weights.options());
                for (std::int64_t tap = 0; tap < taps.size(1); ++tap) {
                    byTap.select(2, tap).narrow(1, tap, frames).copy_(given);
                }
                const auto toEnvelope = torch::matmul(byTap, taps.t()).view({count, grid});
                const auto toAnalytic = directions[item].narrow(0, first, count) * toEnvelope;
                const auto toBand =
                    torch::fft_fft(toAnalytic, c10::nullopt, 1).narrow(1, 0, bins.size(1));
                auto place = toBands.narrow(0, first, count);
                torch::mul_out(place, toBand, weights.narrow(0, first, count));
            });
            toSpectrum[item].index_add_(0, bins.flatten(), toBands.flatten());
        }
        return {toSpectrum, {}, {}, {}, {}, {}};
    }

private:
    // The same in operations that autograd can differentiate with respect to the gradient given.
    static torch::Tensor recordedGradient(torch::autograd::AutogradContext* context,
                                          const torch::Tensor& given)
    {
        const auto saved = context->get_saved_variables();
        const auto& directions = saved[0];
        const auto& bins = saved[1];
        const auto& taps = saved[3];
        const auto blocks = directions.size(2) / taps.size(0);
        std::vector<torch::Tensor> byTap;
        for (std::int64_t tap = 0; tap < taps.size(1); ++tap) {
            byTap.push_back(torch::constant_pad_nd(given, {tap, blocks - given.size(2) - tap}));
        }
        const auto toEnvelope = torch::matmul(torch::stack(byTap, 3), taps.t()).flatten(2);
        const auto toBands =
            torch::fft_fft(directions * toEnvelope, c10::nullopt, 2).narrow(2, 0, bins.size(1)) *
            saved[2];
        return torch::zeros({given.size(0), context->saved_data["spectrum"].toInt()},
                            directions.options())
            .index_add(1, bins.flatten(), toBands.flatten(1));
    }
};

// The grid of a channel whose filter spans `width` bins: samples for each frame.
int strideOf(const CochleaSpec& spec, std::int64_t width, std::int64_t envelopeSamples)
{
    const int full = spec.rateHz / spec.envelopeRateHz;
    if (spec.envelopeOversampling == 0) {
        return full;
    }
    const double wanted = spec.envelopeOversampling * static_cast<double>(width) /
                          static_cast<double>(envelopeSamples);
    int stride = kLeastStride;
    while (stride < wanted) {
        stride *= 2;
    }
    return std::min(stride, full);
}

[[noreturn]] void refuse(const std::string& what)
{
    throw InvalidArgument("cochlea-modulation: " + what);
}

} // namespace

double erbNumber(double hz)
{
    return kErbScale * std::log1p(hz / kErbOffsetHz);
}

double erbNumberToHz(double erb)
{
    return kErbOffsetHz * std::expm1(erb / kErbScale);
}

std::vector<double> cochlearCentresHz(const CochleaSpec& spec)
{
    const auto [centres, spacing] = erbGrid(spec);
    const auto overlap = static_cast<std::size_t>(spec.overlap);
    std::vector<double> erb;
    for (std::size_t i = 0; i < overlap; ++i) {
        erb.push_back(centres[i] - spec.overlap * spacing);
    }
    erb.insert(erb.end(), centres.begin(), centres.end());
    for (std::size_t i = centres.size() - overlap; i < centres.size(); ++i) {
        erb.push_back(centres[i] + spec.overlap * spacing);
    }
    std::vector<double> hz;
    std::transform(erb.begin(), erb.end(), std::back_inserter(hz),
                   [](double e) { return e < 0 ? 1 : erbNumberToHz(e); });
    return hz;
}

torch::Tensor cochlearFilters(const CochleaSpec& spec, std::int64_t samples)
{
    const auto [centres, spacing] = erbGrid(spec);
    const auto channels = cochlearChannels(spec);
    const auto bins = samples / 2 + 1;
    const double binHz = static_cast<double>(spec.rateHz) / static_cast<double>(samples);
    auto filters = torch::zeros({channels, bins}, torch::kFloat64);
    auto at = filters.accessor<double, 2>();
    const auto bandpass = static_cast<int>(centres.size());
    for (int i = 0; i < bandpass; ++i) {
        for (std::int64_t bin = 0; bin < bins; ++bin) {
            const double away = (erbNumber(static_cast<double>(bin) * binHz) -
                                 centres[static_cast<std::size_t>(i)]) /
                                (2 * spec.overlap * spacing);
            if (std::abs(away) < 0.5) {
                at[spec.overlap + i][bin] = std::cos(std::numbers::pi * away);
            }
        }
    }
    // Low-pass channels complete the first band-pass ones below their centres, high-pass channels
    // the last ones above.
    for (int i = 0; i < spec.overlap; ++i) {
        const double lowest = erbNumberToHz(centres[static_cast<std::size_t>(i)]);
        const double highest = erbNumberToHz(centres[static_cast<std::size_t>(bandpass - 1 - i)]);
        for (std::int64_t bin = 0; bin < bins; ++bin) {
            const double hz = static_cast<double>(bin) * binHz;
            const auto rest = [&](int channel) {
                return std::sqrt(1 - at[channel][bin] * at[channel][bin]);
            };
            if (hz < lowest) {
                at[i][bin] = rest(spec.overlap + i);
            }
            if (hz > highest) {
                at[channels - 1 - i][bin] = rest(channels - 1 - spec.overlap - i);
            }
        }
    }
    return filters / std::sqrt(spec.overlap);
}

torch::Tensor downsamplingTaps(int stride)
{
    const auto taps = kTapFrames * stride + 1;
    const auto frames =
        (torch::arange(taps, torch::kFloat64) - (kTapFrames * stride + 1) / 2.0) / stride;
    return torch::sinc(frames) *
           torch::kaiser_window(taps, /*periodic=*/false, kKaiserBeta, torch::kFloat64) / stride;
}

struct CochlearEnvelopes::Group {
    Bands bands;
};

CochlearEnvelopes::CochlearEnvelopes(const CochleaSpec& spec, std::int64_t samples,
                                     const torch::Tensor& like)
    : channels_(cochlearChannels(spec))
{
    requireUsable(spec);
    const auto envelopeSamples = samples * spec.envelopeRateHz / spec.rateHz;
    frames_ = envelopeSamples - kTapFrames;
    if (frames_ < 1) {
        refuse("a sound of " + std::to_string(samples) + " samples at " +
               std::to_string(spec.rateHz) + " Hz is shorter than the filter of its envelopes");
    }
    const auto filters = cochlearFilters(spec, samples);
    struct Span {
        std::int64_t channel;
        std::int64_t first;
        std::int64_t width;
    };
    std::map<int, std::vector<Span>> byStride;
    for (std::int64_t channel = 0; channel < channels_; ++channel) {
        const auto used = filters[channel].nonzero().flatten();
        if (used.numel() == 0) {
            refuse("channel " + std::to_string(channel) + " covers no frequency of a sound of " +
                   std::to_string(samples) + " samples; use longer sounds or fewer filters");
        }
        const auto first = used[0].item<std::int64_t>();
        const auto width = used[-1].item<std::int64_t>() - first + 1;
        byStride[strideOf(spec, width, envelopeSamples)].push_back({channel, first, width});
    }
    std::vector<std::int64_t> order(static_cast<std::size_t>(channels_));
    std::int64_t position = 0;
    for (const auto& [stride, spans] : byStride) {
        const auto count = static_cast<std::int64_t>(spans.size());
        const auto width = std::ranges::max(spans, {}, &Span::width).width;
        Bands bands{.bins = torch::zeros({count, width}, torch::kInt64),
                    .weights = torch::zeros({count, width}, torch::kFloat64),
                    .taps = torch::zeros({(kTapFrames + 1) * stride}, torch::kFloat64),
                    .grid = envelopeSamples * stride,
                    .frames = frames_};
        for (std::int64_t i = 0; i < count; ++i) {
            const auto& span = spans[static_cast<std::size_t>(i)];
            bands.bins[i]
                .narrow(0, 0, span.width)
                .copy_(torch::arange(span.first, span.first + span.width));
            bands.weights[i]
                .narrow(0, 0, span.width)
                .copy_(filters[span.channel].narrow(0, span.first, span.width) /
                       static_cast<double>(samples));
            order[static_cast<std::size_t>(span.channel)] = position++;
        }
        bands.taps.narrow(0, 0, kTapFrames * stride + 1).copy_(downsamplingTaps(stride));
        bands.bins = bands.bins.to(like.device());
        bands.weights = bands.weights.to(like.options());
        bands.taps = bands.taps.view({kTapFrames + 1, stride}).t().contiguous().to(like.options());
        groups_.push_back({std::move(bands)});
    }
    order_ = std::make_unique<torch::Tensor>(
        torch::tensor(at::ArrayRef<std::int64_t>(order)).to(like.device()));
}

CochlearEnvelopes::~CochlearEnvelopes() = default;

torch::Tensor CochlearEnvelopes::operator()(const torch::Tensor& spectrum) const
{
    std::vector<torch::Tensor> groups;
    for (const auto& [bands] : groups_) {
        groups.push_back(BandEnvelopes::apply(spectrum, bands.bins, bands.weights, bands.taps,
                                              bands.grid, bands.frames));
    }
    return groups.size() == 1 ? groups.front() : torch::cat(groups, 1).index_select(1, *order_);
}

} // namespace mlab::stimuli
