// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graph_report/consistency_part.h"

#include "core/page/report_text.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <set>

namespace mlab::app {
namespace {

/// What of a graph a network's scores are computed from.
struct Seen {
    stimuli::Graph graph;
    std::map<int, stimuli::DenseFeatures> activations; ///< by layer
    std::vector<int> classes;
};

Seen seenBy(const ResultNetwork& network, stimuli::Graph graph, const std::vector<int>& layers,
            const RunNetwork& run)
{
    Seen out;
    auto all = run(network, graph, layers);
    for (std::size_t i = 0; i < layers.size(); ++i) {
        out.activations[layers[i]] = std::move(all.activations[i]);
    }
    out.classes = std::move(all.classes);
    out.graph = std::move(graph);
    return out;
}

ConsistencyScores scoresOf(const Seen& reference, const Seen& changed,
                           const stimuli::InputSimilarity& input, int layer,
                           const std::vector<int>& nodes)
{
    ConsistencyScores out;
    out.match = stimuli::meanNodeCosine(reference.activations.at(layer),
                                        changed.activations.at(layer), nodes);
    out.agreement = stimuli::agreement(reference.classes, changed.classes, nodes);
    out.input = input;
    out.consistency = stimuli::consistency(out.match, input.mean());
    return out;
}

stimuli::NullSummary summaryOf(const std::vector<ConsistencyScores>& scores,
                               const std::function<double(const ConsistencyScores&)>& valueOf)
{
    std::vector<std::optional<double>> values(scores.size());
    std::ranges::transform(scores, values.begin(), valueOf);
    return stimuli::nullSummary(values).value();
}

/// The metamers of one network and one change, in the order of the results.
struct Block {
    const ResultNetwork* network = nullptr;
    GraphChange change = GraphChange::features;
    std::vector<std::size_t> metamers; ///< into the results
};

std::vector<Block> blocksOf(const GraphResults& results)
{
    std::vector<Block> out;
    for (std::size_t i = 0; i < results.metamers.size(); ++i) {
        const auto& metamer = results.metamers[i];
        const auto* network = &results.network(metamer.network);
        auto block = std::ranges::find_if(out, [&](const Block& one) {
            return one.network == network && one.change == metamer.kind.change;
        });
        if (block == out.end()) {
            out.push_back({.network = network, .change = metamer.kind.change, .metamers = {}});
            block = out.end() - 1;
        }
        block->metamers.push_back(i);
    }
    return out;
}

} // namespace

std::vector<MetamerConsistency> consistenciesOf(const GraphResults& results, const RunNetwork& run,
                                                const GraphReportSettings& settings)
{
    std::vector<MetamerConsistency> out(results.metamers.size());
    const auto blocks = blocksOf(results);
    const double total = static_cast<double>(blocks.size()) * settings.null.count +
                         static_cast<double>(results.metamers.size());
    double done = 0;
    const auto step = [&] {
        throwIfStopped(settings);
        settings.progress("consistency", done / total);
        ++done;
    };
    for (const auto& block : blocks) {
        const auto& graph = results.graph(block.network->graph);
        std::set<int> matched;
        for (const auto i : block.metamers) {
            matched.insert(results.metamers[i].kind.layer);
        }
        const std::vector<int> layers(matched.begin(), matched.end());
        const auto reference = seenBy(*block.network, graph, layers, run);
        std::map<std::size_t, std::vector<ConsistencyScores>> nulls; // by metamer
        for (int index = 0; index < settings.null.count; ++index) {
            step();
            const auto null = seenBy(
                *block.network,
                nullGraph(graph, block.change, settings.seed, static_cast<std::uint64_t>(index)),
                layers, run);
            const auto input = stimuli::inputSimilarity(graph, null.graph);
            for (const auto i : block.metamers) {
                const auto& metamer = results.metamers[i];
                nulls[i].push_back(
                    scoresOf(reference, null, input, metamer.kind.layer, results.nodesOf(metamer)));
            }
        }
        for (const auto i : block.metamers) {
            step();
            const auto& metamer = results.metamers[i];
            const auto changed =
                seenBy(*block.network, results.metamerGraph(metamer), {metamer.kind.layer}, run);
            auto& at = out[i];
            at.metamer = &metamer;
            at.scores = scoresOf(reference, changed, stimuli::inputSimilarity(graph, changed.graph),
                                 metamer.kind.layer, results.nodesOf(metamer));
            using Scores = ConsistencyScores;
            const auto& null = nulls[i];
            at.nullMatch = summaryOf(null, [](const Scores& one) { return one.match; });
            at.nullAgreement = summaryOf(null, [](const Scores& one) { return one.agreement; });
            at.nullInput = summaryOf(null, [](const Scores& one) { return one.input.mean(); });
            at.nullConsistency = summaryOf(null, [](const Scores& one) { return one.consistency; });
        }
    }
    return out;
}

ReportTable consistencyTable(const std::vector<MetamerConsistency>& consistencies,
                             const GraphReportSettings& settings)
{
    ReportTable out{.name = "consistency", .columns = itemColumns(), .rows = {}};
    const std::vector<ReportColumn> scores = {
        {"loss", "", "|h' - h|^2 / |h|^2 of the layer, of the graph as written"},
        {"s_match", "", "mean cosine of the layer's activations over the matched nodes"},
        {"class_agreement", "", "share of these nodes with the predicted class of the reference"},
        {"s_feat", "", "mean cosine of the features over all nodes, at least 0"},
        {"s_struct", "", "edges in both graphs / edges in any of them"},
        {"s_in", "", "(s_feat + s_struct) / 2; our definition"},
        {"consistency", "", "1 - |s_match - s_in|, s_match at least 0; our definition"}};
    std::ranges::copy(scores, std::back_inserter(out.columns));
    for (const auto& [name, what] :
         {std::pair("s_match", "s_match"), std::pair("class_agreement", "class_agreement"),
          std::pair("s_in", "s_in"), std::pair("consistency", "consistency")}) {
        const std::string of = std::string(what) + " over the null graphs";
        out.columns.push_back({std::string("null_") + name, "", "mean of " + of});
        out.columns.push_back(
            {std::string("null_") + name + "_low", "", "2.5 % quantile of " + of});
        out.columns.push_back(
            {std::string("null_") + name + "_high", "", "97.5 % quantile of " + of});
    }
    out.columns.push_back({"null_kind", "", "what the null graphs have other than the reference"});
    out.columns.push_back({"null_count", "", "number of null graphs"});
    out.columns.push_back({"null_seed", "", "seed of the null graphs"});
    for (const auto& one : consistencies) {
        const auto& metamer = *one.metamer;
        auto& row = out.rows.emplace_back(itemFields(metamer));
        row.insert(row.end(),
                   {whole(metamer.loss), whole(one.scores.match), whole(one.scores.agreement),
                    whole(one.scores.input.features), whole(one.scores.input.structure),
                    whole(one.scores.input.mean()), whole(one.scores.consistency)});
        for (const auto* null :
             {&one.nullMatch, &one.nullAgreement, &one.nullInput, &one.nullConsistency}) {
            row.insert(row.end(),
                       {whole(null->mean), whole(null->interval[0]), whole(null->interval[1])});
        }
        row.insert(row.end(), {nullName(metamer.kind.change), std::to_string(settings.null.count),
                               std::to_string(settings.seed)});
    }
    return out;
}

ReportTable summaryTable(const std::vector<MetamerConsistency>& consistencies,
                         const std::vector<MetamerGroup>& groups)
{
    ReportTable out{.name = "summary",
                    .columns = {{"network", "", "the network that the metamers were made for"},
                                {"graph", "", "their reference"}},
                    .rows = {}};
    std::ranges::move(kindColumns(), std::back_inserter(out.columns));
    const std::vector<ReportColumn> means = {
        {"metamers", "", "number of metamers"},
        {"accepted", "", "number of accepted ones"},
        {"converged", "", "number of those with a loss within the tolerance"},
        {"loss", "", "mean over all of them, as all that follow"},
        {"s_match", "", "see consistency.csv"},
        {"class_agreement", "", "see consistency.csv"},
        {"s_feat", "", "see consistency.csv"},
        {"s_struct", "", "see consistency.csv"},
        {"s_in", "", "see consistency.csv"},
        {"consistency", "", "see consistency.csv"},
        {"null_s_match", "", "mean of the null graphs"},
        {"null_s_in", "", "mean of the null graphs"},
        {"null_consistency", "", "mean of the null graphs"}};
    std::ranges::copy(means, std::back_inserter(out.columns));
    for (const auto& group : groups) {
        const auto groupMean =
            [&](const std::function<double(const MetamerConsistency&)>& valueOf) {
                std::vector<double> values;
                for (const auto& one : consistencies) {
                    if (std::ranges::find(group.metamers, one.metamer) != group.metamers.end()) {
                        values.push_back(valueOf(one));
                    }
                }
                return whole(meanOf(values));
            };
        using One = MetamerConsistency;
        const auto number = [&](bool ResultMetamer::*flag) {
            return std::to_string(std::ranges::count_if(
                group.metamers, [&](const ResultMetamer* one) { return one->*flag; }));
        };
        auto& row = out.rows.emplace_back();
        row = {group.network, group.graph};
        std::ranges::move(kindFields(group.kind), std::back_inserter(row));
        row.insert(row.end(), {count(group.metamers.size()), number(&ResultMetamer::accepted),
                               number(&ResultMetamer::converged),
                               groupMean([](const One& one) { return one.metamer->loss; }),
                               groupMean([](const One& one) { return one.scores.match; }),
                               groupMean([](const One& one) { return one.scores.agreement; }),
                               groupMean([](const One& one) { return one.scores.input.features; }),
                               groupMean([](const One& one) { return one.scores.input.structure; }),
                               groupMean([](const One& one) { return one.scores.input.mean(); }),
                               groupMean([](const One& one) { return one.scores.consistency; }),
                               groupMean([](const One& one) { return one.nullMatch.mean; }),
                               groupMean([](const One& one) { return one.nullInput.mean; }),
                               groupMean([](const One& one) { return one.nullConsistency.mean; })});
    }
    return out;
}

} // namespace mlab::app
