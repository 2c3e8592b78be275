// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/json_output.h"

#include <nlohmann/json.hpp>

namespace mlab::app {

void addJsonFlag(CLI::App& command, bool& json)
{
    command.add_flag("--json", json, "Print one JSON object instead of text");
}

void writeJson(std::ostream& out, const nlohmann::ordered_json& object)
{
    constexpr int kIndent = 2;
    out << object.dump(kIndent, ' ', /*ensure_ascii=*/false,
                       nlohmann::ordered_json::error_handler_t::replace)
        << "\n";
}

} // namespace mlab::app
