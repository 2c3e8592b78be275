// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/random_stream.h"
#include "core/base/sha256.h"
#include "core/base/sha256_block.h"
#include "core/stimulus/rgb_image.h"
#include "core/stimulus/sound.h"
#include "tests/temporary_folder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <string>

namespace mlab {
namespace {

// FIPS 180-2, appendix B, and NIST's example of the empty message.
TEST(Sha256, GivesTheDigestsOfTheStandard)
{
    EXPECT_EQ(sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256Hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(sha256Hex(std::string(1'000'000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, DoesNotDependOnHowTheBytesAreCutUp)
{
    // Lengths around the block of 64 and around the 56 after which the length needs a new block.
    for (const std::size_t length : {55U, 56U, 57U, 63U, 64U, 65U, 119U, 120U, 128U, 200U}) {
        std::string text;
        for (std::size_t i = 0; i < length; ++i) {
            text += static_cast<char>('a' + i % 26);
        }
        for (const std::size_t cut : {std::size_t{0}, std::size_t{1}, length / 2, length - 1}) {
            Sha256 hash;
            hash.update(text.substr(0, cut)).update(text.substr(cut));
            EXPECT_EQ(hash.hex(), sha256Hex(text)) << length << " cut at " << cut;
        }
    }
}

TEST(Sha256, TheProcessorsInstructionsGiveWhatTheStandardSays)
{
    const auto byInstructions = sha256Instructions();
    if (byInstructions == nullptr) {
        GTEST_SKIP() << "this processor has no SHA instructions";
    }
    std::array<std::uint8_t, 64> block{};
    Sha256State expected{};
    Sha256State state{};
    RandomStream random(1, "sha256");
    for (int i = 0; i < 100; ++i) {
        std::ranges::generate(block, [&] { return static_cast<std::uint8_t>(random()); });
        addSha256Block(expected, block.data());
        byInstructions(state, block.data());
        ASSERT_EQ(state, expected) << "block " << i;
    }
}

TEST(Sha256, OfAFileIsThatOfItsBytes)
{
    const TemporaryFolder folder;
    const auto file = folder.path() / "abc.bin";
    writeFileAtomically(file, "abc");
    EXPECT_EQ(sha256OfFile(file), sha256Hex("abc"));
    std::filesystem::remove(file);
    EXPECT_THROW(sha256OfFile(file), IoError);
}

TEST(Sha256, OfAnImageDependsOnItsShape)
{
    const RgbImage wide{.width = 2, .height = 1, .pixels = {1, 2, 3, 4, 5, 6}};
    const RgbImage tall{.width = 1, .height = 2, .pixels = {1, 2, 3, 4, 5, 6}};
    EXPECT_EQ(sha256Of(wide), sha256Hex(std::string("2x1\x01\x02\x03\x04\x05\x06")));
    EXPECT_NE(sha256Of(wide), sha256Of(tall));
}

TEST(Sha256, OfASoundIsThatOfItsSamplesAsAWavFileHasThem)
{
    const Sound sound{.sampleRateHz = 48000, .bits = 16, .samples = {1, -2, 258}};
    EXPECT_EQ(sha256Of(sound), sha256Hex(std::string("48000x16\x01\x00\xFE\xFF\x02\x01", 14)));
    Sound fine = sound;
    fine.bits = 24;
    EXPECT_EQ(sha256Of(fine),
              sha256Hex(std::string("48000x24\x01\x00\x00\xFE\xFF\xFF\x02\x01\x00", 17)));
}

} // namespace
} // namespace mlab
