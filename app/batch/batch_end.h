// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/batch/batch.h"
#include "app/batch/batch_clock.h"
#include "app/batch/batch_summary.h"
#include "app/batch/study.h"
#include "stimuli/sources/named_stimulus.h"

#include <cstddef>
#include <vector>

namespace mlab::app {

/// Of folders it is not known before how many references they hold.
/// @throws InvalidArgument for more than kMostItems
void requireFewItems(std::size_t ofEachReference, std::size_t references);

/// Names the problems of this run's items on stderr, writes the summary and prints how many items
/// there are. @return an exit code, see runBatch()
int finishBatch(const Study& study, const BatchOptions& options,
                const std::vector<SummaryRow>& rows,
                const std::vector<stimuli::NamedStimulus>& references, BatchClock& clock);

} // namespace mlab::app
