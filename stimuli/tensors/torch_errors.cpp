// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/tensors/torch_errors.h"

#include <torch/torch.h>

namespace mlab::stimuli {

void rethrow(const c10::Error& problem, const std::string& where)
{
    const std::string text = problem.what_without_backtrace();
    // LibTorch 1.13 has no error type of its own for it on every path.
    if (text.find("out of memory") != std::string::npos) {
        throw OutOfMemory(where + ": the GPU's memory is not enough; use a smaller batch, smaller "
                                  "images or --device cpu");
    }
    throw NumericError(where + ": LibTorch: " + text);
}

} // namespace mlab::stimuli
