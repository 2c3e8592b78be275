// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/number_text.h"
#include "core/trial/dimension.h"

#include <gtest/gtest.h>

#include <string_view>

namespace mlab {
namespace {

TEST(Dimension, IdNamesItsFourParts)
{
    EXPECT_EQ((Dimension{.layer = "texture",
                         .component = 1,
                         .direction = Direction::plus,
                         .eccentricityDeg = 8.0})
                  .id(),
              "texture/1/plus/8");
    EXPECT_EQ((Dimension{.layer = "conv1",
                         .component = 12,
                         .direction = Direction::minus,
                         .eccentricityDeg = 2.5})
                  .id(),
              "conv1/12/minus/2.5");
}

TEST(Dimension, NumbersAreWrittenInTheirShortestForm)
{
    EXPECT_EQ(shortNumber(8.0), "8");
    EXPECT_EQ(shortNumber(0.1), "0.1");
    EXPECT_EQ(shortNumber(0.0), "0");
    EXPECT_EQ(shortNumber(-1.5), "-1.5");
    EXPECT_EQ(shortNumber(0.1 + 0.2), "0.30000000000000004");
}

struct PatternCase {
    std::string_view pattern;
    bool matches;
};

class DimensionPattern : public testing::TestWithParam<PatternCase> {};

TEST_P(DimensionPattern, FitsTextureOnePlusEight)
{
    EXPECT_EQ(matchesDimension(GetParam().pattern, "texture/1/plus/8"), GetParam().matches)
        << GetParam().pattern;
}

INSTANTIATE_TEST_SUITE_P(
    Table, DimensionPattern,
    testing::Values(PatternCase{"texture/1/plus/8", true}, PatternCase{"*/1/plus/8", true},
                    PatternCase{"texture/*/plus/8", true}, PatternCase{"texture/1/*/8", true},
                    PatternCase{"texture/1/plus/*", true}, PatternCase{"*/*/*/*", true},
                    PatternCase{"texture/1/minus/8", false}, PatternCase{"band/*/*/*", false},
                    PatternCase{"texture/1/plus/80", false}, PatternCase{"texture/1/plus", false},
                    PatternCase{"texture/1/plus/8/", false}, PatternCase{"*", false},
                    PatternCase{"*/*/*", false}, PatternCase{"*/*/*/*/*", false},
                    PatternCase{"tex*/1/plus/8", false}, PatternCase{"", false},
                    PatternCase{"TEXTURE/1/plus/8", false}));

} // namespace
} // namespace mlab
