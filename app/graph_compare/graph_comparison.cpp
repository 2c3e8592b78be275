// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graph_compare/graph_comparison.h"

#include "app/program/design_input.h"
#include "app/program/drawn_graphs.h"
#include "core/base/error.h"
#include "core/report/counted_trials.h"
#include "experiments/session/session_randomization.h"
#include "stimuli/engine/engine_module.h"
#include "stimuli/graphs/measures/consistency.h"
#include "stimuli/graphs/probes/rewiring_maker.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace mlab::app {
namespace {

/// A rewiring that a trial showed.
struct Shown {
    int swaps = 0;
    std::uint64_t seed = 0;

    auto operator<=>(const Shown&) const = default; // NOLINT(modernize-use-nullptr)
};

/// What was shown of one dimension, and the answers by level.
struct Answers {
    std::set<Shown> shown;
    std::map<int, std::pair<int, int>> counts; ///< correct and all, by swaps
    std::size_t participants = 0;
};

Answers answersTo(const Dimension& dimension, const ThresholdData& data, const StudyData& study)
{
    Answers out;
    for (const auto& participant : data.participants) {
        bool any = false;
        for (const auto& session : participant.sessions) {
            const auto seed = study.headers.at(session.id).seed;
            int count = 0; // of the dimension's main trials, counted in a report or not
            for (const auto& trial : session.trials) {
                if (trial.practice || trial.dimension != dimension) {
                    continue;
                }
                const auto rewiring = experiments::rewiringSeed(seed, dimension, count++);
                if (!isCounted(trial)) {
                    continue;
                }
                any = true;
                const auto swaps = static_cast<int>(std::lround(trial.levelAchieved));
                auto& [correct, all] = out.counts[swaps];
                correct += trial.correct ? 1 : 0;
                ++all;
                if (trial.correctAnswer != Answer::same) {
                    out.shown.insert({.swaps = swaps, .seed = rewiring});
                }
            }
        }
        out.participants += any ? 1 : 0;
    }
    return out;
}

/// The graphs of the trials, as a network gets them.
struct RewiredGraphs {
    stimuli::Graph reference;
    std::vector<std::pair<int, stimuli::Graph>> rewired; ///< with their swaps
};

RewiredGraphs rewiredGraphs(const stimuli::Graph& designs, const stimuli::Graph& studied,
                            RewiringKind kind, const std::set<Shown>& shown)
{
    RewiredGraphs out{.reference = studied, .rewired = {}};
    for (const auto& [swaps, seed] : shown) {
        auto graph = studied;
        graph.structure = stimuli::rewiredGraph(designs, kind, swaps, seed).structure;
        out.rewired.emplace_back(swaps, std::move(graph));
    }
    return out;
}

/// Of all layers; of the last one, the logits.
std::vector<stimuli::DenseFeatures> activationsOf(const ResultNetwork& network,
                                                  const stimuli::Graph& graph)
{
    const auto engine = stimuli::engine().graphs(network.spec, graph);
    const auto layers = static_cast<int>(engine->network().layers.size());
    std::vector<stimuli::DenseFeatures> out;
    for (int layer = 1; layer <= layers; ++layer) {
        out.push_back(engine->activations(layer, layer == layers
                                                     ? stimuli::LayerValues::preActivations
                                                     : stimuli::LayerValues::activations));
    }
    return out;
}

std::vector<NetworkAtLevel> levelsOf(const ResultNetwork& network, const RewiredGraphs& graphs,
                                     const std::stop_token& stop)
{
    std::map<std::pair<int, int>, NetworkAtLevel> sums; // by layer and swaps
    const auto before = activationsOf(network, graphs.reference);
    for (const auto& [swaps, graph] : graphs.rewired) {
        if (stop.stop_requested()) {
            throw Cancelled();
        }
        const auto after = activationsOf(network, graph);
        const double input = stimuli::inputSimilarity(graphs.reference, graph).mean();
        for (std::size_t layer = 0; layer < before.size(); ++layer) {
            const double match = stimuli::meanNodeCosine(before[layer], after[layer]);
            auto& sum = sums[{static_cast<int>(layer) + 1, swaps}];
            ++sum.graphs;
            sum.match += match;
            sum.input += input;
            sum.consistency += stimuli::consistency(match, input);
        }
    }
    std::vector<NetworkAtLevel> out;
    for (auto& [place, sum] : sums) {
        sum.network = network.name;
        sum.layer = place.first;
        sum.swaps = place.second;
        for (auto* value : {&sum.match, &sum.input, &sum.consistency}) {
            *value /= sum.graphs;
        }
        out.push_back(std::move(sum));
    }
    return out;
}

std::vector<PeopleAtLevel> peopleAt(const Answers& answers, DiscriminationTask task)
{
    std::vector<PeopleAtLevel> out;
    for (const auto& [swaps, count] : answers.counts) {
        const auto& [correct, all] = count;
        out.push_back(
            {.swaps = swaps,
             .trials = all,
             .correct = correct,
             .dPrime = testDifference(task, correct, all, IntervalStatistic::exact).dPrime});
    }
    return out;
}

std::string listed(const std::set<std::string>& names)
{
    std::string out;
    for (const auto& name : names) {
        out += (out.empty() ? "" : ", ") + name;
    }
    return out;
}

class Comparing {
public:
    Comparing(const StudyData& study, const GraphResults& results,
              const stimuli::Progress& progress, const std::stop_token& stop)
        : study_(study), results_(results), progress_(progress), stop_(stop)
    {
    }

