// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/document/warning_text.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace mlab {
namespace {

template <typename Variant, std::size_t... kIndices>
std::vector<Variant> oneOfEach(std::index_sequence<kIndices...>)
{
    return {Variant(std::in_place_index<kIndices>)...};
}

template <typename Variant> std::vector<Variant> oneOfEach()
{
    return oneOfEach<Variant>(std::make_index_sequence<std::variant_size_v<Variant>>());
}

TEST(WarningText, EveryWarningHasItsOwnWordsThatCanBeJoined)
{
    auto texts = warningTexts(oneOfEach<FitWarning>());
    for (const auto& warning : oneOfEach<ReportWarning>()) {
        if (!std::holds_alternative<FitWarning>(warning)) {
            texts.push_back(warningText(warning));
        }
    }
    std::set<std::string> different;
    for (const auto& text : texts) {
        ASSERT_FALSE(text.empty());
        EXPECT_TRUE(different.insert(text).second) << text;
        EXPECT_TRUE(text[0] < 'A' || text[0] > 'Z') << text; // follows "Warning: "
        EXPECT_NE(text.back(), '.') << text;
    }
}

TEST(WarningText, HasTheNumbersOfTheWarning)
{
    EXPECT_EQ(warningText(warning::AtLimit{.trials = 12, .all = 40}),
              "at limit: in 12 of 40 trials no reference could reach the level requested");
    EXPECT_EQ(warningText(warning::ThresholdChanged{.ratio = 2.0, .p = 0.0001}),
              "drift: the threshold changed by a factor of 2 over the session (p < 0.001)");
    EXPECT_EQ(warningText(FitWarning(warning::LimitSetByPrior{.parameter = kWidth, .upper = true})),
              "the upper limit of the width's interval is set by the prior: the data do not "
              "exclude larger values");
    EXPECT_EQ(joinedWarnings(std::vector<ReportWarning>{warning::OneLayer{},
                                                        warning::UndeterminedThresholds{1, 3}}),
              "the design has only one layer or graph, so there is nothing to compare; 1 of 3 "
              "participants "
              "excluded from the mean: "
              "their threshold is undetermined");
}

} // namespace
} // namespace mlab
