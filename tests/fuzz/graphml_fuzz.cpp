// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/files/graphml.h"
#include "tests/fuzz/fuzz_input.h"

using namespace mlab::stimuli;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const mlab::InputFile file(mlab::bytesOf(data, size));
    std::vector<std::string> notes;
    mlab::mayRefuse([&] { requireWhole(readGraphml(file.path(), notes)); });
    mlab::mayRefuse([&] { requireWhole(readGml(file.path(), notes)); });
    return 0;
}
