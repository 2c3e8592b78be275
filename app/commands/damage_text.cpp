// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/damage_text.h"

#include "core/base/diagnostic.h"

#include <ostream>

namespace mlab::app {

std::map<std::string, std::size_t> rowsBySession(const std::vector<data::Damage>& damage)
{
    std::map<std::string, std::size_t> rows;
    for (const auto& row : damage) {
        if (!row.sessionId.empty()) {
            ++rows[row.sessionId];
        }
    }
    return rows;
}

void writeDamage(std::ostream& out, const std::vector<data::Damage>& damage)
{
    for (const auto& row : damage) {
        out << "damaged: " << row.text() << "\n";
    }
    out << "Damaged rows: " << damage.size();
    const char* separator = ", of the sessions ";
    for (const auto& [session, rows] : rowsBySession(damage)) {
        out << separator << session << " (" << rows << ")";
        separator = ", ";
    }
    out << "\n";
}

void writeOpenRuns(std::ostream& out, const data::StoreContents& contents)
{
    std::size_t open = 0;
    for (const auto& session : contents.sessions) {
        const auto runs = contents.runs.find(session.header.sessionId);
        if (session.finished() || runs == contents.runs.end() ||
            !runs->second.back().endedAt.empty()) {
            continue;
        }
        if (++open <= kMostListed) {
            out << "Note: the end of the last run of session " << session.header.sessionId
                << " is not stored. The run was killed or is still going on; if the file was "
                   "copied without its -wal file, the newest trials are missing.\n";
        }
    }
    if (open > kMostListed) {
        out << "Note: further sessions of which this is true: " << open - kMostListed << "\n";
    }
}

} // namespace mlab::app
