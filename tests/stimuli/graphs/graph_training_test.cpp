// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "stimuli/graphs/architectures/initial_network.h"
#include "stimuli/graphs/files/graph_reader.h"
#include "stimuli/graphs/networks/graph_forward.h"
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
    const auto g = torch::randn({3, 4}, torch::dtype(torch::kFloat64)).requires_grad_();
    const auto back = torch::autograd::grad({product(matrix, x)}, {x}, {g}, true, true)[0];
    EXPECT_TRUE(torch::allclose(back, dense.t().matmul(g)));
    const auto twice = torch::autograd::grad({back.sum()}, {g})[0]; // a derivative along x
    EXPECT_TRUE(torch::allclose(twice, dense.matmul(torch::ones_like(x))));
}

// Kipf & Welling 2017: 81.5 %. Ten seeds are in tests/benchmarks/README.md.
TEST(CoraTraining, GcnReachesThePublishedAccuracy)
{
    const auto cora = std::filesystem::path(MLAB_SHARED_DIR) / "graphs/cora";
    if (!std::filesystem::exists(cora)) {
        GTEST_SKIP() << "no " << cora;
    }
    const auto graph = readGraph({.graph = cora / "edges.csv",
                                  .features = cora / "features.csv",
                                  .nodes = cora / "nodes.csv"})
                           .graph;
    const auto trained = trainedOn(graph, {});
    EXPECT_GT(trained.testAccuracy.value(), 0.79);
    EXPECT_LT(trained.testAccuracy.value(), 0.84);
}

} // namespace
} // namespace mlab::stimuli
