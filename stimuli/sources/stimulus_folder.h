// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/synthesis_spec.h"

#include <filesystem>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace mlab::stimuli {

/// What is searched for in an experimenter's folder, in words for error messages.
struct FolderKind {
    std::string_view what;     ///< "image" or "sound"
    std::string_view files;    ///< "pictures" or "sounds"
    std::string_view accepted; ///< formats: "WAV, FLAC and OGG"
    /// Endings, lower case; not all are accepted, but none is silently skipped.
    std::span<const std::string_view> endings;
};

/// One stimulus in a folder.
struct FolderFile {
    std::string id; ///< the name without its ending; in a sub-folder "sub-folder/name"
    std::filesystem::path path;
};

/// The files in a source's folder, and the problems found.
struct FolderListing {
    std::vector<FolderFile> files;
    std::vector<std::string> problems; ///< naming the folder
};

/// The folder's files of that kind, not hidden ones, by the bytes of their names. Where the source
/// has sub-folders, the files are in these, not in the folder itself nor deeper, in the order of
/// the sub-folders' names, hidden ones left out.
///
/// Problems: a folder that cannot be listed, a folder or sub-folder without such files, and, if the
/// source has sub-folders, a file beside them, which would belong to none, and a broken link.
FolderListing listFolder(const StimulusSource& source, const FolderKind& kind);
/// The files alone. @throws IoError with the first problem of listFolder(), InvalidArgument if two
/// files have one id
std::vector<FolderFile> listDistinctFiles(const StimulusSource& source, const FolderKind& kind);
/// The files that references are made of: all for a count of 0, else the first `count`.
/// @throws as listDistinctFiles(), InvalidArgument if there are fewer
std::vector<FolderFile> referenceFiles(const StimulusSource& source, const FolderKind& kind);

/// Problems with the files' names: an id must mean one file.
std::vector<std::string> nameProblems(const std::vector<FolderFile>& files, const FolderKind& kind);
/// Problems with the requested number of stimuli.
std::vector<std::string> countProblems(const StimulusSource& source, const FolderKind& kind);

/// @throws InvalidArgument with the first, if there is one
void throwFirst(const std::vector<std::string>& problems);
/// @throws Cancelled
void throwIfStopped(const std::stop_token& stop);

} // namespace mlab::stimuli
