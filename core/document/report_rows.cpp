// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/document/report_rows.h"

#include "core/document/warning_text.h"

namespace mlab {

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

ReportRows& ReportRows::addDesign(const ReportedDesign& design)
{
    if (!design.isOnly) {
        add("design", "", "title of the part of the report", design.title);
    }
    add("design_name", "", "name of the design", design.name);
    add("design_sha256", "", "SHA-256 of the design file", design.sha256);
    add("task", "", "task of the participants", design.task);
    return add("simulated", "", "1: simulated participants", yes(design.simulated));
}

ReportRows& ReportRows::addSessions(std::span<const SessionFacts> sessions)
{
    std::string ids;
    for (const auto& session : sessions) {
        ids += (ids.empty() ? "" : " ") + session.id;
    }
    return add("session_ids", "", "the sessions pooled, separated by spaces", ids);
}

ReportRows& ReportRows::addParticipant(const std::string& participant)
{
    return add("participant", "", "participant ID", participant);
}

ReportRows& ReportRows::addWarnings(std::span<const ReportWarning> warnings)
{
    return add("warnings", "", "limitations of these numbers", joinedWarnings(warnings));
}

} // namespace mlab
