// SPDX-License-Identifier: GPL-3.0-or-later
//
// The program for experimenters and participants: `metamerlab` alone opens the start window, its
// commands run, check, plan, list, export and replay sessions, fit their answers and report on
// them.
#include "app/commands/fit_command.h"
#include "app/commands/procedure_command.h"
#include "app/commands/start.h"
#include "app/program/design_input.h"
#include "app/program/exit_codes.h"
#include "app/program/progress_bar.h"
#include "app/program/run_program.h"
#include "app/report/report_input.h"
#include "app/report/report_output.h"
#include "app/session/application.h"
#include "app/session/replay.h"
#include "app/session/run_session.h"
#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/base/version.h"
#include "data/export.h"
#include "data/trial_store.h"
#include "experiments/design/design_summary.h"
#include "experiments/session/plan.h"
#include "stimuli/store/cache_folder.h"

#include <CLI/CLI.hpp>

#include <charconv>
#include <iostream>
#include <optional>
#include <string>

namespace mlab::app {
namespace {

int runSession(char** argv, LiveSessionOptions options)
{
    if (options.cacheFolder.empty()) {
        options.cacheFolder = stimuli::defaultCacheFolder();
    }
    const auto repeats = [&] {
        const auto finished = finishedBefore(options);
        if (finished) {
            std::cout << "Session " << finished->header.sessionId << " is finished ("
                      << finished->trialCount << " trials); nothing was done. --new starts "
                      << "another.\n";
        }
        return finished.has_value();
    };
    if (!options.withWindow) {
        ConsoleApplication application(argv);
        return repeats() ? kDone : sayHowItEnded(runToItsEnd(application, options));
    }
    requireDisplay();
    WindowApplication application(argv);
    if (repeats()) {
        return kDone;
    }
    const auto end = runToItsEnd(application, options);
    if (options.observerFile.empty()) {
        showProblem(end, "Once the cause is mended, the same command continues the session.");
    }
    return sayHowItEnded(end);
}

int checkDesignFile(const std::string& file, const experiments::ScreenGeometry& screen)
{
    const auto design = loadDesign(file, screen);
    std::cout << experiments::describe(design, screen);
    return kDone;
}

int planDesign(const std::string& file, const std::string& observerFile, int sessions)
{
    const auto design = std::make_shared<const experiments::Design>(loadDesign(file, std::nullopt));
    requireDimensions(*design);
    auto check = readInput([&] { return experiments::readObserver(observerFile, *design); });
    if (!check.observer) {
        throw BadInput(std::move(check.diagnostics));
    }
    const auto plan = experiments::planSessions(design, *check.observer, sessions, allCores());
    std::cout << experiments::describe(plan, *design, sessions);
    return kDone;
}

int listSessions(const std::string& database)
{
    const data::TrialStore store(database, data::TrialStore::Mode::readOnly);
    std::cout << "session                          trials  state       begun\n";
    for (const auto& session : store.sessions()) {
        std::string id = session.header.sessionId;
        id.resize(std::max<std::size_t>(id.size(), 32), ' ');
        std::string trials = std::to_string(session.trialCount);
        trials.insert(0, 6 - std::min<std::size_t>(trials.size(), 6), ' ');
        std::cout << id << " " << trials << "  "
                  << (session.finished() ? "finished  " : "unfinished") << "  "
                  << session.header.startedAt << "\n";
    }
    return kDone;
}

int replaySession(const std::string& database, const std::string& session,
                  const std::string& references, const std::filesystem::path& cache)
{
    const data::TrialStore store(database, data::TrialStore::Mode::readOnly);
    ProgressBar bar;
    const auto difference = replay(
        store, session, references, cache.empty() ? stimuli::defaultCacheFolder() : cache,
        [&](int done, int total) {
            bar.show("Replaying trial " + std::to_string(done) + " of " + std::to_string(total),
                     static_cast<double>(done) / total);
        });
    bar.clear();
    if (difference) {
        std::cerr << "metamerlab: session " << session << " differs: " << *difference << "\n";
        return kFailed;
    }
    std::cout << "Session " << session << ": every plan and stimulus is as stored.\n";
    return kDone;
}

int report(char** argv, const std::string& database, const std::filesystem::path& cache,
           const std::filesystem::path& folder)
{
    // Charts need a window system, but no display.
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const WindowApplication application(argv);
    ProgressBar bar;
    const ReportProgress progress = [&](const std::string& what, double share) {
        bar.show(what, share);
    };
    const auto study =
        reportOn(database, cache.empty() ? stimuli::defaultCacheFolder() : cache, progress);
    writeReport(study, folder, progress);
    bar.clear();
    std::cout << "Wrote " << (folder / "report.html").string()
              << ", with its figures and tables beside it.\n";
    return kDone;
}

// Not CLI11's own reading of unsigned numbers, which wraps negative ones around.
std::optional<std::uint64_t> parsedSeed(const std::string& text)
{
    std::uint64_t seed = 0;
    const char* end = text.data() + text.size();
    const auto [stop, problem] = std::from_chars(text.data(), end, seed);
    return problem == std::errc() && stop == end ? std::optional(seed) : std::nullopt;
}

// "1920x1080@60"
experiments::ScreenGeometry parsedScreen(const std::string& text)
{
    int width = 0;
    int height = 0;
    double refresh = 0;
    char rest = 0;
    const int read =
        std::sscanf(text.c_str(), "%dx%d@%lf%c", &width, &height, &refresh, &rest); // NOLINT
    if (read != 3 || width <= 0 || height <= 0 || !(refresh > 0)) {
        throw InvalidArgument("--screen " + text + " is not of the form 1920x1080@60");
    }
    experiments::ScreenGeometry screen;
    screen.widthPx = screen.drawableWidthPx = width;
    screen.heightPx = screen.drawableHeightPx = height;
    screen.refreshHz = refresh;
    return screen;
}

int dispatch(int argc, char** argv)
{
    CLI::App program(
        "MetamerLab measures which changes to images and sounds people cannot notice.\n"
        "Without a command it opens the start window.");
    program.set_version_flag("--version", kSoftwareVersion);
    program.require_subcommand(0, 1);

    LiveSessionOptions options;
    std::string seed;
    int maxTrials = 0;
    std::string display = "window";
    std::string pace = "real";
    auto* run = program.add_subcommand("run", "Run a session, or continue one that was cut off");
    run->add_option("DESIGN", options.designFile, "The design file")->required();
    run->add_option("--db", options.databaseFile, "The trial store, made if it is not there")
        ->required();
    run->add_option("--participant", options.participant, "The participant's ID")->required();
    auto* seedOption = run->add_option("--seed", seed,
                                       "Of a new session (default: drawn), or of "
                                       "the one to continue")
                           ->check([](const std::string& text) {
                               return parsedSeed(text)
                                          ? std::string()
                                          : "a whole number from 0 to 2^64 - 1, not " + text;
                           });
    run->add_option("--references", options.references,
                    "Folder of pictures or sounds in place of the design's references");
    run->add_option("--observer", options.observerFile, "Simulated participant (JSON)");
    run->add_option("--display", display, "window, or none for a simulated participant")
        ->check(CLI::IsMember({"window", "none"}))
        ->capture_default_str();
    run->add_option("--pace", pace, "real, or fast for a simulated participant")
        ->check(CLI::IsMember({"real", "fast"}))
        ->capture_default_str();
    auto* maxOption = run->add_option("--max-trials", maxTrials, "Stop after so many trials")
                          ->check([](const std::string& text) {
                              int trials = 0;
                              return CLI::detail::lexical_cast(text, trials) && trials >= 1
                                         ? std::string()
                                         : "at least 1 trial, not " + text;
                          });
    run->add_flag("--windowed", options.windowed, "A window in place of the whole screen");
    run->add_option("--screen", options.screen, "Which screen, from 0")->capture_default_str();
    auto& sound = options.soundOptions;
    run->add_option(
        "--sound-device", sound.device,
        "\"HOST API: NAME\", as sound-devices lists them (default: the system's choice)");
    run->add_option("--sound-latency", sound.latencyMs, "Asked of the sound device, ms")
        ->check(CLI::Range(1.0, 1000.0))
        ->capture_default_str();
    run->add_option("--sound-bits", sound.bits, "Of a sample (default: as the sounds have)")
        ->check(CLI::IsMember({16, 24}));
    auto* level = run->add_option("--sound-level", sound.levelDbSpl,
                                  "Level of the sounds, dB SPL, on a calibrated device");
    run->add_option("--sound-attenuation", sound.attenuationDb,
                    "Play this many dB below what the samples say")
        ->check(CLI::Range(0.0, 100.0))
        ->excludes(level);
    run->add_flag("--new", options.startNew, "Start a new session even if one can be continued");
    run->add_option("--cache", options.cacheFolder, "Folder for bases and probes");
    run->add_option("--device", options.compute.device,
                    "For making probes: cpu, cuda, cuda:N, or auto: the GPU if there is one")
        ->capture_default_str();
    run->add_option("--threads", options.compute.threads,
                    "LibTorch threads for making probes (0: all cores but one)")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    run->add_option("--look-ahead", options.lookAheadDepth,
                    "Trials ahead for which probes are made")
        ->check(CLI::Range(0, 12))
        ->capture_default_str();

    std::string design;
    std::string screen = "1920x1080@60";
    auto* check = program.add_subcommand("check", "Check a design file and say what it will do");
    check->add_option("DESIGN", design, "The design file")->required();
    check->add_option("--screen", screen, "The screen it is to run on")->capture_default_str();

    std::string planObserver;
    int planSessions = 200;
    auto* plan = program.add_subcommand(
        "plan", "Simulate sessions of a design and say what precision to expect, and when");
    plan->add_option("DESIGN", design, "The design file")->required();
    plan->add_option("--observer", planObserver, "Simulated participant (JSON)")->required();
    plan->add_option("-n,--sessions", planSessions, "How many sessions to simulate")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();

    auto* soundDeviceList =
        program.add_subcommand("sound-devices", "List what sounds can be played on");

    std::string database;
    std::string folder;
    auto* list = program.add_subcommand("list", "List the sessions of a trial store");
    list->add_option("--db", database, "The trial store")->required();
    auto* exports = program.add_subcommand("export", "Write all trials and sessions as CSV");
    exports->add_option("--db", database, "The trial store")->required();
    exports->add_option("--out", folder, "Folder for the tables")->required();

    std::filesystem::path cache;
    auto* reports = program.add_subcommand(
        "report", "Thresholds with intervals and warnings, figures and tests, as HTML, SVG, PNG "
                  "and CSV");
    reports->add_option("--db", database, "The trial store")->required();
    reports->add_option("--out", folder, "Folder for the report")->required();
    reports->add_option("--cache", cache, "Folder for bases and probes");

    std::string session;
    std::string references;
    auto* replays = program.add_subcommand(
        "replay", "Fold the stored trials again and compare every plan and probe");
    replays->add_option("--db", database, "The trial store")->required();
    replays->add_option("--session", session, "The session's ID")->required();
    replays->add_option("--references", references, "Where the session's pictures are now");
    replays->add_option("--cache", cache, "Folder for bases and probes");

    FitOptions fitOptions;
    std::string estimate = "map";
    const auto names = [](const auto& all) {
        return CLI::IsMember(std::vector<std::string>(all.begin(), all.end()));
    };
    auto* fit = program.add_subcommand("fit", "Fit a psychometric function to answers by level");
    fit->add_option("DATA", fitOptions.dataFile, "CSV with columns level, n_correct, n_total")
        ->required();
    fit->add_option("--task", fitOptions.task, "What was asked")
        ->check(names(kFitTasks))
        ->required();
    fit->add_option("--sigmoid", fitOptions.sigmoid,
                    "Shape; dprime: threshold where d' is 1, the same scale for every task")
        ->check(names(kFitSigmoids))
        ->capture_default_str();
    fit->add_option("--estimate", estimate, "Posterior maximum or mean")
        ->check(CLI::IsMember({"map", "mean"}))
        ->capture_default_str();
    fit->add_option("--seed", fitOptions.seed, "Of the bootstrap behind deviance_p")
        ->capture_default_str();
    fit->add_flag("--json", fitOptions.json, "One JSON object in place of text");

    ProcedureRun procedureRun;
    auto* procedure = program.add_subcommand(
        "procedure", "Run an adaptive procedure on given answers and print every level");
    procedure->add_option("CONFIG", procedureRun.config, "A design, or its procedure object alone")
        ->required();
    procedure->add_option("--dimension", procedureRun.dimension,
                          "The design's dimension whose procedure is run");
    auto* responses = procedure->add_option("--responses", procedureRun.responses,
                                            "Answers, one a line: 1 or 0, or level and answer");
    procedure->add_option("--observer", procedureRun.observer, "Simulated participant (JSON)")
        ->excludes(responses);
    procedure->add_flag("--json", procedureRun.json, "One JSON object a line");

    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
        return program.exit(problem) == 0 ? kDone : kBadInput;
    }
    if (run->parsed()) {
        options.withWindow = display == "window";
        options.pace = pace == "fast" ? ui::Pace::fast : ui::Pace::real;
        if (*seedOption) {
            options.seed = parsedSeed(seed);
        }
        if (*maxOption) {
            options.maxTrials = maxTrials;
        }
        return runSession(argv, options);
    }
    if (check->parsed()) {
        return checkDesignFile(design, parsedScreen(screen));
    }
    if (soundDeviceList->parsed()) {
        std::cout << soundDevices();
        return kDone;
    }
    if (plan->parsed()) {
        return planDesign(design, planObserver, planSessions);
    }
    if (fit->parsed()) {
        fitOptions.posteriorMean = estimate == "mean";
        return fitCommand(fitOptions, std::cout, std::cerr);
    }
    if (procedure->parsed()) {
        runProcedure(procedureRun, std::cout);
        return kDone;
    }
    if (program.get_subcommands().empty()) {
        return runStartWindow(argv);
    }
    if (reports->parsed()) {
        return report(argv, database, cache, folder);
    }
    const ConsoleApplication application(argv); // the store's driver needs one
    if (list->parsed()) {
        return listSessions(database);
    }
    if (exports->parsed()) {
        const auto written = data::exportTables(
            data::TrialStore(database, data::TrialStore::Mode::readOnly), folder);
        std::cout << "Wrote " << written.trials + written.recognitionTrials << " trials of "
                  << written.sessions << " sessions to " << folder << "\n";
        return kDone;
    }
    return replaySession(database, session, references, cache);
}

} // namespace
} // namespace mlab::app

int main(int argc, char** argv)
{
    return mlab::app::runProgram("metamerlab", [&] { return mlab::app::dispatch(argc, argv); });
}
