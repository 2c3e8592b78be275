// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the report's tables have in common. Included by the parts of the document only.
#pragma once

#include "core/document/report_document.h"
#include "core/fits/group_statistics.h"
#include "core/report/report_sessions.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mlab {

/// Lower and upper limit.
using ReportInterval = std::optional<std::array<double, 2>>;

/// The shortest text that reads back as the same number; empty for what is absent or no number.
std::string whole(double value);
std::string whole(const std::optional<double>& value);
std::string count(std::size_t value);
/// "1" or "0".
std::string yes(bool value);

/// Three digits, as people read them.
std::string rounded(double value);
/// "0.2 to 0.5"
std::string range(double low, double high);
/// range(), or a dash.
std::string rangeOrDash(const ReportInterval& interval);
/// Rounded, or "< 0.001".
std::string pText(double p);
/// "p = 0.03", "p < 0.001"
std::string pSentence(double p);
/// With "; " between them.
std::string joined(const std::vector<std::string>& texts);
/// " (exact)" or how many rearrangements were tried.
std::string waysText(const PermutationTest& test);

/// "Sessions: ...", with trials, beginning and whether simulated.
std::string sessionsText(const std::vector<SessionFacts>& sessions);

/// Rows that are written as they are described: each add() is one column of one row.
class ReportRows {
public:
    explicit ReportRows(std::string name) { table_.name = std::move(name); }

    void begin();
    ReportRows& add(const std::string& name, const std::string& unit,
                    const std::string& description, std::string value);
    /// Two columns.
    ReportRows& addInterval(const std::string& name, const std::string& unit,
                            const std::string& what, const ReportInterval& interval);
    ReportRows& addDesign(const std::string& design);
    ReportRows& addParticipant(const std::string& participant);
    /// Statistic and p of a test by rearrangement, and p adjusted where it is one of several.
    ReportRows& addTest(const std::string& statistic, const PermutationTest& test,
                        const std::optional<double>& adjustedP);
    /// @param example adds a row as all are, for a table without any to have its columns
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
