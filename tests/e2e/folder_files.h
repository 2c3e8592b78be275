// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/files.h"

#include <filesystem>
#include <map>
#include <string>

namespace mlab {

/// All files below the folder, by their path in it, with their content.
inline std::map<std::string, std::string> filesBelow(const std::filesystem::path& folder)
{
    std::map<std::string, std::string> out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) {
            out[std::filesystem::relative(entry, folder)] = readFile(entry.path());
        }
    }
    return out;
}

} // namespace mlab
