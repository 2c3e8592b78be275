// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/files.h"

#include <nlohmann/json.hpp>

#include <string>

namespace mlab {

/// A file of tests/conformance/adaptive.
inline nlohmann::json adaptiveJson(const std::string& file)
{
    return nlohmann::json::parse(readFile(MLAB_SOURCE_DIR "/tests/conformance/adaptive/" + file));
}

} // namespace mlab
