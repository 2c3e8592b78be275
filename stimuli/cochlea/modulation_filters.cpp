// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/cochlea/modulation_filters.h"

#include "stimuli/tensors/parallel_rows.h"
#include "stimuli/tensors/recorded_gradient.h"

#include <torch/autograd.h>
#include <torch/types.h>

#include <array>
#include <cmath>
#include <numbers>
#include <vector>

namespace mlab::stimuli {
namespace {

using std::numbers::pi;
using torch::Tensor;

constexpr double kScale = 100; // of the cochleagram, whose values are below 1
constexpr double kLeastPower = 1e-8;
constexpr double kModulusFloor = 0.01; // smooths the modulus where there is nothing

bool hasMean(const std::vector<double>& rates)
{
    return rates.front() == 0;
}

// Where the discrete Fourier transform of a real signal has its Nyquist frequency; none if odd.
bool isNyquist(std::int64_t bin, std::int64_t length)
{
    return 2 * bin == length;
}

int signOf(std::int64_t bin, std::int64_t length)
{
    if (bin == 0 || isNyquist(bin, length)) {
        return 0;
    }
    return 2 * bin < length ? 1 : -1;
}

Tensor meanResponse(std::int64_t length)
{
    auto response = torch::zeros({length}, torch::kComplexDouble);
    response[0] = 1;
    return response;
}

// A gammatone of the envelope, its greatest response made 1. [3 frames] complex128
Tensor temporalResponse(const CochleaSpec& spec, double hz, std::int64_t frames)
{
    const auto length = 3 * frames;
    if (hz == 0) {
        return meanResponse(length);
    }
    const auto t = torch::arange(frames, torch::kFloat64) / spec.envelopeRateHz * hz;
    auto impulse = torch::sin(2 * pi * t) * t.square() * torch::exp(-3.5 * t);
    impulse = impulse - impulse.mean();
    const auto response = torch::fft_fft(impulse, length);
    auto size = response.abs();
    size = size / size.max();
    if (hz == spec.temporalRatesHz.back()) {
        const auto half = length / 2;
        const auto peak = size.narrow(0, 0, half + 1).argmax().item<std::int64_t>();
        size.narrow(0, peak, length - 2 * peak + 1).fill_(1);
    }
    return torch::polar(size, response.angle());
}

// Real and even. [2 channels] float64
Tensor spectralResponse(const CochleaSpec& spec, double perErb, std::int64_t channels)
{
    const auto length = 2 * channels;
    if (perErb == 0) {
        return torch::real(meanResponse(length));
    }
    const auto half = channels + 1;
    const auto ratio =
        (spec.channelsPerErb * torch::arange(half, torch::kFloat64) / length / perErb).square();
    auto size = ratio * torch::exp(-ratio);
    size = size / size.max();
    if (perErb == spec.spectralRatesPerErb.back()) {
        const auto peak = size.argmax().item<std::int64_t>();
        size.narrow(0, peak, half - peak).fill_(1);
    }
    return torch::cat({size, size.narrow(0, 1, channels - 1).flip(0)});
}

// What filtering by a transfer function does to a signal that is padded with zeros, cut to the
// signal's own length again: [size, size] float64, out x in.
Tensor filterMatrix(const Tensor& response, std::int64_t size)
{
    const auto impulse = torch::real(torch::fft_ifft(response));
    const auto index = torch::arange(size).unsqueeze(1) - torch::arange(size);
    return impulse.index_select(0, index.remainder(response.size(0)).flatten()).view({size, size});
}

// The transfer function's even part with its value at the Nyquist frequency times `nyquist`, and
// its Hilbert transform.
Tensor evenMatrix(const Tensor& response, std::int64_t size, double nyquist)
{
    auto weights = torch::ones({response.size(0)}, torch::kFloat64);
    if (response.size(0) % 2 == 0) {
        weights[response.size(0) / 2] = nyquist;
    }
    return filterMatrix(response * weights, size);
}

Tensor oddMatrix(const Tensor& response, std::int64_t size)
{
    auto signs = torch::zeros({response.size(0)}, torch::kFloat64);
    for (std::int64_t bin = 0; bin < response.size(0); ++bin) {
        signs[bin] = -signOf(bin, response.size(0));
    }
    return filterMatrix(torch::complex(torch::zeros_like(signs), signs) * response, size);
}

Tensor alternating(std::int64_t size)
{
    return 1 - 2 * torch::arange(size, torch::kFloat64).remainder(2);
}

double nyquistOf(const Tensor& response)
{
    const auto length = response.size(0);
    return length % 2 == 0
               ? torch::real(response[length / 2]).item<double>() / static_cast<double>(length)
               : 0.0;
}

// From the temporally filtered cochleagrams to the power of all filters. The outputs of a spectral
// rate go through products, sums and squares while they are in the cache: there are 9 million
// numbers, and what takes time is memory.
struct ModulationPower : torch::autograd::Function<ModulationPower> {
    /// @param even,odd [N, channels + 1, rates, frames], [N, channels, rates, frames]
    /// @param overTime [N, spectral rates with 0, channels]: filters of temporal rate 0, or empty
    /// @param overChannels [N, rates, frames]: filters of spectral rate 0, or empty
    static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& even,
                          const Tensor& odd, const Tensor& overTime, const Tensor& overChannels,
                          const Tensor& evenStack, const Tensor& oddStack)
    {
        const Shape shape(odd.sizes(), overTime, overChannels, oddStack);
        auto power = torch::empty(shape.output(), odd.options());
        auto slopes = torch::empty_like(power); // of the power: twice the output, 0 at the floor
        const auto settle = [](const Tensor& outputs, const Tensor& slope) {
            slope.copy_(outputs);
            outputs.mul_(slope).clamp_min_(kLeastPower);
            slope.mul_(outputs.gt(kLeastPower)).mul_(2);
        };
        for (std::int64_t n = 0; n < shape.items; ++n) {
            const auto up = shape.up(power[n]);
            const auto down = shape.down(power[n]);
            const auto upSlopes = shape.up(slopes[n]);
            const auto downSlopes = shape.down(slopes[n]);
            forRowBlocks(odd, shape.spectral, 1, [&](std::int64_t first, std::int64_t count) {
                for (auto s = first; s < first + count; ++s) {
                    const auto a = torch::mm(evenStack[s], even[n].flatten(1))
                                       .view({shape.channels, shape.temporal, shape.frames});
                    const auto b = torch::mm(oddStack[s], odd[n].flatten(1)).view(a.sizes());
                    for (std::int64_t t = 0; t < shape.temporal; ++t) {
                        auto sum = up[s + shape.meanS][t + shape.meanT];
                        auto difference = down[s][t];
                        torch::add_out(sum, a.select(1, t), b.select(1, t));
                        torch::sub_out(difference, a.select(1, t), b.select(1, t));
                        settle(sum, upSlopes[s + shape.meanS][t + shape.meanT]);
                        settle(difference, downSlopes[s][t]);
                    }
                }
            });
            for (std::int64_t s = 0; shape.meanT > 0 && s < shape.spectral + shape.meanS; ++s) {
                up[s][0].copy_(overTime[n][s].unsqueeze(1).expand({-1, shape.frames}));
                settle(up[s][0], upSlopes[s][0]);
            }
            for (std::int64_t t = 0; shape.meanS > 0 && t < shape.temporal; ++t) {
                up[0][t + shape.meanT].copy_(overChannels[n][t].expand({shape.channels, -1}));
                settle(up[0][t + shape.meanT], upSlopes[0][t + shape.meanT]);
            }
        }
        context->save_for_backward({slopes, overTime, overChannels, evenStack, oddStack});
        context->saved_data["temporal"] = shape.temporal;
        return power;
    }

