// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "stimuli/graphs/architectures/initial_network.h"
#include "stimuli/graphs/networks/graph_forward.h"
#include "stimuli/graphs/networks/network_tensors.h"
#include "stimuli/graphs/sources/source_graph.h"
#include "stimuli/graphs/training/adversary.h"
#include "stimuli/graphs/training/input_dropout.h"
#include "stimuli/graphs/training/trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace mlab::stimuli {
namespace {

TrainedNetwork trainedOn(const Graph& graph, const GraphTrainingSpec& spec)
{
    return trainedNetwork(spec, graph, [](const std::string&, double) {}, {});
}

Graph easySbm()
{
    return sourceGraph({.from = ContextualSbm{.nodes = 200,
                                              .meanDegree = 16,
                                              .edgeSignal = 4,
                                              .featureSignal = 100,
                                              .features = 16,
                                              .seed = 3},
                        .split = GraphSplitSpec{.trainPerClass = 20, .validation = 40}})
        .graph;
}

std::vector<float> weightsOf(GraphNetwork network)
{
    std::vector<float> out;
    for (const auto& array : arraysOf(network)) {
        out.insert(out.end(), array.values->begin(), array.values->end());
    }
    return out;
}

// Two connected nodes, one feature x = (1, 3) each, two classes, GCN of one layer: S has 1/2
// everywhere, so both nodes see s = 2 and have the logits s w. The gradient of the cross-entropy of
// node 0, whose label is 0, is s (p - e_0) with p = softmax(s w), and that of the bias p - e_0.
// After one step, Adam's averages divided by their bias correction are the gradient g and its
// square, so each weight moves by -rate g / (|g| + 1e-8).
TEST(GraphTraining, TheFirstStepIsThatComputedByHand)
{
    const Graph graph{.structure = GraphStructure(2, {{0, 1}}),
                      .features = DenseFeatures{.rows = 2, .columns = 1, .values = {1, 3}},
                      .labels = {0, 1},
                      .classNames = {"a", "b"},
                      .splits = {Split::training, Split::test}};
    const GraphTrainingSpec spec{.network = {.hidden = {}},
                                 .learningRate = 0.1,
                                 .weightDecay = 0.3,
                                 .dropout = 0,
                                 .epochs = 1};
    const auto before = weightsOf(initialNetwork(spec.network, 1, 2, spec.seed)); // w, then b = 0
    const auto trained = trainedOn(graph, spec);
    const auto after = weightsOf(trained.network);
    ASSERT_EQ(before.size(), 4U);
    const double p0 = 1 / (1 + std::exp(2.0 * (before[1] - before[0])));
    const std::array gradient = {2 * (p0 - 1) + 0.3 * before[0], 2 * (1 - p0) + 0.3 * before[1],
                                 p0 - 1, 1 - p0};
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_NEAR(after[i], before[i] - 0.1 * gradient[i] / (std::abs(gradient[i]) + 1e-8), 1e-6)
            << i;
    }
    EXPECT_EQ(trained.epochs, 1);
    EXPECT_FALSE(trained.validationLoss);
    EXPECT_EQ(trained.testAccuracy, 0); // both nodes have the same logits
}

TEST(GraphTraining, AllArchitecturesSolveAnEasyGraph)
{
    const auto graph = easySbm();
    for (const auto& [architecture, name] : kGraphArchitectures) {
        const GraphTrainingSpec spec{
            .network = {.architecture = architecture, .residual = true, .hidden = {16, 16}}};
        const auto trained = trainedOn(graph, spec);
        EXPECT_EQ(trained.testAccuracy, 1) << name;
        EXPECT_LT(trained.validationLoss.value(), 0.2) << name;
    }
}

TEST(GraphTraining, AllActivationsAndAdversariesLearn)
{
    const auto graph = easySbm();
    for (const auto& [activation, name] : kGraphActivations) {
        const GraphTrainingSpec spec{.network = {.activation = activation, .hidden = {8}},
                                     .epochs = 60,
                                     .adversarial = GraphAdversary{.epsilon = 0.3}};
        EXPECT_GT(trainedOn(graph, spec).testAccuracy.value(), 0.97) << name;
    }
}

TEST(GraphTraining, ASeedGivesTheSameWeightsOnOneAndTwoThreads)
{
    const auto graph = easySbm();
    GraphTrainingSpec spec{.network = {.architecture = GraphArchitecture::gat, .hidden = {64, 64}},
                           .epochs = 5};
    const int before = torch::get_num_threads();
    torch::set_num_threads(1);
    const auto one = weightsOf(trainedOn(graph, spec).network);
    torch::set_num_threads(2);
    const auto two = weightsOf(trainedOn(graph, spec).network);
    torch::set_num_threads(before);
    EXPECT_EQ(one, two);
    spec.seed = 2;
    EXPECT_NE(weightsOf(trainedOn(graph, spec).network), one);
}

