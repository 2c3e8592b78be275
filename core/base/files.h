// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace mlab {

/// The largest file that is read whole, and the largest of text that a person wrote: larger ones
/// are not what they were taken for.
inline constexpr std::uintmax_t kMaxFileBytes = std::uintmax_t{2} << 30U;
inline constexpr std::uintmax_t kMaxTextBytes = std::uintmax_t{16} << 20U;

/// For readers that open a file by its name: opening a named pipe never returns, and a device has
/// no end. @throws IoError naming the file unless it is a regular file, or a link to one
void requireRegularFile(const std::filesystem::path& file);

/// The whole file as bytes. @throws IoError naming the file if it is not a regular file or larger
/// than `maxBytes`
std::string readFile(const std::filesystem::path& file, std::uintmax_t maxBytes = kMaxFileBytes);
/// The same for a design, a table, a record: at most kMaxTextBytes.
std::string readText(const std::filesystem::path& file);
/// Gives the bytes of a file of any size to `take`, one part after the other.
/// @throws IoError naming the file if it is not a regular file
void readInParts(const std::filesystem::path& file,
                 const std::function<void(std::string_view part)>& take);

/// What often lies in the place of a binary file: a Git LFS pointer, or the web page that a browser
/// saved instead of a download. @returns what it is and what to do, or "" if it is neither
std::string mistakenContent(std::string_view bytes);

/// What a file that has been written survives.
enum class Durability {
    powerCut,  ///< the write waits for the disk
    programEnd ///< for a cache whose reader notices an empty or damaged file
};

/// Writes to a temporary name beside `file` and renames it, so that a reader sees the old content
/// or the new one and never a part. Only its owner can read the file. A process killed in the
/// middle leaves the temporary file: the name of `file`, a dot and six characters.
/// @throws IoError naming the file.
void writeFileAtomically(const std::filesystem::path& file, std::string_view bytes,
                         Durability durability = Durability::powerCut);

} // namespace mlab
