// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/sha256.h"
#include "stimuli/checkpoints/safetensors.h"
#include "stimuli/store/basis.h"
#include "tests/temporary_folder.h"

#include <gtest/gtest.h>

#include <fstream>

namespace mlab::stimuli {
namespace {

namespace fs = std::filesystem;

class BasisFile : public testing::Test {
protected:
    static Basis example()
    {
        return {.layer = "band",
                .method = BasisMethod::ica,
                .modelSha256 = "m",
                .poolSha256 = "p",
                .channels = 2,
                .poolCount = 7,
                .mean = {1.0F, 0.25F, 0.25F, -3.0F},
                .components = {0.1F, 0.2F, 0.2F, 0.3F, 1e-20F, -1.0F, -1.0F, 7.5F},
                .explainedVariance = {0.7, 0.1},
                .candidates = 40,
                .ranks = {1, 5},
                .poolCoordinates = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, -0.5F},
                .seed = 18446744073709551615U,
                .icaIterations = 31,
                .converged = false,
                .sha256 = {}};
    }

    TemporaryFolder scratch_;
    fs::path folder_ = scratch_.path() / "bases"; // made on writing
    fs::path file_ = folder_ / "band.safetensors";
};

TEST_F(BasisFile, ComesBackAsItWasSaved)
{
    auto saved = example();
    saveBasis(file_, saved);
    const auto loaded = loadBasis(file_);
    EXPECT_EQ(loaded.layer, saved.layer);
    EXPECT_EQ(loaded.method, saved.method);
    EXPECT_EQ(loaded.modelSha256, saved.modelSha256);
    EXPECT_EQ(loaded.poolSha256, saved.poolSha256);
    EXPECT_EQ(loaded.channels, saved.channels);
    EXPECT_EQ(loaded.poolCount, saved.poolCount);
    EXPECT_EQ(loaded.mean, saved.mean);
    EXPECT_EQ(loaded.components, saved.components);
    EXPECT_EQ(loaded.explainedVariance, saved.explainedVariance);
    EXPECT_EQ(loaded.candidates, saved.candidates);
    EXPECT_EQ(loaded.ranks, saved.ranks);
    EXPECT_EQ(loaded.poolCoordinates, saved.poolCoordinates);
    EXPECT_EQ(loaded.seed, saved.seed);
    EXPECT_EQ(loaded.icaIterations, saved.icaIterations);
    EXPECT_EQ(loaded.converged, saved.converged);
    EXPECT_EQ(loaded.sha256, saved.sha256);
    EXPECT_EQ(loaded.sha256, sha256OfFile(file_));
}

TEST_F(BasisFile, CutShortAtAnyByteItIsRefusedByName)
{
    auto saved = example();
    saveBasis(file_, saved);
    const auto bytes = readFile(file_);
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        writeFileAtomically(file_, bytes.substr(0, length));
        try {
            loadBasis(file_);
            FAIL() << "accepted with " << length << " of " << bytes.size() << " bytes";
        } catch (const IoError& problem) {
            EXPECT_NE(std::string(problem.what()).find(file_.string()), std::string::npos);
        }
    }
}

// A flipped bit of a number left a basis of another hash, which was used like any other.
TEST_F(BasisFile, IsRefusedByNameIfAnyBitOfItOrOfItsHashFlips)
{
    auto saved = example();
    saveBasis(file_, saved);
    for (const auto& damaged : {file_, basisHashFile(file_)}) {
        const auto whole = readFile(damaged);
        for (std::size_t i = 0; i < whole.size(); ++i) {
            auto bytes = whole;
            bytes[i] = static_cast<char>(bytes[i] ^ (1 << (i % 8)));
            std::ofstream(damaged, std::ios::binary) << bytes;
            try {
                loadBasis(file_);
                FAIL() << "accepted with another byte " << i << " of " << damaged;
            } catch (const IoError& problem) {
                const std::string text = problem.what();
                EXPECT_NE(text.find(file_.string() + " does not match its hash"), std::string::npos)
                    << text;
            }
        }
        writeFileAtomically(damaged, "");
        EXPECT_THROW(loadBasis(file_), IoError) << damaged << ", empty";
        writeFileAtomically(damaged, whole);
    }
    EXPECT_EQ(loadBasis(file_).sha256, saved.sha256);
}

