// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/graph_network_spec.h"

#include <filesystem>
#include <string>

namespace mlab::experiments {

/// Reads the record beside weights that graph-train wrote: architecture, activation, residual, hops
/// and the name of the file of weights, in the same folder, with its SHA-256. What else it says is
/// for people.
/// @throws IoError naming the file if it cannot be read or is not such a record, or if the weights
///         cannot be read or are others
GraphNetworkSpec readNetworkManifest(const std::filesystem::path& file);

} // namespace mlab::experiments
