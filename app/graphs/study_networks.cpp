// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graphs/study_networks.h"

#include "app/graphs/network_record.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/output_folder.h"
#include "core/base/sha256.h"
#include "stimuli/checkpoints/safetensors.h"
#include "stimuli/checkpoints/weights.h"
#include "stimuli/engine/engine_module.h"
#include "stimuli/graphs/architectures/initial_network.h"
#include "stimuli/store/cache_folder.h"

#include <cstddef>
#include <string>
#include <utility>
#include <variant>

namespace mlab::app {
namespace {

using Json = nlohmann::ordered_json;

std::string encoded(stimuli::GraphNetwork network)
{
    stimuli::Safetensors content;
    for (const auto& array : stimuli::arraysOf(network)) {
        content.arrays[array.name] = {.shape = array.shape, .values = *array.values};
    }
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
        if (const auto* gin = std::get_if<stimuli::GinLayer>(&network.layers[i])) {
            content.arrays[network.names[i] + ".eps"] = {.shape = {1}, .values = {gin->eps}};
        }
    }
    return stimuli::encodeSafetensors(content);
}

/// All arrays of a file of weights, also of those that are not trained.
std::string asSafetensors(const std::filesystem::path& weights)
{
    return stimuli::encodeSafetensors(
        {.metadata = {}, .arrays = stimuli::loadWeights(weights).arrays});
}

/// The files of a trained network in the cache.
struct CachedFiles {
    CachedFiles(const std::filesystem::path& cacheFolder, const Json& key)
    {
        const auto hash = sha256Hex(key.dump());
        weights =
            stimuli::graphNetworkFolder(cacheFolder) / hash.substr(0, 2) / (hash + ".safetensors");
        record = weights;
        record.replace_extension(".json");
    }

    std::filesystem::path weights;
    std::filesystem::path record; ///< written last
};

GraphNetworkSpec specOf(const GraphTrainingSpec& training, std::filesystem::path weights)
{
    GraphNetworkSpec spec{.architecture = training.network.architecture,
                          .activation = training.network.activation,
                          .weights = std::move(weights),
                          .residual = training.network.residual};
    if (spec.architecture == GraphArchitecture::sgc) {
        spec.hops = training.network.hops;
    }
    return spec;
}

/// Absent if it is not there as it was written.
std::optional<ReadyNetwork> findTrained(const GraphTrainingSpec& training, const Json& key,
                                        const CachedFiles& files)
{
    std::error_code unreadable;
    if (!std::filesystem::exists(files.record, unreadable)) {
        return std::nullopt;
    }
    try {
        auto record = Json::parse(readText(files.record));
        if (record.at("key") == key &&
            record.at("weights_sha256").get<std::string>() == sha256OfFile(files.weights) &&
            record.at("outcome").is_object()) {
            return ReadyNetwork{.spec = specOf(training, files.weights),
                                .record = std::move(record)};
        }
        stimuli::warnOnStderr(files.record.string() +
                              ": it or the weights beside it were changed; trained again");
    } catch (const Json::exception& problem) {
        stimuli::warnOnStderr(files.record.string() + ": " + problem.what() + "; trained again");
    } catch (const IoError& problem) {
        stimuli::warnOnStderr(std::string(problem.what()) + "; trained again");
    }
    return std::nullopt;
}

} // namespace

StudyNetworks::StudyNetworks(const GraphStudyInput& input, std::filesystem::path cacheFolder)
    : input_(input), cacheFolder_(std::move(cacheFolder))
{
}

std::optional<ReadyNetwork> StudyNetworks::find(const experiments::StudyNetwork& network) const
{
    const auto& graph = input_.graphs.at(network.graph);
    if (const auto* given = std::get_if<GraphNetworkSpec>(&network.source)) {
        return ReadyNetwork{.spec = *given,
                            .record = givenRecord(*given, graph.sha256,
                                                  given->weights.filename().string(),
                                                  sha256Hex(asSafetensors(given->weights)))};
    }
    const auto& training = std::get<GraphTrainingSpec>(network.source);
    const auto key = trainingKey(training, graph);
    return findTrained(training, key, {cacheFolder_, key});
}

ReadyNetwork StudyNetworks::make(const experiments::StudyNetwork& network,
                                 const stimuli::Progress& progress,
                                 const std::stop_token& stop) const
{
    if (auto found = find(network)) {
        return std::move(*found);
    }
    const auto& graph = input_.graphs.at(network.graph);
    const auto& training = std::get<GraphTrainingSpec>(network.source);
    const auto trained = stimuli::engine().trainGraphNetwork(training, graph.graph, progress, stop);
    const CachedFiles files(cacheFolder_, trainingKey(training, graph));
    const auto weights = encoded(trained.network);
    auto record = trainedRecord(training, graph, trained, files.weights.filename().string(),
                                sha256Hex(weights));
    createFolder(files.weights.parent_path());
    writeFileAtomically(files.weights, weights, Durability::programEnd);
    writeFileAtomically(files.record, record.dump(2) + "\n", Durability::programEnd);
    return {.spec = specOf(training, files.weights), .record = std::move(record)};
}

void StudyNetworks::write(const experiments::StudyNetwork& network, const ReadyNetwork& ready,
                          const std::filesystem::path& folder) const
{
    const auto files = folder / "networks";
    createFolder(files);
    auto record = ready.record;
    record["weights"] = network.name + ".safetensors";
    record["graph"] = network.graph;
    writeFileAtomically(files / (network.name + ".safetensors"), asSafetensors(ready.spec.weights));
    writeFileAtomically(files / (network.name + ".json"), record.dump(2) + "\n");
}

} // namespace mlab::app
