// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/presentation/run_timing.h"

#include "core/base/number_text.h"

#include <algorithm>

namespace mlab::experiments {
namespace {

std::string counted(int number, const std::string& what)
{
    return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

} // namespace

void RunTiming::add(const Presentation& shown)
{
    const auto has = [&](const char* word) { return std::ranges::count(shown.flags, word) > 0; };
    ++trials;
    droppedFrames += shown.droppedFrames;
    trialsWithDroppedFrames += shown.droppedFrames > 0 ? 1 : 0;
    shownAgain += has(flag::kBadTiming) ? 1 : 0;
    playedAgain += has(flag::kAudioUnderrun) || has(flag::kAudioDeviceLost) ? 1 : 0;
    if (shown.onsetErrorMs) {
        onsetErrorMs = std::max(onsetErrorMs.value_or(0.0), *shown.onsetErrorMs);
    }
}

std::string RunTiming::text() const
{
    if (trials == 0) {
        return {};
    }
    std::string line = "Timing of " + counted(trials, "trial") + ": ";
    line += droppedFrames == 0 ? "no dropped frames"
                               : counted(droppedFrames, "dropped frame") + " in " +
                                     counted(trialsWithDroppedFrames, "trial");
    if (onsetErrorMs) {
        line += "; onsets within " + fixedNumber(*onsetErrorMs, 1) + " ms of the plan";
    }
    if (shownAgain > 0) {
        line += "; " + counted(shownAgain, "trial") + " shown again (bad_timing)";
    }
    if (playedAgain > 0) {
        line += "; " + counted(playedAgain, "trial") + " played again (interrupted sound)";
    }
    return line + ".";
}

} // namespace mlab::experiments
