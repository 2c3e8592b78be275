// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string_view>

namespace mlab::experiments {

/// How to check that the participant wears headphones.
enum class HeadphoneMethod {
    /// Which of three 200 Hz tones is the quietest? One is 6 dB quieter; one of the other two is in
    /// antiphase between the ears, so that over loudspeakers it cancels and seems the quietest
    /// (Woods, Siegel, Traer & McDermott 2017, Attention, Perception & Psychophysics 79,
    /// 2064-2072). Passed with 5 of 6 correct.
    antiphase,
    /// Which of three noises contains a tone? In one of them a band around 600 Hz is in antiphase
    /// between the ears, which is heard as a faint pitch over headphones only (Milne et al. 2021,
    /// Behavior Research Methods 53, 1551-1562). Passed with 6 of 6 correct.
    hugginsPitch
};

/// "antiphase", "huggins-pitch".
std::string_view toString(HeadphoneMethod method);
/// Absent for any other name.
std::optional<HeadphoneMethod> headphoneMethodNamed(std::string_view name);

} // namespace mlab::experiments
