// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/models/model.h"

#include <memory>

namespace mlab::stimuli {

/// The built-in image models; their layers are described at the top of gabor_scattering.cpp.
std::unique_ptr<Model> makeGaborScattering(int imageSizePx, const ComputeOptions& compute);
std::unique_ptr<Model> makeGaborCompressive(int imageSizePx, const ComputeOptions& compute);

} // namespace mlab::stimuli
