// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/files.h"
#include "stimuli/checkpoints/safetensors.h"
#include "stimuli/graphs/architectures/graph_network.h"
#include "tests/temporary_folder.h"

#include <gmock/gmock.h>

#include <numeric>

namespace mlab::stimuli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class GraphNetworkFile : public testing::Test {
protected:
    /// Arrays of these shapes, with the numbers 0, 1, 2, ...
    GraphNetworkSpec spec(GraphArchitecture architecture,
                          const std::map<std::string, std::vector<std::int64_t>>& shapes) const
    {
        Safetensors content;
        for (const auto& [name, shape] : shapes) {
            FloatArray array{.shape = shape, .values = {}};
            array.values.resize(static_cast<std::size_t>(elementCount(shape).value()));
            std::iota(array.values.begin(), array.values.end(), 0.0F);
            content.arrays.emplace(name, std::move(array));
        }
        const auto file = scratch_.path() / "w.safetensors";
        writeFileAtomically(file, encodeSafetensors(content));
        return {.architecture = architecture, .weights = file, .hops = {}};
    }

    std::string refusal(GraphArchitecture architecture,
                        const std::map<std::string, std::vector<std::int64_t>>& shapes) const
    {
        try {
            loadGraphNetwork(spec(architecture, shapes));
        } catch (const IoError& problem) {
            const std::string text = problem.what();
            return text.substr(text.find("w.safetensors"));
        }
        return "accepted";
    }

    TemporaryFolder scratch_;
};

TEST_F(GraphNetworkFile, LayersFollowTheNumbersInTheirNames)
{
    std::map<std::string, std::vector<std::int64_t>> shapes;
    for (int layer = 1; layer <= 11; ++layer) {
        const auto name = "net.conv" + std::to_string(layer);
        shapes[name + ".lin.weight"] = {layer + 2, layer + 1};
        shapes[name + ".bias"] = {layer + 2};
    }
    const auto network = loadGraphNetwork(spec(GraphArchitecture::gcn, shapes));
    ASSERT_EQ(network.layers.size(), 11U);
    EXPECT_EQ(network.names[1], "net.conv2");
    EXPECT_EQ(network.names[10], "net.conv11");
    EXPECT_EQ(inputsOf(network.layers.front()), 2);
    EXPECT_EQ(outputsOf(network.layers.back()), 13);
    EXPECT_EQ(depthOf(network, 3), 3);
}

TEST_F(GraphNetworkFile, DglStoresAWeightTransposed)
{
    const auto network = loadGraphNetwork(spec(GraphArchitecture::gcn, {{"weight", {2, 3}}}));
    const auto& map = std::get<GcnLayer>(network.layers[0]).map;
    EXPECT_THAT(map.weight.shape, ElementsAre(3, 2));
    EXPECT_THAT(map.weight.values, ElementsAre(0, 3, 1, 4, 2, 5));
    EXPECT_TRUE(map.bias.empty());
    EXPECT_EQ(network.names[0], "");
}

TEST_F(GraphNetworkFile, ABiasSaysWhetherHeadsAreAveraged)
{
    const std::map<std::string, std::vector<std::int64_t>> shapes = {{"a.lin_src.weight", {6, 4}},
                                                                     {"a.lin_dst.weight", {6, 4}},
                                                                     {"a.att_src", {1, 3, 2}},
                                                                     {"a.att_dst", {1, 3, 2}},
                                                                     {"a.bias", {6}},
                                                                     {"b.lin.weight", {10, 6}},
                                                                     {"b.att_src", {1, 2, 5}},
                                                                     {"b.att_dst", {1, 2, 5}},
                                                                     {"b.bias", {5}}};
    const auto network = loadGraphNetwork(spec(GraphArchitecture::gat, shapes));
    EXPECT_FALSE(std::get<GatLayer>(network.layers[0]).averaged);
    EXPECT_TRUE(std::get<GatLayer>(network.layers[1]).averaged);
    EXPECT_EQ(outputsOf(network.layers[0]), 6);
    EXPECT_EQ(outputsOf(network.layers[1]), 5);
}

TEST_F(GraphNetworkFile, GinHasAnMlp)
{
    const auto network = loadGraphNetwork(spec(GraphArchitecture::gin, {{"c.nn.0.weight", {5, 4}},
                                                                        {"c.nn.0.bias", {5}},
                                                                        {"c.nn.2.weight", {3, 5}},
                                                                        {"c.eps", {}}}));
    const auto& gin = std::get<GinLayer>(network.layers[0]);
    EXPECT_EQ(gin.eps, 0); // as the number in the file
    EXPECT_EQ(gin.maps.size(), 2U);
    EXPECT_TRUE(gin.maps[1].bias.empty());
    EXPECT_EQ(outputsOf(network.layers[0]), 3);
}

