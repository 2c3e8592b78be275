// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graphs/network_record.h"
#include "app/graphs/study_input.h"
#include "app/graphs/study_networks.h"
#include "app/program/bad_input.h"
#include "core/base/files.h"
#include "core/base/sha256.h"
#include "stimuli/checkpoints/safetensors.h"
#include "tests/temporary_folder.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <map>
#include <numeric>
#include <string>
#include <vector>

namespace mlab::app {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;
using Shapes = std::map<std::string, std::vector<std::int64_t>>;

class StudyWithWeights : public testing::Test {
protected:
    /// Arrays of these shapes, with the numbers 0, 1, 2, ...
    void writeWeights(const Shapes& shapes, float eps = 0) const
    {
        stimuli::Safetensors content;
        for (const auto& [name, shape] : shapes) {
            stimuli::FloatArray array{.shape = shape, .values = {}};
            array.values.resize(static_cast<std::size_t>(stimuli::elementCount(shape).value()));
            std::iota(array.values.begin(), array.values.end(), eps);
            content.arrays.emplace(name, std::move(array));
        }
        writeFileAtomically(scratch_.path() / "w.safetensors", stimuli::encodeSafetensors(content));
    }

    /// The karate club (34 features, 2 classes) and a network with these weights.
    GraphStudyInput study(const std::string& architecture, const Json& more = Json::object()) const
    {
        Json network = {{"name", "given"},
                        {"graph", "karate"},
                        {"architecture", architecture},
                        {"weights", "w.safetensors"}};
        network.update(more);
        const Json json = {
            {"name", "small"},
            {"graphs", {{"karate", {{"builtin", "karate-club"}, {"features", "identity"}}}}},
            {"networks", {network}}};
        writeFileAtomically(scratch_.path() / "study.json", json.dump(1));
        return loadGraphStudy(scratch_.path() / "study.json");
    }

    std::string refusal(const std::string& architecture, const Json& more = Json::object()) const
    {
        try {
            study(architecture, more);
        } catch (const BadInput& problem) {
            return problem.what();
        }
        return "accepted";
    }

    TemporaryFolder scratch_;
};

TEST_F(StudyWithWeights, WritesWhatIsNotTrainedToo)
{
    writeWeights({{"c.nn.0.weight", {2, 34}}, {"c.eps", {1}}}, 0.5F);
    const auto input = study("gin");
    const StudyNetworks networks(input, scratch_.path() / "cache");
    const auto& network = input.study.networks.front();
    const auto ready = networks.find(network).value();
    networks.write(network, ready, scratch_.path());
    const auto file = scratch_.path() / "networks/given.safetensors";
    const auto written =
        stimuli::loadGraphNetwork({.architecture = GraphArchitecture::gin, .weights = file});
    EXPECT_EQ(std::get<stimuli::GinLayer>(written.layers.front()).eps, 0.5F);
    EXPECT_EQ(ready.record.at("weights_sha256"), sha256OfFile(file));
    EXPECT_EQ(Json::parse(readText(scratch_.path() / "networks/given.json")).at("weights_sha256"),
              sha256OfFile(file));
}

TEST_F(StudyWithWeights, MustGiveANumberForEachClass)
{
    writeWeights({{"c.lin.weight", {2, 34}}});
    EXPECT_EQ(refusal("gcn"), "accepted");
    writeWeights({{"c.lin.weight", {3, 34}}});
    EXPECT_THAT(refusal("gcn"), HasSubstr("of 2 classes, and the network gives 3 numbers"));
    writeWeights({{"c.lin.weight", {2, 33}}});
    EXPECT_THAT(refusal("gcn"), HasSubstr("34 features, and the network takes 33"));
}

TEST_F(StudyWithWeights, HasAResidualConnectionInAHiddenLayerIfAny)
{
    writeWeights({{"a.lin.weight", {2, 34}}, {"b.lin.weight", {2, 2}}}); // b gives the logits
    EXPECT_THAT(refusal("gcn", {{"residual", true}}), HasSubstr("no hidden layer"));
    writeWeights({{"a.lin.weight", {34, 34}}, {"b.lin.weight", {2, 34}}});
    EXPECT_EQ(refusal("gcn", {{"residual", true}}), "accepted");
}

// They decide how many outputs the last layer has.
TEST(TrainingKey, CountsClassesOfNoNode)
{
    StudyGraph graph{.graph = {.classNames = {"a", "b"}}, .files = {}, .sha256 = "of a graph"};
    const auto two = trainingKey({}, graph);
    graph.graph.classNames.emplace_back("c");
    EXPECT_NE(trainingKey({}, graph), two);
}

} // namespace
} // namespace mlab::app
