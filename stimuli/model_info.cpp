// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/model_info.h"

#include "core/error.h"

namespace mlab::stimuli {

ModelInfo modelInfo(const std::string& name)
{
    if (name != "gabor-scattering") {
        throw InvalidArgument("there is no built-in model \"" + name +
                              "\"; gabor-scattering is the one for images");
    }
    return {.name = name, .modality = "image", .layers = {"band", "texture", "pool"}};
}

} // namespace mlab::stimuli
