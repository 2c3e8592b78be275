// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/base/sha256.h"
#include "experiments/graph_study/graph_study_reader.h"
#include "tests/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <utility>
#include <vector>

namespace mlab::experiments {
namespace {

using Json = nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

Json remedies()
{
    return Json::parse(R"({
        "name": "remedies",
        "graphs": {
            "karate": {"builtin": "karate-club", "features": "identity",
                       "split": {"train_per_class": 4, "validation": 8}},
            "sbm": {"builtin": "contextual-sbm", "nodes": 400, "mean_degree": 8, "features": 64}
        },
        "networks": [
            {"name": "gcn", "graph": "karate", "activation": ["relu", "elu"], "width": [8, 16],
             "hidden_layers": 2, "residual": [false, true],
             "training": [{"seeds": [1, 2]}, {"adversarial": {"epsilon": 0.2}}]},
            {"name": "gat", "graph": "sbm", "architecture": "gat", "hidden": [16, 8],
             "training": {"patience": 10}}
        ]})");
}

GraphStudyCheck checked(const Json& json)
{
    return checkGraphStudy(json.dump(), "/lab/s.json");
}

std::vector<std::string> complaints(const Json& json)
{
    std::vector<std::string> out;
    for (const auto& problem : checked(json).diagnostics) {
        EXPECT_GT(problem.line, 0);
        out.push_back(problem.pointer + ": " + problem.message + " ? " + problem.suggestion);
    }
    return out;
}

TEST(GraphStudyReader, AnEntryWithListsStandsForAllCombinations)
{
    const auto check = checked(remedies());
    ASSERT_TRUE(check.study) << check.diagnostics.front().text();
    const auto& networks = check.study->networks;
    ASSERT_THAT(networks, SizeIs(2 * 2 * 2 * 3 + 1));
    EXPECT_EQ(networks.front().name, "gcn-relu-w8-plain-s1");
    const auto& last = networks[23];
    EXPECT_EQ(last.name, "gcn-elu-w16-residual-adversarial");
    const auto& spec = std::get<GraphTrainingSpec>(last.source);
    EXPECT_EQ(spec.network,
              (GraphNetworkShape{
                  .activation = GraphActivation::elu, .residual = true, .hidden = {16, 16}}));
    ASSERT_TRUE(spec.adversarial);
    EXPECT_EQ(*spec.adversarial, (GraphAdversary{.epsilon = 0.2, .steps = 5}));
    EXPECT_EQ(std::get<GraphTrainingSpec>(networks[1].source).seed, 2U);
    const auto& gat = networks.back();
    EXPECT_EQ(gat.name, "gat");
    EXPECT_EQ(gat.graph, "sbm");
    EXPECT_THAT(std::get<GraphTrainingSpec>(gat.source).network.hidden, ElementsAre(16, 8));
}

TEST(GraphStudyReader, GraphsHaveTheirParameters)
{
    const auto check = checked(remedies());
    ASSERT_TRUE(check.study);
    EXPECT_EQ(check.study->graphs.at("karate"),
              (GraphSource{.from = KarateClub{},
                           .identityFeatures = true,
                           .split = GraphSplitSpec{.trainPerClass = 4, .validation = 8}}));
    EXPECT_EQ(check.study->graphs.at("sbm"),
              (GraphSource{.from = ContextualSbm{.nodes = 400, .features = 64}}));
}

// Wu et al. 2019: S^K X W, without a hidden layer and its activation.
TEST(GraphStudyReader, SgcHasHiddenLayersOnlyIfTheyAreNamed)
{
    auto json = remedies();
    json["networks"] = {Json::parse(R"({"name": "a", "graph": "sbm", "training": {},
                                        "architecture": ["gcn", "sgc"]})")};
    auto check = checked(json);
    ASSERT_TRUE(check.study) << check.diagnostics.front().text();
    const auto hidden = [&](std::size_t network) {
        return std::get<GraphTrainingSpec>(check.study->networks[network].source).network.hidden;
    };
    EXPECT_THAT(hidden(0), ElementsAre(16));
    EXPECT_THAT(hidden(1), ElementsAre());
    json["networks"][0]["width"] = 8;
    check = checked(json);
    ASSERT_TRUE(check.study);
    EXPECT_THAT(hidden(1), ElementsAre(8));
}

TEST(GraphStudyReader, AnyGraphMayHaveNormalisedFeatures)
{
    auto json = remedies();
    json["graphs"]["sbm"]["normalise_features"] = true;
    const auto check = checked(json);
    ASSERT_TRUE(check.study) << check.diagnostics.front().text();
    EXPECT_TRUE(check.study->graphs.at("sbm").normaliseFeatures);
    EXPECT_FALSE(check.study->graphs.at("karate").normaliseFeatures);
}

TEST(GraphStudyReader, WhatItsFilesHaveAgainstItIsReportedAtItsPlace)
{
    const auto check = checkGraphStudy(remedies().dump(), "s.json", [](const GraphStudy&) {
        return std::vector{KeyProblem{.pointer = "/networks/1", .reason = "no labels"}};
    });
    ASSERT_THAT(check.diagnostics, SizeIs(1));
    EXPECT_THAT(check.diagnostics.front().text(), HasSubstr("/networks/1: no labels"));
}

TEST(GraphStudyReader, AStudyHasALimitedNumberOfNetworks)
{
    auto json = remedies();
    for (int i = 0; i < 1000; ++i) {
        json["networks"][0]["training"][0]["seeds"][static_cast<std::size_t>(i)] = i;
        json["networks"][0]["width"][static_cast<std::size_t>(i % 100)] = i % 100 + 1;
    }
    EXPECT_THAT(complaints(json), ElementsAre(HasSubstr("/networks/0: all combinations are more")));
}

class GraphStudyMistakes : public testing::TestWithParam<std::pair<const char*, const char*>> {};

// A merge patch (RFC 7396) of the first network or graph, and what is said of it.
TEST_P(GraphStudyMistakes, AreReportedOnceAtTheirPlace)
{
    auto json = remedies();
    json.at("networks").erase(1);
    auto& network = json["networks"][0];
    const auto [patch, expected] = GetParam();
    const auto change = Json::parse(patch);
    if (change.contains("graphs")) {
        json.merge_patch(change);
    } else {
        network.merge_patch(change);
    }
    EXPECT_THAT(complaints(json), ElementsAre(HasSubstr(expected))) << patch;
}

INSTANTIATE_TEST_SUITE_P(
    Table, GraphStudyMistakes,
    testing::Values(
        std::pair{R"({"activation": "rely"})",
                  "/networks/0/activation: expected \"linear\", \"relu\""},
        std::pair{R"({"activation": ["relu", "elo"]})", "/networks/0/activation/1: expected"},
        std::pair{R"({"activation": []})",
                  "/networks/0/activation: expected a list of 1 to 7 entries"},
        std::pair{R"({"activation": ["relu", "relu"]})", "/networks/0/activation/1: \"relu\" is"},
        std::pair{R"({"residual": 1})", "/networks/0/residual: expected true or false"},
        std::pair{R"({"width": [8, 0]})", "/networks/0/width/1: expected a whole number from 1"},
        std::pair{R"({"training": {"epoch": 3}})",
                  "/networks/0/training/epoch: unknown key \"epoch\" ? epochs"},
        std::pair{R"({"training": [{"dropout": 1}]})",
                  "/networks/0/training/0/dropout: expected a number from 0 to 0.99"},
        std::pair{R"({"training": [{}, {"seeds": [2]}]})",
                  "/networks/0/training/1: two trainings of this entry are called \"plain\""},
        std::pair{R"({"training": null})",
                  "/networks/0: expected exactly one of the keys \"training\" or \"weights\""},
        std::pair{R"({"graph": "karat"})",
                  "/networks/0/graph: the study has no graph \"karat\" ? karate"},
        std::pair{R"({"hidden": [8]})", "/networks/0/width: expected \"hidden\" or \"width\""},
        std::pair{R"({"width": null})", "/networks/0/hidden_layers: \"hidden_layers\" requires"},
        std::pair{R"({"architecture": "gat", "heads": 3})", "/networks/0/width: gat divides"},
        std::pair{R"({"architecture": "gat", "width": 4, "heads": 0})",
                  "/networks/0/heads: expected a whole number from 1"},
        std::pair{R"({"architecture": "gta", "heads": 2})", "/networks/0/architecture: expected"},
        std::pair{R"({"hops": 3})", "/networks/0/hops: only sgc has hops"},
        std::pair{R"({"name": "../gcn"})", "/networks/0/name: expected text"},
        std::pair{R"({"graphs": {"karate": {"builtin": "karate"}}})",
                  "/graphs/karate/builtin: expected \"karate-club\""},
        std::pair{R"({"graphs": {"karate": {"nodes": 20}}})",
                  "/graphs/karate/nodes: karate-club has no \"nodes\""},
        std::pair{R"({"graphs": {"karate": {"features": 20}}})",
                  "/graphs/karate/features: karate-club has no features"},
        std::pair{R"({"graphs": {"sbm": {"features": "x.csv"}}})",
                  "/graphs/sbm/features: expected a whole number"},
        std::pair{R"({"graphs": {"sbm": {"features": "identity"}}})",
                  "/graphs/sbm/features: contextual-sbm has features of its own"},
        std::pair{R"({"graphs": {"karate": {"normalise_features": 1}}})",
                  "/graphs/karate/normalise_features: expected true or false"},
        std::pair{R"({"graphs": {"sbm": null, "cora": {"file": "/"}}})",
                  "/graphs/cora/file: file / not found"},
        std::pair{R"({"graphs": {"sbm": {"features": 0}}})",
                  "/graphs/sbm/features: expected a whole number from 1 to 100000 or text"},
        std::pair{R"({"graphs": {"sbm": {"file": "x.csv"}}})",
                  "/graphs/sbm: expected exactly one of the keys \"builtin\" or \"file\""},
        std::pair{R"({"graphs": {"sbm": null, "cora": {"file": "nowhere.npz"}}})",
                  "/graphs/cora/file: file /lab/nowhere.npz not found"},
        std::pair{R"({"graphs": {"a/b": {"builtin": "karate-club"}}})",
                  "/graphs/a~1b: the name of a graph is also that of a folder"}));

class WeightsInAStudy : public testing::Test {
protected:
    std::vector<std::string> complaintsOf(const std::string& network) const
    {
        auto json = remedies();
        json["networks"] = {Json::parse(network)};
        std::vector<std::string> out;
        for (const auto& problem :
             checkGraphStudy(json.dump(), folder_.path() / "s.json").diagnostics) {
            out.push_back(problem.pointer + ": " + problem.message);
        }
        return out;
    }

