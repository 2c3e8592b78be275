// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compare/model_list.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const mlab::InputFile file(mlab::bytesOf(data, size));
    mlab::mayRefuse([&] { mlab::app::readModelList(file.path()); });
    return 0;
}
