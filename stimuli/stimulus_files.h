// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/rgb_image.h"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace mlab::stimuli {

/// Pictures on disk, named by the hash of what they are a function of: `ab/abcdef....png` with the
/// record `ab/abcdef....json` beside it. The record is written last and names the pixels' hash, so
/// that a file cut short by a crash or changed since is noticed and made again. Several programs
/// may use one folder.
class StimulusFiles {
public:
    struct Stored {
        RgbImage image;
        std::string recordText; ///< JSON
    };

    /// @param folder made when the first picture is stored
    explicit StimulusFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}

    /// Absent when there is none, or when what is there is not whole.
    std::optional<Stored> find(const std::string& hash) const;
    /// Writes the picture and its wholeRecord(). @throws IoError, with nothing half-written.
    void store(const std::string& hash, const RgbImage& image,
               const nlohmann::ordered_json& record) const;
    /// The texts of all records in the folder, in no order; what cannot be read is left out.
    void forEachRecord(const std::function<void(const std::string& recordText)>& visit) const;
    /// The record with `image_sha256`, `width_px` and `height_px` added.
    static nlohmann::ordered_json wholeRecord(nlohmann::ordered_json record, const RgbImage& image);
    /// Where the picture is kept; the record has the same name with .json.
    std::filesystem::path picturePath(const std::string& hash) const;

private:
    std::filesystem::path folder_;
};

} // namespace mlab::stimuli
