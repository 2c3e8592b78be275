// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <filesystem>
#include <string>

namespace mlab::stimuli {

/// Internal to stimuli/. The error of a sound file that cannot be used, and why.
inline IoError unusableSound(const std::filesystem::path& file, const std::string& why)
{
    IoError error("cannot use sound " + file.string() + ": " + why);
    return error;
}

} // namespace mlab::stimuli