    TemporaryFolder folder_;
};

TEST_F(WeightsInAStudy, NeedWhatTheirFileDoesNotSay)
{
    writeFileAtomically(folder_.path() / "w.safetensors", "");
    EXPECT_THAT(complaintsOf(R"({"name": "a", "graph": "sbm", "weights": "w.safetensors",
                                 "architecture": "sgc", "hops": 2})"),
                ElementsAre());
    EXPECT_THAT(complaintsOf(R"({"name": "a", "graph": "sbm", "weights": "w.safetensors",
                                 "architecture": "gnc"})"),
                ElementsAre(HasSubstr("/networks/0/architecture: expected")));
    EXPECT_THAT(complaintsOf(R"({"name": "a", "graph": "sbm", "weights": "w.safetensors",
                                 "architecture": "sgc", "hops": 0})"),
                ElementsAre(HasSubstr("/networks/0/hops: expected")));
    EXPECT_THAT(complaintsOf(R"({"name": "a", "graph": "sbm", "weights": "w.safetensors"})"),
                ElementsAre(HasSubstr("/networks/0/weights: the weights do not say")));
    EXPECT_THAT(complaintsOf(R"({"name": "a", "graph": "sbm", "weights": "w.safetensors",
                                 "architecture": ["gcn", "gin"], "hidden": [3]})"),
                ElementsAre(HasSubstr("/networks/0/architecture: expected one value"),
                            HasSubstr("/networks/0/hidden: leave out")));
    EXPECT_THAT(
        complaintsOf(R"({"name": "a", "graph": "sbm", "weights": "v.pt",
                                 "architecture": "gcn"})"),
        ElementsAre(AllOf(HasSubstr("/networks/0/weights: file "), HasSubstr("not found"))));
}

