// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/random_stream.h"
#include "stimuli/basis/decomposition.h"
#include "stimuli/basis/ica.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <torch/types.h>

#include <cmath>
#include <limits>
#include <set>

namespace mlab::stimuli {
namespace {

constexpr int kCount = 600;
constexpr int kSources = 3;

const nlohmann::json& expected()
{
    static const auto kFile = nlohmann::json::parse(
        readFile(MLAB_SOURCE_DIR "/tests/conformance/synthesis/ica_pca.json"));
    return kFile;
}

torch::Tensor matrix(const nlohmann::json& rows)
{
    const auto values = rows.get<std::vector<std::vector<double>>>();
    auto out = torch::empty({static_cast<std::int64_t>(values.size()),
                             static_cast<std::int64_t>(values.front().size())},
                            torch::kFloat64);
    for (std::size_t i = 0; i < values.size(); ++i) {
        for (std::size_t j = 0; j < values[i].size(); ++j) {
            out[static_cast<std::int64_t>(i)][static_cast<std::int64_t>(j)] = values[i][j];
        }
    }
    return out;
}

torch::Tensor rows(const std::vector<double>& values, std::int64_t count)
{
    return torch::tensor(at::ArrayRef<double>(values), torch::kFloat64).view({count, -1});
}

/// [600, 3]: Laplace, uniform and two-valued, as the file says.
torch::Tensor sources()
{
    auto s = torch::empty({kCount, kSources}, torch::kFloat64);
    std::uint32_t state = 80;
    const auto draw = [&] {
        state = 1664525U * state + 1013904223U;
        return state / 4294967296.0;
    };
    for (int i = 0; i < kCount; ++i) {
        const double laplace = draw() - 0.5;
        s[i][0] = std::copysign(-std::log(1 - 2 * std::abs(laplace) * 0.999999), laplace);
        s[i][1] = draw() * std::sqrt(12.0) - std::sqrt(3.0);
        s[i][2] = draw() < 0.5 ? -1.0 : 1.0;
    }
    return s;
}

/// [600, 5]
torch::Tensor observations()
{
    return torch::mm(sources(), matrix(expected().at("A_5x3")).t()) +
           torch::tensor({1.0, 2.0, 3.0, 4.0, 5.0}, torch::kFloat64);
}

torch::Tensor centred(const torch::Tensor& x)
{
    return x - x.mean(0);
}

/// |correlation| of each source with each component, [sources, components].
torch::Tensor correlations(const torch::Tensor& s, const torch::Tensor& scores)
{
    const auto c = centred(s);
    const auto unit = c / c.square().mean(0).sqrt();
    return torch::mm(unit.t(), scores.t()).abs() / static_cast<double>(s.size(0));
}

TEST(IcaPcaConformance, TheInputsAreThoseOfTheFile)
{
    const auto first = matrix(expected().at("X_first_2_rows"));
    EXPECT_LT((observations().narrow(0, 0, 2) - first).abs().max().item<double>(), 1e-12);
}

TEST(IcaPcaConformance, PrincipalComponentsAreScikitLearns)
{
    const auto& pca = expected().at("pca");
    const auto xc = centred(observations());
    const auto found = principalComponents(torch::mm(xc, xc.t()), kSources);
    const auto scores = rows(found.scores, kSources);
    const auto components = torch::mm(rows(found.weights, kSources), xc);
    // Theirs divide by count - 1.
    const double theirs = (kCount - 1.0) / kCount;
    const auto axes = matrix(pca.at("components_up_to_sign"));
    for (int k = 0; k < kSources; ++k) {
        const auto place = static_cast<std::size_t>(k);
        EXPECT_NEAR(found.explainedVariance[place],
                    pca.at("explained_variance_ratio")[place].get<double>(), 1e-8);
        const auto axis = components[k] / components[k].norm();
        EXPECT_NEAR(std::abs(axis.dot(axes[k]).item<double>()), 1.0, 1e-8);
        EXPECT_NEAR(components[k].norm().item<double>(),
                    1 / std::sqrt(pca.at("explained_variance")[place].get<double>() * theirs),
                    1e-7);
        EXPECT_NEAR(std::abs(scores[k][0].item<double>()) * std::sqrt(theirs),
                    std::abs(pca.at("whitened_first_row_up_to_sign")[place].get<double>()), 1e-7);
    }
    EXPECT_FALSE(found.ica.has_value());
}

TEST(IcaPcaConformance, IndependentComponentsAreTheSourcesRankedByWhatTheyExplain)
{
    const auto xc = centred(observations());
    const auto found = independentComponents(torch::mm(xc, xc.t()), kSources, 1);
    ASSERT_TRUE(found.ica.has_value());
    EXPECT_TRUE(found.ica->converged);
    const auto match = correlations(sources(), rows(found.scores, kSources));
    const auto explained = expected()
                               .at("ica_explained_variance_of_components_matched_to_sources")
                               .get<std::vector<double>>();
    std::set<std::int64_t> matched;
    for (int s = 0; s < kSources; ++s) {
        const auto component = match[s].argmax().item<std::int64_t>();
        matched.insert(component);
        EXPECT_GT(match[s][component].item<double>(), 0.999) << "source " << s;
        EXPECT_NEAR(found.explainedVariance[static_cast<std::size_t>(component)],
                    explained[static_cast<std::size_t>(s)], 5e-3);
    }
    EXPECT_EQ(matched.size(), 3U) << "two sources share a component";
    EXPECT_GE(found.explainedVariance[0], found.explainedVariance[1]);
    EXPECT_GE(found.explainedVariance[1], found.explainedVariance[2]);
}

TEST(IcaPcaConformance, ExplainedVarianceIsTheFilesFormulaAndScoresHaveUnitVariance)
{
    const auto xc = centred(observations());
    const auto found = independentComponents(torch::mm(xc, xc.t()), kSources, 1);
    const auto scores = rows(found.scores, kSources);
    const auto components = torch::mm(rows(found.weights, kSources), xc);
    // A component gives, as inner product with an observation, its score.
    EXPECT_LT((torch::mm(components, xc.t()) - scores).abs().max().item<double>(), 1e-9);
    const auto covariance = torch::mm(scores, scores.t()) / kCount;
    EXPECT_LT((covariance - torch::eye(kSources, torch::kFloat64)).abs().max().item<double>(),
              1e-9);
    EXPECT_LT(scores.mean(1).abs().max().item<double>(), 1e-9);
    for (int k = 0; k < kSources; ++k) {
        const auto s = scores[k].unsqueeze(1);
        const auto a = torch::mm(s.t(), xc) / kCount;
        const double share = 1 - (xc - torch::mm(s, a)).square().sum().item<double>() /
                                     xc.square().sum().item<double>();
        EXPECT_NEAR(found.explainedVariance[static_cast<std::size_t>(k)], share, 1e-9);
    }
}

/// Whitened mixtures of as many heavy-tailed and bounded sources, [dimensions, count].
struct Mixture {
    torch::Tensor sources; // [count, dimensions]
    std::vector<double> whitened;
};

Mixture mixture(int dimensions, int count, std::uint64_t seed)
{
    RandomStream random(seed, "ica test");
    auto s = torch::empty({count, dimensions}, torch::kFloat64);
    auto mixing = torch::empty({dimensions, dimensions}, torch::kFloat64);
    for (std::int64_t i = 0; i < s.numel(); ++i) {
        const bool heavyTailed = i % dimensions % 2 == 0;
        const double u = random.uniform() - 0.5;
        s.data_ptr<double>()[i] =
            heavyTailed ? std::copysign(-std::log(1 - 1.999999 * std::abs(u)), u) : u;
    }
    for (std::int64_t i = 0; i < mixing.numel(); ++i) {
        mixing.data_ptr<double>()[i] = random.normal();
    }
    const auto x = centred(torch::mm(s, mixing));
    return {.sources = s, .whitened = principalComponents(torch::mm(x, x.t()), dimensions).scores};
}

TEST(FastIca, FindsKnownSourcesWhateverTheirMixture)
{
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        const int dimensions = 2 + static_cast<int>(seed % 5);
        const auto mixed = mixture(dimensions, 1500, seed);
        const auto found = fastIca(mixed.whitened, dimensions, seed);
        ASSERT_TRUE(found.converged) << seed;
        const auto unmixing = rows(found.unmixing, dimensions);
        const auto identity = torch::eye(dimensions, torch::kFloat64);
        EXPECT_LT((torch::mm(unmixing, unmixing.t()) - identity).abs().max().item<double>(), 1e-9);
        const auto match =
            correlations(mixed.sources, torch::mm(unmixing, rows(mixed.whitened, dimensions)));
        EXPECT_GT(std::get<0>(match.max(1)).min().item<double>(), 0.97) << seed;
        EXPECT_GT(std::get<0>(match.max(0)).min().item<double>(), 0.97) << seed;
    }
}

TEST(FastIca, TheSameSeedGivesTheSameResultBitForBitAndAnotherSeedTheSameSources)
{
    const auto mixed = mixture(4, 1000, 3);
    const auto one = fastIca(mixed.whitened, 4, 1);
    const auto again = fastIca(mixed.whitened, 4, 1);
    EXPECT_EQ(one.unmixing, again.unmixing);
    EXPECT_EQ(one.iterations, again.iterations);
    const auto other = fastIca(mixed.whitened, 4, 2);
    EXPECT_NE(one.unmixing, other.unmixing);
    const auto overlap = torch::mm(rows(one.unmixing, 4), rows(other.unmixing, 4).t()).abs();
    EXPECT_GT(std::get<0>(overlap.max(1)).min().item<double>(), 0.999);
}

TEST(FastIca, SaysWhenItDidNotConverge)
{
    const auto mixed = mixture(5, 1000, 4);
    const auto found = fastIca(mixed.whitened, 5, 1, {.tolerance = 1e-12, .maxIterations = 2});
    EXPECT_FALSE(found.converged);
    EXPECT_EQ(found.iterations, 2);
    EXPECT_GT(found.change, 1e-12);
}

TEST(FastIca, RefusesWhatIsNoMatrix)
{
    const std::vector<double> seven(7, 1.0);
    EXPECT_THROW(fastIca(seven, 2, 1), InvalidArgument);
    EXPECT_THROW(fastIca(seven, 0, 1), InvalidArgument);
    EXPECT_THROW(fastIca(seven, 7, 1), InvalidArgument);
    const std::vector<double> broken = {1.0, std::numeric_limits<double>::quiet_NaN()};
    EXPECT_THROW(fastIca(broken, 1, 1), NumericError);
}

TEST(Decomposition, MoreComponentsThanThereIsVariationAreRefused)
{
    const auto xc = centred(observations()); // three sources, five columns
    const auto products = torch::mm(xc, xc.t());
    EXPECT_THROW(principalComponents(products, 4), InvalidArgument);
    EXPECT_THROW(independentComponents(products, 4, 1), InvalidArgument);
    EXPECT_THROW(principalComponents(products, 0), InvalidArgument);
}

} // namespace
} // namespace mlab::stimuli
