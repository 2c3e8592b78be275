// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/presentation/run_timing.h"

#include <gtest/gtest.h>

#include <optional>
#include <utility>
#include <vector>

namespace mlab::experiments {
namespace {

Presentation shown(int droppedFrames, std::optional<double> onsetErrorMs,
                   std::vector<std::string> flags = {})
{
    Presentation presentation;
    presentation.droppedFrames = droppedFrames;
    presentation.onsetErrorMs = onsetErrorMs;
    presentation.flags = std::move(flags);
    return presentation;
}

TEST(RunTiming, SaysHowManyTrialsWereAsPlanned)
{
    RunTiming timing;
    EXPECT_EQ(timing.text(), "");
    timing.add(shown(0, 0.14));
    EXPECT_EQ(timing.text(),
              "Timing of 1 trial: no dropped frames; onsets within 0.1 ms of the plan.");
    timing.add(shown(3, 2.26, {flag::kBadTiming, flag::kEarlyKey}));
    timing.add(shown(1, 1.0));
    EXPECT_EQ(timing.text(), "Timing of 3 trials: 4 dropped frames in 2 trials; onsets within 2.3 "
                             "ms of the plan; 1 trial shown again (bad_timing).");
}

TEST(RunTiming, SoundsHaveNoOnsetErrorButInterruptions)
{
    RunTiming timing;
    timing.add(shown(0, std::nullopt, {flag::kAudioUnderrun, flag::kAudioDeviceLost}));
    timing.add(shown(1, std::nullopt, {flag::kAudioDeviceLost}));
    EXPECT_EQ(timing.text(), "Timing of 2 trials: 1 dropped frame in 1 trial; 2 trials played "
                             "again (interrupted sound).");
}

} // namespace
} // namespace mlab::experiments
