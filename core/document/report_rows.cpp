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

ReportRows& ReportRows::addDesign(const std::string& design)
{
    return add("design", "", "name of the design", design);
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
