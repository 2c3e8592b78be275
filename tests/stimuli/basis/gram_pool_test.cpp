// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "stimuli/basis/gram_pool.h"

#include <gtest/gtest.h>
#include <torch/types.h>
#include <torch/utils.h>

namespace mlab::stimuli {
namespace {

constexpr int kCount = 12;

std::vector<torch::Tensor> activations(std::int64_t channels, std::int64_t positions)
{
    torch::manual_seed(channels * 1000 + positions);
    std::vector<torch::Tensor> out;
    for (int i = 0; i < kCount; ++i) {
        out.push_back(torch::rand({channels, positions}));
    }
    return out;
}

GramPool pooled(const std::vector<torch::Tensor>& images)
{
    GramPool pool(static_cast<int>(images.size()));
    for (std::size_t i = images.size(); i > 0; --i) { // in any order
        pool.put(static_cast<int>(i - 1), images[i - 1]);
    }
    return pool;
}

// [count, channels * channels] float64, less their mean
torch::Tensor grams(const std::vector<torch::Tensor>& images)
{
    std::vector<torch::Tensor> out;
    for (const auto& f : images) {
        const auto f64 = f.to(torch::kFloat64);
        out.push_back((torch::mm(f64, f64.t()) / static_cast<double>(f.size(1))).flatten());
    }
    return torch::stack(out);
}

double relativeError(const torch::Tensor& found, const torch::Tensor& expected)
{
    return ((found - expected).norm() / expected.norm()).item<double>();
}

// More positions than channels keeps Gram matrices, fewer keeps activations; one channel, one
// position and the size where both are equal are the edges.
constexpr std::array<std::pair<std::int64_t, std::int64_t>, 6> kSizes = {
    {{8, 50}, {40, 6}, {1, 9}, {30, 1}, {7, 4}, {300, 20}}};

TEST(GramPool, InnerProductsMeanAndSumsAreThoseOfTheGramMatrices)
{
    for (const auto& [channels, positions] : kSizes) {
        const auto images = activations(channels, positions);
        const auto pool = pooled(images);
        const auto all = grams(images);
        const auto centred = all - all.mean(0);
        EXPECT_LT(relativeError(pool.innerProducts({}), torch::mm(centred, centred.t())), 1e-5)
            << channels << " x " << positions;
        torch::manual_seed(1);
        const auto weights = torch::randn({3, kCount}, torch::kFloat64);
        const auto [mean, sums] = pool.meanAndSums(weights, {});
        EXPECT_EQ(mean.sizes(), (std::vector<std::int64_t>{channels, channels}));
        EXPECT_EQ(sums.sizes(), (std::vector<std::int64_t>{3, channels, channels}));
        EXPECT_LT(relativeError(mean.flatten(), all.mean(0)), 1e-6);
        EXPECT_LT(relativeError(sums.flatten(1), torch::mm(weights, centred)), 1e-5);
        EXPECT_TRUE(torch::equal(sums, sums.transpose(1, 2)));
    }
}

TEST(GramPool, SmallDifferencesBetweenLargeGramMatricesKeepTheirDigits)
{
    auto images = activations(40, 6);
    for (auto& image : images) {
        image = image * 1e-3 + 1.0;
    }
    const auto all = grams(images);
    const auto centred = all - all.mean(0);
    EXPECT_LT(relativeError(pooled(images).innerProducts({}), torch::mm(centred, centred.t())),
              2e-3);
}

TEST(GramPool, KeepsWhicheverIsLessActivationsOrHalfAGramMatrix)
{
    EXPECT_EQ(GramPool::numbersPerImage(2048, 49), 2048U * 49U);
    EXPECT_EQ(GramPool::numbersPerImage(64, 12544), 64U * 65U / 2U);
    EXPECT_EQ(GramPool::numbersPerImage(1024, 196), 1024U * 196U);
    // 1000 images of the last stage of a ResNet-50.
    EXPECT_LT(1000U * 4U * GramPool::numbersPerImage(2048, 49), 402'000'000U);
}

TEST(GramPool, ImagesOfAnotherSizeAreRefusedAndAStopIsObeyed)
{
    GramPool pool(2);
    pool.put(0, torch::rand({4, 9}));
    EXPECT_THROW(pool.put(1, torch::rand({4, 10})), InvalidArgument);
    pool.put(1, torch::rand({4, 9}));
    std::stop_source stop;
    stop.request_stop();
    EXPECT_THROW(pool.innerProducts(stop.get_token()), Cancelled);
}

} // namespace
} // namespace mlab::stimuli
