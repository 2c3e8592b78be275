// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/files.h"
#include "stimuli/store/metamer_cache.h"
#include "stimuli/store/probe_cache.h"
#include "tests/temporary_folder.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <functional>
#include <set>
#include <string>

namespace mlab::stimuli {
namespace {

namespace fs = std::filesystem;

ProbeKey key()
{
    return {.modelSha256 = "m",
            .basisSha256 = "b",
            .referenceSha256 = "r",
            .layer = "band",
            .component = 1,
            .signedLevel = 0.5,
            .solver = ProbeSolver::minimumNorm,
            .toleranceSd = 0.01};
}

CachedProbe probe()
{
    CachedProbe made;
    RgbImage image{.width = 32, .height = 16, .pixels = {}};
    for (int i = 0; i < 32 * 16 * 3; ++i) {
        image.pixels.push_back(static_cast<std::uint8_t>(i * 7));
    }
    made.stimulus = std::make_shared<const RgbImage>(std::move(image));
    made.sha256 = sha256Of(made.stimulus);
    made.coordinates = {0.1, -1.0 / 3, 1e-300};
    made.levelAchieved = 0.50123456789012345;
    made.residualMax = 0.004;
    made.converged = true;
    made.iterations = 3;
    made.gradientPasses = 1;
    made.generationMs = 123.456;
    made.metrics = ImageMetrics{.rmse = 1.0 / 3,
                                .psnrDb = 57.67,
                                .rmsContrastDifference = -0.012345678901234567,
                                .ssim = 0.987,
                                .msSsim = std::nullopt};
    return made;
}

void expectSame(const CachedProbe& found, const CachedProbe& stored)
{
    EXPECT_EQ(*std::get<ImagePtr>(found.stimulus), *std::get<ImagePtr>(stored.stimulus));
    EXPECT_EQ(found.sha256, stored.sha256);
    EXPECT_EQ(found.coordinates, stored.coordinates);
    EXPECT_EQ(found.levelAchieved, stored.levelAchieved);
    EXPECT_EQ(found.residualMax, stored.residualMax);
    EXPECT_EQ(found.converged, stored.converged);
    EXPECT_EQ(found.iterations, stored.iterations);
    EXPECT_EQ(found.gradientPasses, stored.gradientPasses);
    EXPECT_EQ(found.generationMs, stored.generationMs);
    EXPECT_EQ(found.metrics, stored.metrics);
}

class ProbeCacheTest : public testing::Test {
protected:
    std::optional<CachedProbe> find(ProbeCache& cache, const ProbeKey& wanted = key())
    {
        return cache.find(wanted, [this](const CachedProbe&, bool hashed) { hashed_ = hashed; });
    }
    // By a program that has not yet warned of any file.
    std::optional<CachedProbe> findAnew(const ProbeKey& wanted = key())
    {
        warnings_.clear();
        auto cache = this->cache();
        return find(cache, wanted);
    }
    ProbeCache cache()
    {
        return {folder_, [this](const std::string& text) { warnings_.push_back(text); }};
    }
    fs::path recordFile(const ProbeKey& of = key())
    {
        return cache().path(of, probe().stimulus).replace_extension(".json");
    }
    void expectOneWarning(const std::string& reason)
    {
        ASSERT_EQ(warnings_.size(), 1U);
        EXPECT_NE(warnings_[0].find(recordFile().string() + " is not used"), std::string::npos)
            << warnings_[0];
        EXPECT_NE(warnings_[0].find(reason), std::string::npos) << warnings_[0];
    }

