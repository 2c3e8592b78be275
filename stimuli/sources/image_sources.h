// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/rgb_image.h"
#include "core/stimulus/synthesis_spec.h"
#include "stimuli/sources/named_stimulus.h"

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// The references of a design: `count` built-in images, or the middle squares of a folder's
/// pictures in the order of their names' bytes (count 0: all of them, else the first `count`).
///
/// A folder's pictures are the files in it, not in its sub-folders, that are not hidden and whose
/// ending is that of a picture, accepted or not: a photograph is refused, never passed over. Where
/// the source says `subfolders` they are those in its sub-folders instead, see listFolder().
/// @throws InvalidArgument if the count is not possible, or two files share a name but for the
///         ending; IoError if the folder, or one of its sub-folders, holds no pictures or one that
///         does not decode
std::vector<NamedStimulus> loadReferences(const StimulusSource& source, int sizePx);

/// The ids of loadReferences(), in its order; no file is read. @throws as loadReferences(), but for
/// what is wrong in the files
std::vector<std::string> imageReferenceIds(const StimulusSource& source);

/// The same, passing by pictures that cannot be used: what is wrong with each is added to
/// `problems`. @throws InvalidArgument as loadReferences(), IoError if no picture can be used
std::vector<NamedStimulus> loadUsableReferences(const StimulusSource& source, int sizePx,
                                                std::vector<std::string>& problems);

/// Everything that is wrong with the pictures of a source, in words: what makes loadReferences() or
/// forEachPoolImage() fail, but for more references asked for than there are. Every file of a
/// folder is decoded, and none is kept.
std::vector<std::string> checkFolder(const StimulusSource& source);

/// What a basis is fitted on, one image at a time. `count` built-in images, or from a folder:
/// count 0 every picture once (its middle square), else `count` random squares. Square number
/// `index` has a random picture, side (half to all of the short side), place and mirroring, all of
/// them functions of the folder's content, the seed and the index alone.
///
/// @param visit (index, number of images, image); called in an order that is always the same, in
///        which each file is decoded once, so that the indices of random squares are not in
///        sequence
/// @throws Cancelled once `stop` is requested; what `visit` throws; as loadReferences()
void forEachPoolImage(const StimulusSource& source, int sizePx,
                      const std::function<void(int index, int count, const RgbImage&)>& visit,
                      const std::stop_token& stop = {});

/// SHA-256 of all that decides what forEachPoolImage() gives, without making it: version, count,
/// seed and size, and the content of a folder's files. @throws as loadReferences(), but for files
/// that can be read and do not decode
std::string poolHash(const StimulusSource& source, int sizePx);

} // namespace mlab::stimuli
