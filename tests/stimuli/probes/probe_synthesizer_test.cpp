// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/sha256.h"
#include "stimuli/media/image_io.h"
#include "stimuli/numerics/pool_distance.h"
#include "stimuli/probes/probe_synthesizer.h"
#include "stimuli/sources/builtin_images.h"
#include "tests/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <set>

namespace mlab::stimuli {
namespace {

namespace fs = std::filesystem;

// Small pictures and a small pool: the same code in a fraction of a second.
SynthesisSpec smallSpec()
{
    SynthesisSpec spec;
    spec.format = ImageFormat{.sizePx = 64};
    spec.references.count = 4;
    spec.basis.components = 4;
    spec.basis.pool.count = 40;
    return spec;
}

class SynthesizerTest : public testing::Test {
protected:
    std::unique_ptr<ProbeSynthesizer> engine(const std::string& cache = "cache", int threads = 1,
                                             SynthesisSpec spec = smallSpec(),
                                             bool measureCached = false)
    {
        fits_ = 0;
        return std::make_unique<ProbeSynthesizer>(
            ProbeSynthesizerOptions{
                .spec = std::move(spec),
                .layers = {"band", "texture", "pool"},
                .cacheFolder = folder_ / cache,
                .compute = {.device = "cpu", .threads = threads},
                .warn = [this](const std::string& text) { warnings_.push_back(text); },
                .measureCached = measureCached},
            [this](const std::string& what, double) { fits_ += what.starts_with("Fitting"); },
            std::stop_token());
    }

    static ProbeRequest request(double level)
    {
        return {.layer = "texture",
                .component = 1,
                .direction = Direction::plus,
                .level = level,
                .references = {"dead-leaves-01", "pink-noise-02"}};
    }

    static ProbeRequest ofOneReference()
    {
        auto one = request(0.3);
        one.references.pop_back();
        return one;
    }

    using Json = nlohmann::ordered_json;
    enum class Hash { left, made, removed };

    // The record of the only probe in the cache.
    fs::path recordFile() const
    {
        std::vector<fs::path> records;
        for (const auto& entry : fs::recursive_directory_iterator(folder_ / "cache" / "probes")) {
            if (entry.path().extension() == ".json") {
                records.push_back(entry.path());
            }
        }
        EXPECT_EQ(records.size(), 1U);
        return records.at(0);
    }
    void editRecord(const std::function<void(Json&)>& edit, Hash hash) const
    {
        auto record = Json::parse(readFile(recordFile()));
        edit(record);
        if (hash != Hash::left) {
            record.erase("record_sha256");
        }
        if (hash == Hash::made) {
            record["record_sha256"] = sha256Hex(record.dump());
        }
        writeFileAtomically(recordFile(), record.dump(2) + "\n");
    }
    static std::vector<std::function<void(Json&)>> editsOfWhatWasMeasured()
    {
        return {[](Json& record) { record["level_achieved_sd"] = 0.25; },
                [](Json& record) { record["converged"] = !record["converged"].get<bool>(); },
                [](Json& record) {
                    record["residual_max_sd"] = 0.5;
                    record["converged"] = false;
                },
                [](Json& record) { record["coordinates_sd"][3] = 0.5; },
                [](Json& record) { record["coordinates_sd"].erase(3); }};
    }
    void expectMadeAgain(const Probe& again, const Probe& made)
    {
        EXPECT_FALSE(again.cacheHit);
        EXPECT_EQ(again.probeSha256, made.probeSha256);
        EXPECT_EQ(again.levelAchieved, made.levelAchieved);
        EXPECT_EQ(again.residualMax, made.residualMax);
        EXPECT_EQ(again.converged, made.converged);
        ASSERT_EQ(warnings_.size(), 1U);
        EXPECT_NE(warnings_[0].find(recordFile().string() + " is not used"), std::string::npos)
            << warnings_[0];
        warnings_.clear();
    }