    static torch::autograd::tensor_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::tensor_list gradients)
    {
        const auto saved = context->get_saved_variables();
        const auto& slopes = saved[0];
        const auto& evenStack = saved[3];
        const auto& oddStack = saved[4];
        const Shape shape({slopes.size(0), slopes.size(2), context->saved_data["temporal"].toInt(),
                           slopes.size(3)},
                          saved[1], saved[2], oddStack);
        if (isRecorded(gradients[0])) {
            return recordedGradients(shape, slopes, gradients[0], saved);
        }
        const auto rows = shape.temporal * shape.frames;
        auto toEven = torch::empty({shape.items, shape.channels + 1, rows}, slopes.options());
        auto toOdd = torch::empty({shape.items, shape.channels, rows}, slopes.options());
        auto toOverTime = torch::zeros_like(saved[1]);
        auto toOverChannels = torch::zeros_like(saved[2]);
        auto evenParts = torch::empty({shape.spectral, shape.channels + 1, rows}, slopes.options());
        auto oddParts = torch::empty({shape.spectral, shape.channels, rows}, slopes.options());
        for (std::int64_t n = 0; n < shape.items; ++n) {
            const auto up = shape.up(gradients[0][n]);
            const auto down = shape.down(gradients[0][n]);
            const auto upSlopes = shape.up(slopes[n]);
            const auto downSlopes = shape.down(slopes[n]);
            forRowBlocks(slopes, shape.spectral, 1, [&](std::int64_t first, std::int64_t count) {
                for (auto s = first; s < first + count; ++s) {
                    auto a = torch::empty({shape.channels, shape.temporal, shape.frames},
                                          slopes.options());
                    auto b = torch::empty_like(a);
                    for (std::int64_t t = 0; t < shape.temporal; ++t) {
                        const auto i = s + shape.meanS;
                        const auto j = t + shape.meanT;
                        const auto sum = up[i][j] * upSlopes[i][j];
                        const auto difference = down[s][t] * downSlopes[s][t];
                        auto toA = a.select(1, t);
                        auto toB = b.select(1, t);
                        torch::add_out(toA, sum, difference);
                        torch::sub_out(toB, sum, difference);
                    }
                    auto evenPart = evenParts[s];
                    auto oddPart = oddParts[s];
                    torch::mm_out(evenPart, evenStack[s].t(), a.flatten(1));
                    torch::mm_out(oddPart, oddStack[s].t(), b.flatten(1));
                }
            });
            toEven[n].copy_(evenParts.sum(0));
            toOdd[n].copy_(oddParts.sum(0));
            for (std::int64_t s = 0; shape.meanT > 0 && s < shape.spectral + shape.meanS; ++s) {
                toOverTime[n][s].copy_((up[s][0] * upSlopes[s][0]).sum(1));
            }
            for (std::int64_t t = 0; shape.meanS > 0 && t < shape.temporal; ++t) {
                const auto j = t + shape.meanT;
                toOverChannels[n][t].copy_((up[0][j] * upSlopes[0][j]).sum(0));
            }
        }
        const auto unflattened = [&](const Tensor& gradient) {
            return gradient.view({shape.items, gradient.size(1), shape.temporal, shape.frames});
        };
        return {unflattened(toEven), unflattened(toOdd), toOverTime, toOverChannels, {}, {}};
    }

private:
    // How the filters are ordered: see modulationRates().
    struct Shape {
        std::int64_t items;
        std::int64_t spectral; // rates above 0
        std::int64_t temporal;
        std::int64_t meanS; // 1 if there is a rate of 0
        std::int64_t meanT;
        std::int64_t channels;
        std::int64_t frames;

