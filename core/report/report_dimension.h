// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fits/psychometric_fit.h"
#include "core/psychometrics/dprime.h"
#include "core/report/stimulus_measures.h"
#include "core/trial/trial.h"

#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mlab {

/// What is known of probes against their references, by TrialRecord::probeSha256.
using MeasuresByProbe = std::map<std::string, MeasureValues>;

/// A trial that the report counts, on the track of its dimension.
struct TrackPoint {
    int session = 0; ///< 0, 1, ... among the participant's sessions
    double levelRequested = 0.0;
    double levelAchieved = 0.0; ///< as shown, without its sign, > 0
    bool correct = false;
    bool reversal = false; ///< the staircase turned here; never for other procedures
};

/// What a fitted psychometric function says. Levels in SD.
struct ThresholdEstimate {
    /// The threshold is the posterior maximum, which is less biased than the mean when trials are
    /// few; width (natural log units) and lapse rate are posterior means, for their maximum is
    /// then often a step without lapses.
    PsychometricParameters parameters;
    CredibleInterval interval95, interval68;
    /// The level at which d' is 1, the same scale for every task, and bounds on it from those of
    /// threshold and width; absent where the fitted function does not get there.
    std::optional<double> levelAtDPrimeOne;
    std::optional<std::array<double, 2>> levelAtDPrimeOne95;
};

/// Where a threshold lies that lies not among the levels that were shown.
enum class Outside { no, below, above };

/// How well the fitted function describes the answers, by the bins of DimensionReport::bins.
struct FitQuality {
    double deviance = 0.0;
    double p = 1.0;                ///< by kDevianceSamples simulated data sets
    std::vector<double> residuals; ///< one for each bin: signed root of its share of the deviance
};

/// How the threshold changed while the session went on.
struct Drift {
    double logChange = 0.0;     ///< natural log of threshold at the end over threshold at the start
    double standardError = 0.0; ///< of logChange, by the information where there is no change
    double p = 1.0;             ///< two-sided: no change
};

/// What one dimension tells of a change that several share: the efficient score of no change, and
/// its information.
struct DriftScore {
    double score = 0.0;
    double information = 0.0;
};

/// The probes that were shown nearest to the threshold.
struct ProbesAtThreshold {
    int probes = 0;         ///< whose record is known, > 0
    MeasureValues measures; ///< means over the probes that have a value
};

/// One dimension of one participant.
struct DimensionReport {
    Dimension dimension;
    int trials = 0; ///< that the fit counts
    int correct = 0;
    int practiceTrials = 0; ///< not counted
    int repeatedTrials = 0; ///< not counted: their stimuli were seen or heard more than once
    int unusableTrials = 0; ///< not counted: their level is no number above 0
    int atLimitTrials = 0;  ///< counted, at the level achieved
    std::vector<TrackPoint> track;
    std::vector<LevelCounts> bins;             ///< the answers by level, for the eye
    std::optional<ThresholdEstimate> estimate; ///< absent where there is nothing to fit
    std::optional<FitQuality> quality;         ///< of the posterior's maximum; present as estimate
    Outside outside = Outside::no;             ///< the threshold; never where there is no estimate
    /// The data themselves locate the threshold, so that it may go into means and tests: some
    /// answers are wrong, more are right than by guessing, and it lies among the levels shown.
    bool located = false;
    std::optional<Drift> drift; ///< absent for few trials and where the threshold is not located
    std::optional<DriftScore> driftScore; ///< absent as drift
    int probesWanted = 0;                 ///< trials near the threshold whose probe was looked for
    std::optional<ProbesAtThreshold> probes;
    std::vector<std::string> warnings;
};

/// The shape of the report's psychometric functions: Weibull, threshold halfway up.
Sigmoid reportSigmoid();

/// The psychometric function of a task that the report fits: a Weibull function of level above the
/// task's chance, with a lapse rate; threshold halfway between the asymptotes. Overdispersion is
/// fixed at 0: with a level of its own for every trial it cannot be told from the data.
/// @param lowest, highest  of the levels shown, > 0. Where they lie within a factor of 4, the
///        threshold may be expected further outside, so that few levels do not pass for knowledge.
PsychometricModel reportModel(DiscriminationTask task, double lowest, double highest);

/// Fewer trials than this bear a warning.
inline constexpr int kFewTrials = 20;
/// At limit in a larger share of the trials bears a warning: some references cannot make some
/// moves.
inline constexpr double kAtLimitShare = 0.25;
/// Data sets simulated for the p of a fit's deviance, which is so known to 1 in 101. More would
/// take longer than the fit itself: see tests/benchmarks/README.md.
inline constexpr int kDevianceSamples = 100;
/// A change over the session with a smaller p bears a warning, and so does this share of stationary
/// dimensions.
inline constexpr double kDriftP = 0.005;
/// The likelihood ratio of a change is divided by this before p is taken of it: levels that follow
/// the answers make it larger than chi-squared. Its 0.995 quantile over stationary 2-down/1-up
/// observers is 1.10, 1.25 and 1.32 times chi-squared's at 30, 60 and 100 trials.
inline constexpr double kDriftRatioScale = 1.3;

/// All that the report says of one dimension of one participant, from the level achieved. Practice
/// trials, and those presented again after a pause, a loss of focus or broken sound, do not
/// count. Whatever the answers are, there is a result: what cannot be estimated is absent, with a
/// warning that says why.
/// @param sessions  each session's trials of this dimension, in order
DimensionReport reportDimension(const Dimension& dimension,
                                std::span<const std::vector<TrialRecord>> sessions,
                                DiscriminationTask task, const MeasuresByProbe& measures);

/// The mean of each measure over those that have a value, absent where none has.
MeasureValues meanMeasures(std::span<const MeasureValues> values);

/// The change common to several dimensions, by the score test. Absent where none has a score.
std::optional<Drift> pooledDrift(std::span<const DimensionReport> dimensions);

/// "drift: ..." where the change is a warning's, else nothing. @param what "the threshold"
std::optional<std::string> driftWarning(const std::optional<Drift>& drift, const std::string& what);

} // namespace mlab
