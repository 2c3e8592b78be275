// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace mlab {

/// Gives the files of one folder different names, also where capitals make no difference.
class DistinctNames {
public:
    /// `wanted`, with "-" for each "/" and cut to 200 bytes of whole UTF-8 characters; where
    /// another file has that name already, with "-2", "-3", ... at its end. The same calls in the
    /// same order give the same names.
    std::string take(std::string_view wanted);

private:
    std::set<std::string> taken_; ///< in small letters
};

} // namespace mlab
