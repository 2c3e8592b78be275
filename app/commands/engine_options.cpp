// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/engine_options.h"

#include "stimuli/store/cache_folder.h"

namespace mlab::app {

void addEngineOptions(CLI::App& command, std::filesystem::path& cacheFolder,
                      stimuli::ComputeOptions& compute, const std::string& threadsDefault)
{
    command.add_option("--cache", cacheFolder, "Folder of bases and probes");
    command
        .add_option("--device", compute.device,
                    "Device that makes the stimuli: cpu, cuda, cuda:N, or auto (a GPU if there is "
                    "one)")
        ->capture_default_str();
    command
        .add_option("--threads", compute.threads,
                    "LibTorch threads that make the stimuli (0: " + threadsDefault + ")")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
}

std::filesystem::path cacheFolderOr(const std::filesystem::path& given)
{
    return given.empty() ? stimuli::defaultCacheFolder() : given;
}

} // namespace mlab::app