    TemporaryFolder scratch_;
    fs::path folder_ = scratch_.path() / "cache"; // made on writing
    std::vector<std::string> warnings_;
    bool hashed_ = false; ///< as find() was told last
};

TEST_F(ProbeCacheTest, GivesBackExactlyWhatWasStored)
{
    auto cache = this->cache();
    EXPECT_FALSE(find(cache).has_value());
    cache.store(key(), probe());
    const auto found = find(cache);
    ASSERT_TRUE(found.has_value());
    EXPECT_TRUE(hashed_);
    expectSame(*found, probe());
    EXPECT_TRUE(warnings_.empty());
}

TEST_F(ProbeCacheTest, EveryPartOfTheKeyCounts)
{
    const std::vector<std::function<void(ProbeKey&)>> changes = {
        [](ProbeKey& k) { k.modelSha256 = "x"; },
        [](ProbeKey& k) { k.basisSha256 = "x"; },
        [](ProbeKey& k) { k.referenceSha256 = "x"; },
        [](ProbeKey& k) { k.layer = "x"; },
        [](ProbeKey& k) { k.component = 2; },
        [](ProbeKey& k) { k.signedLevel = -0.5; },
        [](ProbeKey& k) { k.signedLevel = 0.5000000001; },
        [](ProbeKey& k) { k.solver = ProbeSolver::adam; },
        [](ProbeKey& k) { k.toleranceSd = 0.02; },
        [](ProbeKey& k) { k.compressiveSounds = true; }};
    std::set<std::string> hashes = {key().hash()};
    for (const auto& change : changes) {
        auto changed = key();
        change(changed);
        EXPECT_TRUE(hashes.insert(changed.hash()).second);
    }
}

TEST_F(ProbeCacheTest, AMetricThatIsAbsentIsNullInTheRecord)
{
    auto made = probe();
    const auto record = probeRecordJson(key(), made);
    EXPECT_NE(record.find(R"("ms_ssim": null)"), std::string::npos) << record;
    EXPECT_NE(record.find(R"("psnr_db": 57.67)"), std::string::npos) << record;
    std::get<ImageMetrics>(made.metrics).msSsim = 0.5;
    EXPECT_NE(probeRecordJson(key(), made).find(R"("ms_ssim": 0.5)"), std::string::npos);
}

TEST_F(ProbeCacheTest, APictureWithoutItsRecordIsNotThere)
{
    cache().store(key(), probe());
    fs::remove(recordFile()); // as after a crash between the two writes
    EXPECT_FALSE(findAnew().has_value());
    EXPECT_TRUE(warnings_.empty());
}

// A record in which somebody had written another achieved level was believed and stored.
TEST_F(ProbeCacheTest, ARecordIsNotUsedIfAnyOfItsFieldsWasEdited)
{
    cache().store(key(), probe());
    const auto text = readFile(recordFile());
    const auto whole = nlohmann::ordered_json::parse(text);
    const auto flat = whole.flatten();
    ASSERT_GT(flat.size(), 25U);
    for (const auto& [pointer, value] : flat.items()) {
        auto edited = whole;
        auto& field = edited[nlohmann::ordered_json::json_pointer(pointer)];
        if (value.is_boolean()) {
            field = !value.get<bool>();
        } else if (value.is_number()) {
            field = value.get<double>() + 0.25;
        } else if (value.is_string()) {
            field = value.get<std::string>() + "0";
        } else {
            field = 1.5; // a metric that is absent
        }
        writeFileAtomically(recordFile(), edited.dump(2) + "\n");
        EXPECT_FALSE(findAnew().has_value()) << pointer;
        expectOneWarning("does not match its hash");
    }
    writeFileAtomically(recordFile(), text);
    EXPECT_TRUE(findAnew().has_value());
}

TEST_F(ProbeCacheTest, AnyBitThatFlipsIsFoundOrChangesNothing)
{
    cache().store(key(), probe());
    for (const auto& file : {recordFile(), cache().path(key(), probe().stimulus)}) {
        const auto whole = readFile(file);
        int unused = 0;
        for (std::size_t i = 0; i < whole.size(); ++i) {
            auto damaged = whole;
            damaged[i] = static_cast<char>(damaged[i] ^ (1 << (i % 8)));
            std::ofstream(file, std::ios::binary) << damaged;
            if (const auto found = findAnew()) {
                expectSame(*found, probe());
                EXPECT_TRUE(warnings_.empty());
            } else {
                ++unused;
                expectOneWarning("");
            }
        }
        EXPECT_GT(unused, static_cast<int>(whole.size() / 2)) << file;
        writeFileAtomically(file, whole);
    }
}

TEST_F(ProbeCacheTest, AFileThatIsCutShortOrEmptyOrGoneIsNamedOnceAndCanBeReplaced)
{
    cache().store(key(), probe());
    for (const auto& file : {recordFile(), cache().path(key(), probe().stimulus)}) {
        const auto whole = readFile(file);
        for (const auto length : {std::size_t{0}, std::size_t{1}, whole.size() / 2}) {
            writeFileAtomically(file, whole.substr(0, length));
            auto cache = this->cache();
            warnings_.clear();
            EXPECT_FALSE(find(cache).has_value());
            EXPECT_FALSE(find(cache).has_value());
            expectOneWarning("");
            cache.store(key(), probe());
            EXPECT_TRUE(find(cache).has_value());
        }
    }
    fs::remove(cache().path(key(), probe().stimulus));
    EXPECT_FALSE(findAnew().has_value());
    expectOneWarning("");
}

TEST_F(ProbeCacheTest, FilesUnderTheNameOfAnotherKeyAreNotUsed)
{
    auto other = key();
    other.signedLevel = 0.6;
    cache().store(other, probe());
    fs::create_directories(recordFile().parent_path());
    fs::copy_file(recordFile(other), recordFile());
    fs::copy_file(cache().path(other, probe().stimulus), cache().path(key(), probe().stimulus));
    EXPECT_FALSE(findAnew().has_value());
    expectOneWarning("file of another name");
    EXPECT_TRUE(findAnew(other).has_value());

    // Nor those that an earlier version kept, whose records hold a key but no hash.
    auto record = nlohmann::ordered_json::parse(readFile(recordFile()));
    record.erase("record_sha256");
    writeFileAtomically(recordFile(), record.dump(2) + "\n");
    EXPECT_FALSE(findAnew().has_value());
    expectOneWarning("file of another name");
}

TEST_F(ProbeCacheTest, ARecordOfAnEarlierVersionHasNoHashAndIsToBeChecked)
{
    auto cache = this->cache();
    cache.store(key(), probe());
    auto record = nlohmann::ordered_json::parse(readFile(recordFile()));
    ASSERT_EQ(record.erase("record_sha256"), 1U);
    writeFileAtomically(recordFile(), record.dump(2) + "\n");
    const auto found = find(cache);
    ASSERT_TRUE(found.has_value());
    EXPECT_FALSE(hashed_);
    expectSame(*found, probe());
    EXPECT_FALSE(cache.find(key(), [](const CachedProbe& given, bool) {
        expectSame(given, probe());
        throw IoError("the check has found something");
    }));
    expectOneWarning("the check has found something");
}

// The metrics of a metamer were copied by recursion, which ended the program.
TEST_F(ProbeCacheTest, ARecordNestedDeepIsAsIfItWereNotThere)
{
    const auto nest = [](const fs::path& record) {
        auto text = readFile(record);
        const auto from = text.find('{', text.find("\"metrics\""));
        text.replace(from, text.find('}', from) + 1 - from,
                     std::string(200'000, '[') + std::string(200'000, ']'));
        writeFileAtomically(record, text);
    };
    const auto made = probe();
    auto probes = cache();
    probes.store(key(), made);
    nest(recordFile());
    EXPECT_FALSE(find(probes));

    MetamerKey metamerKey;
    metamerKey.layer = "band";
    Metamer metamer;
    metamer.stimulus = made.stimulus;
    metamer.metrics = made.metrics;
    MetamerCache metamers(folder_, [](const std::string& /*text*/) {});
    const auto accepted = [](const Metamer& /*metamer*/, bool /*hashed*/) {};
    metamers.store(metamerKey, metamer);
    ASSERT_TRUE(metamers.find(metamerKey, accepted));
    nest(metamers.path(metamerKey, made.stimulus).replace_extension(".json"));
    EXPECT_FALSE(metamers.find(metamerKey, accepted));
}

TEST_F(ProbeCacheTest, AProbeIsFoundByItsPixels)
{
    auto cache = this->cache();
    EXPECT_TRUE(cache.findByContent({probe().sha256}).empty()) << "no folder yet";
    cache.store(key(), probe());
    const auto found = cache.findByContent({probe().sha256, "another"});
    ASSERT_EQ(found.size(), 1U);
    const auto& kept = found.at(probe().sha256);
    EXPECT_EQ(kept.metrics, probe().metrics);
    const auto stimulus = cache.stimulusOf(kept);
    ASSERT_TRUE(stimulus);
    EXPECT_EQ(sha256Of(*stimulus), probe().sha256);
    EXPECT_TRUE(cache.findByContent({"another"}).empty());
    std::stop_source stop;
    stop.request_stop();
    EXPECT_THROW(cache.findByContent({probe().sha256}, stop.get_token()), Cancelled);
    EXPECT_TRUE(warnings_.empty());
    // A record that is cut short or was edited does not count, and that is said.
    const auto whole = readFile(recordFile());
    auto edited = nlohmann::ordered_json::parse(whole);
    edited["metrics"]["ssim"] = 0.5;
    for (const auto& text : {std::string("{\"key\": {"), edited.dump(2)}) {
        writeFileAtomically(recordFile(), text);
        auto another = this->cache();
        warnings_.clear();
        EXPECT_TRUE(another.findByContent({probe().sha256}).empty());
        expectOneWarning("");
    }
}

} // namespace
} // namespace mlab::stimuli
