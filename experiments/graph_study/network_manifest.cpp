// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/graph_study/network_manifest.h"

#include "core/base/error.h"
#include "core/base/files.h"

#include <nlohmann/json.hpp>

#include <optional>

namespace mlab::experiments {

GraphNetworkSpec readNetworkManifest(const std::filesystem::path& file)
{
    try {
        const auto record = nlohmann::json::parse(readText(file));
        GraphNetworkSpec spec{.weights =
                                  file.parent_path() / record.at("weights").get<std::string>(),
                              .residual = record.at("residual").get<bool>()};
        // std::optional::value() throws for a name that this program does not know.
        spec.architecture =
            valueIn(kGraphArchitectures, record.at("architecture").get<std::string>()).value();
        spec.activation =
            valueIn(kGraphActivations, record.at("activation").get<std::string>()).value();
        if (record.contains("hops")) {
            spec.hops = record.at("hops").get<int>();
        }
        return spec;
    } catch (const nlohmann::json::exception& problem) {
        throw IoError(file.string() + " is not the manifest of a network: " + problem.what());
    } catch (const std::bad_optional_access&) {
        throw IoError(file.string() +
                      " is not the manifest of a network that this program knows: it names another "
                      "architecture or activation");
    }
}

} // namespace mlab::experiments
