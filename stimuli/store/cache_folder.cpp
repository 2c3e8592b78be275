// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/store/cache_folder.h"

#include "core/base/error.h"

#include <cstdlib>

namespace mlab::stimuli {

std::filesystem::path defaultCacheFolder()
{
    if (const char* xdg = std::getenv("XDG_CACHE_HOME"); xdg != nullptr && *xdg != '\0') {
        return std::filesystem::path(xdg) / "metamerlab";
    }
    if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') {
        return std::filesystem::path(home) / ".cache" / "metamerlab";
    }
    throw IoError("no folder for the cache: set HOME or XDG_CACHE_HOME, or give --cache");
}

std::filesystem::path probeFolder(const std::filesystem::path& cacheFolder)
{
    return cacheFolder / "probes";
}

std::filesystem::path metamerFolder(const std::filesystem::path& cacheFolder)
{
    return cacheFolder / "metamers";
}

std::filesystem::path distanceFolder(const std::filesystem::path& cacheFolder)
{
    return cacheFolder / "distances";
}

std::filesystem::path distortionFolder(const std::filesystem::path& cacheFolder)
{
    return cacheFolder / "distortions";
}

std::filesystem::path graphNetworkFolder(const std::filesystem::path& cacheFolder)
{
    return cacheFolder / "graph-networks";
}

std::filesystem::path graphMetamerFolder(const std::filesystem::path& cacheFolder)
{
    return cacheFolder / "graph-metamers";
}

} // namespace mlab::stimuli
