// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "experiments/design/design_reader.h"
#include "experiments/design/design_summary.h"
#include "tests/experiments/design/design_test_support.h"

#include <gmock/gmock.h>

#include <set>
#include <string>
#include <vector>

namespace mlab::experiments {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Design shipped(const std::string& name, const ScreenGeometry& screen = {})
{
    auto context = checkEverything();
    context.screen = screen;
    auto result = readDesign(
        std::filesystem::path(MLAB_SOURCE_DIR) / "experiments/designs" / (name + ".json"), context);
    for (const auto& diagnostic : result.diagnostics) {
        ADD_FAILURE() << diagnostic.text();
    }
    return result.design.value_or(Design{});
}

std::set<std::string> idsOf(const Design& design)
{
    std::set<std::string> ids;
    for (const auto& measured : design.dimensions) {
        ids.insert(measured.dimension.id());
    }
    return ids;
}

TEST(ShippedDesign, DemoMeasuresSixDimensionsInFiveMinutes)
{
    const auto design = shipped("image-demo");
    EXPECT_THAT(idsOf(design),
                ::testing::ElementsAre("band/1/minus/4", "band/1/plus/4", "pool/1/minus/4",
                                       "pool/1/plus/4", "texture/1/minus/4", "texture/1/plus/4"));
    EXPECT_EQ(design.dimensions.size(), 6U);
    EXPECT_NEAR(expectedLength(design).minutes, 5.0, 0.5);
    EXPECT_THAT(describe(design, {}), HasSubstr("with 1 break\n"));
}

TEST(ShippedDesign, MameMeasures54DimensionsWithThePublishedTimes)
{
    const auto design = shipped("image-mame-54");
    std::set<std::string> expected;
    for (const auto* const layer : {"band", "texture", "pool"}) {
        for (const int component : {1, 2, 3}) {
            for (const auto direction : {Direction::plus, Direction::minus}) {
                for (const double eccentricity : {4, 8, 12}) {
                    expected.insert(Dimension{layer, component, direction, eccentricity}.id());
                }
            }
        }
    }
    EXPECT_EQ(design.dimensions.size(), 54U);
    EXPECT_EQ(idsOf(design), expected);
    EXPECT_EQ(design.timing, Timing{});
    EXPECT_EQ(design.display, DisplaySpec{});
    EXPECT_EQ(design.breakEveryTrials, 54);
    for (const auto& measured : design.dimensions) {
        EXPECT_EQ(procedureName(std::get<StaircaseSpec>(measured.procedure)),
                  "staircase-2down-1up");
        EXPECT_EQ(std::get<StaircaseSpec>(measured.procedure).stopReversals, 6);
        EXPECT_FALSE(std::get<StaircaseSpec>(measured.procedure).stopTrials.has_value());
    }
}

TEST(ShippedDesign, BothFitASmallScreenAndAWindow)
{
    const ScreenGeometry smallScreen{.widthPx = 1280, .heightPx = 1024};
    const ScreenGeometry window{
        .widthPx = 1920, .heightPx = 1080, .drawableWidthPx = 1280, .drawableHeightPx = 1024};
    for (const auto* const name : {"image-demo", "image-mame-54"}) {
        shipped(name, smallScreen);
        shipped(name, window);
    }
}

TEST(ExpectedTrials, AreNeverMoreThanTheTrialStop)
{
    StaircaseSpec spec;
    spec.stopReversals = 1000;
    spec.stopTrials = 12;
    EXPECT_EQ(expectedTrials(spec), 12.0);
    spec.stopReversals = std::nullopt;
    EXPECT_EQ(expectedTrials(spec), 12.0);
}

TEST(ExpectedTrials, OfSixReversalsTakeMoreThanTwoTrialsEach)
{
    // A reversal down needs two right answers, one up at least one wrong answer.
    EXPECT_GT(expectedTrials(StaircaseSpec{}), 6 * 1.5);
    EXPECT_LT(expectedTrials(StaircaseSpec{}), 60);
    StaircaseSpec longer;
    longer.stopReversals = 12;
    EXPECT_GT(expectedTrials(longer), 1.5 * expectedTrials(StaircaseSpec{}));
}

TEST(ExpectedTrials, EndEvenWhereTheRangeBeginsAtZero)
{
    StaircaseSpec spec;
    spec.scale = StaircaseSpec::Scale::linear;
    spec.minLevel = 0;
    EXPECT_GT(expectedTrials(spec), 6);
    EXPECT_LT(expectedTrials(spec), 100);
}

/// Two dimensions of 10 trials, and 4 practice trials, all times in whole frames of 50 Hz.
Design simple()
{
    StaircaseSpec spec;
    spec.stopReversals = std::nullopt;
    spec.stopTrials = 10;
    Design design;
    design.name = "simple";
    design.dimensions = {{{"band", 1, Direction::plus, 4}, spec},
                         {{"band", 1, Direction::minus, 4}, spec}};
    design.practice.trials = 4;
    return design;
}

TEST(DesignSummary, TrialsAndMinutesAreSummedUp)
{
    Design design = simple();
    EXPECT_EQ(expectedLength(design).trials, 24);
    // 1500 + 3 * 200 + 2 * 500 + 1000 ms, and 0.7 s for the answer.
    EXPECT_DOUBLE_EQ(expectedTrialMs(design, false), 4800);
    EXPECT_DOUBLE_EQ(expectedTrialMs(design, true), 5300);
    EXPECT_DOUBLE_EQ(expectedLength(design).minutes, (20 * 4.8 + 4 * 5.3) / 60);
    design.breakEveryTrials = 10; // one break: after the tenth trial, none after the last
    EXPECT_DOUBLE_EQ(expectedLength(design).minutes, (20 * 4.8 + 4 * 5.3 + 30) / 60);
}

TEST(DesignSummary, SaysWhatItExpectsAndWhatDurationsAndSizesBecome)
{
    const auto text = describe(simple(), {});
    EXPECT_THAT(text, HasSubstr("simple: 2 dimensions, about 24 trials (4 of them practice), about "
                                "2 minutes with 0 breaks\n"));
    EXPECT_THAT(text, HasSubstr("answers after 0.7 s"));
    EXPECT_THAT(text, HasSubstr("  band/1/minus/4: staircase-2down-1up, start 1 SD, range 0.05 to "
                                "3 SD\n"));
    EXPECT_THAT(text, HasSubstr("  interval        200 ms = 12 frames at 60 Hz (200.0 ms)\n"));
    EXPECT_THAT(text, HasSubstr("  images of 4 degrees = 147.0 pixels, right of fixation; stimuli "
                                "of 224 pixels are scaled by 0.66\n"));
    auto central = simple();
    for (auto& measured : central.dimensions) {
        measured.dimension.eccentricityDeg = 0.0;
    }
    EXPECT_THAT(describe(central, {}), HasSubstr(" pixels, at fixation; stimuli of 224"));
}

TEST(DesignSummary, PointsOutDurationsThatTheScreenChanges)
{
    Design design = simple();
    design.timing.intervalMs = 25;
    const auto text = describe(design, {});
    EXPECT_THAT(text,
                HasSubstr("  interval        25 ms = 2 frames at 60 Hz (33.3 ms)  note: 8.3 ms "
                          "longer than asked for\n"));
    EXPECT_THAT(text, Not(HasSubstr("shorter")));
    EXPECT_THAT(
        describe(design, {.refreshHz = 144}),
        HasSubstr("  interval        25 ms = 4 frames at 144 Hz (27.8 ms)  note: 2.8 ms longer"));
}

} // namespace
} // namespace mlab::experiments
