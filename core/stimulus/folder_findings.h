// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace mlab {

/// What was found in a folder of pictures or sounds, in sentences that name the files.
struct FolderFindings {
    std::vector<std::string> problems = {}; ///< a file that cannot be decoded, an empty folder
    std::vector<std::string> remarks = {};  ///< on files that can be used
    std::vector<std::string> uniform = {};  ///< the pictures that have one colour throughout
    std::size_t files = 0;
};

} // namespace mlab
