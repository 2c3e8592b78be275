// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/measures/power_spectrum.h"

#include <cmath>
#include <complex>
#include <numbers>

namespace mlab::stimuli {

struct PowerSpectrum::State {
    explicit State(std::size_t length) : samples(length), roots(length)
    {
        for (std::size_t i = 0; i < length; ++i) {
            roots[i] = std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(i) /
                                           static_cast<double>(length));
        }
    }

    std::vector<double> samples;
    std::vector<std::complex<double>> roots; ///< exp(-2 pi i k / window)
};

PowerSpectrum::PowerSpectrum(std::size_t window) : state_(std::make_unique<State>(window)) {}

PowerSpectrum::~PowerSpectrum() = default;

std::span<double> PowerSpectrum::samples()
{
    return state_->samples;
}

void PowerSpectrum::transform(std::vector<double>& powers)
{
    const auto& samples = state_->samples;
    powers.resize(samples.size() / 2 + 1);
    for (std::size_t k = 0; k < powers.size(); ++k) {
        std::complex<double> sum = 0;
        for (std::size_t i = 0, root = 0; i < samples.size(); ++i) {
            sum += samples[i] * state_->roots[root];
            root += k;
            root -= root >= samples.size() ? samples.size() : 0;
        }
        powers[k] = std::norm(sum);
    }
}

} // namespace mlab::stimuli
