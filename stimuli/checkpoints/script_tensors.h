// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/checkpoints/zip_archive.h"

#include <string>

namespace mlab::stimuli {

/// Checks the values in a TorchScript archive, before LibTorch reads them without such checks: its
/// two pickles may hold only plain values, tensors and objects of classes that the archive defines;
/// each storage must have its declared size, and each tensor must lie in its storage.
/// @param folder of the archive's entries, with its slash
/// @param name of the file in error messages
/// @throws IoError
void requireWholeTensors(const ZipArchive& archive, const std::string& folder,
                         const std::string& name);

} // namespace mlab::stimuli
