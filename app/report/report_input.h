// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/document/report_document.h"

#include <filesystem>
#include <functional>
#include <string>

namespace mlab::app {

/// Says how far a long work is: what it does now, and the share that is done.
using ReportProgress = std::function<void(const std::string& what, double share)>;

/// Computes the report on every design of a trial store; the sessions of one design text, model
/// and basis are one report, on thresholds or on recognition. Needs a QCoreApplication. The store
/// and the cache are read, and the fits made, on other threads.
/// @param cacheFolder where the sessions' probes were made
/// @param progress called on this thread, some times a second; what it throws ends the work
/// @throws what progress threw, DatabaseError, and InvalidArgument if there is nothing to report or
///         a design cannot be read
StudyReport reportOn(const std::filesystem::path& database,
                     const std::filesystem::path& cacheFolder, const ReportProgress& progress);

} // namespace mlab::app
