// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json_fwd.hpp>

#include <ostream>

namespace mlab::app {

/// Adds the option --json to a command.
void addJsonFlag(CLI::App& command, bool& json);

/// Writes one object, indented, with a line break at its end. In texts that are not UTF-8 (names of
/// files), what cannot be read becomes U+FFFD.
void writeJson(std::ostream& out, const nlohmann::ordered_json& object);

} // namespace mlab::app
