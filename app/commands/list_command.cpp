// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/commands.h"
#include "app/commands/damage_text.h"
#include "app/commands/json_output.h"
#include "app/program/exit_codes.h"
#include "app/session/application.h"
#include "data/trial_store.h"

#include <CLI/CLI.hpp>
#include <QDateTime>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <iostream>
#include <map>
#include <memory>
#include <vector>

namespace mlab::app {
namespace {

using Json = nlohmann::ordered_json;

struct ListOptions {
    std::string database;
    bool json = false;
};

std::string stateOf(const data::TrialStore& store, const data::SessionSummary& session)
{
    return session.finished()                          ? "complete"
           : store.isRunning(session.header.sessionId) ? "running"
                                                       : "interrupted";
}

/// "2025-03-01 10:30" for "2025-03-01T09:30:00.125Z" in Berlin.
std::string localTime(const std::string& utc)
{
    return QDateTime::fromString(QString::fromStdString(utc), Qt::ISODateWithMs)
        .toLocalTime()
        .toString("yyyy-MM-dd hh:mm")
        .toStdString();
}

void writeTable(std::ostream& out, const data::TrialStore& store,
                const data::StoreContents& contents)
{
    using Line = std::array<std::string, 7>;
    std::vector<Line> lines = {
        {"session", "participant", "design", "answers", "trials", "state", "started (local time)"}};
    const auto damagedRows = rowsBySession(contents.check.damage);
    for (const auto& session : contents.sessions) {
        const auto& header = session.header;
        lines.push_back(
            {header.sessionId, header.participant, header.designName,
             header.simulated() ? "simulated" : "real", std::to_string(session.trialCount),
             damagedRows.contains(header.sessionId) ? "damaged" : stateOf(store, session),
             localTime(header.startedAt)});
    }
    std::array<qsizetype, std::tuple_size_v<Line>> widths{};
    const auto charactersIn = [](const std::string& text) {
        return QString::fromStdString(text).size();
    };
    for (const auto& line : lines) {
        for (std::size_t i = 0; i < line.size(); ++i) {
            widths[i] = std::max(widths[i], charactersIn(line[i]));
        }
    }
    for (const auto& line : lines) {
        for (std::size_t i = 0; i + 1 < line.size(); ++i) {
            out << line[i]
                << std::string(static_cast<std::size_t>(widths[i] + 2 - charactersIn(line[i])),
                               ' ');
        }
        out << line.back() << "\n";
    }
}

Json toJson(const data::TrialStore& store, const data::StoreContents& contents)
{
    Json json = {{"sessions", Json::array()}, {"damage", Json::array()}};
    const auto damagedRows = rowsBySession(contents.check.damage);
    for (const auto& session : contents.sessions) {
        const auto& header = session.header;
        const auto damaged = damagedRows.find(header.sessionId);
        json["sessions"].push_back(
            {{"session_id", header.sessionId},
             {"participant", header.participant},
             {"design", header.designName},
             {"simulated", header.simulated()},
             {"trials", session.trialCount},
             {"state", stateOf(store, session)},
             {"damaged_rows", damaged == damagedRows.end() ? 0 : damaged->second},
             {"started_at", header.startedAt},
             {"last_trial_at", session.lastTrialAt},
             {"finished_at", session.finishedAt}});
    }
    for (const auto& row : contents.check.damage) {
        json["damage"].push_back({{"table", row.table},
                                  {"row", row.rowId},
                                  {"session_id", row.sessionId},
                                  {"trial_index", row.trialIndex ? Json(*row.trialIndex) : Json()},
                                  {"problem", row.problem}});
    }
    return json;
}

int list(const ListOptions& options)
{
    const data::TrialStore store(options.database, data::TrialStore::Mode::readOnly);
    const auto contents = store.intact(data::noSession);
    const auto& damage = contents.check.damage;
    if (options.json) {
        writeJson(std::cout, toJson(store, contents));
    } else {
        writeTable(std::cout, store, contents);
        if (!damage.empty()) {
            writeDamage(std::cerr, damage);
        }
    }
    return damage.empty() ? kDone : kFailed;
}

} // namespace

void addList(CommandLine& program, char** argv)
{
    auto options = std::make_shared<ListOptions>();
    auto& command = program.add("list", "List the sessions in a trial store", [options, argv] {
        const ConsoleApplication application(argv); // the store's driver needs one
        return list(*options);
    });
    command.add_option("--db", options->database, "Trial store")->required();
    addJsonFlag(command, options->json);
}

} // namespace mlab::app