    TemporaryFolder scratch_;
    fs::path folder_ = scratch_.path();
    int fits_ = 0;
    std::vector<std::string> warnings_;
};

int largestDifference(const RgbImage& a, const RgbImage& b)
{
    int largest = 0;
    for (std::size_t i = 0; i < a.pixels.size(); ++i) {
        largest = std::max(largest, std::abs(int{a.pixels[i]} - int{b.pixels[i]}));
    }
    return largest;
}

TEST_F(SynthesizerTest, ASecondStartDoesNotFitTheBasisAgain)
{
    const auto first = engine()->info();
    EXPECT_EQ(fits_, 40);
    const auto second = engine()->info();
    EXPECT_EQ(fits_, 0);
    EXPECT_EQ(first.basisSha256, second.basisSha256);
}

TEST_F(SynthesizerTest, AnotherPoolIsAnotherBasis)
{
    const auto one = engine()->info();
    auto spec = smallSpec();
    spec.basis.pool.seed = 2;
    EXPECT_NE(engine("cache", 1, spec)->info().basisSha256, one.basisSha256);
    EXPECT_EQ(fits_, 40);
}

TEST_F(SynthesizerTest, EverySettingOfTheBasisIsAnotherBasis)
{
    std::set<fs::path> files = {engine()->basisFile("band")};
    const std::vector<std::function<void(BasisSpec&)>> changes = {
        [](BasisSpec& b) {
            b.method = BasisMethod::ica;
            b.candidates = 6;
        },
        [](BasisSpec& b) {
            b.method = BasisMethod::ica;
            b.candidates = 7;
        },
        [](BasisSpec& b) {
            b.method = BasisMethod::ica;
            b.candidates = 7;
            b.seed = 2;
        },
        [](BasisSpec& b) { b.components = 3; },
        [](BasisSpec& b) {
            b.select = {1, 2, 3, 5};
        },
        [](BasisSpec& b) {
            b.select = {2, 1, 3, 5};
        }};
    for (const auto& change : changes) {
        auto spec = smallSpec();
        change(spec.basis);
        EXPECT_TRUE(files.insert(engine("cache", 1, spec)->basisFile("band")).second);
        EXPECT_EQ(fits_, 40);
    }
}

TEST_F(SynthesizerTest, ReferencesFarFromThePoolAreLeftOut)
{
    auto spec = smallSpec();
    spec.references.count = 12;
    std::size_t before = 0;
    for (const double percentile : {60.0, 80.0, 100.0}) {
        spec.referencesWithinPercentile = percentile;
        const auto maker = engine("cache", 1, spec);
        const auto info = maker->info();
        EXPECT_EQ(info.references.size(), maker->references().size());
        EXPECT_GE(info.references.size(), before);
        before = info.references.size();
        for (const auto& reference : maker->references()) {
            for (const auto* layer : {"band", "texture", "pool"}) {
                const auto still = maker->makeSingle(reference, layer, 1, 0.0, {});
                EXPECT_LE(distanceFromPool(still.probe.coordinates),
                          poolDistanceAt(maker->basis(layer), percentile))
                    << reference.id << ", " << layer;
            }
        }
    }
    EXPECT_GT(before, 0U);
}

TEST_F(SynthesizerTest, WhenNoReferenceIsWithinThePercentileTheCountsAreNamed)
{
    auto spec = smallSpec();
    spec.referencesWithinPercentile = 0.01;
    try {
        engine("cache", 1, spec);
        FAIL() << "no error";
    } catch (const InvalidArgument& problem) {
        const std::string text = problem.what();
        EXPECT_NE(text.find("none of the 4 references"), std::string::npos) << text;
        EXPECT_NE(text.find("band 0, pool 0, texture 0"), std::string::npos) << text;
    }
}

TEST_F(SynthesizerTest, AProbeIsAFunctionOfItsRequestWhateverWasMadeBefore)
{
    const auto fresh = engine("a")->make(request(0.5), {});
    const auto busy = engine("b");
    busy->make(request(1.0), {});
    busy->make(request(0.1), {});
    const auto later = busy->make(request(0.5), {});
    EXPECT_EQ(fresh.probeSha256, later.probeSha256);
    EXPECT_EQ(fresh.levelAchieved, later.levelAchieved);
    EXPECT_EQ(fresh.referenceId, later.referenceId);
}

TEST_F(SynthesizerTest, AnotherNumberOfThreadsChangesNoPixelByMoreThanOneGreyLevel)
{
    const auto one = engine("a", 1)->make(request(0.5), {});
    const auto two = engine("b", 2)->make(request(0.5), {});
    EXPECT_EQ(one.referenceId, two.referenceId);
    EXPECT_LE(largestDifference(*std::get<ImagePtr>(one.probe), *std::get<ImagePtr>(two.probe)), 1);
    EXPECT_NEAR(one.levelAchieved, two.levelAchieved, 0.005);
}

TEST_F(SynthesizerTest, TheCacheGivesBackWhatWasMade)
{
    const auto made = engine()->make(request(0.3), {});
    EXPECT_FALSE(made.cacheHit);
    EXPECT_GT(made.generationMs, 0.0);
    const auto found = engine()->make(request(0.3), {});
    EXPECT_TRUE(found.cacheHit);
    EXPECT_EQ(found.generationMs, 0.0);
    EXPECT_EQ(*std::get<ImagePtr>(found.probe), *std::get<ImagePtr>(made.probe));
    EXPECT_EQ(found.levelAchieved, made.levelAchieved);
    EXPECT_EQ(found.residualMax, made.residualMax);
    EXPECT_EQ(found.converged, made.converged);
}

TEST_F(SynthesizerTest, AProbesMetricsAreThoseOfItsPixelsAgainstItsReferences)
{
    const auto maker = engine();
    const auto& reference = maker->references().front();
    const auto made = maker->makeSingle(reference, "texture", 1, 0.3, {});
    ASSERT_FALSE(made.cacheHit);
    EXPECT_EQ(made.probe.metrics, compare(reference.stimulus, made.probe.stimulus));
    EXPECT_GT(std::get<ImageMetrics>(made.probe.metrics).rmse, 0.0);
    const auto found = maker->makeSingle(reference, "texture", 1, 0.3, {});
    ASSERT_TRUE(found.cacheHit);
    EXPECT_EQ(found.probe.metrics, made.probe.metrics);
}

TEST_F(SynthesizerTest, ACacheFileThatIsNotWholeIsMadeAgain)
{
    const auto made = engine()->make(request(0.3), {});
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "cache" / "probes")) {
        if (entry.is_regular_file()) {
            files.push_back(entry.path());
        }
    }
    ASSERT_FALSE(files.empty());
    for (const auto& file : files) {
        const auto whole = readFile(file);
        writeFileAtomically(file, whole.substr(0, whole.size() / 2));
        const auto again = engine()->make(request(0.3), {});
        EXPECT_FALSE(again.cacheHit) << file;
        EXPECT_EQ(again.probeSha256, made.probeSha256);
        EXPECT_TRUE(engine()->make(request(0.3), {}).cacheHit) << file;
    }
}

