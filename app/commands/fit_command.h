// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/diagnostic.h"
#include "core/fits/psychometric_posterior.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace mlab::app {

/// What `--task` takes, and what `--sigmoid` takes.
inline constexpr std::array kFitTasks = {"2afc", "3afc",   "4afc",           "abx",
                                         "2ifc", "oddity", "same-different", "yesno"};
inline constexpr std::array kFitSigmoids = {"norm",  "logistic", "gumbel",    "rgumbel",
                                            "tdist", "weibull",  "lognormal", "dprime"};
/// What `--estimate` takes: the posterior's maximum or its mean.
inline constexpr std::array kFitEstimates = {"map", "mean"};

/// The arguments of `metamerlab fit`.
struct FitOptions {
    std::filesystem::path dataFile;
    std::string task = "2afc"; ///< one of kFitTasks
    /// One of kFitSigmoids. "dprime" puts the tasks on one scale: the threshold is where d' = 1.
    std::string sigmoid = "norm";
    std::string estimate = "map"; ///< one of kFitEstimates
    bool asReport = false;        ///< as `metamerlab report`; sigmoid and estimate are then its own
    bool json = false;
    std::uint64_t seed = 1; ///< of the bootstrap behind deviance_p
};

/// Reads a table of answers by level: CSV after RFC 4180 whose first line names the columns,
/// `level`, `n_correct` and `n_total` among them, in any order and with any capitals; other columns
/// are ignored. UTF-8, or UTF-16 with a byte order mark; lines end with LF, CR LF or CR. Columns
/// may also be separated by semicolons or tabs; decimals may then have a comma.
/// @param file its name for the diagnostics
/// @param diagnostics gets everything wrong with it; the data are complete only if it stays empty
std::vector<LevelCounts> readLevelCounts(std::string_view text, const std::string& file,
                                         std::vector<Diagnostic>& diagnostics);

/// Fits a psychometric function to a table, whose rows of equal levels are added up first, and
/// writes the result to `out`, as text or as one JSON object; what is wrong with the table goes to
/// `problems`.
/// @return an ExitCode @throws IoError if the file cannot be read
int fitCommand(const FitOptions& options, std::ostream& out, std::ostream& problems);

} // namespace mlab::app
