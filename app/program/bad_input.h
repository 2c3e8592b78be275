// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/diagnostic.h"
#include "core/base/error.h"

#include <vector>

namespace mlab::app {

/// A file that a person wrote cannot be used. Carries everything that is wrong with it; the message
/// has one diagnostic on each line.
class BadInput : public InvalidArgument {
public:
    explicit BadInput(std::vector<Diagnostic> diagnostics);
    const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }

private:
    std::vector<Diagnostic> diagnostics_;
};

/// What `read` returns. A file that cannot be read was named wrongly: its IoError becomes an
/// InvalidArgument. @throws InvalidArgument, and what else `read` throws
template <typename Read> auto readInput(const Read& read)
{
    try {
        return read();
    } catch (const IoError& problem) {
        throw InvalidArgument(problem.what());
    }
}

} // namespace mlab::app
