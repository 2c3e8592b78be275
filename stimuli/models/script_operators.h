// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace mlab::stimuli {

/// Whether a TorchScript model may use an operator: only those that compute with tensors, numbers,
/// lists and texts. Others could do more, as aten::from_file, which can overwrite a file.
/// @param space "aten" or "prim"; no operator of another namespace is allowed
/// @param name without its overload, such as "conv2d" or "relu_"
bool isScriptOperator(std::string_view space, std::string_view name);

} // namespace mlab::stimuli
