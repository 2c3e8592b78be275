// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/console/start_window.h"

#include "app/commands/commands.h"
#include "app/commands/problem_dialog.h"
#include "app/compare/compare.h"
#include "app/program/design_input.h"
#include "app/program/exit_codes.h"
#include "app/report/report_input.h"
#include "app/report/report_output.h"
#include "app/session/application.h"
#include "app/session/run_session.h"
#include "app/session/synthesis_json.h"
#include "core/base/error.h"
#include "data/trial_store.h"
#include "experiments/design/design_summary.h"
#include "stimuli/store/cache_folder.h"
#include "ui/report/report_window.h"
#include "ui/widgets/error_dialog.h"

#include <QCoreApplication>
#include <QGuiApplication>
#include <QMessageBox>
#include <QProgressDialog>
#include <QStandardPaths>

#include <functional>
#include <iostream>
#include <optional>
#include <utility>

namespace mlab::app {
namespace {

// A fresh account may have no folder for documents.
std::filesystem::path proposedDatabase()
{
    const auto folder = [](QStandardPaths::StandardLocation location) {
        return std::filesystem::path(QStandardPaths::writableLocation(location).toStdString());
    };
    const auto documents = folder(QStandardPaths::DocumentsLocation);
    std::error_code unreadable;
    return (std::filesystem::is_directory(documents, unreadable)
                ? documents
                : folder(QStandardPaths::HomeLocation)) /
           "metamerlab.sqlite";
}

ui::DesignVerdict verdict(const std::filesystem::path& file,
                          const std::filesystem::path& references,
                          const experiments::ScreenGeometry& screen,
                          const ui::UnfinishedSession* resumed)
{
    try {
        const auto design = loadDesign(file, screen, references, /*stored=*/resumed != nullptr);
        if (resumed != nullptr && design.sha256 != resumed->designSha256) {
            throw InvalidArgument(file.string() + " has been changed since session " +
                                  resumed->sessionId +
                                  " was started. Restore it, or start a new session");
        }
        return {.summary = experiments::describe(design, screen),
                .problems = {},
                .sounds = design.sounds() ? std::optional(*design.sounds()) : std::nullopt};
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

std::optional<SoundFormat> soundsOf(const SessionHeader& header)
{
    const auto format = synthesisFromJson(header.synthesisJson).format;
    const auto* sounds = std::get_if<SoundFormat>(&format);
    return sounds == nullptr ? std::nullopt : std::optional(*sounds);
}

std::vector<ui::UnfinishedSession> unfinishedSessions(const std::filesystem::path& database)
{
    std::vector<ui::UnfinishedSession> found;
    std::error_code unreadable;
    const auto folder = std::filesystem::absolute(database).parent_path();
    if (!std::filesystem::is_directory(folder, unreadable)) {
        throw IoError("The folder " + folder.string() +
                      " does not exist; create it, or choose another place for the answers.");
    }
    if (!std::filesystem::exists(database, unreadable)) {
        return found;
    }
    for (const auto& session :
         data::TrialStore(database, data::TrialStore::Mode::readOnly).sessions()) {
        // A simulated participant's session is resumed from the shell, with its observer.
        if (!session.finished() && !session.header.simulated()) {
            found.push_back(
                {.sessionId = session.header.sessionId,
                 .participant = session.header.participant,
                 .designName = session.header.designName,
                 .startedAt = session.header.startedAt,
                 .trialsDone = session.trialCount,
                 .sounds = soundsOf(session.header),
                 .design = session.header.designPath,
                 .designSha256 = session.header.designSha256,
                 .references = synthesisFromJson(session.header.synthesisJson).references.folder});
        }
    }
    return found;
}

// Does something that takes a while, with a dialog that shows the progress.
// @throws Cancelled when the dialog is cancelled
template <typename Work> auto withProgress(const QString& title, const Work& work)
{
    constexpr int kSteps = 1000;
    QProgressDialog dialog(title, "Cancel", 0, kSteps);
    dialog.setWindowTitle("MetamerLab: " + title);
    dialog.setWindowModality(Qt::ApplicationModal);
    dialog.setAutoReset(false);
    dialog.setAutoClose(false);
    return work([&](const std::string& what, double share) {
        dialog.setLabelText(QString::fromStdString(what));
        dialog.setValue(static_cast<int>(kSteps * share));
        // setValue() handles what is clicked meanwhile only where the value is another one.
        QCoreApplication::processEvents();
        if (dialog.wasCanceled()) {
            throw Cancelled();
        }
    });
}

// Does what may fail, and shows why it did.
void shownErrors(const QString& title, const std::function<void()>& work)
{
    try {
        work();
    } catch (const Cancelled&) {
        return;
    } catch (const Error& problem) {
        ui::showError({.title = title,
                       .whatHappened = QString::fromUtf8(problem.what()),
                       .whatToDo = {},
                       .details = {},
                       .canRetry = false});
    }
}

void showInWindow(const StudyReport& report, ui::ReportWindow::Compare compare)
{
    ui::ReportWindow window(
        report,
        [&](const std::filesystem::path& folder) {
            try {
                withProgress("Saving the report", [&](const ReportProgress& progress) {
                    writeReport(report, folder, progress);
                });
            } catch (const Cancelled&) {
                return;
            }
        },
        std::move(compare));
    window.exec();
}

// Networks beside the people of a database.
void showComparison(const std::filesystem::path& database, const std::filesystem::path& models)
{
    shownErrors("The networks could not be compared", [&] {
        const auto list = readModelList(models);
        showInWindow(withProgress("Networks and people",
                                  [&](const ReportProgress& progress) {
                                      return compareOnWorker(
                                          database, list,
                                          {.cacheFolder = stimuli::defaultCacheFolder()}, progress);
                                  }),
                     {});
    });
}

void showReport(const std::filesystem::path& database)
{
    shownErrors("The report could not be created", [&] {
        showInWindow(
            withProgress("Report",
                         [&](const ReportProgress& progress) {
                             return reportOn(database, stimuli::defaultCacheFolder(), progress);
                         }),
            [&](const std::filesystem::path& models) { showComparison(database, models); });
    });
}

LiveSessionOptions optionsFor(const ui::StartChoice& choice)
{
    LiveSessionOptions options;
    options.databaseFile = choice.database;
    options.windowed = choice.windowed;
    options.sound = choice.audio;
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

// A session that is repeated by mistake costs somebody an hour.
bool wantsAnother(const data::SessionSummary& finished)
{
    QMessageBox question(QMessageBox::Question, "MetamerLab: already finished",
                         QString::fromStdString(finished.header.participant +
                                                " has already finished this design (session " +
                                                finished.header.sessionId + ", " +
                                                std::to_string(finished.trialCount) +
                                                " trials). Start another session?"));
    question.addButton("Start another", QMessageBox::AcceptRole);
    question.setDefaultButton(question.addButton("Back", QMessageBox::RejectRole));
    question.exec();
    return question.buttonRole(question.clickedButton()) == QMessageBox::AcceptRole;
}

// Runs what was chosen. Absent: back to the start window.
std::optional<RunEnd> runChoice(WindowApplication& application, const ui::StartChoice& choice)
{
    const auto options = optionsFor(choice);
    if (!choice.continueSession) {
        auto repeated = options;
        repeated.startNew = false;
        if (const auto finished = finishedBefore(repeated); finished && !wantsAnother(*finished)) {
            return std::nullopt;
        }
    }
    return runToItsEnd(application, options);
}

std::filesystem::path settingsFile()
{
    return calibrationFolder().parent_path() / "start-window.ini";
}

QString resultText(const RunEnd& end)
{
    const std::string how = end.problem ? " was interrupted. To resume it, choose it below."
                            : end.reason == experiments::EndReason::finished
                                ? " is finished, and all answers are stored."
                                : " is not finished. To resume it, choose it below.";
    return QString::fromStdString("Session " + end.sessionId + how +
                                  (end.timing.empty() ? "" : " " + end.timing));
}

int runStartWindow(char** argv)
{
    requireDisplay();
    WindowApplication application(argv);
    ui::StartWindow::Sources sources{.designs = {},
                                     .database = proposedDatabase(),
                                     .calibrations = calibrationFolder(),
                                     .settings = settingsFile(),
                                     .check = verdict,
                                     .unfinished = unfinishedSessions,
                                     .report = showReport};
    for (const auto& design : shippedDesigns()) {
        sources.designs.push_back({.title = design.stem().string(), .path = design});
    }
    ui::StartWindow window(std::move(sources));
    int code = kDone;
    // The window comes back after each session, and after an error with what was typed.
    while (window.exec() == QDialog::Accepted) {
        std::optional<RunEnd> end;
        try {
            end = runChoice(application, window.choice());
        } catch (const Cancelled&) { // the headphone check was ended
        } catch (const std::exception&) {
            end = RunEnd{.problem = std::current_exception()};
        }
        try {
            if (end) {
                code = sayHowItEnded(*end);
            }
        } catch (const std::exception& problem) {
            std::cerr << "metamerlab: " << problem.what() << "\n";
            code = kFailed;
            showProblem(*end, "Fix the problem, then resume the session from the start window.");
        }
        if (end && end->endsProgram) {
            break;
        }
        window.showResult(end && !end->sessionId.empty() ? resultText(*end) : QString());
        window.refresh();
    }
    return code;
}

} // namespace

void addStartWindow(CommandLine& program, char** argv)
{
    program.withoutCommand([argv] { return runStartWindow(argv); });
}

} // namespace mlab::app