TEST_F(SynthesizerTest, APictureInTheCacheThatWasChangedIsNotShown)
{
    const auto made = engine()->make(request(0.3), {});
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "cache" / "probes")) {
        if (entry.path().extension() == ".png") {
            auto picture = loadPng(entry.path());
            picture.pixels[5] ^= 1U;
            savePng(entry.path(), picture);
        }
    }
    const auto again = engine()->make(request(0.3), {});
    EXPECT_FALSE(again.cacheHit);
    EXPECT_EQ(again.probeSha256, made.probeSha256);
}

TEST_F(SynthesizerTest, AnEditedRecordIsNotBelieved)
{
    const auto made = engine()->make(ofOneReference(), {});
    const auto written = Json::parse(readFile(recordFile()));
    for (const auto& edit : editsOfWhatWasMeasured()) {
        editRecord(edit, Hash::left);
        expectMadeAgain(engine()->make(ofOneReference(), {}), made);
        const auto replaced = Json::parse(readFile(recordFile()));
        EXPECT_EQ(replaced["level_achieved_sd"], written["level_achieved_sd"]);
        EXPECT_EQ(replaced["coordinates_sd"], written["coordinates_sd"]);
        EXPECT_TRUE(engine()->make(ofOneReference(), {}).cacheHit);
        EXPECT_TRUE(warnings_.empty());
    }
}

