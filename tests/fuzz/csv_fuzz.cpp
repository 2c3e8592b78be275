// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/fit_command.h"
#include "tests/fuzz/fuzz_input.h"

#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    mlab::mayRefuse([&] {
        std::vector<mlab::Diagnostic> diagnostics;
        mlab::app::readLevelCounts(mlab::bytesOf(data, size), "input.csv", diagnostics);
    });
    return 0;
}
