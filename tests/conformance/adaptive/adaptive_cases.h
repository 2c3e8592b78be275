// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/files.h"

#include <nlohmann/json.hpp>

#include <string>

namespace mlab {

/// The cases of a file in tests/conformance/adaptive, by name.
inline nlohmann::json adaptiveCases(const std::string& file)
{
    const auto root =
        nlohmann::json::parse(readFile(MLAB_SOURCE_DIR "/tests/conformance/adaptive/" + file));
    return root.contains("cases") ? root.at("cases") : root;
}

} // namespace mlab
