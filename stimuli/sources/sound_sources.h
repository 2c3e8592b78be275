// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/sound.h"
#include "core/stimulus/synthesis_spec.h"
#include "stimuli/sources/named_stimulus.h"

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// A sound file as it is played: one channel, the middle of it if it is longer than the format,
/// with ramps, at kSoundRms. What is shorter is followed by silence, and its RMS is that of its own
/// length.
/// @throws IoError naming the file and what is wrong, see SoundFile and equalised()
Sound loadSound(const std::filesystem::path& file, const SoundFormat& format);

/// The references of a design: `count` built-in sounds, or a folder's sounds as loadSound() gives
/// them, in the order of their names' bytes (count 0: all of them, else the first `count`).
///
/// A folder's sounds are the files in it, not in its sub-folders, that are not hidden and whose
/// ending is that of a sound, accepted or not: a recording is refused, never passed over. Where the
/// source says `subfolders` they are those in its sub-folders instead, see listFolder().
/// @throws InvalidArgument if the count or the format is not possible, or two files share a name
///         but for the ending; IoError if the folder, or one of its sub-folders, holds no sounds or
///         one that cannot be used
std::vector<NamedStimulus> loadReferences(const StimulusSource& source, const SoundFormat& format);

/// The ids of loadReferences(), in its order; no file is read. @throws as loadReferences(), but for
/// what is wrong in the files
std::vector<std::string> soundReferenceIds(const StimulusSource& source);

/// The same, passing by sounds that cannot be used: what is wrong with each is added to
/// `problems`. @throws InvalidArgument as loadReferences(), IoError if no sound can be used
std::vector<NamedStimulus> loadUsableReferences(const StimulusSource& source,
                                                const SoundFormat& format,
                                                std::vector<std::string>& problems);

/// Everything that is wrong with the sounds of a source, in words: what makes loadReferences() or
/// forEachPoolSound() fail, but for more references asked for than there are and for what lies
/// outside the middle of a file.
std::vector<std::string> checkFolder(const StimulusSource& source, const SoundFormat& format);

/// What a basis is fitted on, one sound at a time. `count` built-in sounds, or from a folder:
/// count 0 every sound once (as loadSound() gives it), else `count` random excerpts. Excerpt number
/// `index` has a random file and place, both functions of the folder's content, the seed and the
/// index alone; a place that cannot be used (a pause, a click too loud) is drawn again, up to 20
/// times. A file shorter than the format is taken whole.
///
/// @param visit (index, number of sounds, sound); called in an order that is always the same, in
///        which each file is opened once, so that the indices of random excerpts are not in
///        sequence
/// @throws Cancelled once `stop` is requested; what `visit` throws; as loadReferences()
void forEachPoolSound(const StimulusSource& source, const SoundFormat& format,
                      const std::function<void(int index, int count, const Sound&)>& visit,
                      const std::stop_token& stop = {});

/// SHA-256 of all that decides what forEachPoolSound() gives, without making it: version, count,
/// seed and format, and the content of a folder's files. @throws as loadReferences(), but for files
/// that can be read and do not decode
std::string poolHash(const StimulusSource& source, const SoundFormat& format);

} // namespace mlab::stimuli
