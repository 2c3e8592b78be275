// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/diagnostic.h"
#include "experiments/json/located_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mlab::experiments {

/// The values that a number of the file may have.
struct NumberRange {
    double least;
    double most;

    bool holds(double value) const { return value >= least && value <= most; }
};

/// Of a simulated participant's numbers; a person is well within them.
inline constexpr NumberRange kThresholdRange = {1e-9, 1000}; ///< SD
inline constexpr NumberRange kSlopeRange = {0.01, 100};
inline constexpr NumberRange kLapseRange = {0, 0.5};
inline constexpr NumberRange kCriterionRange = {0, 100};     ///< SDs of an observation
inline constexpr NumberRange kShareRange = {0, 1};           ///< of right answers
inline constexpr NumberRange kMedianTimeRange = {1, 600000}; ///< ms
inline constexpr NumberRange kTimeSigmaRange = {0, 3};       ///< of ln(response time)

/// A simulated participant, or everything that is wrong with its file: `observer` is set exactly
/// when there are no diagnostics.
template <typename Observer> struct CheckedObserver {
    std::optional<Observer> observer;
    std::vector<Diagnostic> diagnostics;
};

/// The file of a simulated participant: reads values, and reports those that are missing or
/// invalid.
class ObserverFile {
public:
    struct ResponseTime {
        std::optional<double> medianMs;
        std::optional<double> sigma;
    };

    ObserverFile(const LocatedJson& document, std::vector<Diagnostic>& diagnostics)
        : document_(document), diagnostics_(diagnostics)
    {
    }

    const nlohmann::json& at(const std::string& pointer) const;
    void reportValue(const std::string& pointer, std::string message, std::string suggestion = {});
    void reportKey(const std::string& pointer, std::string message, std::string suggestion = {});
    bool isObject(const std::string& pointer);
    void onlyKeys(const std::string& pointer, const std::vector<std::string>& known);
    /// Whether the member exists; a required one that does not is reported.
    bool has(const std::string& pointer, std::string_view key, bool required);
    std::optional<double> number(const std::string& parent, std::string_view key, bool required,
                                 const NumberRange& range);
    /// Checks that the member "type" has this value. @returns false if the file describes something
    /// else, so that its other members have another meaning
    bool type(const std::string& expected);
    std::optional<std::uint64_t> seed();
    /// The member "rt_ms".
    ResponseTime responseTime(const std::string& pointer, bool required);

private:
    const LocatedJson& document_;
    std::vector<Diagnostic>& diagnostics_;
};

/// Reads a simulated participant of one type from the text of its file. Diagnostics are in the
/// order of the text.
/// @param type  the value that its member "type" must have
/// @param keys  the members it may have beside "type", "rt_ms" and "seed"
/// @param read  makes an Observer of an ObserverFile; what it makes of a file with problems is
///              dropped
template <typename Observer, typename Read>
CheckedObserver<Observer> readObserverText(const std::string& text, const std::string& file,
                                           const std::string& type, std::vector<std::string> keys,
                                           const Read& read)
{
    CheckedObserver<Observer> check;
    const auto document = LocatedJson::parse(text, file, check.diagnostics);
    if (document) {
        ObserverFile observerFile(*document, check.diagnostics);
        if (observerFile.isObject("")) {
            if (observerFile.type(type)) {
                keys.insert(keys.end(), {"type", "rt_ms", "seed"});
                observerFile.onlyKeys("", keys);
                Observer observer = read(observerFile);
                if (check.diagnostics.empty()) {
                    check.observer.emplace(std::move(observer));
                }
            }
        }
    }
    check.diagnostics = listed(std::move(check.diagnostics));
    return check;
}

} // namespace mlab::experiments
