// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/sha256.h"
#include "stimuli/media/image_io.h"
#include "stimuli/media/sound_io.h"
#include "stimuli/metamers/recognition_maker.h"
#include "tests/stimuli/media/image_test_support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace mlab::stimuli {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

const Progress kSilent = [](const std::string&, double) {};

// A modality, small, with two of its layers.
struct Kind {
    const char* name;
    ModelSpec model;
    StimulusFormat format;
    std::string early;
    std::string late;
    std::string making;
};

Kind images()
{
    return {.name = "images",
            .model = {},
            .format = ImageFormat{.sizePx = 64},
            .early = "band",
            .late = "pool",
            .making = "Making images"};
}

Kind sounds()
{
    ModelSpec model;
    model.name = "cochlea-modulation";
    return {.name = "sounds",
            .model = model,
            .format = SoundFormat{.sampleRateHz = 24'000, .durationMs = 200, .bits = 16},
            .early = "cochleagram",
            .late = "average",
            .making = "Making sounds"};
}

class RecognitionMakerTest : public ImageFolderTest {
protected:
    RecognitionMakerOptions options(const Kind& kind, const std::string& cache = "cache")
    {
        RecognitionMakerOptions options;
        options.spec.model = kind.model;
        options.spec.format = kind.format;
        options.spec.references.count = 3;
        options.metamers.evaluations = 6;
        options.cacheFolder = folder_ / cache;
        options.compute = {.device = "cpu", .threads = 1};
        options.warn = [this](const std::string& text) { warnings_.push_back(text); };
        return options;
    }

    std::vector<std::string> warnings_; // NOLINT: tests use it directly
};

class EveryKindOfRecognitionMaker : public RecognitionMakerTest,
                                    public testing::WithParamInterface<Kind (*)()> {
protected:
    void SetUp() override
    {
        if (std::holds_alternative<SoundFormat>(kind_.format) && !canUseSoundFiles()) {
            GTEST_SKIP() << "built without sound files";
        }
    }

    Kind kind_ = GetParam()(); // NOLINT: tests use it directly
};

INSTANTIATE_TEST_SUITE_P(Kinds, EveryKindOfRecognitionMaker, testing::Values(&images, &sounds),
                         [](const auto& kind) { return kind.param().name; });

void expectSame(const RecognitionStimuli& a, const RecognitionStimuli& b)
{
    ASSERT_EQ(a.size(), b.size());
    for (const auto& [request, stimulus] : a) {
        SCOPED_TRACE(request.reference + " " + request.layer);
        const auto& other = b.at(request);
        EXPECT_EQ(sha256Of(stimulus.stimulus), stimulus.sha256);
        EXPECT_EQ(sha256Of(other.stimulus), other.sha256);
        EXPECT_EQ(stimulus.sha256, other.sha256);
        EXPECT_EQ(stimulus.referenceSha256, other.referenceSha256);
        EXPECT_EQ(stimulus.matchSpearman, other.matchSpearman);
        EXPECT_EQ(stimulus.matchSnrDb, other.matchSnrDb);
    }
}

TEST_P(EveryKindOfRecognitionMaker, GivesANaturalStimulusAsTheReferenceItself)
{
    RecognitionMaker maker(options(kind_), kSilent, {});
    const auto& reference = maker.references().at(1);
    const RecognitionRequest request{.reference = reference.id, .layer = {}};
    EXPECT_TRUE(maker.isThere(request));
    const auto made = maker.make({&request, 1}, kSilent, {}).at(request);
    EXPECT_EQ(made.sha256, reference.sha256);
    EXPECT_EQ(made.referenceSha256, reference.sha256);
    EXPECT_EQ(sha256Of(made.stimulus), reference.sha256);
    EXPECT_FALSE(made.matchSpearman || made.matchSnrDb);

    const auto info = maker.info();
    EXPECT_FALSE(info.modelSha256.empty());
    EXPECT_EQ(info.basisSha256, "");
    ASSERT_EQ(info.references.size(), 3U);
    EXPECT_EQ(info.references[1].id, reference.id);
    EXPECT_EQ(info.references[1].sha256, reference.sha256);
    EXPECT_EQ(info.compute.device, "cpu");
}

// What a participant is shown must not depend on who else the stimuli were made for, nor on the
// computer's cores.
TEST_P(EveryKindOfRecognitionMaker, MakesAMetamerAloneAsAmongOthersInAnyOrder)
{
    auto together = options(kind_, "among");
    together.compute.threads = 3;
    RecognitionMaker among(together, kSilent, {});
    EXPECT_EQ(among.info().compute.threads, 1);
    const auto& references = among.references();
    const std::vector<RecognitionRequest> all = {
        {.reference = references[2].id, .layer = kind_.early},
        {.reference = references[0].id, .layer = kind_.late},
        {.reference = references[1].id, .layer = kind_.early},
        {.reference = references[2].id, .layer = kind_.early}};
    const auto made = among.make(all, kSilent, {});
    EXPECT_EQ(made.size(), 3U) << "one of them is asked for twice";

    RecognitionMaker alone(options(kind_, "alone"), kSilent, {});
    RecognitionStimuli singly;
    for (const auto& request : {all[2], all[1], all[0]}) {
        singly.merge(alone.make({&request, 1}, kSilent, {}));
    }
    expectSame(made, singly);
    for (const auto& [request, stimulus] : made) {
        EXPECT_NE(stimulus.sha256, stimulus.referenceSha256);
        EXPECT_TRUE(stimulus.matchSpearman && stimulus.matchSnrDb);
    }
}

TEST_P(EveryKindOfRecognitionMaker, TakesFromTheCacheWhatWasMade)
{
    std::vector<RecognitionRequest> requests;
    RecognitionStimuli made;
    {
        RecognitionMaker maker(options(kind_), kSilent, {});
        for (const auto& layer : {kind_.early, kind_.late}) {
            requests.push_back({.reference = maker.references()[1].id, .layer = layer});
            EXPECT_FALSE(maker.isThere(requests.back()));
        }
        made = maker.make(requests, kSilent, {});
    }
    RecognitionMaker again(options(kind_), kSilent, {});
    EXPECT_TRUE(again.isThere(requests[0]));
    std::vector<std::string> said;
    const auto kept =
        again.make(requests, [&](const std::string& what, double) { said.push_back(what); }, {});
    EXPECT_THAT(said, IsEmpty()) << "nothing is made";
    expectSame(made, kept);
    EXPECT_THAT(warnings_, IsEmpty());

    auto other = options(kind_);
    other.metamers.seed = 2;
    RecognitionMaker seeded(other, kSilent, {});
    EXPECT_FALSE(seeded.isThere(requests[0])) << "other noise gives another metamer";
    const auto different = seeded.make({requests.data(), 1}, kSilent, {});
    EXPECT_NE(different.at(requests[0]).sha256, made.at(requests[0]).sha256);
}

TEST_P(EveryKindOfRecognitionMaker, DoesNotBelieveAnEditedRecord)
{
    using Json = nlohmann::ordered_json;
    RecognitionMaker maker(options(kind_), kSilent, {});
    const RecognitionRequest request{.reference = maker.references()[1].id, .layer = kind_.late};
    const auto made = maker.make({&request, 1}, kSilent, {});
    fs::path file;
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "cache" / "metamers")) {
        file = entry.path().extension() == ".json" ? entry.path() : file;
    }
    const auto written = Json::parse(readFile(file));
    auto measured = options(kind_);
    measured.measureCached = true;
    const std::vector<std::function<void(Json&)>> edits = {
        [](Json& record) { record["layers"].back()["spearman"] = 0.5; },
        [](Json& record) { record["layers"].back()["snr_db"] = 12.5; },
        [](Json& record) { record["layers"].back()["layer"] = "another"; },
        [](Json& record) { record["metamer_class"] = "otter"; }};
    for (const auto& edit : edits) {
        auto record = written;
        edit(record);
        auto unhashed = record;
        unhashed.erase("record_sha256");
        auto rehashed = unhashed;
        rehashed["record_sha256"] = sha256Hex(unhashed.dump());
        for (const auto& [text, with] : {std::pair{record, options(kind_)},
                                         {unhashed, options(kind_)},
                                         {rehashed, measured}}) {
            writeFileAtomically(file, text.dump(2) + "\n");
            RecognitionMaker again(with, kSilent, {});
            expectSame(made, again.make({&request, 1}, kSilent, {}));
            EXPECT_THAT(warnings_, ElementsAre(HasSubstr(file.string() + " is not used")));
            EXPECT_EQ(Json::parse(readFile(file)), written);
            warnings_.clear();
        }
    }
    // Those that say what they should are used: a hash is not what decides.
    const auto keep = [](const std::string& what, double) { FAIL() << what; };
    auto unhashed = written;
    unhashed.erase("record_sha256");
    writeFileAtomically(file, unhashed.dump(2) + "\n");
    for (const auto& with : {options(kind_), measured}) {
        RecognitionMaker again(with, kSilent, {});
        EXPECT_TRUE(again.isThere(request));
        expectSame(made, again.make({&request, 1}, keep, {}));
    }
    EXPECT_THAT(warnings_, IsEmpty());
}

