// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/diagnostic.h"

#include <gtest/gtest.h>

namespace mlab {
namespace {

const std::vector<std::string> kKeys = {
    "references", "references_per_trial", "timing", "display", "practice", "feedback", "breaks"};

TEST(NearestName, FindsTheNameThatWasMeant)
{
    EXPECT_EQ(nearestName("refernces", kKeys), "references");
    EXPECT_EQ(nearestName("references_per_trail", kKeys), "references_per_trial");
    EXPECT_EQ(nearestName("timings", kKeys), "timing");
    EXPECT_EQ(nearestName("Display", kKeys), "display");
    EXPECT_EQ(nearestName("feadback", kKeys), "feedback");
    EXPECT_EQ(nearestName("break", kKeys), "breaks");
}

TEST(NearestName, KnowsNamesAsPeopleWriteThem)
{
    const std::vector<std::string> procedures = {"staircase", "quest",        "questplus",
                                                 "psi",       "psi-marginal", "hierarchical"};
    EXPECT_EQ(nearestName("QUEST+", procedures), "questplus");
    EXPECT_EQ(nearestName("QUEST", procedures), "quest");
    EXPECT_EQ(nearestName("Staircase", procedures), "staircase");
    EXPECT_EQ(nearestName("PSI_MARGINAL", procedures), "psi-marginal");
    const std::vector<std::string> tasks = {"abx", "2ifc", "oddity", "same-different"};
    EXPECT_EQ(nearestName("2AFC", tasks), "2ifc");
    EXPECT_EQ(nearestName("Same Different", tasks), "same-different");
    EXPECT_EQ(nearestName(std::string(30000, 'a'), tasks), std::nullopt);
}

TEST(NearestName, OfTwoEquallyNearTakesTheFirst)
{
    const std::vector<std::string> names = {"band1", "band2"};
    EXPECT_EQ(nearestName("band", names), "band1");
}

TEST(NearestName, IsSilentWhenNoneIsNear)
{
    EXPECT_EQ(nearestName("quadrupole", kKeys), std::nullopt);
    EXPECT_EQ(nearestName("zz", kKeys), std::nullopt);
    EXPECT_EQ(nearestName("timing", std::vector<std::string>{}), std::nullopt);
}

TEST(Diagnostic, SaysWhereWhatAndWhatWasMeant)
{
    Diagnostic diagnostic{.file = "demo.json",
                          .line = 3,
                          .column = 5,
                          .pointer = "/timing/gap",
                          .message = "unknown key \"gap\"",
                          .suggestion = "gap_ms"};
    EXPECT_EQ(diagnostic.text(),
              "demo.json:3:5: /timing/gap: unknown key \"gap\" (did you mean \"gap_ms\"?)");
    diagnostic.suggestion.clear();
    diagnostic.pointer.clear();
    EXPECT_EQ(diagnostic.text(), "demo.json:3:5: /: unknown key \"gap\"");
}

} // namespace
} // namespace mlab
