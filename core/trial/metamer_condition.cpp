// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trial/metamer_condition.h"

#include "core/base/error.h"
#include "core/base/number_text.h"

#include <charconv>
#include <cmath>
#include <system_error>
#include <vector>

namespace mlab {
namespace {

constexpr EnumNames<MetamerMatch::Unit, 2> kUnits{
    {{MetamerMatch::Unit::snrDb, "dB"}, {MetamerMatch::Unit::evaluations, "evaluations"}}};
constexpr std::string_view kAdaptive = "adaptive";

[[noreturn]] void failUnknown(const char* what, std::string_view text)
{
    throw InvalidArgument("\"" + std::string(text) + "\" is not " + what);
}

} // namespace

std::string MetamerMatch::text() const
{
    return shortNumber(value) + nameIn(kUnits, unit);
}

MetamerMatch metamerMatchFrom(std::string_view text)
{
    for (const auto& [unit, name] : kUnits) {
        if (!text.ends_with(name)) {
            continue;
        }
        const auto* const end = text.data() + text.size() - name.size();
        double value = 0;
        const auto read = std::from_chars(text.data(), end, value);
        if (read.ec == std::errc{} && read.ptr == end) {
            return {.unit = unit, .value = value};
        }
    }
    failUnknown("the match of a metamer, such as 20dB or 100evaluations", text);
}

double mismatchOfSnrDb(double snrDb)
{
    return std::pow(10.0, -snrDb / 20);
}

double snrDbOfMismatch(double mismatch)
{
    return -20 * std::log10(mismatch);
}

std::string MetamerCondition::id() const
{
    const auto compared = nameIn(kComparisons, comparison);
    return comparison == Comparison::originalOriginal
               ? compared
               : compared + "/" + nameIn(kSynthesisStarts, start) + "/" +
                     (match ? match->text() : std::string(kAdaptive));
}

MetamerCondition metamerConditionFrom(std::string_view id)
{
    constexpr const char* kWhat = "a condition of whole metamers, such as "
                                  "original-synthesised/noise/20dB";
    std::vector<std::string_view> parts;
    for (auto rest = id;;) {
        const auto end = rest.find('/');
        parts.push_back(rest.substr(0, end));
        if (end == std::string_view::npos) {
            break;
        }
        rest.remove_prefix(end + 1);
    }
    const auto comparison = valueIn(kComparisons, parts.front());
    if (comparison == Comparison::originalOriginal && parts.size() == 1) {
        return {.comparison = *comparison};
    }
    const auto start = parts.size() == 3 ? valueIn(kSynthesisStarts, parts[1]) : std::nullopt;
    if (!comparison || comparison == Comparison::originalOriginal || !start) {
        failUnknown(kWhat, id);
    }
    MetamerCondition condition{.comparison = *comparison, .start = *start};
    if (parts[2] != kAdaptive) {
        condition.match = metamerMatchFrom(parts[2]);
    }
    return condition;
}

} // namespace mlab
