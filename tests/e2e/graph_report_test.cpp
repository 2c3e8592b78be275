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
        results.addMetamer("gcn-relu", "features", 1, reference); // itself
        results.addMetamer("gcn-relu", "features", 2,
                           stimuli::withPermutedFeatures(reference, 5, 0));
        results.addMetamer("gcn-elu", "structure", 1, stimuli::withRandomEdges(reference, 5, 0),
                           {{"accepted", false}});
        results.addNone("gcn-elu", "gcn-elu-layer1-structure-s2", "all colours differ");
        writeDimensions(sha256OfFile(weights));
    }

    void writeDimensions(const std::string& sha256) const
    {
        writeFileAtomically(folder_ / "dimension.csv",
                            "network,graph,layer,scope,aggregation,width,activation,"
                            "log_volume_change,weights_sha256\r\n"
                            "gcn-relu,small,1,own,,,,," +
                                sha256 + "\r\ngcn-relu,small,1,field,9,1,1,," + sha256 +
                                "\r\ngcn-elu,small,1,field,9,1,0,0.5," + sha256 + "\r\n");
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
    EXPECT_THAT(page, HasSubstr("No exact metamer exists of gcn-elu-layer1-structure-s2: all "
                                "colours differ."));
    EXPECT_THAT(page, Not(HasSubstr("Left out")));
    EXPECT_THAT(page, Not(HasSubstr("nan")));
    for (const auto* name :
         {"scatter-small", "deviation-small--features", "dimension-small",
          "deviation-small--structure", "remedies-small--activation",
          "cross-network-small--layer-1--features--lbfgs", "drawing-gcn-elu-layer1-structure-s1"}) {
        EXPECT_THAT(readFile(folder_ / "figures" / (std::string(name) + ".svg")), HasSubstr("<svg"))
            << name;
    }

    // A graph is fully consistent with itself.
    const auto consistency = readCsv(folder_ / "consistency.csv");
    ASSERT_EQ(consistency.size(), 3U);
    for (const auto* column : {"s_match", "class_agreement", "s_in", "consistency"}) {
        EXPECT_NEAR(std::stod(consistency[0].at(column)), 1, 1e-12) << column;
    }
    EXPECT_EQ(consistency[0].at("item"), "gcn-relu-layer1-features-s1");
    EXPECT_LT(std::stod(consistency[1].at("s_feat")), 0.9);
    EXPECT_EQ(consistency[2].at("s_feat"), "1");
    EXPECT_LT(std::stod(consistency[2].at("s_struct")), 1);
    EXPECT_EQ(consistency[1].at("null_kind"), "rows permuted");
    EXPECT_LT(std::stod(consistency[1].at("null_s_match")), 1);

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
    EXPECT_EQ(cross[0].at("shown_to"), "gcn-relu");
    EXPECT_EQ(cross[0].at("makers_class_reference"), "1");

    const auto remedies = readCsv(folder_ / "remedies.csv");
    ASSERT_EQ(remedies.size(), 4U); // of features and of structure
    EXPECT_EQ(remedies[0].at("value"), "relu");
    EXPECT_EQ(remedies[0].at("activation"), "1");
    EXPECT_EQ(remedies[0].at("log_volume_change"), "");
    EXPECT_EQ(remedies[0].at("change"), "features");
    EXPECT_EQ(remedies[0].at("metamers"), "2");

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
    before = swap(record, R"({"item": "x", "exists": true, "sha256": {}})");
    expectRefusal("record.json: /network is missing or not a text");
    auto other = nlohmann::json::parse(before);
    other["weights_sha256"] = "of earlier weights";
    swap(record, other.dump());
    expectRefusal("record.json: the metamer was made with other weights or another graph than "
                  "those of");
    other = nlohmann::json::parse(before);
    other["graph_sha256"] = "of an earlier graph";
    swap(record, other.dump());
    expectRefusal("run metamersynth graph-metamers again");
    writeFileAtomically(record, before);

    const auto manifest = folder_ / "networks/gcn-elu.json";
    before = swap(manifest, "");
    other = nlohmann::json::parse(before);
    other["graph_sha256"] = "of an earlier graph";
    swap(manifest, other.dump());
    expectRefusal("gcn-elu.json: the network is of another graph than that in");
    writeFileAtomically(manifest, before);

    const auto weights = folder_ / "networks/gcn-elu.safetensors";
    before = swap(weights, "other");
    expectRefusal("gcn-elu.safetensors has changed since it was written");
    writeFileAtomically(weights, before);

    writeDimensions("of earlier weights");
    expectRefusal("dimension.csv has dimensions of other weights of the network \"gcn-relu\"; run "
                  "metamersynth graph-dimension again");
    fs::remove(folder_ / "dimension.csv");

    fs::remove_all(metamers / "gcn-relu-layer1-features-s2");
    expectRefusal("gcn-relu-layer1-features-s2 is missing, but metamers.csv lists it");
    fs::remove(folder_ / "study.json");
    expectRefusal("study.json");
}

