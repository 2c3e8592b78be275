// SPDX-License-Identifier: GPL-3.0-or-later
//
// The rows of the CSV tables. Internal to the document.
#pragma once

#include "core/document/report_document.h"
#include "core/page/report_text.h"
#include "core/report/report_sessions.h"
#include "core/report/report_warning.h"

#include <span>
#include <string>
#include <utility>

namespace mlab {

/// The part of the report that a row belongs to.
struct ReportedDesign {
    std::string title; ///< of the part, which no other part has
    std::string name;
    std::string sha256;
    std::string task; ///< its name
    bool simulated = false;
    bool isOnly = false; ///< no other part is in the report, so that rows need no title
};

/// Rows that are written together with their description: each add() is one column of one row.
class ReportRows {
public:
    explicit ReportRows(std::string name) { table_.name = std::move(name); }

    void begin();
    ReportRows& add(const std::string& name, const std::string& unit,
                    const std::string& description, std::string value);
    /// Two columns.
    ReportRows& addInterval(const std::string& name, const std::string& unit,
                            const std::string& what, const ReportInterval& interval);
    ReportRows& addDesign(const ReportedDesign& design);
    ReportRows& addParticipant(const std::string& participant);
    /// The IDs of the sessions whose trials the row's numbers are from.
    ReportRows& addSessions(std::span<const SessionFacts> sessions);
    ReportRows& addWarnings(std::span<const ReportWarning> warnings);
    /// @param example adds a row like all others, so that a table without rows has their columns
    template <typename Example> ReportTable take(const Example& example)
    {
        if (table_.rows.empty()) {
            example(*this);
            table_.rows.clear();
        }
        return std::move(table_);
    }

private:
    ReportTable table_;
    bool isFirst_ = false;
};

} // namespace mlab