TEST_P(EveryKindOfRecognitionMaker, SaysHowManyOfTheMissingAreMade)
{
    RecognitionMaker maker(options(kind_), kSilent, {});
    const auto& references = maker.references();
    const RecognitionRequest kept{.reference = references[0].id, .layer = kind_.late};
    maker.make({&kept, 1}, kSilent, {});
    const std::vector<RecognitionRequest> requests = {
        {.reference = references[0].id, .layer = {}},
        kept,
        {.reference = references[1].id, .layer = kind_.late},
        {.reference = references[2].id, .layer = kind_.late}};
    std::vector<std::string> said;
    std::vector<double> shares;
    maker.make(requests,
               [&](const std::string& what, double share) {
                   if (said.empty() || said.back() != what) {
                       said.push_back(what);
                   }
                   shares.push_back(share);
               },
               {});
    EXPECT_THAT(said, ElementsAre(kind_.making + ": 0 of 2", kind_.making + ": 1 of 2",
                                  kind_.making + ": 2 of 2"));
    EXPECT_TRUE(std::ranges::is_sorted(shares));
    EXPECT_EQ(shares.front(), 0.0);
    EXPECT_EQ(shares.back(), 1.0);
}

TEST_P(EveryKindOfRecognitionMaker, KeepsWhatWasMadeBeforeItWasStopped)
{
    RecognitionMaker maker(options(kind_), kSilent, {});
    const std::vector<RecognitionRequest> requests = {
        {.reference = maker.references()[0].id, .layer = kind_.late},
        {.reference = maker.references()[1].id, .layer = kind_.late}};
    std::stop_source stop;
    const auto stopAfterTheFirst = [&](const std::string& what, double) {
        if (what.ends_with("1 of 2")) {
            stop.request_stop();
        }
    };
    EXPECT_THROW(maker.make(requests, stopAfterTheFirst, stop.get_token()), Cancelled);
    EXPECT_TRUE(maker.isThere(requests[0]));
    EXPECT_FALSE(maker.isThere(requests[1]));
    EXPECT_THROW(maker.make(requests, kSilent, stop.get_token()), Cancelled);
    EXPECT_THROW(RecognitionMaker(options(kind_), kSilent, stop.get_token()), Cancelled);
    EXPECT_EQ(maker.make(requests, kSilent, {}).size(), 2U);
}

