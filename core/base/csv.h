// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace mlab {

/// One record of a CSV file after RFC 4180: fields are quoted where necessary, and the line ends
/// with CR LF.
std::string csvRecord(const std::vector<std::string>& fields);

} // namespace mlab
