// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/document/report_rows.h"

#include "core/base/number_text.h"

#include <cmath>
#include <cstdio>

namespace mlab {

std::string whole(double value)
{
    return std::isfinite(value) ? shortNumber(value) : "";
}

std::string whole(const std::optional<double>& value)
{
    return value ? whole(*value) : "";
}

std::string count(std::size_t value)
{
    return std::to_string(value);
}

std::string yes(bool value)
{
    return value ? "1" : "0";
}

std::string rounded(double value)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3g", value);
    return text.data();
}

std::string range(double low, double high)
{
    return rounded(low) + " to " + rounded(high);
}

std::string rangeOrDash(const ReportInterval& interval)
{
    return interval ? range((*interval)[0], (*interval)[1]) : "–";
}

std::string pText(double p)
{
    return p < 0.001 ? "< 0.001" : rounded(p);
}
std::string pSentence(double p)
{
    return p < 0.001 ? "p < 0.001" : "p = " + rounded(p);
}

std::string joined(const std::vector<std::string>& texts)
{
    std::string all;
    for (const auto& text : texts) {
        all += (all.empty() ? "" : "; ") + text;
    }
    return all;
}

std::string waysText(const PermutationTest& test)
{
    return test.exact ? " (exact)" : " (100 000 random rearrangements)";
}

std::string sessionsText(const std::vector<SessionFacts>& sessions)
{
    std::string all = "Sessions: ";
    for (std::size_t i = 0; i < sessions.size(); ++i) {
        const auto& session = sessions[i];
        all += (i == 0 ? "" : "; ") + session.id + " (" + std::to_string(session.trials) +
               " trials, begun " + session.startedAt +
               (session.simulated ? ", simulated participant" : "") + ")";
    }
    return all + ".";
}

void ReportRows::begin()
{
    table_.rows.emplace_back();
    isFirst_ = table_.rows.size() == 1;
}

ReportRows& ReportRows::add(const std::string& name, const std::string& unit,
                            const std::string& description, std::string value)
{
    if (isFirst_) {
        table_.columns.push_back({name, unit, description});
    }
    table_.rows.back().push_back(std::move(value));
    return *this;
}

ReportRows& ReportRows::addInterval(const std::string& name, const std::string& unit,
                                    const std::string& what, const ReportInterval& interval)
{
    add(name + "_low", unit, "lower limit of " + what, interval ? whole((*interval)[0]) : "");
    return add(name + "_high", unit, "upper limit of " + what,
               interval ? whole((*interval)[1]) : "");
}

ReportRows& ReportRows::addDesign(const std::string& design)
{
    return add("design", "", "name of the design", design);
}

ReportRows& ReportRows::addParticipant(const std::string& participant)
{
    return add("participant", "", "the participant's ID", participant);
}

ReportRows& ReportRows::addTest(const std::string& statistic, const PermutationTest& test,
                                const std::optional<double>& adjustedP)
{
    add("statistic", "", statistic, whole(test.statistic));
    add("p", "", "by rearrangement within participants", whole(test.p));
    add("exact", "", "1: every rearrangement was counted; 0: 100 000 random ones", yes(test.exact));
    return add("p_holm", "", "p of a pair, adjusted for their number", whole(adjustedP));
}

} // namespace mlab
