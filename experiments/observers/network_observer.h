// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/representation.h"
#include "core/stimulus/synthesis_spec.h"
#include "core/trial/recognition.h"
#include "core/trial/response_curve.h"
#include "core/trial/trial.h"
#include "experiments/design/design.h"
#include "experiments/design/design_reader.h"
#include "experiments/observers/drawn_answer.h"
#include "experiments/observers/observer_file.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mlab::experiments {

/// A network that takes part in an experiment, as its file describes it.
struct NetworkObserverSpec {
    ModelSpec model;
    Representation where;
    std::optional<DecisionRule> rule; ///< absent: the classifier of recognition
    /// Of the decision rule: SD of the noise, in units of RepresentationDistance::delta, > 0. Of
    /// the classifier: temperature in units of the evidence, >= 0.
    double sigma = 1.0;
    double lapse = 0.0;      ///< share of trials answered at random
    double falseAlarm = 0.5; ///< of same-different, in (0, 1)
    std::uint64_t seed = 0;

    bool operator==(const NetworkObserverSpec&) const = default;
};

/// Decides as that network does, given what the network sees. Its answers depend only on its seed,
/// the trial's index and what is seen. Use it on one thread: curves are kept.
class NetworkObserver {
public:
    NetworkObserver(NetworkObserverSpec spec, Task task) : spec_(std::move(spec)), task_(task) {}

    const NetworkObserverSpec& spec() const { return spec_; }

    /// P(right answer) = (1 - lapse) P(d') + lapse chance, where d' = delta / sigma.
    /// @param distance of probe and reference
    /// @param sameTrial whether the trial's intervals are the same
    /// @throws InternalError without a decision rule
    double probabilityCorrect(const RepresentationDistance& distance, bool sameTrial) const;
    /// @throws as probabilityCorrect()
    SimulatedAnswer answer(const TrialPlan& plan, const RepresentationDistance& distance) const;
    /// Recognition: a category drawn with probabilities proportional to exp(evidence / sigma); for
    /// sigma 0 the first of those with the most evidence.
    /// @param evidence for each category
    SimulatedAnswer answer(const RecognitionPlan& plan, const std::vector<double>& evidence) const;

private:
    const ResponseCurve& curve(int units) const;

    NetworkObserverSpec spec_;
    Task task_;
    mutable std::map<int, ResponseCurve> curves_; ///< by the number of units
};

using NetworkObserverCheck = CheckedObserver<NetworkObserver>;

/// Whether the file of a simulated participant describes a network. False for a file that cannot be
/// understood at all.
bool isNetworkObserver(const std::string& text);

/// Reads a network from a JSON file for the task of a design:
///
///     {"type": "network", "model": {"builtin": "gabor-compressive"}, "layer": "texture",
///      "space": "standardised", "rule": "linear", "sigma": 0.42, "lapse": 0.02, "seed": 11}
///
/// See "network_observer" in experiments/schema/design-1.schema.json. Paths are relative to the
/// file.
/// @throws IoError if the file cannot be read.
NetworkObserverCheck readNetworkObserver(const std::filesystem::path& file, const Design& design,
                                         const CheckContext& context);

/// The same for a text that has been read already.
/// @param file  for the diagnostics
NetworkObserverCheck checkNetworkObserver(const std::string& text,
                                          const std::filesystem::path& file, const Design& design,
                                          const CheckContext& context);

} // namespace mlab::experiments
