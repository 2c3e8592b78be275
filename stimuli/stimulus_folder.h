// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/synthesis_spec.h"

#include <filesystem>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace mlab::stimuli {

/// What a folder of the experimenter's is looked through for, in the words of its errors.
struct FolderKind {
    std::string_view what;     ///< "image" or "sound"
    std::string_view files;    ///< "pictures" or "sounds"
    std::string_view accepted; ///< "PNG, JPEG, BMP, PGM and PPM files"
    /// Endings, lower case; not all are accepted, but none is passed over.
    std::span<const std::string_view> endings;
};

/// The folder's files of that kind, by the bytes of their names: not those in its sub-folders, nor
/// hidden ones. @throws IoError naming the folder if it cannot be listed or holds none
std::vector<std::filesystem::path> listFiles(const std::filesystem::path& folder,
                                             const FolderKind& kind);
/// The same. @throws InvalidArgument as well if two share a name but for the ending
std::vector<std::filesystem::path> listDistinctFiles(const std::filesystem::path& folder,
                                                     const FolderKind& kind);
/// The files that references are made of: all for a count of 0, else the first `count`.
/// @throws as listDistinctFiles(), InvalidArgument if there are fewer
std::vector<std::filesystem::path> referenceFiles(const StimulusSource& source,
                                                  const FolderKind& kind);

/// What is wrong with the files' names: an id must mean one file.
std::vector<std::string> nameProblems(const std::vector<std::filesystem::path>& files,
                                      const FolderKind& kind);
/// What is wrong with the number of stimuli asked for.
std::vector<std::string> countProblems(const StimulusSource& source, const FolderKind& kind);

/// @throws InvalidArgument with the first, if there is one
void throwFirst(const std::vector<std::string>& problems);
/// @throws Cancelled
void throwIfStopped(const std::stop_token& stop);

} // namespace mlab::stimuli
