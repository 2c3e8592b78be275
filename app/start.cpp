// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/start.h"

#include "app/design_input.h"
#include "app/run_session.h"
#include "app/synthesis_json.h"
#include "core/error.h"
#include "data/trial_store.h"
#include "experiments/design_summary.h"
#include "stimuli/cache_folder.h"
#include "ui/error_dialog.h"
#include "ui/start_window.h"

#include <QGuiApplication>
#include <QStandardPaths>

namespace mlab::app {
namespace {

std::filesystem::path proposedDatabase()
{
    const auto documents =
        QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation).toStdString();
    return std::filesystem::path(documents) / "metamerlab.sqlite";
}

ui::DesignVerdict verdict(const std::filesystem::path& file,
                          const std::filesystem::path& references,
                          const experiments::ScreenGeometry& screen)
{
    try {
        const auto design = loadDesign(file, screen, references);
        return {.summary = experiments::describe(design, screen), .problems = {}};
    } catch (const BadInput& problem) {
        return {.summary = {}, .problems = problem.diagnostics()};
    } catch (const Error& problem) {
        return {.summary = {},
                .problems = {{.file = file.string(),
                              .pointer = {},
                              .message = problem.what(),
                              .suggestion = {}}}};
    }
}

std::vector<ui::UnfinishedSession> unfinishedSessions(const std::filesystem::path& database)
{
    std::vector<ui::UnfinishedSession> found;
    if (!std::filesystem::exists(database)) {
        return found;
    }
    for (const auto& session :
         data::TrialStore(database, data::TrialStore::Mode::readOnly).sessions()) {
        // A simulated participant's session is continued from the shell, with its observer.
        if (!session.finished() && session.header.observerJson.empty()) {
            found.push_back({.sessionId = session.header.sessionId,
                             .participant = session.header.participant,
                             .designName = session.header.designName,
                             .startedAt = session.header.startedAt,
                             .trialsDone = session.trialCount});
        }
    }
    return found;
}

LiveSessionOptions optionsFor(const ui::StartChoice& choice)
{
    LiveSessionOptions options;
    options.databaseFile = choice.database;
    options.windowed = choice.windowed;
    options.screen = static_cast<int>(QGuiApplication::screens().indexOf(choice.screen));
    options.cacheFolder = stimuli::defaultCacheFolder();
    if (choice.continueSession) {
        const auto header = data::TrialStore(choice.database, data::TrialStore::Mode::readOnly)
                                .header(*choice.continueSession);
        options.designFile = header.designPath;
        options.participant = header.participant;
        options.seed = header.seed;
        options.references = synthesisFromJson(header.synthesisJson).references.folder;
        return options;
    }
    options.designFile = choice.design;
    options.participant = choice.participant;
    options.references = choice.references;
    options.startNew = true;
    return options;
}

} // namespace

int runStartWindow(char** argv)
{
    WindowApplication application(argv);
    ui::StartWindow::Sources sources{.designs = {},
                                     .database = proposedDatabase(),
                                     .check = verdict,
                                     .unfinished = unfinishedSessions};
    for (const auto& design : shippedDesigns()) {
        sources.designs.push_back({.title = design.stem().string(), .path = design});
    }
    ui::StartWindow window(std::move(sources));
    if (window.exec() != QDialog::Accepted) {
        return kDone;
    }
    try {
        return runToItsEnd(application, optionsFor(window.choice()));
    } catch (const std::exception& problem) {
        ui::showError({.title = "The session could not go on",
                       .whatHappened = QString::fromUtf8(problem.what()),
                       .whatToDo = "Every answer given so far is stored. Once the cause is mended, "
                                   "the session can be continued from the start window.",
                       .details = {},
                       .canRetry = false});
        throw;
    }
}

} // namespace mlab::app
