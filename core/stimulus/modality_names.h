// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace mlab {

/// "image or audio": the names of all modalities, for people.
std::string modalityNames();

} // namespace mlab
