// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/checkpoints/weights.h"
#include "stimuli/models/model.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// An array that an architecture needs, as torchvision's state_dict names it.
struct ExpectedWeight {
    std::string name;
    std::vector<std::int64_t> shape;
};

/// All arrays of an architecture with `classes` classes, in torchvision's order.
/// @throws InvalidArgument for an unknown architecture
std::vector<ExpectedWeight> expectedWeights(const std::string& architecture, int classes = 1000);

/// An architecture of stimuli/catalog/network_architectures.h with these weights, called `name` in
/// errors. Batch normalisation, always in its evaluation mode, is folded into the convolutions. The
/// input is normalised as the file of the weights specifies, otherwise with the mean and SD of
/// ImageNet, which torchvision's weights expect.
/// @throws IoError listing every missing, unexpected or misshapen array, InvalidArgument,
///         NumericError for weights that are not finite
std::unique_ptr<Model> makeNetwork(const std::string& architecture, Weights weights,
                                   const std::string& name, const ComputeOptions& compute);

/// The same, read from a file. @throws IoError
std::unique_ptr<Model> loadNetwork(const std::string& architecture,
                                   const std::filesystem::path& weightsFile,
                                   const ComputeOptions& compute);

} // namespace mlab::stimuli
