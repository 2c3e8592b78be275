// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/diagnostic.h"
#include "core/psychometrics/weibull.h"
#include "core/trial/trial.h"
#include "experiments/design/design.h"
#include "experiments/presentation/presenter.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mlab::experiments {

/// How a simulated participant perceives one dimension and how fast it answers.
struct ObserverParameters {
    Weibull weibull;
    double rtMedianMs = 600.0; ///< of a log-normal distribution, > 0
    double rtSigma = 0.2;      ///< SD of ln(response time), >= 0

    bool operator==(const ObserverParameters&) const = default;
};

/// A simulated participant of a task: answers right with the probability its psychometric function
/// gives for the level that was achieved, after a log-normal response time. What it does in a trial
/// depends on its seed, the trial's index and the level alone, not on what was asked before.
class Observer {
public:
    /// @param criterion  of same-different: see probabilityCorrect()
    Observer(std::uint64_t seed, std::map<std::string, ObserverParameters> byDimension,
             Task task = Task::abx, double criterion = 0.0)
        : seed_(seed), byDimension_(std::move(byDimension)), task_(task), criterion_(criterion)
    {
    }

    /// @param levelAchieved  SD, of the probe shown
    /// @throws InvalidArgument if the plan's dimension is not one the observer was made for.
    SimulatedAnswer answer(const TrialPlan& plan, double levelAchieved) const;
    /// P(right answer) at a level. In same-different the observer compares the two intervals'
    /// difference with a criterion (sameDifferentRates()), d' being (level / threshold)^slope, and
    /// a lapse turns the answer over.
    /// @param sameTrial  a trial whose intervals are the same
    /// @throws InvalidArgument as answer().
    double probabilityCorrect(const Dimension& dimension, double level, bool sameTrial) const;
    /// @throws InvalidArgument as answer().
    const ObserverParameters& parameters(const Dimension& dimension) const;
    /// Whether its task has trials whose intervals are the same.
    bool hasSameTrials() const { return task_ == Task::sameDifferent; }
    std::uint64_t seed() const { return seed_; }
    /// The same participant, who answers by other chances.
    Observer withSeed(std::uint64_t seed) const { return {seed, byDimension_, task_, criterion_}; }

private:
    std::uint64_t seed_;
    std::map<std::string, ObserverParameters> byDimension_;
    Task task_;
    double criterion_;
};

/// An observer, or everything that is wrong with its file: `observer` is set exactly when there are
/// no diagnostics.
struct ObserverCheck {
    std::optional<Observer> observer;
    std::vector<Diagnostic> diagnostics;
};

/// Reads the simulated participant of a JSON file for the dimensions of a design:
///
///     {"type": "psychometric", "threshold_sd": 0.6, "slope": 3.5, "lapse": 0.02,
///      "rt_ms": {"median": 600, "sigma": 0.2}, "seed": 11,
///      "by_dimension": {"texture/1/plus/8": {"threshold_sd": 1.1}}}
///
/// All keys but the last are required. `threshold_sd` and `slope` are Weibull's; chance is the
/// task's. For same-different they are those of d' = (level / threshold_sd)^slope, and one more key
/// is required, which other tasks ignore: "criterion", in SDs of an observation, above which a
/// difference is called one. Keys of `by_dimension` are dimension ids in which `*` matches any
/// part; its values replace some of threshold_sd, slope, lapse and rt_ms for these dimensions. Of
/// several keys that fit a dimension the one with fewest `*` counts; two with as few are an error.
/// A key may fit no dimension of this design, since one file may serve several.
/// @throws IoError if the file cannot be read.
ObserverCheck readObserver(const std::filesystem::path& file, const Design& design);

/// The same for a text that is at hand already.
/// @param file  names the diagnostics
ObserverCheck checkObserver(std::string text, const std::filesystem::path& file,
                            const Design& design);

} // namespace mlab::experiments
