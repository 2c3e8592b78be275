// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/distortion_spec.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mlab::stimuli {

/// Everything a distortion is a function of.
struct DistortionKey {
    struct Network {
        std::string modelSha256;
        std::string layer;
    };
    std::vector<Network> networks; ///< one, or for principal distortions two or more
    std::string referenceSha256;   ///< of its pixels or samples
    DistortionKind kind = DistortionKind::largest;

    /// SHA-256 of the key's canonical JSON with a version: the name of the file.
    std::string hash() const;
};

/// A change of a stimulus, without its size, and what the networks make of it.
struct Distortion {
    /// Of length 1: pixels in the order channel, row, column, or samples.
    std::vector<float> direction;
    /// e^T I e for each network; I is the Fisher information under noise of SD 1 on each
    /// activation, for pixels in [0, 1] or samples in [-1, 1]. For `largest` and `smallest` of
    /// images, the eigenvalue.
    std::vector<double> sensitivities;
    std::vector<std::int64_t> units; ///< activations of each network's layer
    /// largest, smallest: in the coordinates of the search (of images, the pixels),
    /// |I e - e^T I e e| over the largest eigenvalue. Principal: by which share
    /// the variance between the networks grew in the last 10 steps.
    double residual = 0.0;
    int iterations = 0;     ///< products with I, or steps of the ascent
    bool converged = false; ///< residual is within its tolerance
};

/// Distortions on disk: `ab/abcdef....safetensors`, named by the hash of their key. The array
/// "direction", and in the metadata the key, the numbers and a hash of all, so that a file that was
/// damaged or renamed is detected. Several programs may use one folder.
class DistortionCache {
public:
    using Warn = std::function<void(const std::string&)>;

    /// @param folder created when the first distortion is stored
    /// @param warn called for each file that is not used, and once when nothing can be stored
    DistortionCache(std::filesystem::path folder, Warn warn)
        : folder_(std::move(folder)), warn_(std::move(warn))
    {
    }

    /// Absent if the cache does not have it as it was stored.
    std::optional<Distortion> find(const DistortionKey& key) const;
    /// Where that cannot be written it only costs time.
    void store(const DistortionKey& key, const Distortion& distortion);
    std::filesystem::path path(const DistortionKey& key) const;

private:
    std::filesystem::path folder_;
    Warn warn_;
    bool failed_ = false; ///< and it was said
};

} // namespace mlab::stimuli
