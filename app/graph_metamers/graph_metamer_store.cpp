// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graph_metamers/graph_metamer_store.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/output_folder.h"
#include "core/base/sha256.h"
#include "stimuli/graphs/files/graph_reader.h"
#include "stimuli/graphs/files/graph_writer.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <utility>
#include <variant>

namespace mlab::app {
namespace {

namespace fs = std::filesystem;
using Json = GraphMetamerStore::Json;

// Increase with every change that can alter a metamer.
constexpr int kGraphMetamerVersion = 3;
constexpr const char* kRecordFile = "record.json";

Json layersJson(const stimuli::GraphNetwork& network)
{
    Json out = Json::array();
    for (const auto& layer : network.layers) {
        const auto* sgc = std::get_if<stimuli::SgcLayer>(&layer);
        out.push_back({{"kind", layer.index()}, {"hops", sgc != nullptr ? sgc->hops : 0}});
    }
    return out;
}

/// A folder that is removed unless it gets its name.
class TemporaryStoreFolder {
public:
    explicit TemporaryStoreFolder(const fs::path& name)
    {
        createFolder(name.parent_path());
        std::string pattern = name.string() + ".XXXXXX";
        if (mkdtemp(pattern.data()) == nullptr) {
            throw IoError("cannot make a folder in " + name.parent_path().string() +
                          "; make it writable, or name another folder with --cache");
        }
        path_ = pattern;
    }
    ~TemporaryStoreFolder()
    {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    TemporaryStoreFolder(const TemporaryStoreFolder&) = delete;
    TemporaryStoreFolder& operator=(const TemporaryStoreFolder&) = delete;

    const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

} // namespace

Json metamerKey(const std::string& referenceSha256, const stimuli::GraphNetwork& network,
                const GraphMetamerSpec& spec)
{
    return {{"graph_metamer", kGraphMetamerVersion},
            {"reference_sha256", referenceSha256},
            {"weights_sha256", network.sha256},
            {"layers", layersJson(network)},
            {"activation", nameIn(kGraphActivations, network.activation)},
            {"residual", network.residual},
            {"layer", spec.layer},
            {"nodes", spec.nodes},
            {"change", nameIn(kGraphChanges, spec.change)},
            {"solver", nameIn(kGraphSolvers, spec.solver)},
            {"sparsity", nameIn(kOnesKept, spec.onesKept.value_or(OnesKept::graph))},
            {"seed", spec.seed},
            {"tolerance", spec.tolerance},
            {"steps", spec.steps}};
}

GraphMetamerStore::GraphMetamerStore(fs::path folder, Warn warn)
    : folder_(std::move(folder)), warn_(std::move(warn))
{
}

fs::path GraphMetamerStore::path(const Json& key) const
{
    const auto hash = sha256Hex(key.dump());
    return folder_ / hash.substr(0, 2) / hash;
}

std::optional<Json> GraphMetamerStore::find(const Json& key) const
{
    const auto files = path(key);
    std::error_code unreadable;
    if (!fs::exists(files, unreadable)) {
        return std::nullopt;
    }
    try {
        auto record = Json::parse(readText(files / kRecordFile));
        auto content = record;
        content.erase("record_sha256");
        bool whole =
            record.at("key") == key && record.at("record_sha256") == sha256Hex(content.dump());
        for (const auto& [name, hash] : record.at("sha256").items()) {
            whole = whole && sha256Hex(readFile(files / name)) == hash.get<std::string>();
        }
        if (whole) {
            return record;
        }
        warn_(files.string() + " is not used; the metamer is made again: it was changed");
    } catch (const nlohmann::json::exception&) {
        warn_(files.string() + " is not used; the metamer is made again: its record is not whole");
    } catch (const IoError& problem) {
        warn_(files.string() +
              " is not used; the metamer is made again: " + std::string(problem.what()));
    }
    return std::nullopt;
}

Json GraphMetamerStore::store(const Json& key, const stimuli::Graph* graph,
                              const std::function<Json(const fs::path& files)>& recordOf) const
{
    const auto target = path(key);
    try {
        const TemporaryStoreFolder made(target);
        Json hashes = Json::object();
        if (graph != nullptr) {
            for (const auto& [name, content] : stimuli::encodeGraph(*graph)) {
                writeFileAtomically(made.path() / name, content, Durability::programEnd);
                hashes[name] = sha256Hex(content);
            }
        }
        auto record = recordOf(made.path());
        record["key"] = key;
        record["sha256"] = hashes;
        record["record_sha256"] = sha256Hex(record.dump());
        writeFileAtomically(made.path() / kRecordFile, record.dump(1) + "\n",
                            Durability::programEnd);
        fs::remove_all(target); // what find() refused
        fs::rename(made.path(), target);
        return record;
    } catch (const fs::filesystem_error& problem) {
        throw IoError("cannot keep a metamer in " + target.string() + ": " +
                      problem.code().message() +
                      "; free some space, make the folder writable, or name another one with "
                      "--cache");
    }
}

stimuli::Graph asKept(stimuli::Graph graph)
{
    if (auto* real = std::get_if<stimuli::DenseFeatures>(&graph.features)) {
        for (auto& value : real->values) {
            std::array<char, 32> text{};
            std::snprintf(text.data(), text.size(), "%.8g", value); // NOLINT
            value = std::strtod(text.data(), nullptr);
        }
    }
    return graph;
}

stimuli::Graph readStoredGraph(const fs::path& files)
{
    const auto features = files / "features.csv";
    return stimuli::readGraph({.graph = files / "edges.csv",
                               .features = fs::exists(features) ? features : fs::path(),
                               .nodes = files / "nodes.csv"})
        .graph;
}

} // namespace mlab::app
