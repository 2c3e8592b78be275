// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <exception>
#include <string>

namespace mlab::stimuli {

/// The GPU ran out of memory; a smaller batch may fit.
class OutOfMemory : public DeviceError {
public:
    using DeviceError::DeviceError;
};

/// Internal to stimuli/. The one line of an error of LibTorch or TorchScript that says what is
/// wrong, without their tracebacks.
std::string reasonOf(const std::exception& problem);

/// Internal to stimuli/. Throws LibTorch's error as one of ours.
/// @param where begins the message: the model, layer or item
/// @throws OutOfMemory, NumericError
[[noreturn]] void rethrow(const std::exception& problem, const std::string& where);

} // namespace mlab::stimuli
