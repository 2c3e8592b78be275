// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/number_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace mlab {
namespace {

TEST(RoundedNumber, HasNoMoreDigitsThanPeopleRead)
{
    EXPECT_EQ(roundedNumber(0.17228990776382147), "0.1723");
    EXPECT_EQ(roundedNumber(-0.17228990776382147), "-0.1723");
    EXPECT_EQ(roundedNumber(12.3456789), "12.35");
    EXPECT_EQ(roundedNumber(0.000012345678), "1.235e-05");
    EXPECT_EQ(roundedNumber(1234.5678), "1235");
    EXPECT_EQ(roundedNumber(48000), "48000");
    EXPECT_EQ(roundedNumber(123456789.4), "123456789");
    EXPECT_EQ(roundedNumber(65535), "65535");
    EXPECT_EQ(roundedNumber(1e100), "1e+100");
    EXPECT_EQ(roundedNumber(1), "1");
    EXPECT_EQ(roundedNumber(0), "0");
    EXPECT_EQ(roundedNumber(std::numeric_limits<double>::quiet_NaN()), "nan");
    EXPECT_EQ(roundedNumber(-std::numeric_limits<double>::infinity()), "-inf");
}

} // namespace
} // namespace mlab
