// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is computed from runs of networks, with networks whose answers are known.
#include "app/graph_report/graph_page.h"
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

/// Of "sign", accepted and converged; the seed says which graph it is.
ResultMetamer metamerOf(int seed, const MetamerKind& kind = {})
{
    ResultMetamer out;
    out.item = "sign-s" + std::to_string(seed);
    out.network = "sign";
    out.graph = "path";
    out.kind = kind;
    out.seed = seed;
    out.accepted = true;
    out.converged = true;
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
    out.metamers = {metamerOf(1), metamerOf(2)};
    out.metamerGraph = [](const ResultMetamer& metamer) {
        return metamer.seed == 1 ? pathWith({2, -2, -1, -2}) : pathWith({1, 2, -1, -2});
    };
    return out;
}

std::string fieldOf(const ReportTable& table, std::size_t row, const std::string& column)
{
    const auto found = std::ranges::find(table.columns, column, &ReportColumn::name);
    return table.rows.at(row).at(static_cast<std::size_t>(found - table.columns.begin()));
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

TEST(CrossNetworks, ShowMetamersOfOtherNodesAndSolversByThemselves)
{
    auto study = results();
    study.metamers = {metamerOf(1, {.entry = "first", .nodes = {0}}),
                      metamerOf(1, {.entry = "last", .nodes = {1}}),
                      metamerOf(2, {.solver = GraphSolver::gaussNewton})};
    const auto crosses = crossNetworksOf(study, knownRun, settings());
    ASSERT_EQ(crosses.size(), 3U * 2);
    EXPECT_EQ(crosses[0].ofMaker.metamer.share, 1); // node 0 keeps its class
    EXPECT_EQ(crosses[2].ofMaker.metamer.share, 0); // node 1 loses it
    EXPECT_EQ(crosses[4].group.kind.solver, GraphSolver::gaussNewton);
    EXPECT_EQ(titleOf(crosses[2].group.kind), "layer 1, features, lbfgs, last, node 1");
    const auto summary =
        summaryTable(consistenciesOf(study, knownRun, settings()), groupsOf(study));
    EXPECT_EQ(summary.rows.size(), 3U);
}

TEST(Consistencies, AreOfTheMatchedNodes)
{
    auto study = results();
    study.metamers[0].kind.nodes = {1, 3};
    const auto all = consistenciesOf(study, knownRun, settings());
    EXPECT_DOUBLE_EQ(all[0].scores.match, 0); // cosines -1 and 1
    EXPECT_DOUBLE_EQ(all[0].scores.agreement, 0.5);
    EXPECT_DOUBLE_EQ(all[0].scores.input.mean(), 0.75);
    EXPECT_DOUBLE_EQ(all[0].scores.consistency, 0.25);
    EXPECT_DOUBLE_EQ(all[1].scores.consistency, 1);
    EXPECT_LT(all[1].nullMatch.mean, 1);
}

TEST(Consistencies, AreSummarisedOverSeeds)
{
    const auto study = results();
    const auto all = consistenciesOf(study, knownRun, settings());
    const auto summary = summaryTable(all, groupsOf(study));
    ASSERT_EQ(summary.rows.size(), 1U);
    EXPECT_EQ(fieldOf(summary, 0, "metamers"), "2");
    EXPECT_EQ(fieldOf(summary, 0, "nodes"), "all");
    EXPECT_DOUBLE_EQ(std::stod(fieldOf(summary, 0, "consistency")),
                     (all[0].scores.consistency + all[1].scores.consistency) / 2);
}

/// Of nodes with binary features on a path.
GraphResults wordsWith(GraphChange change)
{
    auto out = results();
    auto& graph = out.graphs.at("path");
    graph.features =
        stimuli::BinaryFeatures{.columns = 3, .offsets = {0, 1, 2, 3, 5}, .ones = {0, 1, 2, 0, 1}};
    out.metamers = {metamerOf(1, {.change = change})};
    out.metamerGraph = [graph](const ResultMetamer& /*metamer*/) { return graph; };
    return out;
}

TEST(DeviationNulls, AreChangedAsTheMetamersAndOnlyOfWhatTheseChange)
{
    GraphReportSettings one = settings();
    one.null.count = 1;
    for (const auto change : {GraphChange::features, GraphChange::structure, GraphChange::both}) {
        const auto study = wordsWith(change);
        const auto& reference = study.graph("path");
        const auto nulls = deviationsOf(study, one).nulls;
        ASSERT_EQ(nulls.size(), 1U);
        const auto& null = nulls.at({"path", change});
        EXPECT_EQ(null.features.empty(), change == GraphChange::structure);
        EXPECT_EQ(null.structure.empty(), change == GraphChange::features);
        // The only null graph is the mean.
        const auto drawn = nullGraph(reference, change, one.seed, 0);
        const auto expected = structureMeasures(stimuli::StructureComparison(reference), drawn);
        for (std::size_t i = 0; i < null.structure.size(); ++i) {
            EXPECT_EQ(null.structure[i].has_value(), expected[i].value.has_value());
            if (null.structure[i]) {
                EXPECT_DOUBLE_EQ(null.structure[i]->mean, *expected[i].value)
                    << expected[i].measure;
            }
        }
    }
}

TEST(Remedies, CompareKindsOfMetamersByThemselvesAndAtLossesThatAreAlike)
{
    auto study = results();
    study.networks[1].spec.architecture = GraphArchitecture::sgc;
    study.networks[0].hidden = "8"; // "zero" has no hidden layer
    study.metamers = {metamerOf(1), metamerOf(2), metamerOf(2),
                      metamerOf(1, {.change = GraphChange::structure})};
    study.metamers[1].converged = false;
    study.metamers[2].accepted = false;
    const auto rows = remediesOf(study, consistenciesOf(study, knownRun, settings()));
    ASSERT_EQ(rows.size(), 4U); // two architectures and two kinds; hidden has one value
    EXPECT_EQ(rows[0].factor, "architecture");
    EXPECT_EQ(rows[0].value, "gcn");
    EXPECT_EQ(rows[0].kind->change, GraphChange::features);
    EXPECT_EQ(rows[0].made, 3U);
    EXPECT_EQ(rows[0].metamers, 1U);
    EXPECT_DOUBLE_EQ(rows[0].input.value(), 0.75);
    EXPECT_EQ(rows[1].kind->change, GraphChange::structure);
    EXPECT_EQ(rows[1].made, 1U);
    EXPECT_EQ(rows[2].value, "sgc");
    EXPECT_EQ(rows[2].made, 0U);
    for (const auto& line : remediesTable(rows).rows) {
        EXPECT_EQ(line.size(), remediesTable(rows).columns.size());
    }
}

TEST(GraphPage, LeavesNamesAsTheyAreAndWritesLargeNumbersOut)
{
    GraphReport report;
    report.results = results();
    report.settings = settings();
    report.results.metamers[0].network = "1e3";
    report.results.networks[0].name = "1e3";
    report.results.metamers[1].network = "zero";
    report.results.metamers[0].loss = 1433.2;
    compute(report, knownRun);
    const auto page = graphPage(report);
    const auto& table = page.at(1).tables.at(0);
    EXPECT_EQ(fieldOf(table, 0, "network"), "1e3");
    EXPECT_EQ(fieldOf(table, 0, "loss"), "1433");
    // All nodes of entries without a name need no columns.
    EXPECT_EQ(std::ranges::count(table.columns, "entry", &ReportColumn::name), 0);
    EXPECT_EQ(std::ranges::count(table.columns, "solver", &ReportColumn::name), 1);
}

TEST(GraphPage, SaysThatAGraphHasNoOtherNetwork)
{
    GraphReport report;
    report.results = results();
    report.settings = settings();
    const auto section = [&] {
        compute(report, knownRun);
        const auto page = graphPage(report);
        return *std::ranges::find(page, "Other networks", &PageSection::title);
    };
    EXPECT_EQ(section().figures.size(), 1U);
    EXPECT_EQ(section().tables.size(), 1U);
    report.results.networks.resize(1);
    const auto alone = section();
    EXPECT_EQ(alone.paragraphs,
              std::vector<std::string>{"There is no other network of the graph path."});
    EXPECT_TRUE(alone.figures.empty());
    EXPECT_TRUE(alone.tables.empty());
}

TEST(GraphPage, SaysWhatColoursAndCrossesAre)
{
    GraphReport report;
    report.results = results();
    report.settings = settings();
    report.results.metamers[0].converged = false; // but accepted
    compute(report, knownRun);
    const auto scatter = [&] { return graphPage(report).at(1).figures.at(0); };
    EXPECT_THAT(scatter().svg, testing::HasSubstr("not accepted, or loss above the tolerance<"));
    EXPECT_THAT(scatter().caption, testing::HasSubstr("Colours are the networks' activation"));
    report.results.networks[1].spec.architecture = GraphArchitecture::gin;
    EXPECT_THAT(scatter().caption, testing::HasSubstr("Colours are the networks' architectures."));
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
    const auto part = drawPair(line, shorter, "title", 1);
    EXPECT_EQ(part.part, "100 of 400 nodes: those nearest to node 398, which changed most.");
    EXPECT_THAT(part.svg, testing::HasSubstr("reference, 1 removed edge drawn<"));
}

} // namespace
} // namespace mlab::app
