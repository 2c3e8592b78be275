// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace mlab::stimuli {

/// `$XDG_CACHE_HOME/metamerlab`, or `~/.cache/metamerlab`. @throws IoError if neither HOME nor
/// XDG_CACHE_HOME is set.
std::filesystem::path defaultCacheFolder();

/// Where a cache folder keeps its probes.
std::filesystem::path probeFolder(const std::filesystem::path& cacheFolder);

/// Where a cache folder keeps its metamers.
std::filesystem::path metamerFolder(const std::filesystem::path& cacheFolder);

/// Where a cache folder keeps distances in the representations of networks.
std::filesystem::path distanceFolder(const std::filesystem::path& cacheFolder);

/// Where a cache folder keeps the distortions of networks.
std::filesystem::path distortionFolder(const std::filesystem::path& cacheFolder);

/// Where a cache folder keeps graph networks that were trained.
std::filesystem::path graphNetworkFolder(const std::filesystem::path& cacheFolder);
/// Where a cache folder keeps metamers of graphs.
std::filesystem::path graphMetamerFolder(const std::filesystem::path& cacheFolder);

} // namespace mlab::stimuli