        /// @param sizes [items, channels, temporal rates above 0, frames]
        Shape(at::IntArrayRef sizes, const Tensor& overTime, const Tensor& overChannels,
              const Tensor& oddStack)
            : items(sizes[0]), spectral(oddStack.size(0)), temporal(sizes[2]),
              meanS(overChannels.numel() > 0 ? 1 : 0), meanT(overTime.numel() > 0 ? 1 : 0),
              channels(sizes[1]), frames(sizes[3])
        {
        }
        std::int64_t upCount() const { return (spectral + meanS) * (temporal + meanT); }
        std::vector<std::int64_t> output() const
        {
            return {items, upCount() + spectral * temporal, channels, frames};
        }
        // [spectral rates, temporal rates, channels, frames] of one item's [filters, ...].
        Tensor up(const Tensor& filters) const
        {
            return filters.narrow(0, 0, upCount())
                .view({spectral + meanS, temporal + meanT, channels, frames});
        }
        Tensor down(const Tensor& filters) const
        {
            return filters.narrow(0, upCount(), spectral * temporal)
                .view({spectral, temporal, channels, frames});
        }
    };

    // The same as backward() in operations that autograd can differentiate with respect to the
    // gradient given.
    static torch::autograd::tensor_list
    recordedGradients(const Shape& shape, const Tensor& slopes, const Tensor& given,
                      const torch::autograd::variable_list& saved)
    {
        std::array<std::vector<Tensor>, 4> parts;
        for (std::int64_t n = 0; n < shape.items; ++n) {
            const auto up = shape.up(given[n]) * shape.up(slopes[n]);
            const auto difference = shape.down(given[n]) * shape.down(slopes[n]);
            const auto sum =
                up.narrow(0, shape.meanS, shape.spectral).narrow(1, shape.meanT, shape.temporal);
            const auto through = [&](const Tensor& stack, const Tensor& outputs) {
                return torch::bmm(stack.transpose(1, 2), outputs.transpose(1, 2).flatten(2))
                    .sum(0)
                    .view({stack.size(2), shape.temporal, shape.frames});
            };
            parts[0].push_back(through(saved[3], sum + difference));
            parts[1].push_back(through(saved[4], sum - difference));
            if (shape.meanT > 0) {
                parts[2].push_back(up.select(1, 0).sum(2));
            }
            if (shape.meanS > 0) {
                parts[3].push_back(up[0].narrow(0, shape.meanT, shape.temporal).sum(1));
            }
        }
        const auto stackedOr0 = [](const std::vector<Tensor>& some, const Tensor& filters) {
            return some.empty() ? torch::zeros_like(filters)
                                : torch::stack(some).view(filters.sizes());
        };
        return {torch::stack(parts[0]),
                torch::stack(parts[1]),
                stackedOr0(parts[2], saved[1]),
                stackedOr0(parts[3], saved[2]),
                {},
                {}};
    }
};

} // namespace