TEST(GraphTraining, StopsWhenTheValidationLossNoLongerFalls)
{
    const GraphTrainingSpec spec{.learningRate = 0.2, // overfits soon
                                 .dropout = 0,
                                 .epochs = 1000,
                                 .patience = 7};
    const auto graph = sourceGraph({.from = ContextualSbm{.nodes = 200, .edgeSignal = 0.5},
                                    .split = GraphSplitSpec{.validation = 60}})
                           .graph;
    const auto trained = trainedOn(graph, spec);
    EXPECT_EQ(trained.stop, TrainingStop::patience);
    EXPECT_EQ(trained.epochs, trained.bestEpoch + 7);
    auto shorter = spec;
    shorter.epochs = trained.bestEpoch;
    EXPECT_EQ(weightsOf(trainedOn(graph, shorter).network), weightsOf(trained.network));
}

TEST(GraphTraining, SaysWhatTheGraphLacks)
{
    const auto refusal = [](Graph graph, const GraphTrainingSpec& spec) -> std::string {
        try {
            trainedOn(graph, spec);
        } catch (const InvalidArgument& problem) {
            return problem.what();
        }
        return "accepted";
    };
    const GraphTrainingSpec plain{.epochs = 1};
    auto graph = easySbm();
    graph.splits.clear();
    EXPECT_THAT(refusal(graph, plain), testing::HasSubstr("no split"));
    graph = easySbm();
    graph.labels.clear();
    EXPECT_THAT(refusal(graph, plain), testing::HasSubstr("no labels"));
    graph = easySbm();
    graph.features = noFeatures(200);
    EXPECT_THAT(refusal(graph, plain), testing::HasSubstr("no features"));
    EXPECT_THAT(refusal(easySbm(), {.network = {.residual = true, .hidden = {15}}, .epochs = 1}),
                testing::HasSubstr("residual"));
}

