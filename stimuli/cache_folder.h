// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace mlab::stimuli {

/// `$XDG_CACHE_HOME/metamerlab`, or `~/.cache/metamerlab`. @throws IoError when neither is known.
std::filesystem::path defaultCacheFolder();

} // namespace mlab::stimuli
