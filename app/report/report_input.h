// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/document/report_document.h"

#include <filesystem>
#include <functional>
#include <string>

namespace mlab::app {

/// Reports the progress of long work: the current step, and the share completed in [0, 1].
using ReportProgress = std::function<void(const std::string& what, double share)>;

/// Computes the report on every design of a trial store. The sessions of one design text, model
/// and basis form one report, on thresholds or on recognition. Needs a QCoreApplication. Reading
/// and fitting happen on other threads.
/// @param cacheFolder the cache that the sessions used
/// @param progress called on this thread several times a second; if it throws, the work stops
/// @throws what progress threw, DatabaseError, and InvalidArgument if there is nothing to report or
///         a design cannot be read
StudyReport reportOn(const std::filesystem::path& database,
                     const std::filesystem::path& cacheFolder, const ReportProgress& progress);

} // namespace mlab::app
