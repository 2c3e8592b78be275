// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graph_report/graph_results.h"

#include "app/graph_report/result_record.h"
#include "core/base/error.h"
#include "core/base/sha256.h"
#include "experiments/graph_study/network_manifest.h"
#include "stimuli/graphs/files/delimited_rows.h"
#include "stimuli/graphs/files/graph_reader.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <utility>

namespace mlab::app {
namespace {

namespace fs = std::filesystem;

/// Why the exact solver of structure stopped where there is no other graph.
constexpr const char* kNoneExists = "none exists";

/// Rows of a table by the names of its columns.
std::vector<std::map<std::string, std::string>> tableIn(const fs::path& file)
{
    std::vector<std::map<std::string, std::string>> out;
    stimuli::DelimitedRows rows(file);
    std::vector<std::string> names;
    while (rows.next()) {
        const auto& fields = rows.fields();
        if (names.empty()) {
            names.assign(fields.begin(), fields.end());
            continue;
        }
        if (fields.size() != names.size()) {
            rows.fail("a row of " + std::to_string(fields.size()) + " fields under a heading of " +
                      std::to_string(names.size()));
        }
        auto& row = out.emplace_back();
        for (std::size_t i = 0; i < names.size(); ++i) {
            row[names[i]] = std::string(fields[i]);
        }
    }
    return out;
}

const std::string& fieldOf(const std::map<std::string, std::string>& row, const std::string& column,
                           const fs::path& file)
{
    const auto found = row.find(column);
    if (found == row.end()) {
        throw IoError(file.string() + " has no column \"" + column +
                      "\"; run the command that wrote it again");
    }
    return found->second;
}

/// Absent for a text that is not a number.
std::optional<double> numberIn(const std::string& text)
{
    double value = 0;
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    return read.ec == std::errc() && read.ptr == end ? std::optional(value) : std::nullopt;
}

bool has(const std::vector<ResultNetwork>& networks, const std::string& name)
{
    return std::ranges::find(networks, name, &ResultNetwork::name) != networks.end();
}

/// Folders or files of a folder, in alphabetical order.
std::vector<fs::path> inside(const fs::path& folder)
{
    std::error_code problem;
    std::vector<fs::path> out;
    for (fs::directory_iterator at(folder, problem), end; !problem && at != end;
         at.increment(problem)) {
        out.push_back(at->path());
    }
    if (problem) {
        throw IoError("cannot read the folder " + folder.string() + ": " + problem.message());
    }
    std::ranges::sort(out);
    return out;
}

void requireHash(const fs::path& file, const std::string& expected)
{
    if (sha256OfFile(file) != expected) {
        throw IoError(file.string() +
                      " has changed since it was written: its SHA-256 is not that of its record; "
                      "restore it, or run the command that wrote it again");
    }
}

/// The graph that encodeGraph() wrote into the folder.
stimuli::Graph readEncodedGraph(const fs::path& folder)
{
    const ResultRecord record(folder / "graph.json");
    for (const auto& [name, hash] : record.texts("/sha256")) {
        requireHash(folder / name, hash);
    }
    GraphFiles files{.graph = folder / "edges.csv", .features = {}, .nodes = folder / "nodes.csv"};
    if (record.has("/sha256/features.csv")) {
        files.features = folder / "features.csv";
    }
    return stimuli::readGraph(files).graph;
}

template <std::size_t Size, typename Enum>
Enum named(const ResultRecord& record, const std::string& pointer,
           const EnumNames<Enum, Size>& names)
{
    const auto value = valueIn(names, record.text(pointer));
    if (!value) {
        record.fail(pointer + " is \"" + record.text(pointer) + "\", not one of " +
                    listOfNames(names));
    }
    return *value;
}

std::string widthsText(const std::vector<int>& widths)
{
    std::string out;
    for (const int width : widths) {
        out += (out.empty() ? "" : " ") + std::to_string(width);
    }
    return out;
}

ResultNetwork readNetwork(const fs::path& manifest)
{
    const ResultRecord record(manifest);
    ResultNetwork out;
    out.name = manifest.stem().string();
    out.graph = record.text("/graph");
    out.spec = experiments::readNetworkManifest(manifest);
    if (record.has("/hidden")) {
        out.hidden = widthsText(record.counts("/hidden"));
    }
    out.training = !record.has("/training")              ? "given"
                   : record.has("/training/adversarial") ? "adversarial"
                                                         : "plain";
    if (record.has("/training/seed")) {
        out.seed = static_cast<std::int64_t>(record.number("/training/seed"));
    }
    out.testAccuracy = record.optionalNumber("/outcome/test_accuracy");
    requireHash(out.spec.weights, record.text("/weights_sha256"));
    return out;
}

ResultMetamer readMetamer(const fs::path& folder, const ResultRecord& record,
                          const GraphResults& results)
{
    for (const auto& [name, hash] : record.texts("/sha256")) {
        requireHash(folder / name, hash);
    }
    ResultMetamer out;
    out.item = record.text("/item");
    out.network = record.text("/network");
    out.graph = record.text("/graph");
    out.layer = record.count("/layer");
    out.change = named(record, "/change", kGraphChanges);
    out.solver = record.text("/solver");
    out.seed = static_cast<std::int64_t>(record.number("/seed"));
    out.loss = record.number("/loss");
    out.accepted = record.flag("/accepted");
    out.stopReason = record.text("/stop_reason");
    out.metamer = readEncodedGraph(folder);
    const auto known = results.graphs.find(out.graph);
    if (known == results.graphs.end()) {
        record.fail("/graph is \"" + out.graph + "\", of which the folder graphs has none");
    }
    if (!has(results.networks, out.network)) {
        record.fail("/network is \"" + out.network + "\", of which the folder networks has none");
    }
    if (results.network(out.network).graph != out.graph) {
        record.fail("/graph is \"" + out.graph + "\", but the network is of the graph \"" +
                    results.network(out.network).graph + "\"");
    }
    const int nodes = known->second.structure.nodes();
    if (out.metamer.structure.nodes() != nodes ||
        columnsOf(out.metamer.features) != columnsOf(known->second.features)) {
        record.fail("the graph has other numbers of nodes or features than its reference " +
                    out.graph);
    }
    if (record.has("/nodes/0")) {
        out.nodes = record.counts("/nodes");
        std::ranges::sort(out.nodes);
        if (std::ranges::any_of(out.nodes, [&](int node) { return node >= nodes; })) {
            record.fail("/nodes has a node that the graph does not have");
        }
    } else {
        out.nodes.resize(static_cast<std::size_t>(nodes));
        std::iota(out.nodes.begin(), out.nodes.end(), 0);
    }
    return out;
}

std::vector<ResultDimension> readDimensions(const fs::path& file,
                                            const std::vector<ResultNetwork>& networks)
{
    std::vector<ResultDimension> out;
    for (const auto& row : tableIn(file)) {
        if (fieldOf(row, "scope", file) != "field") {
            continue; // what the dimension consists of is known in this scope
        }
        ResultDimension dimension{
            .network = fieldOf(row, "network", file), .layer = 0, .values = {}};
        if (!has(networks, dimension.network)) {
            throw IoError(file.string() + " has the network \"" + dimension.network +
                          "\", of which the folder networks has none");
        }
        for (const auto& [name, text] : row) {
            dimension.values[name] = numberIn(text);
        }
        for (const auto* part : {"layer", "aggregation", "width", "activation"}) {
            if (!numberIn(fieldOf(row, part, file))) {
                throw IoError(file.string() + ": \"" + fieldOf(row, part, file) +
                              "\" in the column \"" + part +
                              "\" is not a number; run metamersynth graph-dimension again");
            }
        }
        dimension.layer = static_cast<int>(*dimension.values.at("layer"));
        out.push_back(std::move(dimension));
    }
    return out;
}

/// What the tables of the other commands list must be there.
void requireListed(const fs::path& folder, const GraphResults& results)
{
    for (const auto& row : tableIn(folder / "networks.csv")) {
        const auto& name = fieldOf(row, "network", folder / "networks.csv");
        if (!has(results.networks, name)) {
            throw IoError((folder / "networks" / (name + ".json")).string() +
                          " is missing, but networks.csv lists it; run metamersynth graph-train");
        }
    }
    for (const auto& row : tableIn(folder / "metamers.csv")) {
        const auto& item = fieldOf(row, "item", folder / "metamers.csv");
        if (std::ranges::find(results.metamers, item, &ResultMetamer::item) ==
                results.metamers.end() &&
            std::ranges::find(results.none, item) == results.none.end()) {
            throw IoError((folder / "metamers" / item).string() +
                          " is missing, but metamers.csv lists it; run metamersynth "
                          "graph-metamers");
        }
    }
}

} // namespace

const ResultNetwork& GraphResults::network(const std::string& name) const
{
    return *std::ranges::find(networks, name, &ResultNetwork::name);
}

const stimuli::Graph& GraphResults::graph(const std::string& name) const
{
    return graphs.at(name);
}

GraphResults readTrainedNetworks(const fs::path& folder)
{
    GraphResults out;
    out.study = ResultRecord(folder / "study.json").text("/name");
    for (const auto& graph : inside(folder / "graphs")) {
        out.graphs.emplace(graph.filename().string(), readEncodedGraph(graph));
    }
    for (const auto& file : inside(folder / "networks")) {
        if (file.extension() == ".json") {
            auto network = readNetwork(file);
            if (!out.graphs.contains(network.graph)) {
                throw IoError(file.string() + ": /graph is \"" + network.graph +
                              "\", of which the folder graphs has none");
            }
            out.networks.push_back(std::move(network));
        }
    }
    if (out.networks.empty()) {
        throw IoError(folder.string() + " has no networks; run metamersynth graph-train");
    }
    return out;
}

GraphResults readGraphResults(const fs::path& folder)
{
    auto out = readTrainedNetworks(folder);
    for (const auto& item : inside(folder / "metamers")) {
        const ResultRecord record(item / "record.json");
        if (record.text("/stop_reason") == kNoneExists) {
            out.none.push_back(record.text("/item"));
        } else {
            out.metamers.push_back(readMetamer(item, record, out));
        }
    }
    requireListed(folder, out);
    if (out.metamers.empty()) {
        throw IoError(folder.string() +
                      " has no metamers to report; run metamersynth graph-metamers");
    }
    if (fs::exists(folder / "dimension.csv")) {
        out.dimensions = readDimensions(folder / "dimension.csv", out.networks);
    }
    return out;
}

} // namespace mlab::app