TEST_F(SynthesizerTest, AnEditedRecordWithAHashOfItsOwnIsFoundByMeasuringTheProbe)
{
    const auto made = engine()->make(ofOneReference(), {});
    for (const auto& edit : editsOfWhatWasMeasured()) {
        editRecord(edit, Hash::made);
        EXPECT_TRUE(engine()->make(ofOneReference(), {}).cacheHit);
        expectMadeAgain(engine("cache", 1, smallSpec(), true)->make(ofOneReference(), {}), made);
        editRecord(edit, Hash::made);
        const auto live = engine();
        EXPECT_TRUE(live->make(ofOneReference(), {}).cacheHit);
        live->startMeasuringCached();
        expectMadeAgain(live->make(ofOneReference(), {}), made);
    }
    // Rounding, which differs with the number of threads, is no disagreement.
    for (const int threads : {1, 2, 3}) {
        const auto same = engine("cache", threads, smallSpec(), true)->make(ofOneReference(), {});
        EXPECT_TRUE(same.cacheHit);
        EXPECT_EQ(same.levelAchieved, made.levelAchieved);
    }
    EXPECT_TRUE(warnings_.empty());
}

TEST_F(SynthesizerTest, ARecordOfAnEarlierVersionIsUsedIfTheModelMeasuresTheSame)
{
    const auto made = engine()->make(ofOneReference(), {});
    editRecord([](Json&) {}, Hash::removed);
    const auto kept = engine()->make(ofOneReference(), {});
    EXPECT_TRUE(kept.cacheHit);
    EXPECT_EQ(kept.levelAchieved, made.levelAchieved);
    EXPECT_TRUE(warnings_.empty());
    for (const auto& edit : editsOfWhatWasMeasured()) {
        editRecord(edit, Hash::removed);
        expectMadeAgain(engine()->make(ofOneReference(), {}), made);
    }
}

TEST_F(SynthesizerTest, AReferenceThatCannotMakeTheMoveGivesWayToTheNext)
{
    const auto maker = engine();
    // Find a move that one reference can make and another cannot.
    for (const double level : {1.0, 2.0, 3.0, 4.0}) {
        for (const auto& unable : maker->references()) {
            const auto fails = maker->makeSingle(unable, "texture", 1, -level, {});
            for (const auto& able : maker->references()) {
                const auto works = maker->makeSingle(able, "texture", 1, -level, {});
                if (fails.probe.converged || !works.probe.converged) {
                    continue;
                }
                const auto probe = maker->make({.layer = "texture",
                                                .component = 1,
                                                .direction = Direction::minus,
                                                .level = level,
                                                .references = {unable.id, able.id}},
                                               {});
                EXPECT_EQ(probe.referenceId, able.id);
                EXPECT_TRUE(probe.converged);
                EXPECT_EQ(probe.probeSha256, works.probe.sha256);
                return;
            }
        }
    }
    FAIL() << "no such move among the built-in references";
}

