// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/folder_findings.h"
#include "core/stimulus/stimulus.h"
#include "core/stimulus/synthesis_spec.h"
#include "stimuli/sources/named_stimulus.h"

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// The references of a design: `count` built-in stimuli, or the middles of a folder's pictures or
/// sounds in the order of their names' bytes (count 0: all of them, else the first `count`).
///
/// A folder's pictures or sounds are the files in it, not in its sub-folders, that are not hidden
/// and whose ending is that of a picture or sound, accepted or not: a file that cannot be used is
/// an error and is never silently skipped. With `subfolders` they are those in its sub-folders
/// instead, see listFolder().
/// @throws InvalidArgument if the count or the format is not possible, or two files share a name
///         except for the ending; IoError if the folder, or one of its sub-folders, holds no
///         pictures or sounds or one that cannot be used
std::vector<NamedStimulus> loadReferences(const StimulusSource& source,
                                          const StimulusFormat& format);

/// The same without the files that cannot be used: a message about each is added to `problems`.
/// @throws InvalidArgument as loadReferences(), IoError if no file can be used
std::vector<NamedStimulus> loadUsableReferences(const StimulusSource& source,
                                                const StimulusFormat& format,
                                                std::vector<std::string>& problems);

/// The ids that loadReferences() would give, in its order; no file is read.
/// @throws as loadReferences(), except for errors inside the files
std::vector<std::string> referenceIds(const StimulusSource& source, const StimulusFormat& format);

/// One file as a reference: its middle. @throws IoError naming the file
NamedStimulus loadReferenceFile(const std::filesystem::path& file, const StimulusFormat& format);

/// All problems with the files of a source that would make loadReferences() or
/// forEachPoolStimulus() fail, except if there are fewer files than requested references, and
/// except for problems outside the middle of a sound; and what is remarkable about the others.
/// Every file of a folder is decoded, and none is kept.
FolderFindings checkFolder(const StimulusSource& source, const StimulusFormat& format);

/// What a basis is fitted on, one stimulus at a time: `count` built-in ones, or from a folder:
/// count 0 the middle of every file once, else `count` random parts. Part number `index` has a
/// random file and place, both functions of the folder's content, the seed and the index alone;
/// image_kind.h and sound_kind.h say what a part is.
///
/// @param visit (index, number of stimuli, stimulus); called in an order that is always the same,
///        in which each file is opened once, so that the indices of random parts are not in
///        sequence
/// @throws Cancelled once `stop` is requested; what `visit` throws; as loadReferences()
void forEachPoolStimulus(const StimulusSource& source, const StimulusFormat& format,
                         const std::function<void(int index, int count, const Stimulus&)>& visit,
                         const std::stop_token& stop = {});

/// SHA-256 of all that decides what forEachPoolStimulus() gives, without making it: version, count,
/// seed and format, and the content of a folder's files.
/// @throws as loadReferences(), except for files that can be read but not decoded
std::string poolHash(const StimulusSource& source, const StimulusFormat& format);

} // namespace mlab::stimuli
