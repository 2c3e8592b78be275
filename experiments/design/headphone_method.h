// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string_view>

namespace mlab::experiments {

/// How it is found out whether somebody wears headphones.
enum class HeadphoneMethod {
    /// Which of three 200 Hz tones is the quietest? One is 6 dB down; one of the other two is in
    /// antiphase between the ears, so that through loudspeakers it cancels and seems the quietest
    /// (Woods, Siegel, Traer & McDermott 2017, Attention, Perception & Psychophysics 79,
    /// 2064-2072).
    /// 5 of 6 right pass.
    antiphase,
    /// Which of three noises hides a tone? In one of them a band around 600 Hz is in antiphase
    /// between the ears: a faint pitch that exists only between the two ears (Milne et al. 2021,
    /// Behavior Research Methods 53, 1551-1562). 6 of 6 right pass.
    hugginsPitch
};

/// "antiphase", "huggins-pitch".
std::string_view toString(HeadphoneMethod method);
/// Absent for any other name.
std::optional<HeadphoneMethod> headphoneMethodNamed(std::string_view name);

} // namespace mlab::experiments