TEST_F(GraphNetworkFile, SgcNeedsItsHops)
{
    auto sgc = spec(GraphArchitecture::sgc, {{"lin.weight", {2, 3}}, {"lin.bias", {2}}});
    EXPECT_THROW(loadGraphNetwork(sgc), InvalidArgument);
    sgc.hops = 0;
    EXPECT_THROW(loadGraphNetwork(sgc), InvalidArgument);
    sgc.hops = 2;
    EXPECT_EQ(depthOf(loadGraphNetwork(sgc), 1), 2);
    auto gcn = spec(GraphArchitecture::gcn, {{"lin.weight", {2, 3}}});
    gcn.hops = 2;
    EXPECT_THROW(loadGraphNetwork(gcn), InvalidArgument);
}

TEST_F(GraphNetworkFile, ResidualConnectionsAreOfLayersThatKeepTheWidth)
{
    auto network =
        spec(GraphArchitecture::gcn, {{"a.lin.weight", {3, 2}}, {"b.lin.weight", {3, 3}}});
    EXPECT_FALSE(hasResidual(loadGraphNetwork(network), 2));
    network.residual = true;
    EXPECT_FALSE(hasResidual(loadGraphNetwork(network), 1));
    EXPECT_TRUE(hasResidual(loadGraphNetwork(network), 2));
    auto none = spec(GraphArchitecture::gcn, {{"a.lin.weight", {3, 2}}});
    none.residual = true;
    EXPECT_THROW(loadGraphNetwork(none), InvalidArgument);
}

TEST_F(GraphNetworkFile, WhatDoesNotFitIsRefusedWithItsArray)
{
    using enum GraphArchitecture;
    EXPECT_THAT(refusal(gcn, {{"c.bias", {2}}}),
                HasSubstr("w.safetensors: c.lin.weight is missing; the file has c.bias"));
    EXPECT_THAT(refusal(gcn, {{"a", {1}}, {"b", {1}}, {"c", {1}}, {"d", {1}}, {"e", {1}}}),
                HasSubstr("lin.weight is missing; the file has a, b, c, d and 1 more"));
    EXPECT_THAT(refusal(gcn, {{"c.lin.weight", {2, 3}}, {"c.lin_l.weight", {2, 3}}}),
                HasSubstr("w.safetensors: c.lin_l.weight is not an array of a layer of gcn"));
    EXPECT_THAT(refusal(gcn, {{"c.lin.weight", {6}}}),
                HasSubstr("has the shape [6], and an array of 2 sides is expected"));
    EXPECT_THAT(refusal(gcn, {{"c.lin.weight", {2, 3}}, {"c.bias", {3}}}),
                HasSubstr("c.bias has 3 numbers, and the layer has 2 outputs"));
    EXPECT_THAT(
        refusal(gcn, {{"a.lin.weight", {2, 3}}, {"b.lin.weight", {2, 4}}}),
        HasSubstr("layer b takes 4 numbers for each node, and the layer before it gives 2"));
    EXPECT_THAT(refusal(sage, {{"c.lin_l.weight", {2, 3}}, {"c.lin_r.weight", {2, 4}}}),
                HasSubstr("c.lin_r.weight has the shape [2, 4], and lin_l.weight [2, 3]"));
    EXPECT_THAT(refusal(gat, {{"c.lin.weight", {4, 3}}, {"c.att_src", {1, 2, 3}}}),
                HasSubstr("c.att_src has the shape [1, 2, 3], and the layer has 4 outputs"));
    EXPECT_THAT(refusal(gat, {{"c.lin.weight", {4, 3}},
                              {"c.att_src", {1, 2, 2}},
                              {"c.att_dst", {1, 2, 2}},
                              {"c.bias", {3}}}),
                HasSubstr("4 for concatenated heads or 2 for averaged ones"));
    EXPECT_THAT(refusal(gin, {{"c.nn.0.weight", {5, 4}}, {"c.nn.2.weight", {3, 6}}}),
                HasSubstr("one gives 5 numbers, and the next takes 6"));
    EXPECT_THAT(refusal(gin, {{"c.nn.0.weight", {5, 4}}, {"c.eps", {2}}}),
                HasSubstr("c.eps is not one number"));
    EXPECT_THAT(refusal(gin, {{"c.eps", {1}}}), HasSubstr("c.nn.0.weight is missing"));
}

} // namespace
} // namespace mlab::stimuli