TEST_F(WeightsInAStudy, HaveAManifestThatSaysIt)
{
    writeFileAtomically(folder_.path() / "w.safetensors", "weights");
    Json manifest = {{"architecture", "sgc"},      {"activation", "tanh"},
                     {"residual", false},          {"hops", 3},
                     {"weights", "w.safetensors"}, {"weights_sha256", sha256Hex("weights")}};
    writeFileAtomically(folder_.path() / "w.json", manifest.dump());
    auto json = remedies();
    json["networks"] = {{{"name", "a"}, {"graph", "sbm"}, {"weights", "w.json"}}};
    const auto check = checkGraphStudy(json.dump(), folder_.path() / "s.json");
    ASSERT_TRUE(check.study) << check.diagnostics.front().text();
    const auto& spec = std::get<GraphNetworkSpec>(check.study->networks.front().source);
    EXPECT_EQ(spec.architecture, GraphArchitecture::sgc);
    EXPECT_EQ(spec.activation, GraphActivation::tanh);
    EXPECT_EQ(spec.hops, 3);
    EXPECT_EQ(spec.weights, folder_.path() / "w.safetensors");
    EXPECT_THAT(complaintsOf(R"({"name": "a", "graph": "sbm", "weights": "w.json", "hops": 2})"),
                ElementsAre(HasSubstr("/networks/0/hops: leave out")));
    writeFileAtomically(folder_.path() / "w.safetensors", "others");
    EXPECT_THAT(complaintsOf(R"({"name": "a", "graph": "sbm", "weights": "w.json"})"),
                ElementsAre(HasSubstr("w.safetensors has changed since it was written")));
    manifest["hops"] = 2.7;
    writeFileAtomically(folder_.path() / "w.json", manifest.dump());
    EXPECT_THAT(complaintsOf(R"({"name": "a", "graph": "sbm", "weights": "w.json"})"),
                ElementsAre(HasSubstr("hops is 2.7, not a whole number")));
    writeFileAtomically(folder_.path() / "w.json", R"({"architecture": "gcn"})");
    EXPECT_THAT(complaintsOf(R"({"name": "a", "graph": "sbm", "weights": "w.json"})"),
                ElementsAre(HasSubstr("is not the manifest of a network")));
}

