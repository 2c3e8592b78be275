// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/batch/batch.h"
#include "app/batch/study.h"
#include "experiments/design/design.h"

#include <stop_token>

namespace mlab::app {

/// runBatch() of a study of distortions. The items of a shard are pairs of a layer and a reference.
int runDistortions(const Study& study, const BatchOptions& options, const std::stop_token& stop);

/// The distortions that sessions of a design may need.
Study distortionStudyOf(const experiments::Design& design);

} // namespace mlab::app
