// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is computed from runs of networks, with networks whose answers are known.
#include "app/graph_report/consistency_part.h"
#include "app/graph_report/cross_network_part.h"
#include "app/graph_report/pair_drawing.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace mlab::app {
namespace {

using stimuli::DenseFeatures;
using stimuli::Graph;
using stimuli::GraphStructure;

/// "sign" gives class 1 where the first feature is above 0, "zero" always class 0. Activations are
/// the features.
NetworkRun knownRun(const ResultNetwork& network, const Graph& graph,
                    const std::vector<int>& layers)
{
    const auto features = dense(graph.features);
    NetworkRun out{.activations = std::vector<DenseFeatures>(layers.size(), features),
                   .classes = {}};
    for (int node = 0; node < features.rows; ++node) {
        out.classes.push_back(network.name == "sign" && features.row(node)[0] > 0 ? 1 : 0);
    }
    return out;
}

Graph pathWith(std::vector<double> values)
{
    return {.structure = GraphStructure(4, {{0, 1}, {1, 2}, {2, 3}}),
            .features = DenseFeatures{.rows = 4, .columns = 1, .values = std::move(values)},
            .labels = {0, 1, stimuli::kUnknownLabel, 1},
            .classNames = {"a", "b"}};
}

ResultMetamer metamerOf(int seed, std::vector<double> values)
{
    ResultMetamer out;
    out.item = "sign-layer1-features-s" + std::to_string(seed);
    out.network = "sign";
    out.graph = "path";
    out.seed = seed;
    out.nodes = {0, 1, 2, 3};
    out.accepted = true;
    out.metamer = pathWith(std::move(values));
    return out;
}

/// Classes of "sign" on the reference: 1 1 0 0; on its metamers 1 0 0 0 and 1 1 0 0.
GraphResults results()
{
    GraphResults out;
    out.graphs["path"] = pathWith({1, 2, -1, -2});
    for (const auto* name : {"sign", "zero"}) {
        ResultNetwork network;
        network.name = name;
        network.graph = "path";
        out.networks.push_back(network);
    }
    out.metamers.push_back(metamerOf(1, {2, -2, -1, -2}));
    out.metamers.push_back(metamerOf(2, {1, 2, -1, -2}));
    return out;
}

GraphReportSettings settings()
{
    return {.null = {.count = 5},
            .progress = [](const std::string&, double share) { EXPECT_LE(share, 1); }};
}

TEST(CrossNetworks, CountNodesWithTheClassOfTheMakerAndTheTrueLabel)
{
    const auto study = results();
    const auto crosses = crossNetworksOf(study, knownRun, settings());
    ASSERT_EQ(crosses.size(), 2U);
    const auto& own = crosses[0];
    EXPECT_EQ(own.shown, "sign");
    EXPECT_DOUBLE_EQ(own.ofMaker.metamer.share, 7.0 / 8); // one node of two metamers is lost
    EXPECT_DOUBLE_EQ(own.ofMaker.reference.share, 1);
    EXPECT_DOUBLE_EQ(own.ofTrue->reference.share, 1.0 / 3); // labels 0 1 - 1
    EXPECT_DOUBLE_EQ(own.ofTrue->metamer.share, 1.0 / 6);
    const auto& other = crosses[1];
    EXPECT_DOUBLE_EQ(other.ofMaker.metamer.share, 0.5);
    EXPECT_DOUBLE_EQ(other.ofTrue->metamer.share, 1.0 / 3);
    // Cosines 1 -1 1 1 and 1 1 1 1: S_feat 0.5 and 1, S_struct 1.
    EXPECT_DOUBLE_EQ(own.input, (0.75 + 1) / 2);
    for (const auto& cross : crosses) {
        const auto& share = cross.ofMaker.metamer;
        ASSERT_TRUE(share.interval);
        EXPECT_LE((*share.interval)[0], share.share);
        EXPECT_GE((*share.interval)[1], share.share);
        EXPECT_DOUBLE_EQ(cross.ofMaker.difference.share, share.share - cross.ofMaker.control.share);
    }
    // "zero" sees no difference between any graphs, so its interval is of nodes alone.
    EXPECT_EQ(other.ofMaker.difference.share, 0);
    EXPECT_EQ((*other.ofMaker.difference.interval)[1], 0);
    EXPECT_EQ(crossNetworkTable(crosses).rows[0].size(), crossNetworkTable(crosses).columns.size());
}

TEST(CrossNetworks, LeaveOutWhatWasNotAccepted)
{
    auto study = results();
    study.metamers[0].accepted = false;
    EXPECT_EQ(crossNetworksOf(study, knownRun, settings())[0].group.metamers.size(), 1U);
    EXPECT_DOUBLE_EQ(crossNetworksOf(study, knownRun, settings())[0].ofMaker.metamer.share, 1);
    study.metamers[1].accepted = false;
    EXPECT_TRUE(crossNetworksOf(study, knownRun, settings()).empty());
}

TEST(Consistencies, AreOfTheMatchedNodes)
{
    auto study = results();
    study.metamers[0].nodes = {1, 3};
    const auto all = consistenciesOf(study, knownRun, settings());
    EXPECT_DOUBLE_EQ(all[0].scores.match, 0); // cosines -1 and 1
    EXPECT_DOUBLE_EQ(all[0].scores.agreement, 0.5);
    EXPECT_DOUBLE_EQ(all[0].scores.input.mean(), 0.75);
    EXPECT_DOUBLE_EQ(all[0].scores.consistency, 0.25);
    EXPECT_DOUBLE_EQ(all[1].scores.consistency, 1);
    EXPECT_LT(all[1].nullMatch.mean, 1);
    const auto summary = summaryTable(all, groupsOf(study));
    ASSERT_EQ(summary.rows.size(), 1U);
    EXPECT_EQ(summary.rows[0][4], "2");
    EXPECT_EQ(summary.rows[0][12], "0.625");
}

TEST(PairDrawing, SaysWhichNodesAreDrawn)
{
    const auto reference = pathWith({1, 2, -1, -2});
    auto metamer = reference;
    metamer.structure = GraphStructure(4, {{0, 1}, {1, 2}, {0, 3}});
    const auto drawing = drawPair(reference, metamer, "title", 1);
    EXPECT_EQ(drawing.part, "All 4 nodes.");
    EXPECT_THAT(drawing.svg, testing::HasSubstr("reference, 1 removed edge<"));
    EXPECT_THAT(drawing.svg, testing::HasSubstr("metamer, 1 added edge<"));

    // A long path, of which the last edge is gone.
    std::vector<stimuli::Edge> edges;
    for (int node = 0; node + 1 < 400; ++node) {
        edges.push_back({node, node + 1});
    }
    Graph line{.structure = GraphStructure(400, edges), .features = stimuli::noFeatures(400)};
    auto shorter = line;
    edges.pop_back();
    shorter.structure = GraphStructure(400, edges);
    EXPECT_EQ(drawPair(line, shorter, "title", 1).part,
              "100 of 400 nodes: those nearest to node 398, which changed most.");
}

} // namespace
} // namespace mlab::app
