// SPDX-License-Identifier: GPL-3.0-or-later
// The records of probes and metamers. An input becomes the record of a stimulus that is in a cache:
// it gets the key and the hash that it must have, since no fuzzer guesses a SHA-256.
#include "core/base/files.h"
#include "stimuli/store/metamer_cache.h"
#include "stimuli/store/probe_cache.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/temporary_folder.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <memory>

namespace mlab::stimuli {
namespace {

Stimulus picture()
{
    return std::make_shared<const RgbImage>(
        RgbImage{.width = 16, .height = 16, .pixels = std::vector<std::uint8_t>(768)});
}

// A cache with one stimulus, whose record is replaced.
template <class Cache, class Key, class Made> class RecordFuzz {
public:
    explicit RecordFuzz(Made made)
        : cache_(folder_.path(), [](const std::string& /*warning*/) {}),
          record_(cache_.path(key_, made.stimulus).replace_extension(".json"))
    {
        cache_.store(key_, made);
        const auto record = nlohmann::ordered_json::parse(readText(record_));
        const nlohmann::ordered_json own = {{"key", record.at("key")},
                                            {"image_sha256", record.at("image_sha256")}};
        ending_ = "," + own.dump().substr(1); // of members given twice, the last counts
    }

    Cache& withRecord(std::string_view input)
    {
        std::ofstream(record_, std::ios::binary) << input.substr(0, input.rfind('}')) << ending_;
        return cache_;
    }
    const Key& key() const { return key_; }

private:
    TemporaryFolder folder_;
    Cache cache_;
    Key key_;
    std::filesystem::path record_;
    std::string ending_;
};

} // namespace
} // namespace mlab::stimuli

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace mlab::stimuli;
    static RecordFuzz<ProbeCache, ProbeKey, CachedProbe> probes({.stimulus = picture()});
    static RecordFuzz<MetamerCache, MetamerKey, Metamer> metamers({.stimulus = picture()});
    mlab::mayRefuse([&] {
        auto& cache = probes.withRecord(mlab::bytesOf(data, size));
        cache.find(probes.key(), [](const CachedProbe& /*probe*/, bool /*hashed*/) {});
        for (const auto& [hash, kept] : cache.findByContent({sha256Of(picture())})) {
            cache.stimulusOf(kept);
        }
    });
    mlab::mayRefuse([&] {
        metamers.withRecord(mlab::bytesOf(data, size))
            .find(metamers.key(), [](const Metamer& /*metamer*/, bool /*hashed*/) {});
    });
    return 0;
}
