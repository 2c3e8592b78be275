// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/metamer_report.h"
#include "core/report/recognition_report.h"
#include "core/report/threshold_report.h"
#include "core/stimulus/synthesis_spec.h"
#include "core/trial/trial.h"
#include "data/store_contents.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace mlab::app {

/// The contents of a store, in the order of the designs' first sessions: the sessions of one design
/// text, model and basis are together, those of people and of simulated participants apart.
/// ThresholdData::measures are empty.
struct StudyData {
    std::vector<ThresholdData> thresholds;
    std::vector<RecognitionData> recognition;
    std::vector<MetamerData> metamers;
    std::vector<SynthesisSpec> metamerReferences; ///< where the references of these come from
    std::map<std::string, SessionHeader> headers; ///< by session
    std::map<std::string, std::vector<data::StoredRun>> runs; ///< by session
};

/// Needs a QCoreApplication.
/// @throws DatabaseError, and InvalidArgument for a store without trials or a design that cannot be
///         read
StudyData readStudy(const std::filesystem::path& database);

} // namespace mlab::app