    void add(const ThresholdData& data)
    {
        for (const auto& dimension : data.dimensions) {
            shown_.insert(dimension.layer);
        }
        const auto& header = study_.headers.at(data.participants.front().sessions.front().id);
        const auto graphs = readGraphs(*storedDesign(header).graphs);
        if (stimuli::sha256Of(graphs) != header.basisSha256) {
            out_.problems.push_back("design " + data.designName +
                                    " is left out: its graphs are not those of the sessions");
            return;
        }
        for (const auto& dimension : data.dimensions) {
            const auto graph =
                std::ranges::find(graphs, dimension.layer, &stimuli::NamedGraph::name);
            addDimension(data, dimension, graph->graph);
        }
    }

    /// @throws InvalidArgument if there is nothing to compare
    GraphComparison finished()
    {
        if (out_.dimensions.empty() && out_.problems.empty()) {
            throw InvalidArgument("no session of the store shows drawings of graphs; run a design "
                                  "with \"graphs\", such as graph-drawings");
        }
        if (!anyWithNetworks_) {
            throw InvalidArgument(nothingInCommon());
        }
        return std::move(out_);
    }

private:
    std::string nothingInCommon() const
    {
        std::set<std::string> studied;
        for (const auto& network : results_.networks) {
            studied.insert(network.graph);
        }
        std::string why;
        for (const auto& problem : out_.problems) {
            why += "; " + problem;
        }
        return "no graph of the sessions has networks, so that there is nothing to compare" + why +
               ". Graphs of the sessions: " + listed(shown_) +
               "; of the networks: " + listed(studied) +
               ". Give the folder of networks for the graphs that the sessions show";
    }

    void addDimension(const ThresholdData& data, const Dimension& dimension,
                      const stimuli::Graph& graph)
    {
        const auto answers = answersTo(dimension, data, study_);
        RewiringComparison one{.designName = data.designName,
                               .simulated = data.simulated,
                               .dimension = dimension,
                               .participants = answers.participants,
                               .people = peopleAt(answers, data.task),
                               .networks = {}};
        const auto studied = results_.graphs.find(dimension.layer);
        if (studied == results_.graphs.end()) {
            problem(dimension, "the study has no graph of that name");
        } else if (studied->second.structure != graph.structure) {
            problem(dimension, "the networks' graph of that name has other edges");
        } else {
            anyWithNetworks_ = true;
            const auto shown =
                rewiredGraphs(graph, studied->second, *dimension.rewiring, answers.shown);
            for (const auto& network : results_.networks) {
                if (network.graph == dimension.layer) {
                    progress_("Network " + network.name + ", " + dimension.id(), 0.0);
                    std::ranges::move(levelsOf(network, shown, stop_),
                                      std::back_inserter(one.networks));
                }
            }
        }
        out_.dimensions.push_back(std::move(one));
    }

    void problem(const Dimension& dimension, const std::string& why)
    {
        auto sentence = "graph " + dimension.layer + " is without networks: " + why;
        if (std::ranges::find(out_.problems, sentence) == out_.problems.end()) { // of two rewirings
            out_.problems.push_back(std::move(sentence));
        }
    }

    const StudyData& study_;
    const GraphResults& results_;
    const stimuli::Progress& progress_;
    const std::stop_token& stop_;
    GraphComparison out_;
    std::set<std::string> shown_; ///< graphs, by name
    bool anyWithNetworks_ = false;
};

} // namespace

GraphComparison compareGraphs(const StudyData& study, const GraphResults& results,
                              const stimuli::Progress& progress, const std::stop_token& stop)
{
    Comparing comparing(study, results, progress, stop);
    for (const auto& data : study.thresholds) {
        if (data.dimensions.front().rewiring) {
            comparing.add(data);
        }
    }
    return comparing.finished();
}

} // namespace mlab::app
