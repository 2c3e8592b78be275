// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/problem_dialog.h"

#include "ui/widgets/error_dialog.h"

namespace mlab::app {

void showProblem(const RunEnd& end, const QString& whatToDo)
{
    if (!end.problem || end.told) {
        return;
    }
    try {
        std::rethrow_exception(end.problem);
    } catch (const std::exception& problem) {
        ui::showError({.title = "The session was interrupted",
                       .whatHappened = QString::fromUtf8(problem.what()),
                       .whatToDo = end.answersStored
                                       ? "All answers given so far are stored. " + whatToDo
                                       : "No answer was stored in this run.",
                       .details = {},
                       .canRetry = false});
    }
}

} // namespace mlab::app
