// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trial/recognition.h"
#include "experiments/design/design.h"
#include "experiments/observers/drawn_answer.h"
#include "experiments/observers/observer_file.h"
#include "experiments/presentation/presenter.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace mlab::experiments {

/// A simulated participant of recognition: chooses the correct category with a probability that
/// depends on the condition, otherwise one of the others at random, after a log-normal response
/// time. Its answer depends only on its seed and the trial's index.
class RecognitionObserver {
public:
    struct Parameters {
        std::map<std::string, double> accuracy; ///< by condition, [0, 1]
        double catchAccuracy = 1.0;             ///< in catch and practice trials, [0, 1]
        ResponseTimes times;
        std::uint64_t seed = 0;
    };

    explicit RecognitionObserver(Parameters parameters) : parameters_(std::move(parameters)) {}

    /// @param categories  how many there are to choose from
    /// @throws InternalError if the observer has no accuracy for the plan's condition.
    SimulatedAnswer answer(const RecognitionPlan& plan, std::size_t categories) const;

private:
    Parameters parameters_;
};

using RecognitionObserverCheck = CheckedObserver<RecognitionObserver>;

/// Reads the simulated participant of a JSON file for the conditions of a design of recognition:
///
///     {"type": "recognition", "accuracy": {"natural": 0.95, "cochleagram": 0.9, "*": 0.5},
///      "catch": 0.98, "rt_ms": {"median": 900, "sigma": 0.25}, "seed": 11}
///
/// All keys are required; "*" stands for the conditions that are not named, and may be left out if
/// all are. Conditions of other designs are ignored, so that one file can serve several designs.
/// @throws IoError if the file cannot be read.
RecognitionObserverCheck readRecognitionObserver(const std::filesystem::path& file,
                                                 const Design& design);
/// The same for a text that has been read already.
/// @param file  for the diagnostics
RecognitionObserverCheck checkRecognitionObserver(const std::string& text,
                                                  const std::filesystem::path& file,
                                                  const Design& design);

} // namespace mlab::experiments
