// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "stimuli/graphs/builtin/bag_of_words.h"
#include "stimuli/graphs/builtin/karate_club.h"
#include "stimuli/graphs/measures/feature_deviation.h"
#include "stimuli/graphs/measures/laplacian_spectrum.h"
#include "stimuli/graphs/measures/structure_deviation.h"
#include "stimuli/graphs/measures/wl_similarity.h"

#include <gmock/gmock.h>

#include <cmath>
#include <numbers>

namespace mlab::stimuli {
namespace {

GraphStructure cycleOf(int nodes)
{
    std::vector<Edge> edges;
    for (int node = 0; node < nodes; ++node) {
        edges.push_back({node, (node + 1) % nodes});
    }
    return {nodes, edges};
}

Graph withoutFeatures(GraphStructure structure)
{
    const int nodes = structure.nodes();
    return {.structure = std::move(structure), .features = noFeatures(nodes)};
}

double distanceOf(const std::vector<double>& a, const std::vector<double>& b)
{
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return std::sqrt(sum);
}

// gnn.md 5
TEST(LaplacianSpectrum, OfAHexagonAndOfTwoTriangles)
{
    using testing::DoubleNear;
    using testing::ElementsAre;
    const GraphStructure triangles(6, {{0, 1}, {1, 2}, {2, 0}, {3, 4}, {4, 5}, {5, 3}});
    const auto six = laplacianSpectrum(cycleOf(6), Laplacian::combinatorial, 6);
    const auto three = laplacianSpectrum(triangles, Laplacian::combinatorial, 6);
    const auto near = [](double value) { return DoubleNear(value, 1e-12); };
    EXPECT_THAT(six, ElementsAre(near(0), near(1), near(1), near(3), near(3), near(4)));
    EXPECT_THAT(three, ElementsAre(near(0), near(0), near(3), near(3), near(3), near(3)));
    EXPECT_NEAR(distanceOf(six, three), 2.449490, 1e-6);
    // Of a graph whose nodes have two neighbours each, the normalised one is half of it.
    EXPECT_NEAR(
        structureDeviation(withoutFeatures(cycleOf(6)), withoutFeatures(triangles)).spectrumL2,
        std::sqrt(6) / 2, 1e-12);
}

TEST(LaplacianSpectrum, OfALargeComponentTheSmallestAreFound)
{
    constexpr int kNodes = 600; // solved by Spectra; two of each eigenvalue 2 - 2 cos(2 pi k / n)
    const auto values = laplacianSpectrum(cycleOf(kNodes), Laplacian::combinatorial, 5);
    ASSERT_EQ(values.size(), 5U);
    for (int i = 0; i < 5; ++i) {
        const int k = (i + 1) / 2;
        EXPECT_NEAR(values[static_cast<std::size_t>(i)],
                    2 - 2 * std::cos(2 * std::numbers::pi * k / kNodes), 1e-9);
    }
}

TEST(LaplacianSpectrum, NodesWithoutEdgesAddZeros)
{
    const GraphStructure structure(4, {{0, 1}});
    EXPECT_THAT(laplacianSpectrum(structure, Laplacian::normalised, 10),
                testing::ElementsAre(testing::DoubleNear(0, 1e-12), testing::DoubleNear(0, 1e-12),
                                     testing::DoubleNear(0, 1e-12), testing::DoubleNear(2, 1e-12)));
    EXPECT_TRUE(laplacianSpectrum(structure, Laplacian::normalised, 0).empty());
    EXPECT_TRUE(laplacianSpectrum(GraphStructure(), Laplacian::normalised, 3).empty());
}

TEST(StructureStatistics, CountTrianglesAndComponents)
{
    const auto club = structureStatistics(karateClub().structure);
    EXPECT_EQ(club.triangles, 45);
    EXPECT_EQ(club.components, 1);
    EXPECT_NEAR(club.meanClustering, 0.570638, 1e-6); // networkx.average_clustering
    EXPECT_NEAR(club.meanDegree, 156 / 34.0, 1e-12);
    const auto few = structureStatistics(GraphStructure(5, {{0, 1}, {1, 2}}));
    EXPECT_EQ(few.components, 3);
    EXPECT_EQ(few.largestComponent, 3);
    EXPECT_EQ(structureStatistics(GraphStructure()).components, 0);
    EXPECT_FALSE(edgeHomophily(withoutFeatures(cycleOf(4))));
}

TEST(StructureDeviation, ComparesDegrees)
{
    // Degrees 1 2 2 1 and 3 1 1 1: sorted 1 1 2 2 and 1 1 1 3.
    const auto path = withoutFeatures(GraphStructure(4, {{0, 1}, {1, 2}, {2, 3}}));
    const auto star = withoutFeatures(GraphStructure(4, {{0, 1}, {0, 2}, {0, 3}}));
    const auto deviation = structureDeviation(path, star);
    EXPECT_DOUBLE_EQ(deviation.degreeKs, 0.25);
    EXPECT_DOUBLE_EQ(deviation.degreeWasserstein, 0.5);
    EXPECT_EQ(deviation.edges.editDistance, 4);
    EXPECT_DOUBLE_EQ(deviation.edges.jaccard, 0.2);
    // Depth 0: 4 x 4; depth 1: path 2 of degree 1 and 2 of 2, star 3 and 1 of 3: 2 x 3; then none.
    EXPECT_NEAR(deviation.wlSimilarity,
                (16 + 6) / std::sqrt((16.0 + 8 + 8 + 8) * (16.0 + 10 + 10 + 10)), 1e-12);
    const auto same = structureDeviation(path, path);
    EXPECT_EQ(same.edges.editDistance, 0);
    EXPECT_DOUBLE_EQ(same.wlSimilarity, 1);
    EXPECT_EQ(same.spectrumL2, 0);
    EXPECT_THROW(structureDeviation(path, withoutFeatures(cycleOf(5))), InvalidArgument);
}

TEST(StructureDeviation, TakesTheLabelsOfTheReference)
{
    const auto club = karateClub();
    auto changed = club;
    changed.labels.clear();
    EXPECT_NEAR(structureDeviation(club, changed).changedHomophily.value(), .858974, 1e-6);
}

TEST(FeatureDeviation, OfRealNumbers)
{
    const Features reference = DenseFeatures{.rows = 3, .columns = 2, .values = {3, 4, 0, 0, 1, 1}};
    const Features changed = DenseFeatures{.rows = 3, .columns = 2, .values = {6, 8, 1, 0, 1, -1}};
    const auto deviation = featureDeviation(reference, changed);
    EXPECT_DOUBLE_EQ(deviation.nodes[0].cosine.value(), 1);
    EXPECT_DOUBLE_EQ(deviation.nodes[0].normRatio.value(), 2); // which the cosine does not see
    EXPECT_DOUBLE_EQ(deviation.nodes[0].rowSumDifference, 7);
    EXPECT_FALSE(deviation.nodes[1].cosine);
    EXPECT_FALSE(deviation.nodes[1].normRatio);
    EXPECT_NEAR(deviation.nodes[2].cosine.value(), 0, 1e-15);
    EXPECT_DOUBLE_EQ(deviation.nodes[2].hamming, 0.5);
    EXPECT_FALSE(deviation.nodes[2].jaccard);
    EXPECT_DOUBLE_EQ(deviation.relativeL2.value(), std::sqrt((9 + 16 + 1 + 4) / 27.0));
    EXPECT_DOUBLE_EQ(meanCosine(deviation).value(), 0.5);
    // Column 0: mean 4/3 and then 8/3, variance 10/3 - 16/9.
    EXPECT_NEAR(deviation.columnShift[0].value(), (4 / 3.0) / std::sqrt(14 / 9.0), 1e-12);
    EXPECT_THROW(featureDeviation(reference, noFeatures(3)), InvalidArgument);
}

TEST(FeatureDeviation, OfOnes)
{
    const Features reference = binaryFeatures(4, std::vector<std::vector<int>>{{0, 1}, {}});
    const Features changed = binaryFeatures(4, std::vector<std::vector<int>>{{1, 2, 3}, {}});
    const auto deviation = featureDeviation(reference, changed);
    EXPECT_DOUBLE_EQ(deviation.nodes[0].jaccard.value(), 0.25);
    EXPECT_DOUBLE_EQ(deviation.nodes[0].hamming, 0.75);
    EXPECT_DOUBLE_EQ(deviation.nodes[0].rowSumDifference, 1);
    EXPECT_FALSE(deviation.nodes[1].jaccard);
    EXPECT_FALSE(deviation.columnShift[3]); // constant
}

} // namespace
} // namespace mlab::stimuli
