// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/store/content_store.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "stimuli/media/image_io.h"
#include "stimuli/media/sound_io.h"

#include <nlohmann/json.hpp>

namespace mlab::stimuli {
namespace {

constexpr const char* kImageHash = "image_sha256";
constexpr const char* kSoundHash = "sound_sha256";

} // namespace

std::string_view fileEnding(const Stimulus& stimulus)
{
    return std::holds_alternative<ImagePtr>(stimulus) ? ".png" : ".wav";
}

void saveStimulus(const std::filesystem::path& file, const Stimulus& stimulus)
{
    if (const auto* image = std::get_if<ImagePtr>(&stimulus)) {
        savePng(file, **image);
    } else {
        saveWav(file, *std::get<SoundPtr>(stimulus));
    }
}

std::string sha256InRecord(const nlohmann::json& record)
{
    const auto sound = record.find(kSoundHash);
    return (sound != record.end() ? *sound : record.at(kImageHash)).get<std::string>();
}

std::filesystem::path StimulusFiles::path(const std::string& hash, std::string_view ending) const
{
    return folder_ / hash.substr(0, 2) / (hash + std::string(ending));
}

std::filesystem::path StimulusFiles::path(const std::string& hash, const Stimulus& stimulus) const
{
    return path(hash, fileEnding(stimulus));
}

std::optional<StimulusFiles::Stored> StimulusFiles::find(const std::string& hash) const
{
    const auto recordFile = path(hash, ".json");
    std::error_code unreadable;
    if (!std::filesystem::exists(recordFile, unreadable)) {
        return std::nullopt;
    }
    try {
        Stored stored{.stimulus = {}, .recordText = readFile(recordFile)};
        const auto record = nlohmann::json::parse(stored.recordText);
        if (record.contains(kSoundHash)) {
            stored.stimulus = std::make_shared<const Sound>(loadWav(path(hash, ".wav")));
        } else {
            stored.stimulus = std::make_shared<const RgbImage>(loadPng(path(hash, ".png")));
        }
        if (sha256InRecord(record) != sha256Of(stored.stimulus)) {
            return std::nullopt;
        }
        return stored;
    } catch (const nlohmann::json::exception&) {
        return std::nullopt; // cut short: as good as absent, it is made again
    } catch (const IoError&) {
        return std::nullopt;
    }
}

void StimulusFiles::store(const std::string& hash, const Stimulus& stimulus,
                          const nlohmann::ordered_json& record) const
{
    const auto file = path(hash, stimulus);
    std::error_code problem;
    std::filesystem::create_directories(file.parent_path(), problem);
    if (problem) {
        throw IoError("cannot make the cache folder " + file.parent_path().string() + ": " +
                      problem.message());
    }
    saveStimulus(file, stimulus);
    writeFileAtomically(path(hash, ".json"), wholeRecord(record, stimulus).dump(2) + "\n");
}

void StimulusFiles::forEachRecord(
    const std::function<void(const std::string& recordText)>& visit) const
{
    std::error_code unreadable;
    for (std::filesystem::recursive_directory_iterator at(folder_, unreadable), end;
         !unreadable && at != end; at.increment(unreadable)) {
        if (at->path().extension() != ".json") {
            continue;
        }
        try {
            visit(readFile(at->path()));
        } catch (const IoError&) {
            continue; // another program may be replacing it
        }
    }
}

nlohmann::ordered_json StimulusFiles::wholeRecord(nlohmann::ordered_json record,
                                                  const Stimulus& stimulus)
{
    if (const auto* image = std::get_if<ImagePtr>(&stimulus)) {
        record[kImageHash] = sha256Of(stimulus);
        record["width_px"] = (*image)->width;
        record["height_px"] = (*image)->height;
    } else {
        const auto& sound = *std::get<SoundPtr>(stimulus);
        record[kSoundHash] = sha256Of(stimulus);
        record["sample_rate_hz"] = sound.sampleRateHz;
        record["bits"] = sound.bits;
        record["samples"] = sound.samples.size();
    }
    return record;
}

} // namespace mlab::stimuli
