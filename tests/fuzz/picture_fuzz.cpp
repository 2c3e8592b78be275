// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/media/image_io.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const mlab::InputFile file(mlab::bytesOf(data, size));
    mlab::mayRefuse([&] {
        const mlab::stimuli::SourceImage picture(file.path());
        picture.isUniform(picture.centre());
        picture.square(picture.centre(), 32);
    });
    mlab::mayRefuse([&] { mlab::stimuli::hasForeignColours(file.path()); });
    mlab::mayRefuse([&] { mlab::stimuli::loadPng(file.path()); });
    return 0;
}
