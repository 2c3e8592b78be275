// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/damage_text.h"

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

} // namespace mlab::app
