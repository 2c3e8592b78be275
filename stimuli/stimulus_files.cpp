// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/stimulus_files.h"

#include "core/error.h"
#include "core/files.h"
#include "stimuli/image_io.h"

#include <nlohmann/json.hpp>

namespace mlab::stimuli {
namespace {

std::filesystem::path recordPath(std::filesystem::path picture)
{
    return picture.replace_extension(".json");
}

} // namespace

std::filesystem::path StimulusFiles::picturePath(const std::string& hash) const
{
    return folder_ / hash.substr(0, 2) / (hash + ".png");
}

std::optional<StimulusFiles::Stored> StimulusFiles::find(const std::string& hash) const
{
    const auto picture = picturePath(hash);
    std::error_code unreadable;
    if (!std::filesystem::exists(recordPath(picture), unreadable) ||
        !std::filesystem::exists(picture, unreadable)) {
        return std::nullopt;
    }
    try {
        Stored stored{.image = loadPng(picture), .recordText = readFile(recordPath(picture))};
        const auto record = nlohmann::json::parse(stored.recordText);
        if (record.at("image_sha256") != sha256Of(stored.image)) {
            return std::nullopt;
        }
        return stored;
    } catch (const nlohmann::json::exception&) {
        return std::nullopt; // cut short: as good as absent, it is made again
    } catch (const IoError&) {
        return std::nullopt;
    }
}

void StimulusFiles::store(const std::string& hash, const RgbImage& image,
                          const nlohmann::ordered_json& record) const
{
    const auto picture = picturePath(hash);
    std::error_code problem;
    std::filesystem::create_directories(picture.parent_path(), problem);
    if (problem) {
        throw IoError("cannot make the cache folder " + picture.parent_path().string() + ": " +
                      problem.message());
    }
    savePng(picture, image);
    writeFileAtomically(recordPath(picture), wholeRecord(record, image).dump(2) + "\n");
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
                                                  const RgbImage& image)
{
    record["image_sha256"] = sha256Of(image);
    record["width_px"] = image.width;
    record["height_px"] = image.height;
    return record;
}

} // namespace mlab::stimuli
