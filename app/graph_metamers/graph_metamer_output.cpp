// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graph_metamers/graph_metamer_output.h"

#include "core/base/csv.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/number_text.h"
#include "core/base/version.h"

#include <string>
#include <system_error>

namespace mlab::app {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

Json recordOf(const GraphStudyInput& input, const WrittenMetamer& written)
{
    const auto& [name, network, spec, pointer] = *written.metamer;
    Json out;
    out["format"] = "metamerlab-graph-metamer-1";
    out["software"] = std::string("MetamerLab ") + kSoftwareVersion;
    out["item"] = name;
    out["network"] = input.study.networks[network].name;
    out["graph"] = input.study.networks[network].graph;
    out["layer"] = spec.layer;
    out["change"] = nameIn(kGraphChanges, spec.change);
    out["solver"] = nameIn(kGraphSolvers, spec.solver);
    out["nodes"] = spec.nodes;
    out["seed"] = spec.seed;
    out["tolerance"] = spec.tolerance;
    for (const auto& [key, value] : written.record.items()) {
        if (key != "record_sha256") { // that of the record in the cache
            out[key] = value;
        }
    }
    return out;
}

std::string field(const Json& record, const char* key)
{
    const auto& value = record.at(key);
    return value.is_null()      ? ""
           : value.is_boolean() ? (value.get<bool>() ? "true" : "false")
           : value.is_string()  ? value.get<std::string>()
                                : shortNumber(value.get<double>());
}

std::string row(const Json& record)
{
    std::vector<std::string> fields;
    for (const auto* key : {"item", "network", "graph", "layer", "change", "solver"}) {
        fields.push_back(field(record, key));
    }
    const auto nodes = record.at("nodes").size();
    fields.push_back(nodes == 0 ? "all" : std::to_string(nodes));
    fields.push_back(std::to_string(record.at("seed").get<std::uint64_t>()));
    for (const auto* key : {"loss", "snr_db", "null_permuted", "null_nodes", "same_class",
                            "accepted", "converged", "stop_reason", "steps"}) {
        fields.push_back(field(record, key));
    }
    return csvRecord(fields);
}

void copyFiles(const WrittenMetamer& written, const Json& record, const fs::path& folder)
{
    const auto text = record.dump(1) + "\n";
    std::error_code unreadable;
    if (fs::exists(folder / "record.json", unreadable) &&
        readText(folder / "record.json") == text) {
        return; // an earlier run wrote it, last
    }
    fs::remove_all(folder);
    fs::create_directories(folder);
    for (const auto& [name, hash] : record.at("sha256").items()) {
        fs::copy_file(written.files / name, folder / name);
    }
    writeFileAtomically(folder / "record.json", text);
}

} // namespace

void writeGraphMetamers(const GraphStudyInput& input, const fs::path& folder,
                        const std::vector<WrittenMetamer>& metamers)
{
    try {
        std::string table =
            csvRecord({"item", "network", "graph", "layer", "change", "solver", "nodes", "seed",
                       "loss", "snr_db", "null_permuted", "null_nodes", "same_class", "accepted",
                       "converged", "stop_reason", "steps"});
        for (const auto& written : metamers) {
            if (written.record.at("exists").get<bool>()) {
                const auto record = recordOf(input, written);
                copyFiles(written, record, folder / "metamers" / written.metamer->name);
                table += row(record);
            }
        }
        writeFileAtomically(folder / "metamers.csv", table);
    } catch (const fs::filesystem_error& problem) {
        throw IoError("cannot write the metamers to " + folder.string() + ": " +
                      problem.code().message() + "; give a folder that can be written with --out");
    }
}

} // namespace mlab::app
