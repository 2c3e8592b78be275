// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/files.h"
#include "core/base/sha256.h"
#include "stimuli/graphs/files/graph_writer.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <string>

namespace mlab {

// Writes the files of a graph, and returns their SHA-256 for a record.
inline std::map<std::string, std::string> writeGraph(const std::filesystem::path& folder,
                                                     const stimuli::Graph& graph)
{
    std::filesystem::create_directories(folder);
    std::map<std::string, std::string> hashes;
    for (const auto& [name, content] : stimuli::encodeGraph(graph)) {
        writeFileAtomically(folder / name, content);
        hashes[name] = sha256Hex(content);
    }
    return hashes;
}

// A folder of results as graph-train, graph-metamers and graph-dimension leave it.
class WrittenResults {
public:
    WrittenResults(std::filesystem::path folder, const stimuli::Graph& reference)
        : folder_(std::move(folder))
    {
        graphSha256_ = stimuli::graphSha256(writeGraph(folder_ / "graphs/small", reference));
        std::filesystem::create_directories(folder_ / "networks");
        std::filesystem::create_directories(folder_ / "metamers");
        writeFileAtomically(folder_ / "study.json", R"({"name": "small study"})");
    }

    // @param changes keys of the manifest that differ from those of a GCN with ReLU
    void addNetwork(const std::string& name, const std::filesystem::path& weights,
                    const nlohmann::json& changes)
    {
        const auto bytes = readFile(weights);
        writeFileAtomically(folder_ / "networks" / (name + ".safetensors"), bytes);
        weightsSha256_[name] = sha256Hex(bytes);
        nlohmann::json manifest = {{"graph", "small"},
                                   {"architecture", "gcn"},
                                   {"activation", "relu"},
                                   {"residual", false},
                                   {"hidden", {3}},
                                   {"weights", name + ".safetensors"},
                                   {"training", {{"seed", 1}}},
                                   {"outcome", {{"test_accuracy", 0.8}}},
                                   {"weights_sha256", sha256Hex(bytes)},
                                   {"graph_sha256", graphSha256_}};
        manifest.update(changes);
        writeFileAtomically(folder_ / "networks" / (name + ".json"), manifest.dump(2));
        networks_ += name + ",small\r\n";
        writeFileAtomically(folder_ / "networks.csv", networks_);
    }
    // @param changes keys of the record that differ from those of an accepted one
    void addMetamer(const std::string& network, const std::string& change, int seed,
                    const stimuli::Graph& metamer, const nlohmann::json& changes = {})
    {
        const auto item = network + "-layer1-" + change + "-s" + std::to_string(seed);
        const auto folder = folder_ / "metamers" / item;
        nlohmann::json record = recordOf(item, network);
        record.update({{"layer", 1},
                       {"change", change},
                       {"solver", change == "features" ? "lbfgs" : "straight-through"},
                       {"entry", nullptr},
                       {"seed", seed},
                       {"nodes", "all"},
                       {"exists", true},
                       {"loss", 1e-5},
                       {"accepted", true},
                       {"converged", true},
                       {"stop_reason", "tolerance"},
                       {"sha256", writeGraph(folder, metamer)}});
        record.update(changes.is_null() ? nlohmann::json::object() : changes);
        write(item, record);
    }

    // What the exact solver leaves where there is no other graph.
    void addNone(const std::string& network, const std::string& item, const std::string& statement)
    {
        auto record = recordOf(item, network);
        record.update({{"exists", false}, {"statement", statement}});
        write(item, record);
    }

private:
    nlohmann::json recordOf(const std::string& item, const std::string& network) const
    {
        return {{"item", item},
                {"network", network},
                {"graph", "small"},
                {"weights_sha256", weightsSha256_.at(network)},
                {"graph_sha256", graphSha256_}};
    }
    void write(const std::string& item, const nlohmann::json& record)
    {
        std::filesystem::create_directories(folder_ / "metamers" / item);
        writeFileAtomically(folder_ / "metamers" / item / "record.json", record.dump(2));
        metamers_ += item + ",\r\n";
        writeFileAtomically(folder_ / "metamers.csv", metamers_);
    }

    std::filesystem::path folder_;
    std::string graphSha256_;
    std::map<std::string, std::string> weightsSha256_;
    std::string networks_ = "network,graph\r\n";
    std::string metamers_ = "item,loss\r\n";
};

} // namespace mlab