Json withMetamers(const std::string& entry)
{
    auto json = remedies();
    json["metamers"] = Json::array({Json::parse(entry)});
    return json;
}

TEST(GraphStudyReader, MetamersAreAllCombinationsOfNetworksLayersAndSeeds)
{
    const auto check = checked(withMetamers(
        R"({"networks": ["gat", "gcn"], "layers": [1, 3], "nodes": [5, 2], "change": "features",
            "solver": "lbfgs", "seeds": [1, 7], "tolerance": 1e-6, "steps": 100})"));
    ASSERT_TRUE(check.study) << check.diagnostics.front().text();
    const auto& metamers = check.study->metamers;
    ASSERT_THAT(metamers, SizeIs(25 * 2 * 2)); // gcn is an entry of 24 networks
    EXPECT_EQ(metamers.front().name, "gcn-relu-w8-plain-s1-layer1-features-s1");
    EXPECT_EQ(metamers.back().name, "gat-layer3-features-s7");
    EXPECT_EQ(metamers.back().network, 24U);
    EXPECT_EQ(metamers.back().entry, "");
    EXPECT_EQ(metamers.back().spec, (GraphMetamerSpec{.layer = 3,
                                                      .nodes = {2, 5},
                                                      .change = GraphChange::features,
                                                      .solver = GraphSolver::lbfgs,
                                                      .seed = 7,
                                                      .tolerance = 1e-6,
                                                      .steps = 100}));
}