// One placeholder among photographs ended the session, and again each time it was resumed.
TEST_F(SynthesizerTest, APictureOfOneColourGivesWayToTheNextReference)
{
    const auto pictures = folder_ / "pictures";
    fs::create_directories(pictures);
    savePng(pictures / "grey.png",
            {.width = 64, .height = 64, .pixels = std::vector<std::uint8_t>(64 * 64 * 3, 128)});
    savePng(pictures / "leaves.png", builtinImage(1, 0, 64));
    auto spec = smallSpec();
    spec.references = {.folder = pictures, .count = 0, .seed = 1};
    const auto maker = engine("cache", 1, spec);
    ProbeRequest wanted{.layer = "pool",
                        .component = 1,
                        .direction = Direction::plus,
                        .level = 0.3,
                        .references = {"grey", "leaves"}};
    EXPECT_EQ(maker->make(wanted, {}).referenceId, "leaves");
    wanted.references = {"grey"};
    EXPECT_THAT([&] { maker->make(wanted, {}); },
                testing::ThrowsMessage<NumericError>(testing::AllOf(
                    testing::HasSubstr("grey"), testing::HasSubstr("no reference of this trial"))));
}

TEST_F(SynthesizerTest, WhenNoReferenceCanTheNearestIsShownAndSaidNotToHaveConverged)
{
    const auto maker = engine();
    const ProbeRequest impossible{.layer = "band",
                                  .component = 1,
                                  .direction = Direction::minus,
                                  .level = 50,
                                  .references = {"dead-leaves-01", "pink-noise-02"}};
    const auto probe = maker->make(impossible, {});
    EXPECT_FALSE(probe.converged);
    EXPECT_LT(probe.levelAchieved, 50);
    EXPECT_GT(probe.residualMax, 1);
    double nearest = 1e9;
    for (const auto& reference : maker->references()) {
        if (std::ranges::find(impossible.references, reference.id) != impossible.references.end()) {
            nearest = std::min(nearest,
                               maker->makeSingle(reference, "band", 1, -50, {}).probe.residualMax);
        }
    }
    EXPECT_EQ(probe.residualMax, nearest);
}

TEST_F(SynthesizerTest, AProbeAtLevelZeroIsTheReference)
{
    const auto probe = engine()->make(request(0.0), {});
    EXPECT_EQ(*std::get<ImagePtr>(probe.probe), *std::get<ImagePtr>(probe.reference));
    EXPECT_EQ(probe.levelAchieved, 0.0);
    EXPECT_TRUE(probe.converged);
}

TEST_F(SynthesizerTest, AStoppedJobIsCancelled)
{
    const auto maker = engine();
    std::stop_source stop;
    stop.request_stop();
    EXPECT_THROW(maker->make(request(1.0), stop.get_token()), Cancelled);
}

TEST_F(SynthesizerTest, AProbeThatCannotBeKeptIsMadeAllTheSameAndItIsSaidOnce)
{
    const auto kept = engine("whole")->make(request(0.3), {});
    const auto maker = engine();
    // A file where the folder should be: nothing can be written below it.
    fs::remove_all(folder_ / "cache" / "probes");
    writeFileAtomically(folder_ / "cache" / "probes", "in the way");
    EXPECT_EQ(maker->make(request(0.3), {}).probeSha256, kept.probeSha256);
    maker->make(request(0.4), {});
    ASSERT_EQ(warnings_.size(), 1U);
    EXPECT_NE(warnings_[0].find((folder_ / "cache" / "probes").string()), std::string::npos);
}

TEST_F(SynthesizerTest, ABasisThatCannotBeKeptIsTheSameBasis)
{
    const auto kept = engine("whole")->info().basisSha256;
    EXPECT_TRUE(warnings_.empty());
    writeFileAtomically(folder_ / "in-the-way", "");
    EXPECT_EQ(engine("in-the-way")->info().basisSha256, kept);
    ASSERT_EQ(warnings_.size(), 1U);
    EXPECT_NE(warnings_[0].find((folder_ / "in-the-way").string()), std::string::npos);
}

TEST_F(SynthesizerTest, ABasisThatWasCutShortIsFittedAgain)
{
    const auto whole = engine()->info().basisSha256;
    const auto file = engine()->basisFile("band");
    const auto bytes = readFile(file);
    writeFileAtomically(file, bytes.substr(0, bytes.size() / 2));
    EXPECT_EQ(engine()->info().basisSha256, whole);
    EXPECT_EQ(fits_, 40);
    ASSERT_EQ(warnings_.size(), 1U);
    EXPECT_NE(warnings_[0].find(file.string()), std::string::npos);
    EXPECT_EQ(readFile(file), bytes);
}

