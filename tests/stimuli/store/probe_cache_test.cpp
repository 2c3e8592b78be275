// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/files.h"
#include "stimuli/store/metamer_cache.h"
#include "stimuli/store/probe_cache.h"
#include "tests/temporary_folder.h"

#include <gtest/gtest.h>

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

class ProbeCacheTest : public testing::Test {
protected:
    TemporaryFolder scratch_;
    fs::path folder_ = scratch_.path() / "cache"; // made on writing
};

TEST_F(ProbeCacheTest, GivesBackExactlyWhatWasStored)
{
    const ProbeCache cache(folder_);
    EXPECT_FALSE(cache.find(key()).has_value());
    cache.store(key(), probe());
    const auto found = cache.find(key());
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(*std::get<ImagePtr>(found->stimulus), *std::get<ImagePtr>(probe().stimulus));
    EXPECT_EQ(found->coordinates, probe().coordinates);
    EXPECT_EQ(found->levelAchieved, probe().levelAchieved);
    EXPECT_EQ(found->residualMax, probe().residualMax);
    EXPECT_EQ(found->converged, probe().converged);
    EXPECT_EQ(found->iterations, probe().iterations);
    EXPECT_EQ(found->gradientPasses, probe().gradientPasses);
    EXPECT_EQ(found->generationMs, probe().generationMs);
    EXPECT_EQ(found->metrics, probe().metrics);
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
        [](ProbeKey& k) { k.toleranceSd = 0.02; }};
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
    const ProbeCache cache(folder_);
    cache.store(key(), probe());
    auto record = cache.path(key(), probe().stimulus);
    record.replace_extension(".json");
    fs::remove(record); // as after a crash between the two writes
    EXPECT_FALSE(cache.find(key()).has_value());
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
    const ProbeCache probes(folder_);
    probes.store(key(), made);
    nest(probes.path(key(), made.stimulus).replace_extension(".json"));
    EXPECT_FALSE(probes.find(key()));

    MetamerKey metamerKey;
    metamerKey.layer = "band";
    Metamer metamer;
    metamer.stimulus = made.stimulus;
    metamer.metrics = made.metrics;
    const MetamerCache metamers(folder_);
    metamers.store(metamerKey, metamer);
    ASSERT_TRUE(metamers.find(metamerKey));
    nest(metamers.path(metamerKey, made.stimulus).replace_extension(".json"));
    EXPECT_FALSE(metamers.find(metamerKey));
}

TEST_F(ProbeCacheTest, MetricsAreFoundByThePixels)
{
    const ProbeCache cache(folder_);
    EXPECT_TRUE(cache.metricsOf({probe().sha256}).empty()) << "no folder yet";
    cache.store(key(), probe());
    const auto found = cache.metricsOf({probe().sha256, "another"});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found.at(probe().sha256), probe().metrics);
    EXPECT_TRUE(cache.metricsOf({"another"}).empty());
    std::stop_source stop;
    stop.request_stop();
    EXPECT_THROW(cache.metricsOf({probe().sha256}, stop.get_token()), Cancelled);
    // A truncated record does not count.
    writeFileAtomically(cache.path(key(), probe().stimulus).replace_extension(".json"),
                        "{\"key\": {");
    EXPECT_TRUE(cache.metricsOf({probe().sha256}).empty());
}

} // namespace
} // namespace mlab::stimuli
