// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/checkpoints/float_array.h"

#include <map>
#include <string>
#include <string_view>

namespace mlab::stimuli {

/// Whether the bytes begin like a zip file, as everything that torch.save writes since PyTorch 1.6.
bool isZipFile(std::string_view bytes);
/// Whether the bytes begin with the magic number of torch.save before PyTorch 1.6.
bool isLegacyTorchCheckpoint(std::string_view bytes);

/// The tensors of real numbers of a checkpoint of one of these two formats, by name, as views of
/// its bytes, which must outlive them. Integer tensors are left out. The state dict is the one
/// under `state_dict`, `model` or `net`, in this order, else the object itself.
/// Source: PyTorch, torch/serialization.py.
/// @param name of the file in error messages
/// @throws IoError if the bytes are not such a checkpoint or hold more than tensors.
std::map<std::string, ArrayView> viewTorchCheckpoint(std::string_view bytes,
                                                     const std::string& name);

} // namespace mlab::stimuli
