// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/observers/observer_file.h"

#include "core/base/number_text.h"

#include <algorithm>
#include <utility>

namespace mlab::experiments {

using Json = nlohmann::json;

const Json& ObserverFile::at(const std::string& pointer) const
{
    return document_.root().at(Json::json_pointer(pointer));
}

void ObserverFile::reportValue(const std::string& pointer, std::string message,
                               std::string suggestion)
{
    diagnostics_.push_back(document_.atValue(pointer, std::move(message), std::move(suggestion)));
}

void ObserverFile::reportKey(const std::string& pointer, std::string message,
                             std::string suggestion)
{
    diagnostics_.push_back(document_.atKey(pointer, std::move(message), std::move(suggestion)));
}

bool ObserverFile::isObject(const std::string& pointer)
{
    if (!at(pointer).is_object()) {
        reportValue(pointer, "expected an object ({...}), found " + document_.snippet(pointer));
        return false;
    }
    return true;
}

void ObserverFile::onlyKeys(const std::string& pointer, const std::vector<std::string>& known)
{
    for (const auto& [key, value] : at(pointer).items()) {
        if (std::ranges::count(known, key) == 0) {
            reportKey(childPointer(pointer, key), "unknown key " + inQuotes(key),
                      nearestName(key, known).value_or(""));
        }
    }
}

bool ObserverFile::has(const std::string& pointer, std::string_view key, bool required)
{
    const bool present = at(pointer).contains(key);
    if (!present && required) {
        reportValue(pointer, "the key \"" + std::string(key) + "\" is missing");
    }
    return present;
}

std::optional<double> ObserverFile::number(const std::string& parent, std::string_view key,
                                           bool required, const NumberRange& range)
{
    if (!has(parent, key, required)) {
        return std::nullopt;
    }
    const auto pointer = childPointer(parent, key);
    const Json& value = at(pointer);
    if (!value.is_number() || !range.holds(value.get<double>())) {
        reportValue(pointer, "expected a number from " + roundedNumber(range.least) + " to " +
                                 roundedNumber(range.most) + ", found " +
                                 document_.snippet(pointer));
        return std::nullopt;
    }
    return value.get<double>();
}

bool ObserverFile::type(const std::string& expected)
{
    if (!has("", "type", true) || at("/type") == expected) {
        return true;
    }
    const Json& type = at("/type");
    const auto name = type.is_string() ? type.get<std::string>() : "";
    const auto meant = nearestName(name, std::vector{expected});
    reportValue("/type",
                "expected \"" + expected + "\", found " + document_.snippet("/type") +
                    (name == "network" ? "; a network must see the stimuli, so that it answers in "
                                         "\"metamerlab run\" only"
                                       : ""),
                meant.value_or(""));
    return name.empty() || meant;
}

std::optional<std::uint64_t> ObserverFile::seed()
{
    if (!has("", "seed", true)) {
        return std::nullopt;
    }
    if (!at("/seed").is_number_unsigned()) {
        reportValue("/seed", "expected a whole number from 0 to 18446744073709551615, found " +
                                 document_.snippet("/seed"));
        return std::nullopt;
    }
    return at("/seed").get<std::uint64_t>();
}

ObserverFile::ResponseTime ObserverFile::responseTime(const std::string& pointer, bool required)
{
    ResponseTime out;
    if (has(pointer, "rt_ms", required)) {
        const auto rt = childPointer(pointer, "rt_ms");
        if (isObject(rt)) {
            onlyKeys(rt, {"median", "sigma"});
            out.medianMs = number(rt, "median", required, kMedianTimeRange);
            out.sigma = number(rt, "sigma", required, kTimeSigmaRange);
        }
    }
    return out;
}

} // namespace mlab::experiments
