// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/batch/batch_end.h"

#include "app/program/exit_codes.h"
#include "core/base/error.h"

#include <algorithm>
#include <iostream>
#include <string>

namespace mlab::app {

void requireFewItems(std::size_t ofEachReference, std::size_t references)
{
    if (ofEachReference * references > kMostItems) {
        throw InvalidArgument("the study has " + std::to_string(ofEachReference) + " items of " +
                              std::to_string(references) + " references each, more than " +
                              std::to_string(kMostItems) + " in all; divide it");
    }
}

int finishBatch(const Study& study, const BatchOptions& options,
                const std::vector<SummaryRow>& rows,
                const std::vector<stimuli::NamedStimulus>& references, BatchClock& clock)
{
    clock.clear();
    int unmade = 0;
    for (const auto& row : rows) {
        if (row.isOurs && !row.problem.empty()) {
            clock.say(row.name() + ": " + row.problem);
            ++unmade;
        }
    }
    if (!options.outFolder.empty()) {
        writeSummary(options.outFolder, study.name, rows, references);
    }
    const auto there = std::ranges::count_if(rows, &SummaryRow::isThere);
    std::cout << there << " of " << rows.size() << " items of the study " << study.name
              << " are available; " << unmade << " items of this run have a problem\n";
    if (!options.outFolder.empty()) {
        std::cout << (options.outFolder / "index.html").string() << "\n";
    }
    return unmade == 0 ? kDone : kFailed;
}

} // namespace mlab::app
