// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/sha256.h"
#include "stimuli/media/image_io.h"
#include "stimuli/sources/builtin_images.h"
#include "stimuli/sources/stimulus_sources.h"
#include "tests/stimuli/media/profile_test_support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sys/stat.h>

namespace mlab::stimuli {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

class ImageSources : public ImageFolderTest {
protected:
    StimulusSource source(int count = 0, std::uint64_t seed = 1) const
    {
        return {.folder = folder_, .count = count, .seed = seed};
    }

    /// A picture whose red says x and whose green says y.
    void writeMap(std::string_view name, int width, int height, std::uint8_t blue = 0) const
    {
        write(name, pngBytes(width, height, 3, [&](int x, int y, int c) {
                  return c == 2 ? blue : static_cast<std::uint8_t>(c == 0 ? x : y);
              }));
    }
};

StimulusFormat px(int size)
{
    return ImageFormat{.sizePx = size};
}

std::map<int, RgbImage> poolOf(const StimulusSource& source, int sizePx)
{
    std::map<int, RgbImage> images;
    forEachPoolStimulus(source, px(sizePx), [&](int index, int count, const Stimulus& stimulus) {
        const auto& image = *std::get<ImagePtr>(stimulus);
        EXPECT_TRUE(images.emplace(index, image).second) << "index " << index << " came twice";
        EXPECT_EQ(image.width, sizePx);
        EXPECT_EQ(image.height, sizePx);
        EXPECT_GT(count, index);
    });
    return images;
}

std::vector<std::string> idsOf(const std::vector<NamedStimulus>& images)
{
    std::vector<std::string> ids;
    ids.reserve(images.size());
    for (const auto& image : images) {
        ids.push_back(image.id);
    }
    return ids;
}

TEST(BuiltinReferences, AreNamedAndHashedAsTheyAreShown)
{
    const auto references = loadReferences({.folder = {}, .count = 3, .seed = 7}, px(32));
    EXPECT_THAT(idsOf(references), ElementsAre("dead-leaves-01", "pink-noise-02", "grain-03"));
    EXPECT_EQ(*std::get<ImagePtr>(references[1].stimulus), builtinImage(7, 1, 32));
    EXPECT_EQ(references[1].sha256, sha256Of(references[1].stimulus));
}

TEST(BuiltinReferences, NeedACountAndASize)
{
    EXPECT_THROW(loadReferences({.folder = {}, .count = 0, .seed = 7}, px(32)), InvalidArgument);
    EXPECT_THROW(loadReferences({.folder = {}, .count = -1, .seed = 7}, px(32)), InvalidArgument);
    EXPECT_THROW(loadReferences({.folder = {}, .count = 1, .seed = 7}, px(15)), InvalidArgument);
    EXPECT_EQ(checkFolder({.folder = {}, .count = 0, .seed = 7}, px(16)).problems.size(), 1U);
    EXPECT_THAT(checkFolder({.folder = {}, .count = 3, .seed = 7}, px(16)).problems, IsEmpty());
}

TEST_F(ImageSources, FolderIsOrderedByTheBytesOfItsNames)
{
    for (const auto* name : {"b.png", "a10.png", "\xc3\xa9.png", "B.PNG", "a2.png"}) {
        writeMap(name, 20, 20);
    }
    EXPECT_THAT(idsOf(loadReferences(source(), px(16))),
                ElementsAre("B", "a10", "a2", "b", "\xc3\xa9"));
    EXPECT_THAT(idsOf(loadReferences(source(2), px(16))), ElementsAre("B", "a10"));
    EXPECT_THAT(checkFolder(source(), px(16)).problems, IsEmpty());
}

TEST_F(ImageSources, WhatIsNoPictureIsPassedOver)
{
    writeMap("a.png", 20, 20);
    write(".hidden.png", "no picture");
    write("notes.txt", "no picture");
    write("README", "no picture");
    std::filesystem::create_directory(folder_ / "more.png");
    EXPECT_THAT(idsOf(loadReferences(source(), px(16))), ElementsAre("a"));
    EXPECT_THAT(checkFolder(source(), px(16)).problems, IsEmpty());
}

TEST_F(ImageSources, EveryPictureThatDoesNotDecodeIsReported)
{
    writeMap("a.png", 20, 20);
    write("b.jpg", "text");
    write("c.TIFF", std::string("II*\0", 4));
    std::filesystem::create_symlink("nowhere", folder_ / "d.png");
    EXPECT_THAT(checkFolder(source(), px(16)).problems,
                ElementsAre(AllOf(HasSubstr("b.jpg"), HasSubstr("text file")),
                            AllOf(HasSubstr("c.TIFF"), HasSubstr("TIFF that is cut off")),
                            HasSubstr("d.png")));
    EXPECT_THAT([&] { loadReferences(source(), px(16)); },
                ThrowsMessage<IoError>(HasSubstr("b.jpg")));
    EXPECT_THROW(poolOf(source(), 16), IoError);
}

TEST_F(ImageSources, WhatIsNoFileIsReportedByItsName)
{
    writeMap("a.png", 20, 20);
    ASSERT_EQ(::mkfifo((folder_ / "b.png").c_str(), 0600), 0);
    std::filesystem::create_symlink("c.png", folder_ / "c.png");
    std::filesystem::create_symlink("/dev/zero", folder_ / "d.png");
    EXPECT_THAT(checkFolder(source(), px(16)).problems,
                ElementsAre(AllOf(HasSubstr("b.png"), HasSubstr("named pipe")),
                            AllOf(HasSubstr("c.png"), HasSubstr("circle")),
                            AllOf(HasSubstr("d.png"), HasSubstr("device"))));
}

TEST_F(ImageSources, PicturesOfOneColourAreNamed)
{
    const auto shades = [](int outside, int inside) {
        return [=](int x, int, int) {
            return static_cast<std::uint8_t>(x < 10 || x >= 30 ? outside : inside);
        };
    };
    write("dot.png", pngBytes(20, 20, 3, [](int x, int y, int c) {
              return static_cast<std::uint8_t>(x == 19 && y == 19 && c == 2 ? 90 : 91);
          }));
    write("grey.jpg", jpegBytes(20, 20, shades(90, 90)));
    write("margins.png", pngBytes(40, 20, 3, shades(0, 90))); // cropped to the middle
    write("transparent.png", pngBytes(20, 20, 4, [](int x, int, int c) {
              return static_cast<std::uint8_t>(c == 3 ? 0 : x);
          }));
    const auto found = checkFolder(source(), px(16));
    EXPECT_THAT(found.problems, IsEmpty());
    EXPECT_THAT(found.uniform, ElementsAre(HasSubstr("grey.jpg"), HasSubstr("margins.png"),
                                           HasSubstr("transparent.png")));
    EXPECT_EQ(found.files, 4U);
}

// Bases made before colours were converted stay valid for pictures in sRGB.
TEST_F(ImageSources, APoolOfPicturesInSrgbIsHashedAsBefore)
{
    const std::string png =
        pngBytes(20, 20, 3, [](int x, int y, int) { return static_cast<std::uint8_t>(9 * x + y); });
    for (const auto& bytes : {png, withProfile(png, srgbProfile())}) {
        write("a.png", bytes);
        EXPECT_EQ(poolHash(source(3), px(16)), sha256Hex("folder-v1|3|1|16|" + sha256Hex(bytes)));
    }
    const auto bytes = withProfile(png, adobeRgbProfile());
    write("a.png", bytes);
    EXPECT_NE(poolHash(source(3), px(16)), sha256Hex("folder-v1|3|1|16|" + sha256Hex(bytes)));
}

TEST_F(ImageSources, TwoFilesWithOneIdAreRefused)
{
    writeMap("a.png", 20, 20);
    write("a.jpg", jpegBytes(20, 20, [](int, int, int) { return std::uint8_t{9}; }));
    const auto says = AllOf(HasSubstr("a.png"), HasSubstr("a.jpg"), HasSubstr("id \"a\""));
    EXPECT_THAT([&] { loadReferences(source(), px(16)); }, ThrowsMessage<InvalidArgument>(says));
    EXPECT_THAT([&] { poolOf(source(), 16); }, ThrowsMessage<InvalidArgument>(says));
    EXPECT_THAT(checkFolder(source(), px(16)).problems, ElementsAre(says));
}

TEST_F(ImageSources, EmptyOrAbsentFolderIsRefused)
{
    const auto names = HasSubstr(folder_.string());
    EXPECT_THAT([&] { loadReferences(source(), px(16)); }, ThrowsMessage<IoError>(names));
    EXPECT_THAT(checkFolder(source(), px(16)).problems, ElementsAre(names));
    std::filesystem::remove(folder_);
    EXPECT_THAT([&] { loadReferences(source(), px(16)); }, ThrowsMessage<IoError>(names));
    EXPECT_THAT([&] { poolHash(source(), px(16)); }, ThrowsMessage<IoError>(names));
    EXPECT_THAT(checkFolder(source(), px(16)).problems, ElementsAre(names));
}

class SubfoldersOfImages : public ImageSources {
protected:
    StimulusSource classes(int count = 0) const
    {
        return {.folder = folder_, .count = count, .seed = 1, .subfolders = true};
    }

