// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "stimuli/media/sound_io.h"

#include <string>

namespace mlab::stimuli {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& file)
{
    throw IoError("cannot use sound " + file.string() +
                  ": this program was built without sound files (MLAB_SOUND=OFF)");
}

} // namespace

bool canUseSoundFiles()
{
    return false;
}

struct SoundFile::Handle {};

SoundFile::SoundFile(const std::filesystem::path& file)
{
    refuse(file);
}

SoundFile::~SoundFile() = default;

int SoundFile::sampleRateHz() const
{
    return 0;
}

std::int64_t SoundFile::frames() const
{
    return 0;
}

std::int64_t SoundFile::framesAt(int /*rateHz*/) const
{
    return 0;
}

std::vector<double> SoundFile::read(std::int64_t /*first*/, std::int64_t /*count*/, int /*rateHz*/)
{
    return {};
}

void saveWav(const std::filesystem::path& file, const Sound& /*sound*/)
{
    refuse(file);
}

Sound loadWav(const std::filesystem::path& file)
{
    refuse(file);
}

} // namespace mlab::stimuli
