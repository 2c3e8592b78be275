// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/synthesis_spec.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// The mean and the retained components of the Gram matrices of a pool of stimuli, for one layer.
/// Coordinate k of a stimulus with Gram matrix G is `z_k = <W_k, G - mean>`; W_k is symmetric and
/// scaled so that z_k has standard deviation 1 over the pool.
struct Basis {
    std::string layer;
    BasisMethod method = BasisMethod::pca;
    std::string modelSha256;
    std::string poolSha256;
    int channels = 0;
    int poolCount = 0;
    std::vector<float> mean;               ///< [channels, channels]
    std::vector<float> components;         ///< [retained, channels, channels]
    std::vector<double> explainedVariance; ///< share of the pool's variance, for each component
    int candidates = 0;                    ///< components found, of which the retained are chosen
    std::vector<int> ranks;                ///< [retained]: the candidates' ranks, from 1
    std::vector<float> poolCoordinates;    ///< [poolCount, retained], by index of the pool's image
    std::uint64_t seed = 0;                ///< of ICA's start
    int icaIterations = 0;                 ///< 0 for pca
    bool converged = true;                 ///< false: ICA ended at its last iteration
    std::string sha256;                    ///< of the encoded file

    int retained() const { return static_cast<int>(explainedVariance.size()); }
};

/// One safetensors file: arrays `mean`, `components` and `pool_coordinates`, everything else as
/// metadata; and its basisHashFile(). Sets `basis.sha256`, also when it throws.
/// @throws IoError, leaving no partial file
void saveBasis(const std::filesystem::path& file, Basis& basis);
/// @throws IoError if the file cannot be read, is not a basis of this version's format, or does not
/// match its basisHashFile(). Bases of earlier versions have none.
Basis loadBasis(const std::filesystem::path& file);

/// Beside a basis, its name with `.sha256` appended: its hash and name, as sha256sum writes them.
std::filesystem::path basisHashFile(const std::filesystem::path& file);
/// @param sha256 of the basis file. @throws IoError, leaving no partial file
void saveBasisHash(const std::filesystem::path& file, const std::string& sha256);

} // namespace mlab::stimuli