std::vector<ModulationRate> modulationRates(const CochleaSpec& spec)
{
    std::vector<ModulationRate> rates;
    for (const double perErb : spec.spectralRatesPerErb) {
        for (const double hz : spec.temporalRatesHz) {
            rates.push_back({.temporalHz = hz == 0 ? 0 : -hz, .spectralPerErb = perErb});
        }
    }
    for (const double perErb : spec.spectralRatesPerErb) {
        for (const double hz : spec.temporalRatesHz) {
            if (perErb > 0 && hz > 0) {
                rates.push_back({.temporalHz = hz, .spectralPerErb = perErb});
            }
        }
    }
    return rates;
}

Tensor modulationTransfer(const CochleaSpec& spec, const ModulationRate& rate,
                          std::int64_t channels, std::int64_t frames)
{
    const auto temporal = temporalResponse(spec, std::abs(rate.temporalHz), frames);
    const auto spectral = spectralResponse(spec, rate.spectralPerErb, channels);
    auto transfer = spectral.unsqueeze(1) * temporal.unsqueeze(0);
    const int removed = rate.temporalHz < 0 ? 1 : -1;
    for (std::int64_t kf = 0; kf < transfer.size(0); ++kf) {
        for (std::int64_t kt = 0; kt < transfer.size(1); ++kt) {
            if (signOf(kf, transfer.size(0)) * signOf(kt, transfer.size(1)) == removed) {
                transfer[kf][kt] = 0;
            }
        }
    }
    return transfer;
}

struct ModulationFilters::Matrices {
    std::int64_t filters;
    bool power;
    std::int64_t bands;
    bool meanT;
    bool meanS;
    Tensor temporalEven; // [frames in, rates * frames out]
    Tensor temporalOdd;
    Tensor nyquistInTime;     // [frames]
    Tensor nyquistInChannels; // [channels]
    Tensor nyquistTones;      // [rates * frames]: what the Nyquist frequency becomes at each rate
    Tensor spectralEven;      // [rates, channels out, channels in, and 1 for the Nyquist frequency]
    Tensor spectralOdd;       // [rates, channels out, channels in]
    Tensor spectralAll;       // [rates with 0, channels out, channels in]: of temporal rate 0
};

ModulationFilters::ModulationFilters(const CochleaSpec& spec, std::int64_t channels,
                                     std::int64_t frames, const Tensor& like)
{
    Matrices made{.filters = static_cast<std::int64_t>(modulationRates(spec).size()),
                  .power = spec.modulation == "power",
                  .bands = spec.poolingBands,
                  .meanT = hasMean(spec.temporalRatesHz),
                  .meanS = hasMean(spec.spectralRatesPerErb),
                  .temporalEven = {},
                  .temporalOdd = {},
                  .nyquistInTime = alternating(frames),
                  .nyquistInChannels = alternating(channels),
                  .nyquistTones = {},
                  .spectralEven = {},
                  .spectralOdd = {},
                  .spectralAll = {}};
    // At a Nyquist frequency a signal has no direction. The published filters keep it in both; a
    // modulus needs it gone from both.
    const double nyquist = made.power ? 2 : 0;
    std::vector<Tensor> even;
    std::vector<Tensor> odd;
    std::vector<Tensor> tones;
    for (const double hz : spec.temporalRatesHz) {
        if (hz > 0) {
            const auto response = temporalResponse(spec, hz, frames);
            even.push_back(evenMatrix(response, frames, nyquist).t());
            odd.push_back(oddMatrix(response, frames).t());
            tones.push_back(made.nyquistInTime * nyquistOf(response));
        }
    }
    made.temporalEven = torch::cat(even, 1);
    made.temporalOdd = torch::cat(odd, 1);
    made.nyquistTones = torch::cat(tones);
    even.clear();
    odd.clear();
    std::vector<Tensor> all;
    for (const double perErb : spec.spectralRatesPerErb) {
        const auto response = spectralResponse(spec, perErb, channels);
        all.push_back(filterMatrix(response, channels));
        if (perErb > 0) {
            auto matrix = evenMatrix(response, channels, nyquist) / 2;
            if (made.power) {
                const auto shared = made.nyquistInChannels * -nyquistOf(response);
                matrix = torch::cat({matrix, shared.unsqueeze(1)}, 1);
            }
            even.push_back(matrix);
            odd.push_back(oddMatrix(response, channels) / 2);
        }
    }
    made.spectralEven = torch::stack(even);
    made.spectralOdd = torch::stack(odd);
    made.spectralAll = torch::stack(all);
    for (auto* constant :
         {&made.temporalEven, &made.temporalOdd, &made.nyquistInTime, &made.nyquistInChannels,
          &made.nyquistTones, &made.spectralEven, &made.spectralOdd, &made.spectralAll}) {
        *constant = constant->contiguous().to(like.options());
    }
    matrices_ = std::make_unique<const Matrices>(std::move(made));
}