TEST(GraphStudyReader, NamesMetamersThatCannotBeMade)
{
    const std::pair<const char*, const char*> wrong[] = {
        {R"({"layers": [1], "change": "structure", "solver": "lbfgs"})",
         "/metamers/0/solver: lbfgs cannot change structure; it changes features"},
        {R"({"layers": [1], "change": "both", "solver": "exact"})",
         "/metamers/0/solver: exact cannot change both; it changes structure"},
        {R"({"networks": ["gats"], "layers": [1], "change": "features", "solver": "adam"})",
         "/metamers/0/networks/0: the study has no network \"gats\" ? gat"},
        {R"({"networks": ["gcnn"], "layers": [1], "change": "features", "solver": "adam"})",
         "/metamers/0/networks/0: the study has no network \"gcnn\" ? gcn"},
        {R"({"layers": [1], "change": "features", "solver": "adam", "tolerance": 1e-13})",
         "/metamers/0/tolerance: expected a number from 1e-12 to 1"},
        {R"({"networks": ["gat"], "layers": [1, 4], "change": "features", "solver": "adam"})",
         "/metamers/0/layers/1: network \"gat\" has layers 1 to 3"},
        {R"({"networks": ["gat"], "layers": [1], "change": "features", "solver": "hit-and-run"})",
         "/metamers/0/layers/0: hit-and-run needs a hidden first layer with a ReLU"},
        {R"({"layers": [1], "change": "features", "solver": "adam", "sparsity": "node"})",
         "/metamers/0/sparsity: only straight-through on features has a sparsity"},
        {R"({"layers": [1], "nodes": "al", "change": "features", "solver": "adam"})",
         "/metamers/0/nodes: "},
    };
    for (const auto& [entry, complaint] : wrong) {
        EXPECT_THAT(complaints(withMetamers(entry)), ElementsAre(HasSubstr(complaint))) << entry;
    }
    auto unread = withMetamers(
        R"({"networks": ["gat"], "layers": [1], "change": "features", "solver": "adam"})");
    unread["networks"][1]["weights"] = "w.json"; // beside its training: no network "gat" follows
    EXPECT_THAT(complaints(unread), ElementsAre(HasSubstr("/networks/1: ")));
    auto twice = withMetamers(R"({"layers": [1], "change": "features", "solver": "adam"})");
    twice["metamers"].push_back(twice["metamers"][0]);
    EXPECT_THAT(complaints(twice), ElementsAre(HasSubstr("two metamers would have the name")));
    twice["metamers"][1]["name"] = "again";
    const auto named = checked(twice);
    ASSERT_TRUE(named.study);
    EXPECT_EQ(named.study->metamers.back().name, "gat-layer1-features-again-s1");
    EXPECT_EQ(named.study->metamers.back().entry, "again");
}

// Each metamer has the list of its nodes.
TEST(GraphStudyReader, AStudyListsALimitedNumberOfNodes)
{
    auto json = withMetamers(R"({"networks": ["gat"], "layers": [1], "change": "features",
                                 "solver": "adam"})");
    auto& entry = json["metamers"][0];
    for (std::size_t i = 0; i < 5000; ++i) {
        entry["nodes"][i] = i;
        entry["seeds"][i] = i;
    }
    EXPECT_TRUE(checked(json).study); // 25 million
    auto other = entry;
    other["name"] = "other";
    json["metamers"].push_back(other);
    other["name"] = "third";
    other["layers"] = {2};
    json["metamers"].push_back(other);
    EXPECT_THAT(complaints(json), ElementsAre(HasSubstr("/metamers/2: the lists of nodes")));
    json["metamers"].clear();
    other["layers"] = {1, 2, 3};
    json["metamers"].push_back(other);
    EXPECT_THAT(complaints(json), ElementsAre(HasSubstr("/metamers/0: the lists of nodes")));
}

} // namespace
} // namespace mlab::experiments
