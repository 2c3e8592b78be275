// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace mlab {

/// The whole file as bytes. @throws IoError naming the file.
std::string readFile(const std::filesystem::path& file);

/// Writes to a temporary name beside `file`, flushes it to the disk and renames it, so that a
/// reader sees the old content or the new one and never a part. Only its owner can read the file. A
/// process killed in the middle leaves the temporary file: the name of `file`, a dot and six
/// characters. @throws IoError naming the file.
void writeFileAtomically(const std::filesystem::path& file, std::string_view bytes);

} // namespace mlab
