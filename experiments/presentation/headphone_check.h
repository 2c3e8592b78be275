// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiments/design/headphone_method.h"
#include "experiments/presentation/test_sounds.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mlab::experiments {

inline constexpr int kHeadphoneTrials = 6;

/// How many of kHeadphoneTrials must be right.
int headphonePassMark(HeadphoneMethod method);

/// One trial: three intervals of 1 s, 500 ms apart, in stereo.
struct HeadphoneTrial {
    int target = 0; ///< the interval asked for, 0 to 2
    int decoy = 0;  ///< antiphase: the one in antiphase; huggins-pitch: none, the same as target
};

/// The trials of one check. antiphase: each of the six places of target and decoy once, in random
/// order; huggins-pitch: each place twice.
std::vector<HeadphoneTrial> headphoneTrials(HeadphoneMethod method, std::uint64_t seed);

/// @param form       two channels, left and right
/// @param levelDbFs  of the louder tones, or of the noise's RMS; relative to a sine at full scale
/// @param seed       of the noise; `index` is the trial's
/// @throws InvalidArgument for another number of channels, or a level that would clip.
SoundTimeline headphoneSound(HeadphoneMethod method, const HeadphoneTrial& trial,
                             const OutputForm& form, double levelDbFs, std::uint64_t seed,
                             std::uint64_t index);

/// What came of a check, for the session's row.
struct HeadphoneResult {
    HeadphoneMethod method = HeadphoneMethod::antiphase;
    std::vector<int> targets; ///< of each trial, 0 to 2
    std::vector<int> answers; ///< as many
    std::string startedAt;    ///< UTC, ISO 8601

    int correct() const;
    /// All trials were answered, and enough of them right.
    bool passed() const;
};

/// A JSON object: method, targets, answers, correct, passed, started_at; intervals count from 1.
std::string toJson(const HeadphoneResult& result);

} // namespace mlab::experiments
