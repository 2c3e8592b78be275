// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiments/design/headphone_method.h"
#include "experiments/presentation/test_sounds.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mlab::experiments {

inline constexpr int kHeadphoneTrials = 6;

/// How many of kHeadphoneTrials must be correct.
int headphonePassMark(HeadphoneMethod method);

/// One trial: three intervals of 1 s, 500 ms apart, in stereo.
struct HeadphoneTrial {
    int target = 0; ///< the correct interval, 0 to 2
    int decoy = 0;  ///< antiphase: the interval in antiphase; huggins-pitch: the same as target
};

/// The trials of one check, in random order. antiphase: each of the six combinations of target and
/// decoy once; huggins-pitch: each target twice.
std::vector<HeadphoneTrial> headphoneTrials(HeadphoneMethod method, std::uint64_t seed);

/// @param form       two channels, left and right
/// @param levelDbFs  of the louder tones, or of the noise's RMS; relative to a sine at full scale
/// @param seed       of the noise; `index` is the trial's
/// @throws InvalidArgument for another number of channels, or a level that would clip.
SoundTimeline headphoneSound(HeadphoneMethod method, const HeadphoneTrial& trial,
                             const OutputForm& form, double levelDbFs, std::uint64_t seed,
                             std::uint64_t index);

/// What was chosen after a check that was not passed.
enum class AfterFailure { repeat, proceed };

/// The result of a check, for the session's row.
struct HeadphoneResult {
    HeadphoneMethod method = HeadphoneMethod::antiphase;
    std::vector<int> targets = {};                 ///< of each trial, 0 to 2
    std::vector<int> answers = {};                 ///< to each trial, 0 to 2
    std::string startedAt = {};                    ///< UTC, ISO 8601
    std::optional<AfterFailure> afterFailure = {}; ///< absent if it was passed or broken off

    int correct() const;
    /// Whether all trials were answered, and enough of them correctly.
    bool passed() const;
};

/// A JSON object of the last check: method, targets, answers, correct, passed, started_at;
/// intervals count from 1. If it was not passed, after_failure is "continue"; checks that were
/// repeated before it are listed as earlier_checks, with the after_failure "repeat".
/// @param checks of one run, in order, at least one
std::string toJson(std::span<const HeadphoneResult> checks);

} // namespace mlab::experiments
