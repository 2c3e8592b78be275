// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/stimulus.h"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mlab::stimuli {

/// ".png" or ".wav": the lossless format in which a stimulus is kept.
std::string_view fileEnding(const Stimulus& stimulus);
/// Writes it there atomically, regardless of the file's ending. @throws IoError naming the file
void saveStimulus(const std::filesystem::path& file, const Stimulus& stimulus);
/// The hash of the pixels or samples that a record names.
/// @throws nlohmann::json::exception if it names none
std::string sha256InRecord(const nlohmann::json& record);

/// Stimuli on disk, named by the hash of everything they depend on: `ab/abcdef....png` or `.wav`
/// with the record `ab/abcdef....json` beside it. The record is written last and names the hash of
/// the pixels or samples, so that a truncated or changed file is detected and made again. Several
/// programs may use one folder.
class StimulusFiles {
public:
    struct Stored {
        Stimulus stimulus;
        std::string recordText; ///< JSON
    };

    /// @param folder created when the first stimulus is stored
    explicit StimulusFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}

    /// Absent if it is not stored completely.
    std::optional<Stored> find(const std::string& hash) const;
    /// Writes the stimulus and its wholeRecord(). @throws IoError, leaving no partial file.
    void store(const std::string& hash, const Stimulus& stimulus,
               const nlohmann::ordered_json& record) const;
    /// The texts of all records in the folder, in no particular order; unreadable ones are left
    /// out.
    void forEachRecord(const std::function<void(const std::string& recordText)>& visit) const;
    /// The record with the stimulus's hash and size added: `image_sha256`, `width_px` and
    /// `height_px`, or `sound_sha256`, `sample_rate_hz`, `bits` and `samples`.
    static nlohmann::ordered_json wholeRecord(nlohmann::ordered_json record,
                                              const Stimulus& stimulus);
    /// Where the stimulus is kept; the record has the same name with .json.
    std::filesystem::path path(const std::string& hash, const Stimulus& stimulus) const;

private:
    std::filesystem::path path(const std::string& hash, std::string_view ending) const;

    std::filesystem::path folder_;
};

} // namespace mlab::stimuli
