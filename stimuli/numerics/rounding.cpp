// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/numerics/rounding.h"

#include "core/base/random_stream.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mlab::stimuli {
namespace {

constexpr float kWhole = 1e-3F;
// How strongly the error made so far tilts a threshold. At 1 a pixel may go against its threshold
// altogether; less lets errors grow, more makes runs of equal decisions.
constexpr double kFeedback = 0.5;

} // namespace

std::vector<std::int32_t> roundKeepingCoordinates(std::span<const float> levels,
                                                  std::span<const std::span<const float>> gradients,
                                                  std::span<const double> shift,
                                                  const LevelRange& range)
{
    const std::size_t coordinates = gradients.size();
    // Errors are weighed by what one level in one pixel typically does to that coordinate.
    std::vector<double> scale(coordinates);
    for (std::size_t k = 0; k < coordinates; ++k) {
        double sum = 0;
        for (const float g : gradients[k]) {
            sum += static_cast<double>(g) * static_cast<double>(g);
        }
        scale[k] = sum > 0 ? std::sqrt(static_cast<double>(levels.size()) / sum) : 0.0;
    }
    std::vector<double> error(coordinates); // made so far, minus what is wanted, in units of scale
    for (std::size_t k = 0; k < coordinates; ++k) {
        error[k] = -shift[k] * scale[k];
    }
    RandomStream thresholds(0, "rounding");
    std::vector<std::int32_t> rounded(levels.size());
    // A stride coprime to the number of pixels visits them in a scattered order, so that the error
    // left at the end is not in one corner of the picture.
    std::size_t stride = static_cast<std::size_t>(0.618 * static_cast<double>(levels.size())) | 1U;
    while (std::gcd(stride, levels.size()) != 1) {
        stride += 2;
    }
    std::size_t at = 0;
    for (std::size_t visited = 0; visited < levels.size(); ++visited) {
        at = (at + stride) % levels.size();
        const float wanted = levels[at];
        const float floor = std::floor(wanted);
        const float fraction = wanted - floor;
        const double threshold = thresholds.uniform();
        bool up = fraction > 0.5F;
        if (fraction > kWhole && fraction < 1 - kWhole) {
            double along = 0;
            double size = 0;
            for (std::size_t k = 0; k < coordinates; ++k) {
                const double g = static_cast<double>(gradients[k][at]) * scale[k];
                along += error[k] * g;
                size += g * g;
            }
            up = static_cast<double>(fraction) > threshold + kFeedback * along / (1 + size);
        }
        const float taken = std::clamp(up ? floor + 1 : floor, static_cast<float>(range.lowest),
                                       static_cast<float>(range.highest));
        const auto step = static_cast<double>(taken - wanted);
        for (std::size_t k = 0; k < coordinates; ++k) {
            error[k] += static_cast<double>(gradients[k][at]) * scale[k] * step;
        }
        rounded[at] = static_cast<std::int32_t>(taken);
    }
    return rounded;
}

} // namespace mlab::stimuli
