// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/tensors/torch_errors.h"

#include <torch/types.h>

#include <sstream>

namespace mlab::stimuli {
namespace {

std::string textOf(const std::exception& problem)
{
    const auto* own = dynamic_cast<const c10::Error*>(&problem);
    return own == nullptr ? problem.what() : own->what_without_backtrace();
}

} // namespace

std::string reasonOf(const std::exception& problem)
{
    const std::string text = textOf(problem);
    // Below a traceback stands the error, as in Python; otherwise the error comes first.
    const bool traced = text.find("Traceback of TorchScript") != std::string::npos;
    std::istringstream lines(text);
    std::string reason;
    for (std::string line; (traced || reason.empty()) && std::getline(lines, line);) {
        const auto start = line.find_first_not_of(" \t");
        reason = start == std::string::npos ? reason : line.substr(start);
    }
    constexpr std::string_view kKind = "RuntimeError: ";
    return reason.starts_with(kKind) ? reason.substr(kKind.size()) : reason;
}

void rethrow(const std::exception& problem, const std::string& where)
{
    const std::string text = textOf(problem);
    // LibTorch 1.13 has no error type of its own for it on every path.
    if (text.find("out of memory") != std::string::npos) {
        throw OutOfMemory(where + ": the GPU's memory is not enough; use a smaller batch, smaller "
                                  "images or --device cpu");
    }
    throw NumericError(where + ": LibTorch: " + reasonOf(problem));
}

} // namespace mlab::stimuli