ModulationFilters::~ModulationFilters() = default;

std::int64_t ModulationFilters::filters() const
{
    return matrices_->filters;
}

Tensor ModulationFilters::operator()(const Tensor& cochleagrams) const
{
    const auto& m = *matrices_;
    const auto x = cochleagrams * kScale;
    const auto items = x.size(0);
    const auto channels = x.size(1);
    const auto frames = x.size(2);
    const auto rates = m.temporalEven.size(1) / frames;
    const auto even = torch::matmul(x, m.temporalEven);
    const auto odd = torch::matmul(x, m.temporalOdd);
    // Means over the padded signals.
    auto overTime = torch::empty({0}, x.options());
    auto overChannels = overTime;
    if (m.meanT) {
        const auto mean = x.sum(2, true) / (3 * frames);
        overTime = torch::matmul(m.spectralAll.flatten(0, 1), mean).view({items, -1, channels});
    }
    if (m.meanS) {
        const auto mean = x.sum(1) / (2 * channels);
        overChannels = torch::matmul(mean, m.temporalEven);
        if (m.power) { // once at the Nyquist frequency, not twice
            overChannels =
                overChannels - torch::mv(mean, m.nyquistInTime).unsqueeze(1) * m.nyquistTones;
        }
        overChannels = overChannels.view({items, rates, frames});
    }
    const auto pooled = [&](const Tensor& outputs) { // [N, ..., channels, frames]
        return m.bands == 0 ? outputs
                            : outputs.unflatten(-2, {m.bands, channels / m.bands}).mean(-2);
    };
    if (m.power) {
        const auto tone =
            torch::mv(torch::matmul(x, m.nyquistInTime), m.nyquistInChannels).view({-1, 1, 1});
        return pooled(ModulationPower::apply(
            torch::cat({even, tone * m.nyquistTones}, 1).unflatten(2, {rates, frames}),
            odd.unflatten(2, {rates, frames}), overTime, overChannels, m.spectralEven,
            m.spectralOdd));
    }
    const auto modulus = [&](const Tensor& energy) {
        return pooled((energy + kModulusFloor * kModulusFloor).sqrt() - kModulusFloor);
    };
    const auto evenStack = m.spectralEven.flatten(0, 1);
    const auto oddStack = m.spectralOdd.flatten(0, 1);
    const auto a = torch::matmul(evenStack, even);
    const auto b = torch::matmul(oddStack, odd);
    const auto c = torch::matmul(evenStack, odd);
    const auto d = torch::matmul(oddStack, even);
    const auto ordered = [&](const Tensor& energy) { // [N, spectral, temporal, bands, frames]
        return modulus(energy.view({items, -1, channels, rates, frames}).transpose(2, 3));
    };
    auto up = ordered((a + b).square() + (c - d).square());
    const auto down = ordered((a - b).square() + (c + d).square());
    if (m.meanS) {
        const auto outputs =
            modulus(overChannels.square().unsqueeze(2).expand({-1, -1, channels, -1}));
        up = torch::cat({outputs.unsqueeze(1), up}, 1);
    }
    if (m.meanT) {
        const auto outputs = modulus(overTime.square().unsqueeze(3).expand({-1, -1, -1, frames}));
        up = torch::cat({outputs.unsqueeze(2), up}, 2);
    }
    return torch::cat({up.flatten(1, 2), down.flatten(1, 2)}, 1);
}

} // namespace mlab::stimuli
