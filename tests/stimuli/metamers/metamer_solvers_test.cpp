// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "stimuli/metamers/metamer_losses.h"
#include "stimuli/metamers/metamer_rounding.h"
#include "stimuli/metamers/metamer_solvers.h"
#include "stimuli/numerics/line_search.h"
#include "stimuli/numerics/metamer_noise.h"
#include "stimuli/store/metamer_settings.h"

#include <gtest/gtest.h>
#include <torch/autograd.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace mlab::stimuli {
namespace {

using torch::Tensor;

constexpr int kSide = 12;

Tensor noiseImages(int items)
{
    std::vector<Tensor> images;
    for (int i = 0; i < items; ++i) {
        auto values = metamerNoise(MetamerNoise::gaussian, 5, static_cast<std::uint64_t>(i),
                                   std::size_t{3} * kSide * kSide);
        images.push_back(torch::tensor(at::ArrayRef<float>(values)).view({3, kSide, kSide}));
    }
    return torch::stack(images);
}

/// A small random network of two layers and the match to what it makes of uniform noise.
class SmallNet {
public:
    SmallNet()
    {
        torch::manual_seed(3);
        first_ = torch::randn({8, 3, 3, 3}) * 0.4;
        second_ = torch::randn({6, 8, 3, 3}) * 0.2;
        const auto values = metamerNoise(MetamerNoise::uniform, 6, 0, 3 * kSide * kSide);
        match_ = matchLoss(
            MatchLoss::normalised,
            activations(torch::tensor(at::ArrayRef<float>(values)).view({1, 3, kSide, kSide})));
    }

    /// One item after the other, so that an item's numbers do not depend on the batch: Torch's
    /// convolutions promise that only to rounding.
    BatchLoss itemByItem() const
    {
        return [this](const Tensor& images) {
            std::vector<Tensor> losses;
            for (std::int64_t i = 0; i < images.size(0); ++i) {
                losses.push_back(match_(activations(images.slice(0, i, i + 1))));
            }
            return torch::cat(losses);
        };
    }

    BatchLoss batched() const
    {
        return [this](const Tensor& images) { return match_(activations(images)); };
    }

private:
    Tensor activations(const Tensor& images) const
    {
        return torch::conv2d(torch::relu(torch::conv2d(images, first_)), second_).relu();
    }

