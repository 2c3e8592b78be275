// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/checkpoints/weights.h"
#include "stimuli/models/model.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// Networks of torchvision that are built here, so that a checkpoint of theirs can be used as it
/// is: "resnet50" (He et al. 2016), "vgg19" (Simonyan & Zisserman 2015), "alexnet" (Krizhevsky
/// 2014). Every stage is a layer, under torchvision's name of the module that ends it: `features.1`
/// is the ReLU after the first convolution, `features.2` the pooling. Where torchvision gives a
/// whole stage one name (`layer3`, and `conv1` with its normalisation and ReLU), so it is here.
std::vector<std::string> networkArchitectures();

/// What is known of an architecture without its weights. @throws InvalidArgument
ModelInfo networkInfo(const std::string& architecture);

/// An array that an architecture needs, as torchvision's state_dict names it.
struct ExpectedWeight {
    std::string name;
    std::vector<std::int64_t> shape;
};

/// All arrays of an architecture with `classes` classes, in torchvision's order.
/// @throws InvalidArgument for an unknown architecture
std::vector<ExpectedWeight> expectedWeights(const std::string& architecture, int classes = 1000);

/// The architecture with these weights, which errors call `name`. Batch normalisation, always in
/// its evaluation mode, is folded into the convolutions. The input is normalised as the weights'
/// file says, else with the mean and SD of ImageNet that all of torchvision's weights are made for.
/// @throws IoError listing every missing, unexpected or misshapen array, InvalidArgument,
///         NumericError for weights that are not finite
std::unique_ptr<Model> makeNetwork(const std::string& architecture, Weights weights,
                                   const std::string& name, const ComputeOptions& compute);

/// The same, read from a file. @throws IoError
std::unique_ptr<Model> loadNetwork(const std::string& architecture,
                                   const std::filesystem::path& weightsFile,
                                   const ComputeOptions& compute);

} // namespace mlab::stimuli
