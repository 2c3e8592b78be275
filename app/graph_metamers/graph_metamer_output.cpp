// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graph_metamers/graph_metamer_output.h"

#include "core/base/csv.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/number_text.h"
#include "core/base/output_folder.h"
#include "core/base/sha256.h"
#include "core/base/version.h"
#include "stimuli/engine/graph_metamer_engine.h"

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

namespace mlab::app {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::array kColumns = {
    "item",       "network",  "graph",     "layer",       "change",        "solver",
    "nodes",      "seed",     "loss",      "snr_db",      "null_permuted", "null_nodes",
    "same_class", "accepted", "converged", "stop_reason", "steps"};

/// A value of a record as a field; empty where it has none.
std::string field(const Json& record, const std::string& column)
{
    if (!record.contains(column) || record.at(column).is_null()) {
        return "";
    }
    const auto& value = record.at(column);
    return column == "nodes" && value.is_array() ? std::to_string(value.size())
           : value.is_string()                   ? value.get<std::string>()
           : value.is_number_float()             ? shortNumber(value.get<double>())
                                                 : value.dump();
}

/// The record comes last. What an earlier run wrote stays; what was changed is written again.
/// @param alone  no other shard may just be writing this folder, so that it can be cleared
void writeFiles(const fs::path& from, const Json& record, const fs::path& folder, bool alone)
{
    const auto text = record.dump(1) + "\n";
    const auto last = folder / "record.json";
    const auto& hashes = record.at("sha256");
    bool isWhole = fs::exists(last) && readText(last) == text;
    for (const auto& [name, hash] : hashes.items()) {
        isWhole = isWhole && fs::exists(folder / name) &&
                  sha256OfFile(folder / name) == hash.get<std::string>();
    }
    if (isWhole) {
        return;
    }
    if (alone) {
        fs::remove_all(folder);
    }
    createFolder(folder);
    for (const auto& [name, hash] : hashes.items()) {
        writeFileAtomically(folder / name, readFile(from / name));
    }
    writeFileAtomically(last, text);
}

} // namespace

GraphMetamerOutput::GraphMetamerOutput(const GraphStudyInput& input, fs::path folder, bool alone)
    : input_(input), folder_(std::move(folder)), alone_(alone),
      table_(csvRecord({kColumns.begin(), kColumns.end()}))
{
}

const std::string& GraphMetamerOutput::weightsSha256(const experiments::StudyNetwork& network)
{
    if (hashedNetwork_ != network.name) {
        hash_ = sha256OfFile(folder_ / "networks" / (network.name + ".safetensors"));
        hashedNetwork_ = network.name;
    }
    return hash_;
}

void GraphMetamerOutput::add(const experiments::StudyMetamer& metamer, const Json& record,
                             const fs::path& files)
{
    const auto& spec = metamer.spec;
    const auto& network = input_.study.networks[metamer.network];
    const auto& graph = input_.graphs.at(network.graph);
    const auto solver = stimuli::featureSolver(spec, graph.graph);
    Json out;
    out["format"] = "metamerlab-graph-metamer-1";
    out["software"] = std::string("MetamerLab ") + kSoftwareVersion;
    out["item"] = metamer.name;
    out["entry"] = metamer.entry.empty() ? Json() : Json(metamer.entry);
    out["network"] = network.name;
    out["weights_sha256"] = weightsSha256(network);
    out["graph"] = network.graph;
    out["graph_sha256"] = graph.sha256;
    out["layer"] = spec.layer;
    out["nodes"] = spec.nodes.empty() ? Json("all") : Json(spec.nodes);
    out["change"] = nameIn(kGraphChanges, spec.change);
    out["solver"] = nameIn(kGraphSolvers, spec.solver);
    out["feature_solver"] = solver ? Json(nameIn(kGraphSolvers, *solver)) : Json();
    out["seed"] = spec.seed;
    out["tolerance"] = spec.tolerance;
    for (const auto& [key, value] : record.items()) {
        if (key != "record_sha256") { // that of the record in the cache
            out[key] = value;
        }
    }
    try {
        writeFiles(files, out, folder_ / "metamers" / metamer.name, alone_);
    } catch (const fs::filesystem_error& problem) {
        throw IoError("cannot write the metamer to " +
                      (folder_ / "metamers" / metamer.name).string() + ": " +
                      problem.code().message() + "; give a folder that can be written with --out");
    }
    std::vector<std::string> fields;
    fields.reserve(kColumns.size());
    for (const auto* column : kColumns) {
        fields.push_back(field(out, column));
    }
    table_ += csvRecord(fields);
}

void GraphMetamerOutput::finish() const
{
    writeFileAtomically(folder_ / "metamers.csv", table_);
}

} // namespace mlab::app