TEST_P(EveryKindOfRecognitionMaker, MatchesTheLayerBetterTheLongerItMayTry)
{
    std::vector<double> snrDb;
    for (const int evaluations : {3, 30}) {
        auto some = options(kind_);
        some.metamers.evaluations = evaluations;
        RecognitionMaker maker(some, kSilent, {});
        const RecognitionRequest request{.reference = maker.references()[0].id,
                                         .layer = kind_.late};
        const auto made = maker.make({&request, 1}, kSilent, {}).at(request);
        ASSERT_TRUE(made.matchSnrDb);
        snrDb.push_back(*made.matchSnrDb);
        EXPECT_GT(made.matchSpearman.value(), 0.5);
    }
    EXPECT_GT(snrDb[1], snrDb[0] + 3);
}

TEST_F(RecognitionMakerTest, NamesTheReferenceOrLayerThatThereIsNotBeforeMakingAnything)
{
    RecognitionMaker maker(options(images()), kSilent, {});
    const RecognitionRequest good{.reference = maker.references()[0].id, .layer = "pool"};
    struct Case {
        RecognitionRequest bad;
        const char* word;
        const char* remedy;
    };
    const Case cases[] = {
        {{.reference = "dead-leaves-1", .layer = "pool"}, "\"dead-leaves-1\"", "dead-leaves-01"},
        {{.reference = "", .layer = {}}, "reference \"\" is not", "3"},
        {{.reference = good.reference, .layer = "bnad"}, "\"bnad\"", "band"},
        {{.reference = good.reference, .layer = "Pool"}, "\"Pool\"", "band, texture"},
    };
    for (const auto& c : cases) {
        const std::vector<RecognitionRequest> requests = {good, c.bad};
        EXPECT_THAT([&] { maker.make(requests, kSilent, {}); },
                    ThrowsMessage<InvalidArgument>(AllOf(HasSubstr(c.word), HasSubstr(c.remedy))));
        EXPECT_THROW(maker.isThere(c.bad), InvalidArgument);
    }
    EXPECT_FALSE(maker.isThere(good));
}

