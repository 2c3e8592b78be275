// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/graph_study/network_manifest.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/sha256.h"

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
            if (!record.at("hops").is_number_integer()) {
                throw IoError(file.string() + " is not the manifest of a network: hops is " +
                              record.at("hops").dump() + ", not a whole number");
            }
            spec.hops = record.at("hops").get<int>();
        }
        if (sha256OfFile(spec.weights) != record.at("weights_sha256").get<std::string>()) {
            throw IoError(spec.weights.string() +
                          " has changed since it was written: its SHA-256 is not that of " +
                          file.filename().string() + "; restore it, or train the network again");
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
