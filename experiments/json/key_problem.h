// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace mlab::experiments {

/// What is wrong with a key of a file.
struct KeyProblem {
    std::string pointer;
    std::string reason;
    std::string suggestion = {}; ///< nearest valid name, may be empty
};

} // namespace mlab::experiments