TEST_F(RecognitionMakerTest, NamesTheReferenceAndLayerOfAMetamerThatCannotBeMade)
{
    fs::create_directory(folder_ / "pictures");
    savePng(folder_ / "pictures/black.png",
            {.width = 64, .height = 64, .pixels = std::vector<std::uint8_t>(3 * 64 * 64, 0)});
    auto black = options(images());
    black.spec.references = {.folder = folder_ / "pictures"};
    RecognitionMaker maker(black, kSilent, {});
    const RecognitionRequest request{.reference = "black", .layer = "band"};
    EXPECT_THAT(
        [&] {
            maker.make({&request, 1}, kSilent, {});
        },
        ThrowsMessage<NumericError>(AllOf(HasSubstr("reference black at layer band"),
                                          HasSubstr("all zero"), HasSubstr("from the design"))));
}

TEST_F(RecognitionMakerTest, GoesOnWithTheOthersWhereOneCannotBeMade)
{
    fs::create_directory(folder_ / "pictures");
    std::vector<std::uint8_t> pixels(3 * 64 * 64, 0);
    savePng(folder_ / "pictures/black.png", {.width = 64, .height = 64, .pixels = pixels});
    for (std::size_t i = 0; i < pixels.size(); ++i) {
        pixels[i] = static_cast<std::uint8_t>(i * i % 251);
    }
    savePng(folder_ / "pictures/spots.png", {.width = 64, .height = 64, .pixels = pixels});
    auto both = options(images());
    both.spec.references = {.folder = folder_ / "pictures"};
    RecognitionMaker maker(both, kSilent, {});
    const std::vector<RecognitionRequest> requests = {{.reference = "black", .layer = "band"},
                                                      {.reference = "spots", .layer = "band"}};
    std::vector<std::string> made;
    std::vector<std::string> problems;
    maker.makeEach(requests,
                   [&](const RecognitionRequest& request, const RecognitionStimulus* stimulus,
                       const std::string& problem) {
                       (stimulus != nullptr ? made : problems)
                           .push_back(stimulus != nullptr ? request.reference : problem);
                   },
                   kSilent, {});
    EXPECT_THAT(made, ElementsAre("spots"));
    EXPECT_THAT(problems, ElementsAre(HasSubstr("reference black")));
}

TEST_F(RecognitionMakerTest, GoesOnWithoutACacheAndSaysSoOnce)
{
    write("cache", "a file where a folder should be");
    RecognitionMaker maker(options(images()), kSilent, {});
    const std::vector<RecognitionRequest> requests = {
        {.reference = maker.references()[0].id, .layer = "pool"},
        {.reference = maker.references()[1].id, .layer = "pool"}};
    EXPECT_EQ(maker.make(requests, kSilent, {}).size(), 2U);
    EXPECT_THAT(warnings_, ElementsAre(AllOf(HasSubstr("cache"), HasSubstr("--cache"))));
}

TEST_F(RecognitionMakerTest, RefusesReferencesNearAPoolThatItDoesNotHave)
{
    auto near = options(images());
    near.spec.referencesWithinPercentile = 95;
    EXPECT_THROW(RecognitionMaker(near, kSilent, {}), InvalidArgument);
}

} // namespace
} // namespace mlab::stimuli
