// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/commands.h"
#include "app/commands/engine_options.h"
#include "app/commands/problem_dialog.h"
#include "app/program/exit_codes.h"
#include "app/session/application.h"
#include "app/session/run_session.h"

#include <CLI/CLI.hpp>

#include <charconv>
#include <iostream>
#include <memory>
#include <optional>

namespace mlab::app {
namespace {

// Not CLI11's own reading of unsigned numbers, which wraps negative ones around.
std::optional<std::uint64_t> parsedSeed(const std::string& text)
{
    std::uint64_t seed = 0;
    const char* end = text.data() + text.size();
    const auto [stop, problem] = std::from_chars(text.data(), end, seed);
    return problem == std::errc() && stop == end ? std::optional(seed) : std::nullopt;
}

std::string seedProblem(const std::string& text)
{
    return parsedSeed(text) ? std::string() : "a whole number from 0 to 2^64 - 1, not " + text;
}

std::string trialsProblem(const std::string& text)
{
    int trials = 0;
    return CLI::detail::lexical_cast(text, trials) && trials >= 1 ? std::string()
                                                                  : "at least 1 trial, not " + text;
}

/// The options, and those of them that need another form.
struct RunOptions {
    LiveSessionOptions session;
    std::string display = "window";
    std::string pace = "real";
};

int run(char** argv, LiveSessionOptions options)
{
    options.cacheFolder = cacheFolderOr(options.cacheFolder);
    const auto repeats = [&] {
        const auto finished = finishedBefore(options);
        if (finished) {
            std::cout << "Session " << finished->header.sessionId << " is finished ("
                      << finished->trialCount << " trials); nothing was done. To start another "
                      << "session, add --new.\n";
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
        showProblem(end, "Fix the problem, then run the same command to resume the session.");
    }
    return sayHowItEnded(end);
}

void addSoundOptions(CLI::App& command, SoundOptions& sound)
{
    command.add_option("--sound-device", sound.device,
                       "\"HOST API: NAME\", as listed by sound-devices (default: the system's "
                       "default device)");
    command.add_option("--sound-latency", sound.latencyMs, "Latency requested from the device, ms")
        ->check(CLI::Range(1.0, 1000.0))
        ->capture_default_str();
    command
        .add_option("--sound-bits", sound.bits, "Bits per sample (default: those of the sounds)")
        ->check(CLI::IsMember({16, 24}));
    auto* level = command.add_option("--sound-level", sound.levelDbSpl,
                                     "Level of the sounds, dB SPL; needs a calibrated device");
    command
        .add_option("--sound-attenuation", sound.attenuationDb,
                    "Attenuate the sounds by this many dB")
        ->check(CLI::Range(0.0, 100.0))
        ->excludes(level);
}

} // namespace

void addRun(CommandLine& program, char** argv)
{
    auto given = std::make_shared<RunOptions>();
    auto& options = given->session;
    auto& command =
        program.add("run", "Run a session, or resume one that was interrupted", [given, argv] {
            given->session.withWindow = given->display == "window";
            given->session.pace = given->pace == "fast" ? ui::Pace::fast : ui::Pace::real;
            return run(argv, given->session);
        });
    command.add_option("DESIGN", options.designFile, "Design file")->required();
    command.add_option("--db", options.databaseFile, "Trial store; created if it does not exist")
        ->required();
    command.add_option("--participant", options.participant, "Participant ID")->required();
    command
        .add_option_function<std::string>(
            "--seed", [given](const std::string& text) { given->session.seed = parsedSeed(text); },
            "Seed of a new session (default: random), or of the session to resume")
        ->check(seedProblem);
    command.add_option("--references", options.references,
                       "Folder of pictures or sounds that replaces the design's references");
    command.add_option("--observer", options.observerFile, "Simulated participant (JSON)");
    command.add_option("--display", given->display, "window, or none for a simulated participant")
        ->check(oneOf({"window", "none"}))
        ->capture_default_str();
    command.add_option("--pace", given->pace, "real, or fast for a simulated participant")
        ->check(oneOf({"real", "fast"}))
        ->capture_default_str();
    command.add_option("--max-trials", options.maxTrials, "Stop after this many trials")
        ->check(trialsProblem);
    command.add_flag("--windowed", options.windowed, "Use a window instead of the full screen");
    command.add_option("--screen", options.screen, "Number of the screen, from 0")
        ->capture_default_str();
    addSoundOptions(command, options.soundOptions);
    command.add_flag("--new", options.startNew, "Start a new session even if one can be resumed");
    command.add_flag_callback(
        "--quick", [given] { given->session.measureReach = false; },
        "Do not measure first how far references can be moved; trials may then ask for levels that "
        "cannot be shown");
    addEngineOptions(command, options.cacheFolder, options.compute, "all cores but one");
    command
        .add_option("--look-ahead", options.lookAheadDepth,
                    "Number of trials for which probes are made in advance")
        ->check(CLI::Range(0, 12))
        ->capture_default_str();
}

} // namespace mlab::app
