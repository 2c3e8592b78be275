// SPDX-License-Identifier: GPL-3.0-or-later
//
// The report on a folder of results, by the program as people run it.
#include "core/base/files.h"
#include "stimuli/graphs/files/graph_reader.h"
#include "stimuli/graphs/rewiring/null_graphs.h"
#include "tests/e2e/csv_rows.h"
#include "tests/e2e/graph_results.h"
#include "tests/e2e/process.h"
#include "tests/temporary_folder.h"

#include <gmock/gmock.h>

#include <filesystem>

namespace mlab {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class GraphReportCommand : public testing::Test {
protected:
    GraphReportCommand()
    {
        const fs::path networks = MLAB_GRAPH_NETWORKS;
        auto reference = stimuli::readGraph({.graph = networks / "edges.csv",
                                             .features = networks / "features.csv",
                                             .nodes = {}})
                             .graph;
        for (int node = 0; node < reference.structure.nodes(); ++node) {
            reference.labels.push_back(node % 2);
        }
        reference.classNames = {"even", "odd"};
        WrittenResults results(folder_, reference);
        const auto weights = networks / "gcn.safetensors";
        results.addNetwork("gcn-relu", weights, nlohmann::json::object());
        results.addNetwork("gcn-elu", weights, {{"activation", "elu"}});
        results.addMetamer("gcn-relu", "features", 1, reference, true); // itself
        results.addMetamer("gcn-relu", "features", 2,
                           stimuli::withPermutedFeatures(reference, 5, 0), true);
        results.addMetamer("gcn-elu", "structure", 1, stimuli::withRandomEdges(reference, 5, 0),
                           false);
        results.addNone("gcn-elu-layer1-structure-s2");
        writeFileAtomically(folder_ / "dimension.csv",
                            "network,graph,layer,scope,aggregation,width,activation,"
                            "log_volume_change\r\n"
                            "gcn-relu,small,1,own,,,,\r\n"
                            "gcn-relu,small,1,field,9,1,1,\r\n"
                            "gcn-elu,small,1,field,9,1,0,0.5\r\n");
    }

    Result report(const std::vector<std::string>& more = {}) const
    {
        std::vector<std::string> all = {MLAB_SYNTH, "graph-report", folder_};
        all.insert(all.end(), more.begin(), more.end());
        return run(all);
    }

