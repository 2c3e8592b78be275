// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/diagnostic.h"
#include "experiments/json/located_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mlab::experiments {

/// What the files of all simulated participants have in common: reads values, and complains about
/// those that are missing or make no sense.
class ObserverFile {
public:
    struct ResponseTime {
        std::optional<double> medianMs; ///< > 0
        std::optional<double> sigma;    ///< >= 0
    };

    ObserverFile(const LocatedJson& document, std::vector<Diagnostic>& diagnostics)
        : document_(document), diagnostics_(diagnostics)
    {
    }

    const nlohmann::json& at(const std::string& pointer) const;
    void complain(const std::string& pointer, std::string message, std::string suggestion = {});
    void complainOfKey(const std::string& pointer, std::string message,
                       std::string suggestion = {});
    bool isObject(const std::string& pointer);
    void onlyKeys(const std::string& pointer, const std::vector<std::string>& known);
    /// Whether the member is there; complains if it is not but has to be.
    bool has(const std::string& pointer, std::string_view key, bool required);
    std::optional<double> number(const std::string& parent, std::string_view key, bool required,
                                 std::string_view range,
                                 const std::function<bool(double)>& inRange);
    /// The member "type", which must have this value.
    void type(const std::string& expected);
    std::optional<std::uint64_t> seed();
    /// The member "rt_ms".
    ResponseTime responseTime(const std::string& pointer, bool required);
    bool flawless() const { return diagnostics_.empty(); }

private:
    const LocatedJson& document_;
    std::vector<Diagnostic>& diagnostics_;
};

/// Parses the text and lets `read` fill in a check; its diagnostics are in the order of the text.
template <typename Check, typename Read>
Check readObserverText(std::string text, const std::string& file, const Read& read)
{
    std::vector<Diagnostic> diagnostics;
    const auto document = LocatedJson::parse(std::move(text), file, diagnostics);
    Check check;
    if (document) {
        ObserverFile observer(*document, diagnostics);
        check = read(observer);
    }
    std::ranges::stable_sort(diagnostics, {}, [](const Diagnostic& diagnostic) {
        return std::pair(diagnostic.line, diagnostic.column);
    });
    check.diagnostics = std::move(diagnostics);
    return check;
}

} // namespace mlab::experiments