    void makeClass(const char* name) const { std::filesystem::create_directory(folder_ / name); }
};

TEST_F(SubfoldersOfImages, AreClassesOfReferencesInOrder)
{
    for (const auto* name : {"n02", "n01", "N03", ".git"}) {
        makeClass(name);
    }
    std::uint8_t blue = 0;
    for (const auto* name : {"n02/b.png", "n02/a.png", "n01/b.png", "N03/b.png", ".git/b.png"}) {
        writeMap(name, 20, 20, ++blue);
    }
    write("README.md", "what is no picture is passed over");
    makeClass("n01/deeper");
    writeMap("n01/deeper/c.png", 20, 20);
    const auto references = loadReferences(classes(), px(16));
    EXPECT_THAT(idsOf(references), ElementsAre("N03/b", "n01/b", "n02/a", "n02/b"));
    EXPECT_EQ(*std::get<ImagePtr>(references[2].stimulus), loadImage(folder_ / "n02/a.png", 16));
    EXPECT_THAT(idsOf(loadReferences(classes(2), px(16))), ElementsAre("N03/b", "n01/b"));
    EXPECT_THAT(checkFolder(classes(), px(16)).problems, IsEmpty());

    const auto pool = poolOf(classes(), 16);
    ASSERT_EQ(pool.size(), 4U);
    EXPECT_EQ(pool.at(1), loadImage(folder_ / "n01/b.png", 16));
    EXPECT_NE(poolHash(classes(), px(16)), poolHash(classes(2), px(16)));
}

TEST_F(SubfoldersOfImages, MayBeLinks)
{
    makeClass(".all");
    writeMap(".all/a.png", 20, 20);
    std::filesystem::create_directory_symlink(".all", folder_ / "linked");
    EXPECT_THAT(idsOf(loadReferences(classes(), px(16))), ElementsAre("linked/a"));
}

TEST_F(SubfoldersOfImages, ThatCannotBeUsedAreNamedWithTheReason)
{
    struct Case {
        const char* what;
        std::function<void()> spoil;
        std::vector<const char*> words;
    };
    const Case cases[] = {
        {"an empty sub-folder", [&] { makeClass("bare"); }, {"bare holds no pictures", "PNG"}},
        {"one of other files",
         [&] {
             makeClass("notes");
             write("notes/a.txt", "text");
         },
         {"notes holds no pictures"}},
        {"one of deeper folders",
         [&] {
             makeClass("deep");
             makeClass("deep/er");
             writeMap("deep/er/a.png", 20, 20);
         },
         {"deep holds no pictures"}},
        {"a picture beside them", [&] { writeMap("stray.png", 20, 20); }, {"stray.png", "move it"}},
        {"a link to nowhere",
         [&] { std::filesystem::create_symlink("gone", folder_ / "n09"); },
         {"n09", "broken link"}},
        {"two of one name",
         [&] { write("good/a.jpg", jpegBytes(20, 20, [](int, int, int) { return 9; })); },
         {"a.jpg", "a.png", "id \"good/a\""}},
        {"one that does not decode", [&] { write("good/b.png", "text"); }, {"good/b.png"}},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directory(folder_);
        makeClass("good");
        writeMap("good/a.png", 20, 20);
        ASSERT_THAT(checkFolder(classes(), px(16)).problems, IsEmpty());
        c.spoil();
        const auto problems = checkFolder(classes(), px(16)).problems;
        ASSERT_EQ(problems.size(), 1U);
        EXPECT_THAT([&] { loadReferences(classes(), px(16)); },
                    ThrowsMessage<Error>(testing::StrEq(problems.front())));
        for (const auto* word : c.words) {
            EXPECT_THAT(problems.front(), HasSubstr(word));
        }
    }
}

TEST_F(SubfoldersOfImages, AreAllReportedAtOnce)
{
    for (const auto* name : {"bare", "empty", "good"}) {
        makeClass(name);
    }
    write("good/b.png", "text");
    writeMap("stray.png", 20, 20);
    EXPECT_THAT(checkFolder(classes(), px(16)).problems,
                ElementsAre(HasSubstr("bare"), HasSubstr("empty"), HasSubstr("stray.png"),
                            HasSubstr("b.png")));
}

TEST_F(SubfoldersOfImages, MustBeThere)
{
    EXPECT_THAT([&] { loadReferences(classes(), px(16)); },
                ThrowsMessage<IoError>(HasSubstr("holds no sub-folders")));
    std::filesystem::remove(folder_);
    EXPECT_THAT([&] { loadReferences(classes(), px(16)); },
                ThrowsMessage<IoError>(HasSubstr("cannot list")));
    EXPECT_EQ(checkFolder(classes(), px(16)).problems.size(), 1U);
}

TEST_F(ImageSources, MoreReferencesThanFilesAreRefused)
{
    writeMap("a.png", 20, 20);
    EXPECT_THROW(loadReferences(source(2), px(16)), InvalidArgument);
    EXPECT_EQ(loadReferences(source(1), px(16)).size(), 1U);
}

TEST(BuiltinPool, IsTheBuiltinImagesInOrder)
{
    const StimulusSource source{.folder = {}, .count = 5, .seed = 3};
    const auto pool = poolOf(source, 24);
    ASSERT_EQ(pool.size(), 5U);
    EXPECT_EQ(pool.at(4), builtinImage(3, 4, 24));
}

TEST_F(ImageSources, PoolOfCountZeroIsEveryPictureOnce)
{
    writeMap("a.png", 40, 20);
    writeMap("b.png", 20, 20);
    const auto pool = poolOf(source(0), 16);
    ASSERT_EQ(pool.size(), 2U);
    EXPECT_EQ(pool.at(0), loadImage(folder_ / "a.png", 16));
    EXPECT_EQ(pool.at(1), loadImage(folder_ / "b.png", 16));
}

TEST_F(ImageSources, PoolSquareIsAFunctionOfSeedAndIndexAlone)
{
    writeMap("a.png", 120, 100, 10);
    writeMap("b.png", 90, 140, 20);
    writeMap("c.png", 64, 64, 30);
    const auto pool = poolOf(source(40), 32);
    ASSERT_EQ(pool.size(), 40U);
    const auto fewer = poolOf(source(7), 32);
    ASSERT_EQ(fewer.size(), 7U);
    for (const auto& [index, image] : fewer) {
        EXPECT_EQ(image, pool.at(index)) << index;
    }
    const auto otherSeed = poolOf(source(7, 2), 32);
    EXPECT_NE(otherSeed, fewer);
    std::set<std::vector<std::uint8_t>> distinct;
    for (const auto& [index, image] : pool) {
        distinct.insert(image.pixels);
    }
    EXPECT_EQ(distinct.size(), pool.size());
}

TEST_F(ImageSources, PoolSquaresHaveHalfToAllOfTheShortSideAndGoBothWays)
{
    constexpr int kShortSide = 200;
    writeMap("a.png", 240, kShortSide);
    int mirrored = 0;
    double smallest = kShortSide;
    double largest = 0;
    const auto pool = poolOf(source(60), 64);
    for (const auto& [index, image] : pool) {
        // Red says where a column came from, green where a row did.
        const auto at = [&pixels = image.pixels](int x, int y, int c) {
            const int sample = 3 * (y * 64 + x) + c;
            return static_cast<double>(pixels.at(static_cast<std::size_t>(sample)));
        };
        const double width = (at(52, 30, 0) - at(12, 30, 0)) * 64 / 40;
        const double height = (at(30, 52, 1) - at(30, 12, 1)) * 64 / 40;
        EXPECT_NEAR(std::abs(width), height, 4);
        EXPECT_GT(height, 0.5 * kShortSide - 4);
        EXPECT_LT(height, 1.0 * kShortSide + 4);
        smallest = std::min(smallest, height);
        largest = std::max(largest, height);
        mirrored += width < 0 ? 1 : 0;
    }
    EXPECT_LT(smallest, 0.6 * kShortSide);
    EXPECT_GT(largest, 0.9 * kShortSide);
    EXPECT_GT(mirrored, 15);
    EXPECT_LT(mirrored, 45);
}

TEST_F(ImageSources, PoolStopsWhenAsked)
{
    writeMap("a.png", 20, 20);
    for (const auto& pool : {source(10), source(0), StimulusSource{{}, 10, 1}}) {
        std::stop_source stop;
        int seen = 0;
        stop.request_stop();
        EXPECT_THROW(
            forEachPoolStimulus(
                pool, px(16), [&](int, int, const Stimulus&) { ++seen; }, stop.get_token()),
            Cancelled);
        EXPECT_EQ(seen, 0);
    }
    std::stop_source stop;
    int seen = 0;
    EXPECT_THROW(forEachPoolStimulus(
                     source(10), px(16),
                     [&](int, int, const Stimulus&) {
                         if (++seen == 3) {
                             stop.request_stop();
                         }
                     },
                     stop.get_token()),
                 Cancelled);
    EXPECT_EQ(seen, 3);
}

TEST_F(ImageSources, PoolHashChangesWithAllThatDecidesThePool)
{
    writeMap("a.png", 20, 20);
    std::set<std::string> hashes;
    const auto isNew = [&](const StimulusSource& pool, int sizePx) {
        const std::string hash = poolHash(pool, px(sizePx));
        EXPECT_EQ(hash, poolHash(pool, px(sizePx)));
        return hashes.insert(hash).second;
    };
    EXPECT_TRUE(isNew(source(10), 16));
    EXPECT_TRUE(isNew(source(11), 16));
    EXPECT_TRUE(isNew(source(10, 2), 16));
    EXPECT_TRUE(isNew(source(10), 17));
    EXPECT_TRUE(isNew({{}, 10, 1}, 16));
    EXPECT_TRUE(isNew({{}, 10, 2}, 16));
    EXPECT_TRUE(isNew({{}, 11, 1}, 16));
    EXPECT_TRUE(isNew({{}, 10, 1}, 17));
    writeMap("a.png", 20, 20, 1);
    EXPECT_TRUE(isNew(source(10), 16));
    writeMap("b.png", 20, 20);
    EXPECT_TRUE(isNew(source(10), 16));
    std::filesystem::rename(folder_ / "b.png", folder_ / "0.png");
    EXPECT_TRUE(isNew(source(10), 16)) << "the order decides which file a square comes from";
    std::filesystem::rename(folder_ / "0.png", folder_ / "1.png");
    EXPECT_FALSE(isNew(source(10), 16)) << "names that keep the order decide nothing";
}

} // namespace
} // namespace mlab::stimuli
