// SPDX-License-Identifier: GPL-3.0-or-later
// The pickles of TorchScript files. Those of checkpoints are in checkpoint_fuzz.cpp; the archive
// around these has checksums, which a fuzzer seldom meets.
#include "stimuli/checkpoints/pickle.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using mlab::stimuli::Pickle;
    mlab::mayRefuse(
        [&] { Pickle(mlab::bytesOf(data, size), "input", mlab::stimuli::PickleOwner::script); });
    return 0;
}
