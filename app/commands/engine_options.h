// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/worker/compute_options.h"

#include <CLI/CLI.hpp>

#include <filesystem>

namespace mlab::app {

/// Declares --cache, --device and --threads.
/// @param threadsDefault  what 0 threads means, for --help
void addEngineOptions(CLI::App& command, std::filesystem::path& cacheFolder,
                      stimuli::ComputeOptions& compute, const std::string& threadsDefault);
/// --cache, or where the cache is by default.
std::filesystem::path cacheFolderOr(const std::filesystem::path& given);

} // namespace mlab::app
