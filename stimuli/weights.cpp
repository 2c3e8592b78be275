// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/weights.h"

#include "core/files.h"
#include "core/sha256.h"

namespace mlab::stimuli {

Weights loadWeights(const std::filesystem::path& file)
{
    const auto bytes = readFile(file);
    return {.arrays = decodeSafetensors(bytes, file.string()).arrays,
            .normaliser = {},
            .sha256 = sha256Hex(bytes)};
}

} // namespace mlab::stimuli
