// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graph_report/graph_results.h"

#include "app/graph_report/result_record.h"
#include "core/base/error.h"
#include "core/base/sha256.h"
#include "experiments/graph_study/network_manifest.h"
#include "stimuli/graphs/files/delimited_rows.h"
#include "stimuli/graphs/files/graph_reader.h"
#include "stimuli/graphs/files/graph_writer.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <set>
#include <utility>

namespace mlab::app {
namespace {

namespace fs = std::filesystem;

/// Rows of a table by the names of its columns.
/// @param command that writes it
std::vector<std::map<std::string, std::string>> tableIn(const fs::path& file,
                                                        const std::string& command)
{
    if (!fs::exists(file)) {
        throw IoError(file.string() + " is missing; run metamersynth " + command);
    }
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

/// How many there are of one kind in a folder.
std::size_t countIn(const fs::path& folder, bool (*isOne)(const fs::directory_entry&))
{
    std::error_code problem;
    std::size_t out = 0;
    for (fs::directory_iterator at(folder, problem), end; !problem && at != end;
         at.increment(problem)) {
        out += isOne(*at) ? 1 : 0;
    }
    if (problem) {
        throw IoError("cannot read the folder " + folder.string() + ": " + problem.message());
    }
    return out;
}

/// The column of a table, each value once.
std::vector<std::string> listedIn(const fs::path& file, const std::string& column,
                                  const std::string& command)
{
    std::vector<std::string> out;
    std::set<std::string> known;
    for (const auto& row : tableIn(file, command)) {
        const auto& name = fieldOf(row, column, file);
        if (known.insert(name).second) {
            out.push_back(name);
        }
    }
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
    GraphFiles files{.graph = folder / "edges.csv", .features = {}, .nodes = folder / "nodes.csv"};
    if (record.has("/sha256/features.csv")) {
        files.features = folder / "features.csv";
    }
    return stimuli::readGraph(files).graph;
}

/// Checks each file that a record names.
void requireHashes(const fs::path& folder, const ResultRecord& record)
{
    for (const auto& [name, hash] : record.texts("/sha256")) {
        requireHash(folder / name, hash);
    }
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
    out.graphSha256 = record.text("/graph_sha256");
    out.spec = experiments::readNetworkManifest(manifest);
    out.weightsSha256 = record.text("/weights_sha256");
    if (record.has("/hidden")) {
        out.hidden = widthsText(record.counts("/hidden"));
    }
    out.training = !record.has("/training")              ? "given"
                   : record.has("/training/adversarial") ? "adversarial"
                                                         : "plain";
    out.testAccuracy = record.optionalNumber("/outcome/test_accuracy");
    requireHash(out.spec.weights, out.weightsSha256);
    return out;
}

/// Ascending; empty for all.
std::vector<int> matchedNodes(const ResultRecord& record, int nodes)
{
    if (record.isText("/nodes", "all")) {
        return {};
    }
    auto out = record.counts("/nodes");
    std::ranges::sort(out);
    if (out.empty() || out.back() >= nodes) {
        record.fail("/nodes is neither \"all\" nor a list of nodes of the graph");
    }
    return out;
}

/// The network that the metamer was made for, if it is still the same one, on the same graph.
const ResultNetwork& networkOf(const ResultRecord& record, const GraphResults& results)
{
    const auto name = record.text("/network");
    if (!has(results.networks, name)) {
        record.fail("/network is \"" + name +
                    "\", which networks.csv does not list; run metamersynth graph-train");
    }
    const auto& network = results.network(name);
    if (record.text("/weights_sha256") != network.weightsSha256 ||
        record.text("/graph_sha256") != network.graphSha256) {
        record.fail("the metamer was made with other weights or another graph than those of " +
                    network.spec.weights.string() + "; run metamersynth graph-metamers again");
    }
    return network;
}

ResultMetamer readMetamer(const fs::path& folder, const ResultRecord& record,
                          const GraphResults& results)
{
    const auto& network = networkOf(record, results);
    requireHashes(folder, record);
    ResultMetamer out;
    out.item = folder.filename().string();
    out.network = network.name;
    out.graph = network.graph;
    const auto& reference = results.graph(out.graph);
    const int nodes = reference.structure.nodes();
    out.kind = {.layer = record.count("/layer"),
                .change = named(record, "/change", kGraphChanges),
                .solver = named(record, "/solver", kGraphSolvers),
                .entry = record.has("/entry") ? record.text("/entry") : "",
                .nodes = matchedNodes(record, nodes)};
    out.seed = static_cast<std::int64_t>(record.number("/seed"));
    out.loss = record.number("/loss");
    out.accepted = record.flag("/accepted");
    out.converged = record.flag("/converged");
    out.stopReason = record.text("/stop_reason");
    const ResultRecord graph(folder / "graph.json");
    if (graph.count("/nodes") != nodes ||
        graph.count("/feature_columns") != columnsOf(reference.features)) {
        graph.fail("the graph has other numbers of nodes or features than its reference " +
                   out.graph);
    }
    return out;
}

std::vector<ResultDimension> readDimensions(const fs::path& file,
                                            const std::vector<ResultNetwork>& networks)
{
    std::vector<ResultDimension> out;
    for (const auto& row : tableIn(file, "graph-dimension")) {
        if (fieldOf(row, "scope", file) != "field") {
            continue; // what the dimension consists of is known in this scope
        }
        ResultDimension dimension{
            .network = fieldOf(row, "network", file), .layer = 0, .values = {}};
        if (!has(networks, dimension.network)) {
            throw IoError(file.string() + " has the network \"" + dimension.network +
                          "\", which networks.csv does not list; run metamersynth graph-train "
                          "and then graph-dimension again");
        }
        if (fieldOf(row, "weights_sha256", file) !=
            std::ranges::find(networks, dimension.network, &ResultNetwork::name)->weightsSha256) {
            throw IoError(file.string() + " has dimensions of other weights of the network \"" +
                          dimension.network + "\"; run metamersynth graph-dimension again");
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

/// How many things lie in a folder that a table does not list; a sentence, or none.
void tellLeftOut(GraphResults& results, std::size_t number, const std::string& what,
                 const std::string& table)
{
    if (number > 0) {
        results.leftOut.push_back("Left out: " + std::to_string(number) + " " + what +
                                  (number == 1 ? "" : "s") + " that " + table + " does not list.");
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

std::vector<int> GraphResults::nodesOf(const ResultMetamer& metamer) const
{
    auto out = metamer.kind.nodes;
    if (out.empty()) {
        out.resize(static_cast<std::size_t>(graph(metamer.graph).structure.nodes()));
        std::iota(out.begin(), out.end(), 0);
    }
    return out;
}

GraphResults readTrainedNetworks(const fs::path& folder)
{
    if (!fs::exists(folder / "study.json")) {
        throw IoError(folder.string() +
                      " has no results of graph networks: there is no study.json in it. Name the "
                      "folder that metamersynth graph-train, graph-metamers and graph-dimension "
                      "wrote (--out)");
    }
    GraphResults out;
    out.study = ResultRecord(folder / "study.json").text("/name");
    std::map<std::string, std::string> hashes; // of the graphs
    for (const auto& name : listedIn(folder / "networks.csv", "network", "graph-train")) {
        const auto file = folder / "networks" / (name + ".json");
        if (!fs::exists(file)) {
            throw IoError(file.string() +
                          " is missing, but networks.csv lists it; run metamersynth graph-train");
        }
        auto network = readNetwork(file);
        if (!out.graphs.contains(network.graph)) {
            const auto files = folder / "graphs" / network.graph;
            const ResultRecord record(files / "graph.json");
            requireHashes(files, record);
            hashes[network.graph] = stimuli::graphSha256(record.texts("/sha256"));
            out.graphs.emplace(network.graph, readEncodedGraph(files));
        }
        if (network.graphSha256 != hashes.at(network.graph)) {
            throw IoError(file.string() + ": the network is of another graph than that in " +
                          (folder / "graphs" / network.graph).string() +
                          "; run metamersynth graph-train again");
        }
        out.networks.push_back(std::move(network));
    }
    if (out.networks.empty()) {
        throw IoError(folder.string() + " has no networks; run metamersynth graph-train");
    }
    const auto there = countIn(folder / "networks", [](const fs::directory_entry& entry) {
        return entry.path().extension() == ".json";
    });
    tellLeftOut(out, there - out.networks.size(), "network", "networks.csv");
    return out;
}

GraphResults readGraphResults(const fs::path& folder)
{
    auto out = readTrainedNetworks(folder);
    const auto items = listedIn(folder / "metamers.csv", "item", "graph-metamers");
    if (items.empty()) {
        throw IoError(folder.string() + " has no metamers; run metamersynth graph-metamers");
    }
    for (const auto& item : items) {
        const auto files = folder / "metamers" / item;
        if (!fs::exists(files / "record.json")) {
            throw IoError(files.string() +
                          " is missing, but metamers.csv lists it; run metamersynth "
                          "graph-metamers");
        }
        const ResultRecord record(files / "record.json");
        if (record.flag("/exists")) {
            out.metamers.push_back(readMetamer(files, record, out));
        } else {
            networkOf(record, out);
            out.missing.push_back({.item = item, .statement = record.text("/statement")});
        }
    }
    const auto there = countIn(folder / "metamers", [](const fs::directory_entry& entry) {
        return fs::exists(entry.path() / "record.json");
    });
    tellLeftOut(out, there - items.size(), "metamer", "metamers.csv");
    out.metamerGraph = [folder](const ResultMetamer& metamer) {
        return readEncodedGraph(folder / "metamers" / metamer.item);
    };
    if (fs::exists(folder / "dimension.csv")) {
        out.dimensions = readDimensions(folder / "dimension.csv", out.networks);
    }
    return out;
}

} // namespace mlab::app
