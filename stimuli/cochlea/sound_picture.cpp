// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/cochlea/sound_picture.h"

#include "core/base/error.h"
#include "stimuli/cochlea/cochleagram.h"
#include "stimuli/tensors/stimulus_tensor.h"

#include <torch/fft.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace mlab::stimuli {
namespace {

constexpr double kPictureWindowS = 0.02;
constexpr double kLowestHz = 50;
constexpr double kHighestHz = 10000;
constexpr double kFaintestDb = -70;
constexpr double kLoudestDb = -10;

} // namespace

RgbImage pictureOf(const Sound& sound, int widthPx, int heightPx)
{
    const auto window =
        static_cast<std::int64_t>(std::lround(kPictureWindowS * sound.sampleRateHz));
    const auto samples = static_cast<std::int64_t>(sound.samples.size());
    if (samples < window || widthPx < 1 || heightPx < 1) {
        throw InvalidArgument("cannot draw a sound of " + std::to_string(samples) +
                              " samples as a picture of " + std::to_string(widthPx) + " x " +
                              std::to_string(heightPx) + " pixels");
    }
    const torch::NoGradGuard noGradients;
    const auto hann = torch::hann_window(window);
    // One window for each column, however much the windows overlap.
    const auto frames = toTensor(sound).unfold(
        0, window, std::max<std::int64_t>(1, (samples - window) / std::max(1, widthPx - 1)));
    const auto power = torch::view_as_real(torch::fft::rfft(frames * hann)).square().sum(-1);
    const double fullScale = std::pow(hann.sum().item<double>() / 2, 2); // of a sinusoid's peak
    const auto levels = (power / fullScale + 1e-12).log10().mul_(10).contiguous();
    const auto level = levels.accessor<float, 2>();

    RgbImage picture{.width = widthPx, .height = heightPx, .pixels = {}};
    const double top = erbNumber(std::min(kHighestHz, sound.sampleRateHz / 2.0));
    const double bottom = erbNumber(kLowestHz);
    for (int y = 0; y < heightPx; ++y) {
        const double share = 1 - (y + 0.5) / heightPx;
        const double bin = erbNumberToHz(bottom + share * (top - bottom)) / sound.sampleRateHz *
                           static_cast<double>(window);
        const auto below = std::min(static_cast<std::int64_t>(bin), levels.size(1) - 2);
        for (int x = 0; x < widthPx; ++x) {
            const auto frame = std::min<std::int64_t>(x, levels.size(0) - 1);
            const double db = std::lerp(static_cast<double>(level[frame][below]),
                                        static_cast<double>(level[frame][below + 1]),
                                        std::min(1.0, bin - static_cast<double>(below)));
            const double ink =
                std::clamp((db - kFaintestDb) / (kLoudestDb - kFaintestDb), 0.0, 1.0);
            picture.pixels.insert(picture.pixels.end(), 3,
                                  static_cast<std::uint8_t>(std::lround(255 * (1 - ink))));
        }
    }
    return picture;
}

} // namespace mlab::stimuli
