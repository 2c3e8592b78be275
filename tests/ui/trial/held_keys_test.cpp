// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trial/held_keys.h"

#include <gtest/gtest.h>

namespace mlab::ui {
namespace {

constexpr std::uint32_t kRight = 114;
constexpr std::uint32_t kLeft = 113;

TEST(HeldKeys, TheRepeatsOfAHeldKeyAreNotPresses)
{
    HeldKeys keys;
    EXPECT_TRUE(keys.pressed(kRight, 1000));
    // As X11 sends a held key: a release and a press at the same time.
    for (std::uint64_t at = 1660; at < 9000; at += 40) {
        keys.released(kRight, at);
        EXPECT_FALSE(keys.pressed(kRight, at)) << at;
    }
    keys.released(kRight, 9000);
    EXPECT_TRUE(keys.pressed(kRight, 9100));
}

TEST(HeldKeys, AKeyMustHaveBeenUpForAWhile)
{
    HeldKeys keys;
    EXPECT_TRUE(keys.pressed(kRight, 1000));
    keys.released(kRight, 1080);
    EXPECT_FALSE(keys.pressed(kRight, 1080 + HeldKeys::kReleasedMs - 1)) << "a bouncing contact";
    keys.released(kRight, 1200);
    EXPECT_TRUE(keys.pressed(kRight, 1200 + HeldKeys::kReleasedMs));
}

TEST(HeldKeys, APressWithoutAReleaseInBetweenIsARepeat)
{
    HeldKeys keys;
    EXPECT_TRUE(keys.pressed(kRight, 1000));
    EXPECT_FALSE(keys.pressed(kRight, 5000));
    EXPECT_TRUE(keys.pressed(kLeft, 5001)) << "another key is another press";
}

TEST(HeldKeys, AReleaseThatWentToAnotherWindowIsNotMissed)
{
    HeldKeys keys;
    EXPECT_TRUE(keys.pressed(kRight, 1000));
    keys.forgetHeld();
    EXPECT_TRUE(keys.pressed(kRight, 3000));
    // But a key that is still held goes on repeating.
    keys.forgetHeld();
    keys.released(kRight, 4000);
    EXPECT_FALSE(keys.pressed(kRight, 4000));
}

TEST(HeldKeys, WithoutTimeStampsAReleaseIsARelease)
{
    HeldKeys keys;
    EXPECT_TRUE(keys.pressed(kRight, 0));
    EXPECT_FALSE(keys.pressed(kRight, 0));
    keys.released(kRight, 0);
    EXPECT_TRUE(keys.pressed(kRight, 0));
}

} // namespace
} // namespace mlab::ui
