// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/synthesis_spec.h"

#include <string>
#include <vector>

namespace mlab::stimuli {

/// Networks of torchvision that stimuli/models/network.cpp builds, so that torchvision's
/// checkpoints can be used unchanged: "resnet50" (He et al. 2016), "vgg19" (Simonyan & Zisserman
/// 2015), "alexnet" (Krizhevsky 2014). Every stage is a layer, under torchvision's name of the
/// module that ends it: `features.1` is the ReLU after the first convolution, `features.2` the
/// pooling. If torchvision has one name for a whole stage (`layer3`, and `conv1` with its
/// normalisation and ReLU), this list uses that name.
std::vector<std::string> networkArchitectures();

/// What is known about an architecture without its weights.
/// @throws InvalidArgument for an unknown architecture
ModelInfo networkInfo(const std::string& architecture);

} // namespace mlab::stimuli
