// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/representation.h"

#include <filesystem>
#include <functional>
#include <map>
#include <string>

namespace mlab::stimuli {

/// Two stimuli and the network that compares them.
struct DistanceKey {
    std::string fingerprint; ///< of the network and of what its representations depend on
    std::string sha256A;     ///< of the pixels or samples; the order of the two does not matter
    std::string sha256B;
};

/// Distances on disk, one small file for each key, `ab/abcdef....json`, which holds all
/// representations known. It holds its key and a hash of its own content, so that a file that was
/// damaged or renamed is detected. Several programs may use one folder; what both measure at the
/// same time is kept once.
class DistanceCache {
public:
    using Distances = std::map<Representation, RepresentationDistance>;
    using Warn = std::function<void(const std::string&)>;

    /// @param folder created when the first distance is stored
    /// @param warn called for each file that is not used, and once when nothing can be stored
    DistanceCache(std::filesystem::path folder, Warn warn)
        : folder_(std::move(folder)), warn_(std::move(warn))
    {
    }

    /// All that is known; empty if nothing is.
    Distances find(const DistanceKey& key) const;
    /// Replaces what is stored for the key. Where that cannot be written it only costs time.
    void store(const DistanceKey& key, const Distances& distances);

private:
    std::filesystem::path fileOf(const DistanceKey& key) const;

    std::filesystem::path folder_;
    Warn warn_;
    bool failed_ = false; ///< and it was said
};

} // namespace mlab::stimuli
