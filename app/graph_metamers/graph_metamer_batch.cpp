// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graph_metamers/graph_metamer_batch.h"

#include "app/batch/batch_clock.h"
#include "app/graph_metamers/graph_metamer_output.h"
#include "app/graph_metamers/graph_metamer_store.h"
#include "app/graphs/study_networks.h"
#include "app/program/exit_codes.h"
#include "core/base/error.h"
#include "stimuli/engine/engine_module.h"
#include "stimuli/store/cache_folder.h"
#include "stimuli/worker/engine_info.h"

#include <cmath>
#include <cstddef>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

namespace mlab::app {
namespace {

using Json = GraphMetamerStore::Json;
using experiments::StudyMetamer;
using experiments::StudyNetwork;

/// One network on its graph; the metamers of a study come network by network.
struct LoadedNetwork {
    std::unique_ptr<stimuli::GraphMetamerEngine> engine;
    std::map<std::pair<int, std::vector<int>>, stimuli::GraphNull> nulls; ///< by layer and nodes
};

class GraphMetamerRun {
public:
    GraphMetamerRun(const GraphStudyInput& input, const GraphStudyOptions& options,
                    const std::stop_token& stop)
        : input_(input), options_(options), stop_(stop), networks_(input, options.cacheFolder),
          store_(stimuli::graphMetamerFolder(options.cacheFolder), stimuli::warnOnStderr),
          clock_(static_cast<int>(input.study.metamers.size()))
    {
    }

    int run()
    {
        std::optional<GraphMetamerOutput> output;
        if (!options_.outFolder.empty()) { // an error of the folder comes before the work
            writeStudy(input_, options_.outFolder);
            output.emplace(input_, options_.outFolder, options_.shard.count == 1);
        }
        int accepted = 0;
        int refused = 0;
        int none = 0;
        int unmade = 0; // of this run; that none exists is a result
        const auto& metamers = input_.study.metamers;
        for (std::size_t i = 0; i < metamers.size(); ++i) {
            const bool isOurs = options_.shard.holds(i);
            const auto& metamer = metamers[i];
            std::optional<Json> record;
            std::string statement;
            try {
                record = recordOf(metamer, i, isOurs);
            } catch (const Cancelled&) {
                throw;
            } catch (const Error& error) { // the other metamers may still work
                statement = error.what();
                ++unmade;
            }
            if (record) {
                const bool exists = record->at("exists").get<bool>();
                const bool isAccepted = record->at("accepted").get<bool>();
                ++(isAccepted ? accepted : exists ? refused : none);
                unmade += isOurs && exists && !isAccepted ? 1 : 0;
                if (!isAccepted) {
                    statement = record->at("statement").get<std::string>();
                }
                if (output) {
                    output->add(metamer, *record, store_.path(keyOf(metamer)));
                }
            }
            if (isOurs && !statement.empty()) {
                clock_.say(metamer.name + ": " + statement);
            }
        }
        clock_.clear();
        if (output) {
            output->finish();
        }
        std::cout << accepted + refused + none << " of " << metamers.size()
                  << " metamers of the study " << input_.study.name
                  << " are available: " << accepted << " accepted, " << refused << " not accepted, "
                  << none << " do not exist\n";
        return unmade == 0 ? kDone : kFailed;
    }

private:
    const StudyNetwork& networkOf(const StudyMetamer& metamer) const
    {
        return input_.study.networks[metamer.network];
    }

    /// Whether the network of the metamer is now loaded: it may be missing for another shard.
    bool load(const StudyMetamer& metamer, std::size_t number, bool mayTrain)
    {
        if (loadedNumber_ == metamer.network) {
            return true;
        }
        const auto& network = networkOf(metamer);
        const auto show = [&](const std::string& what, double share) {
            clock_.show(network.name + ", " + what, static_cast<double>(number) + share);
        };
        const auto ready =
            mayTrain ? networks_.make(network, show, stop_) : networks_.find(network);
        if (!ready) {
            return false;
        }
        loaded_ = {.engine = stimuli::engine().graphMetamers(ready->spec,
                                                             input_.graphs.at(network.graph).graph),
                   .nulls = {}};
        loadedNumber_ = metamer.network;
        if (!options_.outFolder.empty()) {
            networks_.write(network, *ready, options_.outFolder);
        }
        return true;
    }