// Nothing is added to logits, so a last layer of equal width has no residual connection.
TEST(GraphTraining, RefusesWhatWouldNotBeWhatItIsCalled)
{
    const auto refusal = [](const Graph& graph, const GraphTrainingSpec& spec) -> std::string {
        try {
            requireTrainable(spec, graph);
        } catch (const InvalidArgument& problem) {
            return problem.what();
        }
        return "accepted";
    };
    EXPECT_THAT(refusal(easySbm(), {.network = {.residual = true, .hidden = {2}}}),
                testing::HasSubstr("no hidden layer has as many outputs as inputs"));
    EXPECT_EQ(refusal(easySbm(), {.network = {.residual = true, .hidden = {2, 2}}}), "accepted");
    EXPECT_THAT(refusal(easySbm(), {.epochs = 0}), testing::HasSubstr("at least one epoch"));
    EXPECT_THAT(refusal(easySbm(), {.network = {.hidden = {65536, 65536}}}),
                testing::HasSubstr("the weights of the network would be 4296015872 numbers"));
    auto alike = easySbm();
    alike.classNames = {"a"};
    alike.labels.assign(200, 0);
    EXPECT_THAT(refusal(alike, {}), testing::HasSubstr("of one class"));
    Graph large;
    large.structure = GraphStructure(20'000, {});
    large.features = identityFeatures(20'000);
    large.labels.assign(20'000, 0);
    large.classNames = {"a", "b"};
    large.splits.assign(20'000, Split::training);
    EXPECT_EQ(refusal(large, {}), "accepted");
    EXPECT_THAT(refusal(large, {.adversarial = GraphAdversary{}}),
                testing::HasSubstr("leave out \"adversarial\""));
    EXPECT_THAT(refusal(large, {.network = {.hidden = {16, 8000}}}),
                testing::HasSubstr("the activations of a layer would be 160000000 numbers"));
}

/// Single nodes of two classes whose only feature is x.
Graph singleNodes(int nodes, int training, double x)
{
    Graph out{.structure = GraphStructure(nodes, {}),
              .features = DenseFeatures{.rows = nodes, .columns = 1, .values = {}},
              .labels = {},
              .classNames = {"a", "b"},
              .splits = {}};
    for (int node = 0; node < nodes; ++node) {
        std::get<DenseFeatures>(out.features).values.push_back(x);
        out.labels.push_back(node % 2);
        out.splits.push_back(node < training ? Split::training : Split::validation);
    }
    return out;
}

std::string breakdown(const Graph& graph, const GraphTrainingSpec& spec)
{
    try {
        trainedOn(graph, spec);
    } catch (const NumericError& problem) {
        return problem.what();
    }
    return "trained";
}

TEST(GraphTraining, SaysWhyItBreaksDown)
{
    // The losses of 1000 nodes are finite in float32, their sum is not.
    EXPECT_THAT(breakdown(singleNodes(1002, 2, 1e37),
                          {.network = {.hidden = {}}, .learningRate = 1e-6, .epochs = 3}),
                testing::HasSubstr("the validation loss was not finite after any epoch"));
    // Weights of about 10 in each of 40 layers.
    EXPECT_THAT(breakdown(singleNodes(8, 4, 1), {.network = {.activation = GraphActivation::linear,
                                                             .hidden = std::vector<int>(40, 8)},
                                                 .learningRate = 10,
                                                 .dropout = 0}),
                testing::MatchesRegex("after [0-9]+ steps of training the numbers of the network "
                                      "are no longer finite; try a learning rate below 10"));
    // Before the first step the rate is not to blame.
    EXPECT_THAT(breakdown(singleNodes(8, 4, 1e39), {.network = {.hidden = {}}}),
                testing::HasSubstr("check the features"));
}

// Mostly zeros, whether as binary or as real features, and the same stream of dropout.
TEST(GraphTraining, RealFeaturesThatAreMostlyZerosAreSparse)
{
    auto graph = easySbm();
    graph.features = identityFeatures(200);
    const GraphTrainingSpec spec{.epochs = 3};
    const auto binary = weightsOf(trainedOn(graph, spec).network);
    graph.features = dense(graph.features);
    EXPECT_EQ(weightsOf(trainedOn(graph, spec).network), binary);
}

TEST(InputDropout, KeepsTheMeanAndTheOtherNumbers)
{
    const auto x = torch::full({200, 50}, 3.0F);
    RandomStream stream(1, "test");
    const auto out = withDropout({.dense = x}, 0.4, stream).dense;
    EXPECT_NEAR(out.eq(0).to(torch::kFloat32).mean().item<double>(), 0.4, 0.02);
    EXPECT_NEAR(out.max().item<double>(), 5, 1e-5);

    SparseRows rows{.columns = 1000, .offsets = {0, 1000}, .indices = {}};
    for (int i = 0; i < 1000; ++i) {
        rows.indices.push_back(i);
    }
    const auto kept =
        withDropout({.sparse = std::make_shared<SparseMatrix>(rows)}, 0.4, stream).sparse;
    EXPECT_NEAR(static_cast<double>(kept->rows().values.size()), 600, 60);
    EXPECT_DOUBLE_EQ(kept->rows().values.front(), 1 / 0.6);
}

// The loss -x_1 + 2 x_2 of each row grows fastest along (-1, 2) / sqrt 5, up to the ball's edge.
TEST(Adversary, ReachesTheEdgeOfTheBallAlongTheGradient)
{
    const auto x = torch::tensor({{3.0F, 4.0F}, {0.0F, 1.0F}}); // mean norm 3
    const auto slope = torch::tensor({-1.0F, 2.0F});
    const auto worse =
        worseFeatures(x, {.epsilon = 0.5, .steps = 5},
                      [&](const torch::Tensor& features) { return (features * slope).sum(); });
    const auto expected = x + 1.5 * slope / std::sqrt(5.0);
    EXPECT_TRUE(torch::allclose(worse, expected, 1e-5, 1e-6)) << worse;
}

TEST(SparseProduct, IsThatOfTheDenseMatrixWithItsGradient)
{
    const SparseRows rows{
        .columns = 3, .offsets = {0, 2, 2, 3}, .indices = {2, 0, 1}, .values = {5, 2, -1}};
    const auto matrix = std::make_shared<SparseMatrix>(rows);
    const auto dense = torch::tensor({{2.0, 0.0, 5.0}, {0.0, 0.0, 0.0}, {0.0, -1.0, 0.0}},
                                     torch::dtype(torch::kFloat64));
    const auto x = torch::randn({3, 4}, torch::dtype(torch::kFloat64)).requires_grad_();
    EXPECT_TRUE(torch::allclose(product(matrix, x), dense.matmul(x)));
    EXPECT_TRUE(torch::allclose(transposedProduct(matrix, x), dense.t().matmul(x)));
    EXPECT_TRUE(torch::equal(NodeRows{.sparse = matrix}.denseAs(x), dense));
    EXPECT_THROW(product(matrix, x.slice(0, 0, 2)), InternalError);
    EXPECT_THROW(transposedProduct(matrix, torch::ones({4, 1})), InternalError);
    const auto g = torch::randn({3, 4}, torch::dtype(torch::kFloat64)).requires_grad_();
    const auto back = torch::autograd::grad({product(matrix, x)}, {x}, {g}, true, true)[0];
    EXPECT_TRUE(torch::allclose(back, dense.t().matmul(g)));
    const auto twice = torch::autograd::grad({back.sum()}, {g})[0]; // a derivative along x
    EXPECT_TRUE(torch::allclose(twice, dense.matmul(torch::ones_like(x))));
}

// Kipf & Welling 2017: 81.5 %, with features divided by their sums.
TEST(CoraTraining, GcnReachesThePublishedAccuracy)
{
    const auto cora = std::filesystem::path(MLAB_SHARED_DIR) / "graphs/cora";
    if (!std::filesystem::exists(cora)) {
        GTEST_SKIP() << "no " << cora;
    }
    const auto graph = sourceGraph({.from = GraphFiles{.graph = cora / "edges.csv",
                                                       .features = cora / "features.csv",
                                                       .nodes = cora / "nodes.csv"},
                                    .normaliseFeatures = true})
                           .graph;
    double sum = 0;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        sum += trainedOn(graph, {.seed = seed}).testAccuracy.value();
    }
    EXPECT_GE(sum / 10, 0.80);
    EXPECT_LE(sum / 10, 0.83);
}

} // namespace
} // namespace mlab::stimuli
