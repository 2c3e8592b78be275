// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/sound.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

namespace mlab::stimuli {

/// Whether this build reads and writes sound files (libsndfile and libsoxr, MLAB_SOUND). If it does
/// not, everything below throws an IoError that says so.
bool canUseSoundFiles();

/// A sound file that is read in parts, so that it may have any length.
///
/// Reads WAV (also RF64), FLAC and OGG (Vorbis, Opus), at rates from 1 kHz to 1 MHz and of any
/// number of channels, which are mixed to one, their mean.
class SoundFile {
public:
    /// @throws IoError naming the file: not readable, not a sound file, of another format, empty,
    ///         cut off, or with an impossible header
    explicit SoundFile(const std::filesystem::path& file);
    ~SoundFile();
    SoundFile(const SoundFile&) = delete;
    SoundFile& operator=(const SoundFile&) = delete;

    int sampleRateHz() const;
    /// Samples of one channel.
    std::int64_t frames() const;

    /// `count` samples at `rateHz` that begin `first` samples of that rate into the file, fewer if
    /// it ends before, converted with libsoxr at its best quality. Only that part of the file is
    /// read. Full scale is 1; files of floating-point numbers may exceed it.
    /// @throws IoError naming the file: corrupt, cut off, or samples that are not finite numbers
    std::vector<double> read(std::int64_t first, std::int64_t count, int rateHz);
    /// Samples the file has at that rate.
    std::int64_t framesAt(int rateHz) const;

private:
    struct Handle;
    std::unique_ptr<Handle> handle_;
};

/// Writes a WAV file of the sound's exact samples (PCM, one channel, 16 or 24 bits) atomically.
/// @throws IoError naming the file, InvalidArgument for other bits or samples beyond full scale
void saveWav(const std::filesystem::path& file, const Sound& sound);

/// The exact samples of a file that saveWav() wrote.
/// @throws IoError naming the file if it is anything but an intact PCM WAV of one channel and 16 or
///         24 bits
Sound loadWav(const std::filesystem::path& file);

} // namespace mlab::stimuli
