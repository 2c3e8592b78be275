// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/psychometrics/weibull.h"
#include "core/trial/trial.h"
#include "experiments/design/design.h"
#include "experiments/observers/drawn_answer.h"
#include "experiments/observers/observer_file.h"
#include "experiments/presentation/presenter.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace mlab::experiments {

/// How well a simulated participant perceives one dimension, and how fast it answers.
struct ObserverParameters {
    Weibull weibull;
    ResponseTimes times;

    bool operator==(const ObserverParameters&) const = default;
};

/// A simulated participant: answers correctly with the probability that its psychometric function
/// gives for the level that was shown, after a log-normal response time. Its answer depends only on
/// its seed, the trial's index and the level, not on earlier trials.
class Observer {
public:
    /// @param criterion  of same-different: see probabilityCorrect()
    Observer(std::uint64_t seed, std::map<std::string, ObserverParameters> byDimension,
             Task task = Task::abx, double criterion = 0.0)
        : seed_(seed), byDimension_(std::move(byDimension)), task_(task), criterion_(criterion)
    {
    }

    /// @param levelAchieved  SD, of the probe shown
    /// @throws InternalError if the observer has no parameters for the plan's dimension.
    SimulatedAnswer answer(const TrialPlan& plan, double levelAchieved) const;
    /// P(correct answer) at a level. In same-different the observer compares the difference of the
    /// two intervals with a criterion (sameDifferentRates()), where d' = (level / threshold)^slope,
    /// and a lapse inverts the answer.
    /// @param sameTrial  whether the trial's intervals are the same
    /// @throws InternalError as answer().
    double probabilityCorrect(const Dimension& dimension, double level, bool sameTrial) const;
    /// @throws InternalError as answer().
    const ObserverParameters& parameters(const Dimension& dimension) const;
    /// Whether its task has trials whose intervals are the same.
    bool hasSameTrials() const { return task_ == Task::sameDifferent; }
    std::uint64_t seed() const { return seed_; }
    /// The same participant with other random numbers.
    Observer withSeed(std::uint64_t seed) const { return {seed, byDimension_, task_, criterion_}; }

private:
    std::uint64_t seed_;
    std::map<std::string, ObserverParameters> byDimension_;
    Task task_;
    double criterion_;
};

using ObserverCheck = CheckedObserver<Observer>;

/// Reads the simulated participant of a JSON file for the dimensions of a design:
///
///     {"type": "psychometric", "threshold_sd": 0.6, "slope": 3.5, "lapse": 0.02,
///      "rt_ms": {"median": 600, "sigma": 0.2}, "seed": 11,
///      "by_dimension": {"texture/1/plus/8": {"threshold_sd": 1.1}}}
///
/// All keys but the last are required. `threshold_sd` and `slope` are those of a Weibull function;
/// the chance level is the task's. For same-different they are those of
/// d' = (level / threshold_sd)^slope, and another key is required, which other tasks ignore:
/// "criterion", in SDs of an observation, above which the participant answers "different". Keys of
/// `by_dimension` are dimension ids in which `*` matches any part; their values replace some of
/// threshold_sd, slope, lapse and rt_ms for these dimensions. If several keys match a dimension,
/// the one with the fewest `*` is used; a tie is an error. Keys that match no dimension of this
/// design are ignored, so that one file can serve several designs. The ranges of the numbers are in
/// observer_file.h.
/// @throws IoError if the file cannot be read.
ObserverCheck readObserver(const std::filesystem::path& file, const Design& design);

/// The same for a text that has been read already.
/// @param file  for the diagnostics
ObserverCheck checkObserver(const std::string& text, const std::filesystem::path& file,
                            const Design& design);

} // namespace mlab::experiments
