// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/compare/compare_options.h"
#include "app/compare/model_list.h"
#include "app/report/study_data.h"
#include "core/network_report/classifier_report.h"
#include "stimuli/worker/engine_info.h"

#include <span>
#include <stop_token>

namespace mlab::app {

/// Lets the networks recognise what the people of a recognition design saw. A model without layers
/// answers by its own classes; in each layer that is listed, the nearest category mean decides.
/// @throws Cancelled
ClassifierComparison compareRecognition(const StudyData& study, const RecognitionData& design,
                                        std::span<const ListedModel> models,
                                        const CompareOptions& options,
                                        const stimuli::Progress& progress,
                                        const std::stop_token& stop);

} // namespace mlab::app
