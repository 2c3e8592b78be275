// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/stimulus.h"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <functional>
#include <set>
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

/// Stimuli on disk, named by the hash of everything they depend on (their key):
/// `ab/abcdef....png` or `.wav` with the record `ab/abcdef....json` beside it. The record is
/// written last and holds the key, the hash of the pixels or samples, and a hash of its own
/// content, so that a truncated, changed or renamed file is detected. Several programs may use one
/// folder.
class StimulusFiles {
public:
    struct Stored {
        Stimulus stimulus;
        std::string recordText; ///< JSON
        /// False for records of earlier versions, which hold no hash of their content: what they
        /// say of the stimulus is to be measured before it is used.
        bool hashed = true;
    };
    using Warn = std::function<void(const std::string&)>;

    /// @param folder created when the first stimulus is stored
    /// @param warn called once for each file that is not used, with its name and the reason
    StimulusFiles(std::filesystem::path folder, Warn warn)
        : folder_(std::move(folder)), warn_(std::move(warn))
    {
    }

    /// Gives the stimulus of a key to `take`, if it is there as it was written.
    /// @param hash of the key's JSON
    /// @param take refuses the files with nlohmann::json::exception, InvalidArgument or IoError
    /// @return whether it was taken; if not, it is to be made again
    bool find(const std::string& hash, const std::function<void(Stored)>& take);
    /// Writes the stimulus and its wholeRecord(). @throws IoError, leaving no partial file.
    void store(const std::string& hash, const Stimulus& stimulus,
               const nlohmann::ordered_json& record) const;
    /// All records in the folder that are as they were written, in no particular order, with the
    /// hash of their key.
    void forEachRecord(
        const std::function<void(const std::string& hash, const std::string& recordText)>& visit);
    /// The record with the stimulus's hash and size added: `image_sha256`, `width_px` and
    /// `height_px`, or `sound_sha256`, `sample_rate_hz`, `bits` and `samples`; and, last,
    /// `record_sha256`: SHA-256 of the compact JSON of everything before it.
    static nlohmann::ordered_json wholeRecord(nlohmann::ordered_json record,
                                              const Stimulus& stimulus);
    /// Where the stimulus is kept; the record has the same name with .json.
    std::filesystem::path path(const std::string& hash, const Stimulus& stimulus) const;

private:
    std::filesystem::path path(const std::string& hash, std::string_view ending) const;
    void refuse(const std::filesystem::path& file, const std::string& reason,
                const std::string& consequence);

    std::filesystem::path folder_;
    Warn warn_;
    std::set<std::filesystem::path> refused_;
};

} // namespace mlab::stimuli