    TemporaryFolder scratch_;
    fs::path folder_ = scratch_.path();
};

TEST_F(GraphReportCommand, WritesAPageWithItsFiguresAndAllNumbersAsCsv)
{
    const auto result = report();
    ASSERT_EQ(result.code, 0) << result.out;
    const auto page = readFile(folder_ / "index.html");
    EXPECT_THAT(page,
                HasSubstr("This page is on 3 metamers of 2 networks on 1 graph; accepted: 2."));
    EXPECT_THAT(page, HasSubstr("small (9 nodes"));
    EXPECT_THAT(page, HasSubstr("No exact metamer exists: gcn-elu-layer1-structure-s2."));
    EXPECT_THAT(page, Not(HasSubstr("nan")));
    for (const auto* name :
         {"scatter-small", "deviation-features-small", "dimension-small",
          "deviation-structure-small", "remedies-small--activation",
          "cross-network-small--layer-1--features", "drawing-gcn-elu-layer1-structure-s1"}) {
        EXPECT_THAT(readFile(folder_ / "figures" / (std::string(name) + ".svg")), HasSubstr("<svg"))
            << name;
    }

    // A graph is fully consistent with itself.
    const auto consistency = readCsv(folder_ / "consistency.csv");
    ASSERT_EQ(consistency.size(), 3U);
    for (const auto* column : {"s_match", "class_agreement", "s_in", "consistency"}) {
        EXPECT_NEAR(std::stod(consistency[1].at(column)), 1, 1e-12) << column;
    }
    EXPECT_EQ(consistency[1].at("item"), "gcn-relu-layer1-features-s1");
    EXPECT_LT(std::stod(consistency[2].at("s_feat")), 0.9);
    EXPECT_EQ(consistency[0].at("s_feat"), "1");
    EXPECT_LT(std::stod(consistency[0].at("s_struct")), 1);
    EXPECT_EQ(consistency[2].at("null_kind"), "rows permuted");
    EXPECT_LT(std::stod(consistency[2].at("null_s_match")), 1);

    const auto deviation = readCsv(folder_ / "deviation.csv");
    for (const auto& row : deviation) {
        if (row.at("measure") == "degree_ks") { // swaps keep degrees
            EXPECT_EQ(row.at("value"), "0");
            EXPECT_EQ(row.at("null_high"), "0");
        }
    }

    // Accepted metamers alone are shown to other networks.
    const auto cross = readCsv(folder_ / "cross_network.csv");
    ASSERT_EQ(cross.size(), 2U);
    EXPECT_EQ(cross[0].at("network"), "gcn-relu");
    EXPECT_EQ(cross[0].at("metamers"), "2");
    // On the reference a network gives its own classes.
    EXPECT_EQ(cross[1].at("shown_to"), "gcn-relu");
    EXPECT_EQ(cross[1].at("makers_class_reference"), "1");

    const auto remedies = readCsv(folder_ / "remedies.csv");
    ASSERT_EQ(remedies.size(), 2U);
    EXPECT_EQ(remedies[1].at("value"), "relu");
    EXPECT_EQ(remedies[1].at("activation"), "1");
    EXPECT_EQ(remedies[1].at("log_volume_change"), "");

    for (const auto& row : readCsv(folder_ / "data_dictionary.csv")) {
        EXPECT_FALSE(row.at("description").empty()) << row.at("column");
    }
    // The same again, and the same numbers.
    const auto before = readFile(folder_ / "cross_network.csv");
    EXPECT_EQ(report().code, 0);
    EXPECT_EQ(readFile(folder_ / "cross_network.csv"), before);
    // What somebody changed stays.
    writeFileAtomically(folder_ / "summary.csv", "mine");
    EXPECT_EQ(report().code, 1);
    EXPECT_EQ(readFile(folder_ / "summary.csv"), "mine");
    EXPECT_EQ(report({"--force"}).code, 0);
}

TEST_F(GraphReportCommand, RefusesFoldersThatAreIncompleteOrEdited)
{
    const auto expectRefusal = [&](const std::string& why) {
        const auto result = report();
        EXPECT_EQ(result.code, 2) << why;
        EXPECT_THAT(result.out, HasSubstr(why));
        EXPECT_FALSE(fs::exists(folder_ / "index.html"));
    };
    const auto metamers = folder_ / "metamers";
    const auto swap = [](const fs::path& file, const std::string& content) {
        const auto before = readFile(file);
        writeFileAtomically(file, content);
        return before;
    };

    const auto edges = metamers / "gcn-relu-layer1-features-s2/edges.csv";
    auto before = swap(edges, readFile(edges) + "\r\n");
    expectRefusal("features-s2/edges.csv has changed since it was written");
    writeFileAtomically(edges, before);

    const auto record = metamers / "gcn-relu-layer1-features-s2/record.json";
    before = swap(record, R"({"item": "x", "stop_reason": "budget", "sha256": {}})");
    expectRefusal("record.json: /network is missing or not a text");
    writeFileAtomically(record, before);

    const auto weights = folder_ / "networks/gcn-elu.safetensors";
    before = swap(weights, "other");
    expectRefusal("gcn-elu.safetensors has changed since it was written");
    writeFileAtomically(weights, before);

    fs::remove_all(metamers / "gcn-relu-layer1-features-s2");
    expectRefusal("gcn-relu-layer1-features-s2 is missing, but metamers.csv lists it");
    fs::remove(folder_ / "study.json");
    expectRefusal("study.json");
}

} // namespace
} // namespace mlab