TEST_F(BasisFile, UnderTheNameOfAnotherIsRefusedAlsoWithItsHash)
{
    auto saved = example();
    saveBasis(file_, saved);
    const auto other = folder_ / "pool.safetensors";
    fs::copy_file(file_, other);
    fs::copy_file(basisHashFile(file_), basisHashFile(other));
    EXPECT_THROW(loadBasis(other), IoError);
}

TEST_F(BasisFile, OfAnEarlierVersionHasNoHashBesideItAndIsRead)
{
    auto saved = example();
    saveBasis(file_, saved);
    EXPECT_EQ(readFile(basisHashFile(file_)), saved.sha256 + "  band.safetensors\n");
    fs::remove(basisHashFile(file_));
    EXPECT_EQ(loadBasis(file_).sha256, saved.sha256);
}

TEST_F(BasisFile, OfAnEarlierFormatIsRefusedWithWhatToDo)
{
    auto saved = example();
    saveBasis(file_, saved);
    auto content = decodeSafetensors(readFile(file_), file_.string());
    content.metadata["format"] = "metamerlab-basis-1";
    fs::remove(basisHashFile(file_));
    writeFileAtomically(file_, encodeSafetensors(content));
    try {
        loadBasis(file_);
        FAIL() << "no error";
    } catch (const IoError& problem) {
        const std::string text = problem.what();
        EXPECT_NE(text.find("metamerlab-basis-1"), std::string::npos) << text;
        EXPECT_NE(text.find("fit the basis again"), std::string::npos) << text;
    }
}

TEST_F(BasisFile, ArraysThatDoNotFitTogetherAreRefused)
{
    for (const auto* broken : {"pool_count", "ranks"}) {
        auto saved = example();
        saveBasis(file_, saved);
        auto content = decodeSafetensors(readFile(file_), file_.string());
        content.metadata[broken] = std::string(broken) == "ranks" ? "[1]" : "6";
        fs::remove(basisHashFile(file_));
        writeFileAtomically(file_, encodeSafetensors(content));
        EXPECT_THROW(loadBasis(file_), IoError) << broken;
    }
}

TEST(SafetensorsFile, AHeaderThatLiesAboutItsDataIsRefused)
{
    const auto encoded = [](const std::string& header, const std::string& data) {
        std::string bytes(8, '\0');
        bytes[0] = static_cast<char>(header.size() % 256);
        bytes[1] = static_cast<char>(header.size() / 256);
        return bytes + header + data;
    };
    const std::string data(8, '\0');
    for (const std::string header : {
             R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})",
             R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})",
             R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})",
             R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})",
             R"({"a":{"dtype":"F16","shape":[2],"data_offsets":[0,8]}})",
             R"({"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}})",
             R"({"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}})",
             R"({"a":{"dtype":"F32","shape":[4611686018427387905,4],"data_offsets":[0,8]}})",
             R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}})",
             R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}})",
             R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
             R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
             R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},
                 "b":{"dtype":"I32","shape":[1],"data_offsets":[4,8]}})",
             R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},
                 "a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})",
             R"({"a":{"dtype":"F32","shape":[[[2]]],"data_offsets":[0,8]}})",
             R"({"__metadata__":{"k":1}})",
             R"({"a":{"dtype":"F32","shape":[2]}})",
             R"({"a":7})",
             R"([1])",
             R"({)",
         }) {
        EXPECT_THROW(decodeSafetensors(encoded(header, data), "test"), IoError) << header;
    }
    EXPECT_THROW(decodeSafetensors("\xff\xff\xff\xff\xff\xff\xff\xff{}", "test"), IoError);
    const auto good = decodeSafetensors(
        encoded(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", data), "test");
    EXPECT_EQ(good.arrays.at("a").values, (std::vector<float>{0, 0}));
    const auto halves =
        decodeSafetensors(encoded(R"({"a":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]},
                    "b":{"dtype":"F16","shape":[1],"data_offsets":[2,4]},
                    "c":{"dtype":"I32","shape":[1],"data_offsets":[4,8]}})",
                                  std::string("\x80\xbf\x00\x42\x00\x00\x00\x00", 8)),
                          "test");
    EXPECT_EQ(halves.arrays.size(), 2U);
    EXPECT_EQ(halves.arrays.at("a").values, std::vector<float>{-1});
    EXPECT_EQ(halves.arrays.at("b").values, std::vector<float>{3});
}

} // namespace
} // namespace mlab::stimuli
