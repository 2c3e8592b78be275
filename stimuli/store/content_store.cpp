// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/store/content_store.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/sha256.h"
#include "stimuli/sources/stimulus_kind.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace mlab::stimuli {
namespace {

constexpr const char* kRecordHash = "record_sha256";

// The kind of the stimulus that a record is about. A record without any kind's key counts as one of
// images, whose key it then lacks.
template <class Record> const StimulusKind& kindIn(const Record& record)
{
    const auto kinds = stimulusKinds();
    const auto found = std::ranges::find_if(
        kinds, [&](const auto* kind) { return record.contains(kind->hashKey()); });
    return found == kinds.end() ? *kinds.front() : **found;
}

using Json = nlohmann::ordered_json;

// Values nested thousands deep would exhaust the stack when they are copied.
bool refuseDepth(int depth, Json::parse_event_t /*event*/, const Json& /*parsed*/)
{
    constexpr int kMostDepth = 16;
    if (depth > kMostDepth) {
        throw IoError("its values are nested too deeply, so it was damaged or edited");
    }
    return true;
}

struct WrittenRecord {
    Json json;
    bool hashed = false;
};

// The record without its own hash, if it is as it was written for the key of this hash.
// @throws nlohmann::json::exception, IoError with the reason
WrittenRecord writtenRecord(const std::string& text, const std::string& keyHash)
{
    WrittenRecord record{.json = Json::parse(text, refuseDepth)};
    if (const auto hash = record.json.find(kRecordHash); hash != record.json.end()) {
        record.hashed = true;
        const Json written = std::move(*hash);
        record.json.erase(kRecordHash);
        if (written != sha256Hex(record.json.dump())) {
            throw IoError("its content does not match its hash, so it was damaged or edited");
        }
    }
    if (sha256Hex(record.json.at("key").dump()) != keyHash) {
        throw IoError("its content belongs to a file of another name, so it was copied, renamed or "
                      "edited");
    }
    return record;
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

void StimulusFiles::refuse(const std::filesystem::path& file, const std::string& reason,
                           const std::string& consequence)
{
    if (refused_.insert(file).second) {
        warn_(file.string() + " is not used; " + consequence + ": " + reason);
    }
}

bool StimulusFiles::find(const std::string& hash, const std::function<void(Stored)>& take)
{
    constexpr const char* kMadeAgain = "its stimulus is made again and the file replaced";
    const auto recordFile = path(hash, ".json");
    std::error_code unreadable;
    if (!std::filesystem::exists(recordFile, unreadable)) {
        return false;
    }
    try {
        Stored stored{.stimulus = {}, .recordText = readText(recordFile)};
        const auto record = writtenRecord(stored.recordText, hash);
        stored.hashed = record.hashed;
        const auto& kind = kindIn(record.json);
        const auto stimulusFile = path(hash, kind.fileEnding());
        stored.stimulus = kind.read(stimulusFile);
        if (record.json.at(kind.hashKey()) != sha256Of(stored.stimulus)) {
            throw IoError(stimulusFile.string() + " does not hold the stimulus that it names");
        }
        take(std::move(stored));
        return true;
    } catch (const nlohmann::json::exception&) {
        refuse(recordFile, "it is not a whole record of this program", kMadeAgain);
    } catch (const InvalidArgument& problem) {
        refuse(recordFile, problem.what(), kMadeAgain);
    } catch (const IoError& problem) {
        refuse(recordFile, problem.what(), kMadeAgain);
    }
    return false;
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
    const std::function<void(const std::string& hash, const std::string& recordText)>& visit)
{
    constexpr const char* kLeftOut = "what it says of its stimulus is left out";
    std::error_code unreadable;
    for (std::filesystem::recursive_directory_iterator at(folder_, unreadable), end;
         !unreadable && at != end; at.increment(unreadable)) {
        if (at->path().extension() != ".json") {
            continue;
        }
        const auto hash = at->path().stem().string();
        std::string text;
        try {
            text = readText(at->path());
            writtenRecord(text, hash);
        } catch (const nlohmann::json::exception&) {
            refuse(at->path(), "it is not a whole record of this program", kLeftOut);
            continue;
        } catch (const IoError& problem) {
            refuse(at->path(), problem.what(), kLeftOut);
            continue;
        }
        visit(hash, text);
    }
}

nlohmann::ordered_json StimulusFiles::wholeRecord(nlohmann::ordered_json record,
                                                  const Stimulus& stimulus)
{
    const auto& kind = kindOf(stimulus);
    record[kind.hashKey()] = sha256Of(stimulus);
    record.update(kind.sizeJson(stimulus));
    record[kRecordHash] = sha256Hex(record.dump());
    return record;
}

} // namespace mlab::stimuli
