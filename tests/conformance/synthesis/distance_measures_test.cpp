// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/measures/activation_match.h"
#include "tests/conformance/synthesis/inputs.h"

#include <gtest/gtest.h>

namespace mlab::stimuli {
namespace {

constexpr double kTolerance = 1e-10;

TEST(ActivationMatch, IsThatOfFeatherEtAl)
{
    const auto data = conformance::synthesisData("distance_measures.json");
    ASSERT_EQ(data["cases"].size(), 5U);
    for (const auto& entry : data["cases"]) {
        SCOPED_TRACE(entry["name"].get<std::string>());
        const auto original = entry["orig"].get<std::vector<double>>();
        const auto metamer = entry["met"].get<std::vector<double>>();
        const auto match = compareActivations(original, metamer);
        EXPECT_NEAR(match.spearman, entry["spearman_rho"].get<double>(), kTolerance);
        EXPECT_NEAR(match.pearson, entry["pearson_r"].get<double>(), kTolerance);
        EXPECT_NEAR(match.snrDb, entry["dB_SNR_conventional_20log10"].get<double>(), kTolerance);
        EXPECT_NEAR(publishedSnrDb(match), entry["dB_SNR_repo_10log10_of_norm_ratio"].get<double>(),
                    kTolerance);
        EXPECT_NEAR(match.l2, entry["l2"].get<double>(), kTolerance);
    }
}

TEST(ActivationMatch, TheNullRuleIsThatOfFeatherEtAl)
{
    const auto data = conformance::synthesisData("distance_measures.json");
    ASSERT_EQ(data["null_pass_fail_cases"].size(), 3U);
    for (const auto& entry : data["null_pass_fail_cases"]) {
        const NullSample null(entry["null"].get<std::vector<double>>());
        EXPECT_EQ(null.exceededBy(entry["metamer"].get<double>()), entry["pass"].get<bool>());
    }
}

} // namespace
} // namespace mlab::stimuli