    Json keyOf(const StudyMetamer& metamer) const
    {
        return metamerKey(input_.graphs.at(networkOf(metamer).graph).sha256,
                          loaded_.engine->network(), metamer.spec);
    }

    const stimuli::GraphNull& nullOf(const StudyMetamer& metamer)
    {
        const std::pair key{metamer.spec.layer, metamer.spec.nodes};
        if (!loaded_.nulls.contains(key)) {
            loaded_.nulls[key] = loaded_.engine->null(key.first, key.second, stop_);
        }
        return loaded_.nulls.at(key);
    }

    std::optional<Json> recordOf(const StudyMetamer& metamer, std::size_t number, bool isOurs)
    {
        if (!load(metamer, number, isOurs)) {
            return std::nullopt;
        }
        const auto key = keyOf(metamer);
        auto found = store_.find(key);
        if (found || !isOurs) {
            return found;
        }
        const auto& engine = *loaded_.engine;
        const auto show = [&](const std::string& /*what*/, double share) {
            clock_.show(metamer.name, static_cast<double>(number) + share);
        };
        show("", 0);
        const auto made = engine.make(metamer.spec, show, stop_);
        const auto graph =
            made.graph ? std::optional(asStored(metamer, *made.graph)) : std::nullopt;
        return store_.store(
            key, graph ? &*graph : nullptr,
            [&](const std::filesystem::path& files) { return describe(metamer, made, files); });
    }

    /// A graph as the files of such a metamer hold it: features that were changed have 8 digits.
    static stimuli::Graph asStored(const StudyMetamer& metamer, const stimuli::Graph& graph)
    {
        return metamer.spec.change == GraphChange::structure ? graph : asKept(graph);
    }

    /// What is kept of a metamer beside its files, from which its loss is computed. Its statement
    /// says why it is not accepted, if it is not.
    Json describe(const StudyMetamer& metamer, const stimuli::GraphMetamer& made,
                  const std::filesystem::path& files)
    {
        Json out;
        out["exists"] = made.graph.has_value();
        out["accepted"] = false;
        out["converged"] = false;
        out["statement"] = made.statement;
        out["stop_reason"] = nameIn(stimuli::kGraphStops, made.stop);
        out["steps"] = made.steps;
        if (!made.graph) {
            return out;
        }
        const auto graph = readStoredGraph(files);
        const auto& reference = input_.graphs.at(networkOf(metamer).graph).graph;
        const auto match = loaded_.engine->match(metamer.spec.layer, metamer.spec.nodes, graph);
        const auto& null = nullOf(metamer);
        const bool isReference =
            graph.structure == reference.structure &&
            stimuli::dense(graph.features) == stimuli::dense(asStored(metamer, reference).features);
        const auto fault = isReference ? "the graph found is the reference itself"
                                       : stimuli::whyNotAccepted(metamer.spec, match, null);
        out["accepted"] = fault.empty();
        out["converged"] = match.loss <= metamer.spec.tolerance;
        if (!fault.empty()) {
            out["statement"] = "not accepted: " + fault;
        }
        out["loss"] = match.loss;
        out["snr_db"] = std::isfinite(match.snrDb) ? Json(match.snrDb) : Json();
        out["same_class"] = match.sameClass;
        out["null_permuted"] = null.permuted;
        out["null_nodes"] = null.nodes ? Json(*null.nodes) : Json();
        out["node_losses"] = Json::array();
        for (const auto& loss : match.nodeLosses) {
            out["node_losses"].push_back(loss ? Json(*loss) : Json());
        }
        return out;
    }

    const GraphStudyInput& input_;
    const GraphStudyOptions& options_;
    const std::stop_token& stop_;
    StudyNetworks networks_;
    GraphMetamerStore store_;
    BatchClock clock_;
    std::optional<std::size_t> loadedNumber_;
    LoadedNetwork loaded_;
};

} // namespace

int runGraphMetamers(const GraphStudyInput& input, const GraphStudyOptions& options,
                     const std::stop_token& stop)
{
    return GraphMetamerRun(input, options, stop).run();
}

} // namespace mlab::app
