// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/program/design_input.h"
#include "tests/fuzz/fuzz_input.h"

#include <optional>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const mlab::InputFile file(mlab::bytesOf(data, size));
    mlab::mayRefuse([&] { mlab::app::loadDesign(file.path(), std::nullopt); });
    return 0;
}
