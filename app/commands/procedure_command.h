// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <iosfwd>

namespace mlab::app {

/// Where the answers come from: exactly one of the two.
struct ProcedureRun {
    std::filesystem::path config; ///< a design, or a procedure object alone
    /// The id of a dimension of the design, whose procedure is run; empty: the procedure that the
    /// design gives to all.
    std::string dimension = {};
    std::filesystem::path responses = {}; ///< "level answer" or "answer" a line; 1 right, 0 wrong
    /// Of a dimension: a simulated participant as for sessions. Else {"threshold_sd", "slope",
    /// "lapse", "seed"} and perhaps "chance".
    std::filesystem::path observer = {};
    bool json = false; ///< one JSON object a line
};

/// Runs a procedure outside of a session, for comparison with other programs and to try a design
/// out: writes trial, level, answer and estimate after every trial, and how it ended.
///
/// A line of the responses without a level counts as shown at the requested level. Answers that are
/// left when the procedure is finished are an error, too few are not. Responses of same-different
/// are those of different trials; a simulated participant of a dimension gets both kinds.
/// @throws BadInput, InvalidArgument, IoError
void runProcedure(const ProcedureRun& run, std::ostream& out);

} // namespace mlab::app