    Tensor first_;
    Tensor second_;
    std::function<Tensor(const Tensor&)> match_;
};

std::pair<Tensor, std::vector<MetamerOutcome>> run(const MetamerSolverSpec& solver,
                                                   const BatchLoss& loss, const Tensor& start,
                                                   double tolerance = 0.0,
                                                   const MetamerObserver& observer = {})
{
    return solveMetamers(solver, loss, start, tolerance, observer, {});
}

std::vector<double> lossesOf(const MetamerOutcome& outcome)
{
    std::vector<double> losses;
    for (const auto& sample : outcome.history) {
        losses.push_back(sample.loss);
    }
    return losses;
}

class MetamerSolvers : public testing::TestWithParam<MetamerSolverSpec> {};

TEST_P(MetamerSolvers, ABatchIsManyRunsOfOneBitForBit)
{
    const SmallNet net;
    const auto start = noiseImages(3);
    const auto [together, outcomes] = run(GetParam(), net.itemByItem(), start);
    for (std::int64_t i = 0; i < 3; ++i) {
        const auto [alone, outcome] = run(GetParam(), net.itemByItem(), start.slice(0, i, i + 1));
        EXPECT_TRUE(torch::equal(together[i], alone[0])) << i;
        EXPECT_EQ(lossesOf(outcomes[static_cast<std::size_t>(i)]), lossesOf(outcome[0])) << i;
    }
}

TEST_P(MetamerSolvers, ABrokenItemDisturbsNoOther)
{
    const SmallNet net;
    const auto start = noiseImages(3);
    const auto whole = run(GetParam(), net.batched(), start);
    for (const double factor : {static_cast<double>(NAN), static_cast<double>(INFINITY)}) {
        const auto factors = torch::tensor({1.0, factor, 1.0}, torch::kFloat32);
        const auto [images, outcomes] = run(
            GetParam(), [&](const Tensor& x) { return net.batched()(x) * factors; }, start);
        EXPECT_TRUE(torch::equal(images[0], whole.first[0]));
        EXPECT_TRUE(torch::equal(images[2], whole.first[2]));
        EXPECT_EQ(lossesOf(outcomes[2]), lossesOf(whole.second[2]));
        EXPECT_EQ(outcomes[1].status, MetamerStatus::failed);
        EXPECT_FALSE(outcomes[1].reason.empty());
        EXPECT_EQ(outcomes[1].steps, 0);
        EXPECT_TRUE(torch::allclose(images[1], start[1], 0, 1e-6));
    }
}

TEST_P(MetamerSolvers, TheSameBitsTwice)
{
    const SmallNet net;
    const auto once = run(GetParam(), net.batched(), noiseImages(2));
    const auto again = run(GetParam(), net.batched(), noiseImages(2));
    EXPECT_TRUE(torch::equal(once.first, again.first));
    EXPECT_EQ(lossesOf(once.second[1]), lossesOf(again.second[1]));
}

TEST_P(MetamerSolvers, NeverLeaveTheRangeAndReturnTheBestImageMet)
{
    const SmallNet net;
    int calls = 0;
    // A target that asks for pixels far outside the range.
    const BatchLoss loss = [](const Tensor& x) { return (x - 3).square().flatten(1).mean(1); };
    run(GetParam(), loss, noiseImages(2), 0.0, [&](const MetamerProgress& progress) {
        ++calls;
        EXPECT_TRUE((progress.stimuli.ge(0) & progress.stimuli.le(1)).all().item<bool>());
        EXPECT_LE(progress.done, progress.total);
    });
    EXPECT_GT(calls, 0);
    const auto [images, outcomes] = run(GetParam(), net.batched(), noiseImages(2));
    const auto losses = net.batched()(images);
    for (std::int64_t i = 0; i < 2; ++i) {
        const auto& outcome = outcomes[static_cast<std::size_t>(i)];
        EXPECT_NEAR(losses[i].item<double>(), outcome.loss, 1e-6);
        const auto all = lossesOf(outcome);
        EXPECT_LE(outcome.loss, *std::min_element(all.begin(), all.end()));
        EXPECT_LT(outcome.loss, 0.5 * all.front());
    }
}

TEST_P(MetamerSolvers, StopAtTheToleranceEachItemForItself)
{
    const SmallNet net;
    const auto start = noiseImages(2);
    const auto factors = torch::tensor({1.0, 1e-4});
    const BatchLoss loss = [&](const Tensor& x) { return net.batched()(x) * factors; };
    const auto [images, outcomes] = run(GetParam(), loss, start, 1e-3);
    EXPECT_EQ(outcomes[1].status, MetamerStatus::converged);
    EXPECT_EQ(outcomes[1].steps, 0);
    EXPECT_TRUE(torch::allclose(images[1], start[1], 0, 1e-6));
    EXPECT_GT(outcomes[0].steps, 1);
}

TEST_P(MetamerSolvers, WhatIsOutOfReachDoesNotConverge)
{
    const auto [images, outcomes] = run(
        GetParam(), [](const Tensor& x) { return x.square().flatten(1).mean(1) + 1; },
        noiseImages(1), 0.5);
    EXPECT_NE(outcomes[0].status, MetamerStatus::converged);
    EXPECT_GE(outcomes[0].loss, 1);
}

TEST_P(MetamerSolvers, EndWhenCancelled)
{
    const SmallNet net;
    std::stop_source source;
    int calls = 0;
    EXPECT_THROW(solveMetamers(
                     GetParam(), net.batched(), noiseImages(1), 0.0,
                     [&](const MetamerProgress& /*progress*/) {
                         ++calls;
                         source.request_stop();
                     },
                     source.get_token()),
                 Cancelled);
    EXPECT_EQ(calls, 1);
}

TEST_P(MetamerSolvers, ABadStartIsRefused)
{
    const SmallNet net;
    EXPECT_THROW(run(GetParam(), net.batched(), noiseImages(1) + 1), InvalidArgument);
    EXPECT_THROW(run(GetParam(), net.batched(), noiseImages(1) * NAN), InvalidArgument);
    EXPECT_THROW(run(
                     GetParam(), [](const Tensor& x) { return x.sum(); }, noiseImages(1)),
                 InvalidArgument);
}

std::string nameOf(const testing::TestParamInfo<MetamerSolverSpec>& solver)
{
    constexpr std::array kNames = {"NormalisedGradient", "Adam", "Lbfgs"};
    return kNames.at(solver.index);
}

const NormalisedGradientSpec kNormalisedGradient{
    .firstStep = 0.5, .repetitions = 4, .stepsPerRepetition = 20};
const AdamSpec kAdam{.steps = 80, .learningRate = 0.02};
const LbfgsSpec kLbfgs{.evaluations = 80};

INSTANTIATE_TEST_SUITE_P(All, MetamerSolvers, testing::Values(kNormalisedGradient, kAdam, kLbfgs),
                         nameOf);

TEST(MetamerSolver, SettingsMustBePositive)
{
    const SmallNet net;
    const MetamerSolverSpec bad[] = {NormalisedGradientSpec{.firstStep = 0},
                                     NormalisedGradientSpec{.repetitions = 0},
                                     NormalisedGradientSpec{.stepsPerRepetition = -1},
                                     AdamSpec{.steps = 0},
                                     AdamSpec{.learningRate = NAN},
                                     LbfgsSpec{.evaluations = 0},
                                     LbfgsSpec{.memory = 0}};
    for (const auto& spec : bad) {
        EXPECT_THROW(run(spec, net.batched(), noiseImages(1)), InvalidArgument) << spec.index();
    }
}

TEST(MetamerSolver, LongHistoriesAreThinnedWithExactSteps)
{
    const auto [images, outcomes] = run(
        NormalisedGradientSpec{.repetitions = 5, .stepsPerRepetition = 500},
        [](const Tensor& x) { return (x - 0.2).square().flatten(1).sum(1); }, noiseImages(1));
    const auto& history = outcomes[0].history;
    EXPECT_LE(history.size(), 1001U);
    EXPECT_GE(history.size(), 500U);
    for (std::size_t k = 0; k < history.size(); ++k) {
        EXPECT_EQ(history[k].step, static_cast<int>(3 * k));
    }
}

// Rosenbrock's function on [-2, 2]^D: float64, minimum 0 where every pixel is 3/4.
Tensor rosenbrock(const Tensor& images)
{
    const auto z = 4 * images.flatten(1) - 2;
    const auto head = z.slice(1, 0, -1);
    return (100 * (z.slice(1, 1) - head.square()).square() + (1 - head).square()).sum(1);
}

TEST(Lbfgs, SolvesRosenbrockInTheBox)
{
    const LbfgsSpec spec{.evaluations = 400, .memory = 10, .squareLoss = false};
    for (const int size : {2, 6}) {
        const auto start =
            torch::stack({torch::full({1, 1, size}, 0.2), torch::full({1, 1, size}, 0.45),
                          torch::linspace(0.05, 0.9, size).view({1, 1, size})})
                .to(torch::kFloat64);
        const auto [images, outcomes] = run(spec, rosenbrock, start, 1e-18);
        for (std::size_t i = 0; i < outcomes.size(); ++i) {
            EXPECT_EQ(outcomes[i].status, MetamerStatus::converged) << outcomes[i].loss;
            EXPECT_LT((images[static_cast<std::int64_t>(i)] - 0.75).abs().max().item<double>(),
                      1e-7);
        }
    }
}

// In u = asin(2 x - 1), where the solver works; each step that changes the image is an accepted
// one.
TEST(Lbfgs, AcceptedStepsMeetTheStrongWolfeConditions)
{
    const auto start = torch::full({1, 1, 3}, 0.45, torch::kFloat64);
    const auto anglesOf = [](const Tensor& images) { return (2 * images - 1).asin(); };
    const auto at = [](const Tensor& angles) {
        const torch::AutoGradMode withGradients(true); // observers are called without
        const auto u = angles.detach().requires_grad_();
        const auto value = rosenbrock((u.sin() + 1) / 2)[0];
        return std::pair(value.item<double>(), torch::autograd::grad({value}, {u})[0]);
    };
    Tensor before = anglesOf(start);
    int steps = 0;
    run(LbfgsSpec{.evaluations = 60, .memory = 5, .squareLoss = false}, rosenbrock, start, 1e-6,
        [&](const MetamerProgress& progress) {
            const auto after = anglesOf(progress.stimuli);
            if (torch::allclose(after, before, 0, 1e-13)) {
                return;
            }
            const auto [valueBefore, gradientBefore] = at(before);
            const auto [valueAfter, gradientAfter] = at(after);
            const auto step = after - before;
            const double slopeBefore = (gradientBefore * step).sum().item<double>();
            const double slopeAfter = (gradientAfter * step).sum().item<double>();
            EXPECT_LE(valueAfter, valueBefore + StrongWolfeSearch::kDecrease * slopeBefore);
            EXPECT_LE(std::abs(slopeAfter), StrongWolfeSearch::kCurvature * std::abs(slopeBefore));
            before = after;
            ++steps;
        });
    EXPECT_GT(steps, 10);
}

TEST(Lbfgs, FindsAMinimumOnTheEdgeOfTheBox)
{
    torch::manual_seed(2);
    const auto factor = torch::randn({12, 12}, torch::kFloat64);
    const auto hessian = torch::mm(factor, factor.t()) + torch::eye(12, torch::kFloat64);
    const auto centre = torch::randn({12}, torch::kFloat64) + 0.5;
    const BatchLoss loss = [&](const Tensor& x) {
        const auto off = x.flatten(1) - centre;
        return (torch::mm(off, hessian) * off).sum(1);
    };
    const auto [images, outcomes] = run(LbfgsSpec{.evaluations = 1000, .squareLoss = false}, loss,
                                        torch::full({1, 1, 3, 4}, 0.5, torch::kFloat64));
    // The conditions of a minimum (Karush, Kuhn, Tucker): no gradient inside, none inwards at 0, 1.
    const auto x = images.flatten();
    const auto gradient = 2 * torch::mv(hessian, x - centre);
    int atEdge = 0;
    for (std::int64_t i = 0; i < 12; ++i) {
        const double value = x[i].item<double>();
        const double slope = gradient[i].item<double>();
        if (value < 1e-9) {
            EXPECT_GT(slope, -1e-4);
            ++atEdge;
        } else if (value > 1 - 1e-9) {
            EXPECT_LT(slope, 1e-4);
            ++atEdge;
        } else {
            EXPECT_NEAR(slope, 0, 1e-4) << value;
        }
    }
    EXPECT_GE(atEdge, 2);
    EXPECT_LT(atEdge, 12);
}

// Spatial means of a random layer, as a network's last pooling: few numbers, which many images
// have.
TEST(MetamerRounding, KeepsMostOfAMatchThatRoundingToTheNearestLevelUndoes)
{
    torch::manual_seed(4);
    const auto weight = torch::randn({12, 3, 3, 3});
    const auto powers = [&](const Tensor& image) {
        return torch::conv2d(image, weight).square().mean({2, 3});
    };
    const auto original = torch::rand({1, 3, kSide, kSide});
    const auto match = matchLoss(MatchLoss::normalised, powers(original));
    const BatchLoss loss = [&](const Tensor& images) {
        std::vector<Tensor> losses;
        for (std::int64_t i = 0; i < images.size(0); ++i) {
            losses.push_back(match(powers(images.slice(0, i, i + 1))));
        }
        return torch::cat(losses);
    };
    const auto solved =
        solveMetamers(LbfgsSpec{.evaluations = 600}, loss, noiseImages(3), 1e-5, {}, {}).first;
    ASSERT_LE(loss(solved).max().item<double>(), 1e-4);
    const auto kept = roundKeepingMatch(loss, solved, {});
    EXPECT_LE((kept * 255 - torch::round(kept * 255)).abs().max().item<double>(), 1e-4);
    EXPECT_GE(kept.min().item<double>(), 0.0);
    EXPECT_LE(kept.max().item<double>(), 1.0);
    const auto nearest = torch::round(solved * 255.0) / 255.0;
    EXPECT_LT((loss(kept) / loss(nearest)).max().item<double>(), 0.5);
    // What is beside an item changes nothing.
    EXPECT_TRUE(
        torch::equal(roundKeepingMatch(loss, solved.slice(0, 1, 2), {}), kept.slice(0, 1, 2)));
}

} // namespace
} // namespace mlab::stimuli
