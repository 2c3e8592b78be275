// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graphs/graph_training.h"

#include "app/batch/batch_clock.h"
#include "app/program/exit_codes.h"
#include "core/base/csv.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/number_text.h"
#include "core/base/output_folder.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iostream>
#include <string>
#include <utility>

namespace mlab::app {
namespace {

using Json = nlohmann::ordered_json;

/// A value of a record as a field; empty where it has none.
std::string field(const Json& record, const std::string& pointer)
{
    const Json::json_pointer at(pointer);
    if (!record.contains(at) || record.at(at).is_null()) {
        return "";
    }
    const auto& value = record.at(at);
    return value.is_string()         ? value.get<std::string>()
           : value.is_number_float() ? shortNumber(value.get<double>())
                                     : value.dump();
}

std::string hiddenText(const Json& record)
{
    std::string out;
    for (const auto& width : record.value("hidden", Json::array())) {
        out.append(out.empty() ? "" : " ").append(width.dump());
    }
    return out;
}

/// Columns of networks.csv that are values of the record.
constexpr std::array<std::pair<const char*, const char*>, 18> kColumns = {{
    {"heads", "/heads"},
    {"hops", "/hops"},
    {"seed", "/training/seed"},
    {"learning_rate", "/training/learning_rate"},
    {"weight_decay", "/training/weight_decay"},
    {"dropout", "/training/dropout"},
    {"adversarial_epsilon", "/training/adversarial/epsilon"},
    {"adversarial_steps", "/training/adversarial/steps"},
    {"epochs", "/outcome/epochs"},
    {"best_epoch", "/outcome/best_epoch"},
    {"stop_reason", "/outcome/stop_reason"},
    {"training_loss", "/outcome/training_loss"},
    {"training_accuracy", "/outcome/training_accuracy"},
    {"validation_loss", "/outcome/validation_loss"},
    {"validation_accuracy", "/outcome/validation_accuracy"},
    {"test_accuracy", "/outcome/test_accuracy"},
    {"graph_sha256", "/graph_sha256"},
    {"weights_sha256", "/weights_sha256"},
}};

std::string networksCsv(const std::vector<StudyNetworkState>& states)
{
    std::vector<std::string> heading = {"network",    "graph",    "architecture",
                                        "activation", "residual", "hidden"};
    for (const auto& [name, pointer] : kColumns) {
        heading.emplace_back(name);
    }
    std::string out = csvRecord(heading);
    for (const auto& [network, ready] : states) {
        if (!ready) {
            continue;
        }
        const auto& record = ready->record;
        std::vector<std::string> row = {network->name,
                                        network->graph,
                                        field(record, "/architecture"),
                                        field(record, "/activation"),
                                        field(record, "/residual"),
                                        hiddenText(record)};
        for (const auto& [name, pointer] : kColumns) {
            row.push_back(field(record, pointer));
        }
        out += csvRecord(row);
    }
    return out;
}

} // namespace

int runGraphTraining(const GraphStudyInput& input, const GraphStudyOptions& options,
                     const std::stop_token& stop)
{
    if (!options.outFolder.empty()) { // an error of the folder comes before the work
        createFolder(options.outFolder);
    }
    const StudyNetworks networks(input, options.cacheFolder);
    const auto& all = input.study.networks;
    std::vector<StudyNetworkState> states;
    BatchClock clock(static_cast<int>(all.size()));
    bool failed = false;
    for (std::size_t i = 0; i < all.size(); ++i) {
        StudyNetworkState state{.network = &all[i], .ready = {}};
        const auto show = [&](const std::string& what, double share) {
            clock.show("network " + std::to_string(i + 1) + " of " + std::to_string(all.size()) +
                           ", " + all[i].name + ", " + what,
                       static_cast<double>(i) + share);
        };
        try {
            state.ready =
                options.shard.holds(i) ? networks.make(all[i], show, stop) : networks.find(all[i]);
        } catch (const Cancelled&) {
            throw;
        } catch (const Error& problem) { // the other networks may still work
            clock.say(all[i].name + ": " + problem.what());
            failed = true;
        }
        states.push_back(std::move(state));
    }
    clock.clear();
    if (!options.outFolder.empty()) {
        writeStudy(input, options.outFolder);
        for (const auto& [network, ready] : states) {
            if (ready) {
                networks.write(*network, *ready, options.outFolder);
            }
        }
        writeFileAtomically(options.outFolder / "networks.csv", networksCsv(states));
    }
    const auto there =
        std::ranges::count_if(states, [](const auto& state) { return state.ready.has_value(); });
    std::cout << there << " of " << all.size() << " networks of the study " << input.study.name
              << " are available\n";
    return failed ? kFailed : kDone;
}

} // namespace mlab::app
