// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

namespace mlab::stimuli {

/// The bytes of a file without a copy of them: weights may be gigabytes.
class MappedFile {
public:
    /// @throws IoError naming the file if it is not a regular file, empty, or cannot be read
    explicit MappedFile(const std::filesystem::path& file);

    std::string_view bytes() const { return bytes_; }

private:
    std::shared_ptr<const void> mapping_;
    std::string_view bytes_;
};

} // namespace mlab::stimuli
