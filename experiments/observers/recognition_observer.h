// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/diagnostic.h"
#include "core/trial/recognition.h"
#include "experiments/design/design.h"
#include "experiments/presentation/presenter.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mlab::experiments {

/// A simulated participant of recognition: chooses the right category with a probability that its
/// condition decides, else one of the others, all alike, after a log-normal response time. What it
/// does in a trial depends on its seed and the trial's index alone.
class RecognitionObserver {
public:
    struct Parameters {
        std::map<std::string, double> accuracy; ///< by condition, [0, 1]
        double catchAccuracy = 1.0;             ///< in catch and practice trials, [0, 1]
        double rtMedianMs = 900.0;              ///< > 0
        double rtSigma = 0.25;                  ///< SD of ln(response time), >= 0
        std::uint64_t seed = 0;
    };

    explicit RecognitionObserver(Parameters parameters) : parameters_(std::move(parameters)) {}

    /// @param categories  how many there are to choose from
    /// @throws InvalidArgument if the plan's condition is not one the observer was made for.
    SimulatedAnswer answer(const RecognitionPlan& plan, std::size_t categories) const;

private:
    Parameters parameters_;
};

/// An observer, or everything that is wrong with its file: `observer` is set exactly when there are
/// no diagnostics.
struct RecognitionObserverCheck {
    std::optional<RecognitionObserver> observer;
    std::vector<Diagnostic> diagnostics;
};

/// Reads the simulated participant of a JSON file for the conditions of a design of recognition:
///
///     {"type": "recognition", "accuracy": {"natural": 0.95, "cochleagram": 0.9, "*": 0.5},
///      "catch": 0.98, "rt_ms": {"median": 900, "sigma": 0.25}, "seed": 11}
///
/// All keys are required; "*" stands for the conditions that are not named, and need not be there
/// if all are. Conditions of other designs may be named, since one file may serve several.
/// @throws IoError if the file cannot be read.
RecognitionObserverCheck readRecognitionObserver(const std::filesystem::path& file,
                                                 const Design& design);
/// The same for a text that is at hand already.
/// @param file  names the diagnostics
RecognitionObserverCheck
checkRecognitionObserver(std::string text, const std::filesystem::path& file, const Design& design);

} // namespace mlab::experiments