TEST_F(SynthesizerTest, ABasisWithAFlippedBitIsFittedAgain)
{
    const auto made = engine()->make(request(0.3), {});
    const auto whole = engine()->info().basisSha256;
    const auto file = engine()->basisFile("texture");
    const auto bytes = readFile(file);
    for (const auto place :
         {std::size_t{12}, bytes.size() / 3, bytes.size() / 2, bytes.size() - 2}) {
        auto damaged = bytes;
        damaged[place] = static_cast<char>(damaged[place] ^ 4);
        writeFileAtomically(file, damaged);
        warnings_.clear();
        const auto maker = engine();
        EXPECT_EQ(maker->info().basisSha256, whole);
        EXPECT_EQ(fits_, 40);
        ASSERT_EQ(warnings_.size(), 1U);
        EXPECT_NE(warnings_[0].find(file.string()), std::string::npos) << warnings_[0];
        EXPECT_EQ(readFile(file), bytes);
        EXPECT_EQ(maker->make(request(0.3), {}).probeSha256, made.probeSha256);
    }
}

TEST_F(SynthesizerTest, TheBasisOfAnotherLayerIsNotUsed)
{
    const auto whole = engine()->info().basisSha256;
    const auto file = engine()->basisFile("band");
    fs::copy_file(engine()->basisFile("pool"), file, fs::copy_options::overwrite_existing);
    fs::remove(basisHashFile(file)); // as if an earlier version had kept it
    EXPECT_EQ(engine()->info().basisSha256, whole);
    EXPECT_EQ(fits_, 40);
    ASSERT_EQ(warnings_.size(), 1U);
    EXPECT_NE(warnings_[0].find(file.string()), std::string::npos) << warnings_[0];
}

TEST_F(SynthesizerTest, ABasisOfAnEarlierVersionIsUsedAsItIsAndGetsAHash)
{
    const auto whole = engine()->info().basisSha256;
    const auto file = engine()->basisFile("band");
    const auto hash = readFile(basisHashFile(file));
    fs::remove(basisHashFile(file));
    EXPECT_EQ(engine()->info().basisSha256, whole);
    EXPECT_EQ(fits_, 0);
    ASSERT_EQ(warnings_.size(), 1U);
    EXPECT_NE(warnings_[0].find(file.string()), std::string::npos) << warnings_[0];
    EXPECT_EQ(readFile(basisHashFile(file)), hash);
    engine();
    EXPECT_EQ(warnings_.size(), 1U) << "it is said once";
}

TEST_F(SynthesizerTest, TheInfoSaysWhatMadeTheProbes)
{
    const auto one = engine()->info().compute;
    EXPECT_EQ(one.device, "cpu");
    EXPECT_EQ(one.threads, 1);
    EXPECT_GE(engine("cache", 0)->info().compute.threads, 1);
}

TEST_F(SynthesizerTest, UnknownNamesAreRefused)
{
    const auto maker = engine();
    auto unknown = request(0.3);
    unknown.references = {"no-such-reference"};
    EXPECT_THROW(maker->make(unknown, {}), InvalidArgument);
    unknown = request(0.3);
    unknown.layer = "conv1";
    EXPECT_THROW(maker->make(unknown, {}), InvalidArgument);
    unknown = request(0.3);
    unknown.component = 5;
    EXPECT_THROW(maker->make(unknown, {}), InvalidArgument);
    auto spec = smallSpec();
    spec.format = ImageFormat{.sizePx = 60};
    EXPECT_THROW(engine("c", 1, spec), InvalidArgument);
    spec = smallSpec();
    spec.basis.pool.count = 4;
    EXPECT_THROW(engine("d", 1, spec), InvalidArgument);
    EXPECT_FALSE(probeSolverNamed("newton"));
}

} // namespace
} // namespace mlab::stimuli