TEST_F(GraphReportCommand, ReadsWhatTheTablesListAndCountsTheRest)
{
    writeFileAtomically(folder_ / "metamers.csv", "item,loss\r\ngcn-relu-layer1-features-s2,\r\n");
    writeFileAtomically(folder_ / "networks.csv", "network,graph\r\ngcn-relu,small\r\n");
    // Copied without its record, as a run that was killed leaves it.
    fs::remove(folder_ / "metamers/gcn-relu-layer1-features-s1/record.json");
    writeFileAtomically(folder_ / "dimension.csv", "network,scope\r\n");
    const auto result = report();
    ASSERT_EQ(result.code, 0) << result.out;
    EXPECT_EQ(readCsv(folder_ / "consistency.csv").size(), 1U);
    EXPECT_EQ(readCsv(folder_ / "cross_network.csv").size(), 1U);
    const auto page = readFile(folder_ / "index.html");
    EXPECT_THAT(page, HasSubstr("Left out: 1 network that networks.csv does not list"));
    EXPECT_THAT(page, HasSubstr("Left out: 2 metamers that metamers.csv does not list"));
    EXPECT_THAT(result.out, HasSubstr("Left out: 2 metamers"));
}

// The folder as the other commands write it.
TEST(GraphReportChain, ReadsWhatGraphMetamersWroteUntilNetworksAreTrainedAnew)
{
    const TemporaryFolder scratch;
    nlohmann::json study = nlohmann::json::parse(R"({
        "name": "chain",
        "graphs": {"karate": {"builtin": "karate-club", "features": "identity",
                              "split": {"train_per_class": 4, "validation": 8, "seed": 1}}},
        "networks": [{"name": "gcn", "graph": "karate", "architecture": "gcn", "hidden": [8],
                      "training": {"seeds": [1], "epochs": 50}}],
        "metamers": [
            {"layers": [1], "change": "features", "solver": "lbfgs", "seeds": [1, 2]},
            {"name": "one", "layers": [1], "change": "features", "solver": "gauss-newton",
             "nodes": [3]},
            {"layers": [1], "change": "structure", "solver": "exact"}
        ]})");
    const auto file = scratch.path() / "study.json";
    const auto out = scratch.path() / "out";
    const auto command = [&](const std::string& name) {
        writeFileAtomically(file, study.dump());
        return run({MLAB_SYNTH, name, file, "--out", out, "--cache", scratch.path() / "cache"});
    };
    const auto report = [&] { return run({MLAB_SYNTH, "graph-report", out}); };

    ASSERT_EQ(command("graph-train").code, 0);
    const auto made = command("graph-metamers");
    EXPECT_EQ(made.code, 0) << made.out; // that one does not exist is a result
    const auto first = report();
    ASSERT_EQ(first.code, 0) << first.out;
    const auto rows = readCsv(out / "consistency.csv");
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].at("nodes"), "all");
    EXPECT_EQ(rows[0].at("entry"), "");
    EXPECT_EQ(rows[0].at("accepted"), "1");
    EXPECT_LE(std::stod(rows[0].at("loss")), 1e-4);
    EXPECT_EQ(rows[2].at("nodes"), "1");
    EXPECT_EQ(rows[2].at("entry"), "one");
    EXPECT_EQ(rows[2].at("solver"), "gauss-newton");
    EXPECT_THAT(readFile(out / "index.html"), HasSubstr("No exact metamer exists of gcn"));

    study["networks"][0]["training"]["epochs"] = 60;
    ASSERT_EQ(command("graph-train").code, 0);
    const auto other = report();
    EXPECT_EQ(other.code, 2);
    EXPECT_THAT(other.out, HasSubstr("run metamersynth graph-metamers again"));
    command("graph-metamers");
    const auto again = report();
    EXPECT_EQ(again.code, 0) << again.out;
}

} // namespace
} // namespace mlab
