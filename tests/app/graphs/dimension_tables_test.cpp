// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graphs/dimension_tables.h"

#include <gmock/gmock.h>

namespace mlab::app {
namespace {

TEST(DimensionTables, SayHowManyInputsAScopeHasThatWasNotComputed)
{
    const LayerDimension layer{.network = "gcn",
                               .weightsSha256 = "1f2e",
                               .graph = "cora",
                               .layer = 2,
                               .features = 1433,
                               .nodes = std::vector<stimuli::NodeDimension>(2708),
                               .ofFeatures = {},
                               .ofEdges = stimuli::GraphDimension{
                                   .dimension = 5, .rank = 3, .rankBefore = 4, .tolerance = 0.5}};
    const auto csv = dimensionCsv({layer});
    EXPECT_THAT(csv, testing::HasSubstr("\r\ngcn,cora,2,graph,3880564,,,,,,,,,,1f2e\r\n"));
    EXPECT_THAT(csv, testing::HasSubstr("\r\ngcn,cora,2,structure,8,5,3,4,,0.5,,,,,1f2e\r\n"));
}

} // namespace
} // namespace mlab::app
