// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/compare/compare_options.h"
#include "app/compare/model_list.h"
#include "app/report/report_input.h"
#include "app/report/study_data.h"
#include "core/document/report_document.h"
#include "stimuli/worker/engine_info.h"

#include <filesystem>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace mlab::app {

/// Compares networks with the people of each design in a store. What cannot be compared (a model, a
/// layer, a trial whose stimuli are gone) is named, and the rest is done.
/// @return with comparisons only
/// @throws InvalidArgument if there is nothing to compare; Cancelled soon after a stop is
///         requested: the distances found until then are kept
StudyReport compareWithPeople(const StudyData& study, std::span<const ListedModel> models,
                              const CompareOptions& options, const stimuli::Progress& progress,
                              const std::stop_token& stop);

/// The same on another thread, for windows. Needs a QCoreApplication.
/// @param progress called on this thread several times a second; if it throws, the work stops
/// @throws what progress threw; as readStudy() and compareWithPeople()
StudyReport compareOnWorker(const std::filesystem::path& database,
                            std::span<const ListedModel> models, const CompareOptions& options,
                            const ReportProgress& progress);

/// What could not be compared, each with the name of its design.
std::vector<std::string> problemsOf(const StudyReport& comparisons);

} // namespace mlab::app
