// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/distinct_names.h"

#include <gtest/gtest.h>

#include <string>

namespace mlab {
namespace {

TEST(DistinctNames, ANameIsKeptUnlessAnotherFileHasIt)
{
    DistinctNames names;
    EXPECT_EQ(names.take("P01-fits"), "P01-fits");
    EXPECT_EQ(names.take("p01-fits"), "p01-fits-2") << "one file where capitals do not count";
    EXPECT_EQ(names.take("P01-fits"), "P01-fits-3");
    EXPECT_EQ(names.take("P01-fits-2"), "P01-fits-2-2");
    EXPECT_EQ(names.take("50% #1"), "50% #1");
}

TEST(DistinctNames, NoNameIsInAnotherFolderOrTooLongForAFile)
{
    DistinctNames names;
    EXPECT_EQ(names.take("birds/1"), "birds-1");
    EXPECT_EQ(names.take("birds-1"), "birds-1-2");
    const std::string umlaut = "\xC3\xBC";
    std::string longName = "x";
    for (int i = 0; i < 25'000; ++i) {
        longName += umlaut;
    }
    const auto first = names.take(longName);
    EXPECT_EQ(first.size(), 199U) << "no character is cut in two";
    EXPECT_EQ(names.take(longName + "y"), first + "-2");
}

} // namespace
} // namespace mlab
