// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/media/sound_io.h"
#include "tests/fuzz/fuzz_input.h"

#include <algorithm>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const mlab::InputFile file(mlab::bytesOf(data, size));
    mlab::mayRefuse([&] {
        constexpr int kRateHz = 20000;
        constexpr std::int64_t kSamples = 1000;
        mlab::stimuli::SoundFile sound(file.path());
        const auto middle = (sound.framesAt(kRateHz) - kSamples) / 2;
        sound.read(std::max<std::int64_t>(0, middle), kSamples, kRateHz);
    });
    mlab::mayRefuse([&] { mlab::stimuli::loadWav(file.path()); });
    return 0;
}
