// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/presentation/sound_level.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const mlab::InputFile file(mlab::bytesOf(data, size));
    mlab::mayRefuse([&] { mlab::experiments::readCalibration(file.path()); });
    return 0;
}
