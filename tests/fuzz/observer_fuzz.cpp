// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/program/design_input.h"
#include "experiments/observers/network_observer.h"
#include "experiments/observers/observer.h"
#include "experiments/observers/recognition_observer.h"
#include "tests/fuzz/fuzz_input.h"

#include <optional>

namespace {

mlab::experiments::Design design(const char* name)
{
    return mlab::app::loadDesign(MLAB_SOURCE_DIR "/experiments/designs/" + std::string(name),
                                 std::nullopt);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const auto thresholds = design("image-demo.json");
    static const auto recognition = design("image-recognition.json");
    const mlab::InputFile file(mlab::bytesOf(data, size));
    mlab::mayRefuse([&] { mlab::experiments::readObserver(file.path(), thresholds); });
    mlab::mayRefuse([&] { mlab::experiments::readRecognitionObserver(file.path(), recognition); });
    mlab::mayRefuse([&] {
        mlab::experiments::readNetworkObserver(file.path(), thresholds, mlab::app::checkContext());
    });
    return 0;
}
