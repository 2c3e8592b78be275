// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/store/content_store.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "stimuli/sources/stimulus_kind.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace mlab::stimuli {
namespace {

// The kind of the stimulus that a record is about. A record without any kind's key counts as one of
// images, whose key it then lacks.
const StimulusKind& kindIn(const nlohmann::json& record)
{
    const auto kinds = stimulusKinds();
    const auto found = std::ranges::find_if(
        kinds, [&](const auto* kind) { return record.contains(kind->hashKey()); });
    return found == kinds.end() ? *kinds.front() : **found;
}

} // namespace

std::string_view fileEnding(const Stimulus& stimulus)
{
    return kindOf(stimulus).fileEnding();
}

void saveStimulus(const std::filesystem::path& file, const Stimulus& stimulus)
{
    kindOf(stimulus).write(file, stimulus);
}

std::string sha256InRecord(const nlohmann::json& record)
{
    return record.at(kindIn(record).hashKey()).get<std::string>();
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
        Stored stored{.stimulus = {}, .recordText = readText(recordFile)};
        const auto record = nlohmann::json::parse(stored.recordText);
        const auto& kind = kindIn(record);
        stored.stimulus = kind.read(path(hash, kind.fileEnding()));
        if (sha256InRecord(record) != sha256Of(stored.stimulus)) {
            return std::nullopt;
        }
        return stored;
    } catch (const nlohmann::json::exception&) {
        return std::nullopt; // truncated: treated as absent and made again
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
            visit(readText(at->path()));
        } catch (const IoError&) {
            continue; // another program may be replacing it
        }
    }
}

nlohmann::ordered_json StimulusFiles::wholeRecord(nlohmann::ordered_json record,
                                                  const Stimulus& stimulus)
{
    const auto& kind = kindOf(stimulus);
    record[kind.hashKey()] = sha256Of(stimulus);
    record.update(kind.sizeJson(stimulus));
    return record;
}

} // namespace mlab::stimuli
