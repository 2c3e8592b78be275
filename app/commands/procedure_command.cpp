// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/procedure_command.h"

#include "app/commands/commands.h"
#include "app/program/design_input.h"
#include "app/program/exit_codes.h"
#include "core/base/diagnostic.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/number_text.h"
#include "core/base/random_stream.h"
#include "core/psychometrics/weibull.h"
#include "core/trial/dimension.h"
#include "experiments/design/procedure_reader.h"
#include "experiments/observers/observer.h"
#include "experiments/observers/observer_file.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdint>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

namespace mlab::app {
namespace {

using Json = nlohmann::ordered_json;

struct Shown {
    double level; ///< SD
    bool correct;
    bool sameTrial = false;
};

/// The next answer to a requested level; nothing when no answers are left.
using Answers = std::function<std::optional<Shown>(double level)>;

Answers answersOf(const std::filesystem::path& file)
{
    struct Line {
        std::optional<double> level;
        bool correct;
    };
    std::vector<Line> lines;
    std::istringstream text(readText(file));
    std::string line;
    for (int number = 1; std::getline(text, line); ++number) {
        std::istringstream words(line);
        std::vector<double> values;
        for (double value = 0; words >> value;) {
            values.push_back(value);
        }
        if (values.empty() && words.eof()) {
            continue;
        }
        const bool answer = !values.empty() && (values.back() == 0 || values.back() == 1);
        if (!words.eof() || !answer || values.size() > 2) {
            throw InvalidArgument(file.string() + ":" + std::to_string(number) +
                                  ": expected an answer, 1 (right) or 0 (wrong), or the level "
                                  "shown and an answer, found \"" +
                                  line + "\"");
        }
        lines.push_back({values.size() == 2 ? std::optional(values.front()) : std::nullopt,
                         values.back() == 1});
    }
    return [lines = std::move(lines), next = std::size_t{0}](double level) mutable {
        if (next == lines.size()) {
            return std::optional<Shown>();
        }
        const Line& answered = lines[next++];
        return std::optional<Shown>({answered.level.value_or(level), answered.correct});
    };
}

Answers observerOf(const std::filesystem::path& file)
{
    std::vector<Diagnostic> problems;
    const auto document = readInput(
        [&] { return experiments::LocatedJson::parse(readText(file), file.string(), problems); });
    Weibull observer;
    std::uint64_t seed = 0;
    if (document) {
        experiments::ObserverFile numbers(*document, problems);
        if (numbers.isObject("")) {
            const auto read = [&](const char* key, const experiments::NumberRange& range) {
                return numbers.number("", key, true, range).value_or(0.0);
            };
            observer = {
                .threshold = read("threshold_sd", experiments::kThresholdRange),
                .slope = read("slope", experiments::kSlopeRange),
                .chance =
                    numbers.number("", "chance", false, experiments::kShareRange).value_or(0.5),
                .lapse = read("lapse", experiments::kLapseRange)};
            seed = numbers.seed().value_or(0);
            if (observer.chance + observer.lapse > 1) {
                numbers.reportKey("/lapse", "chance and lapse together are above 1");
            }
            if (numbers.has("", "by_dimension", false)) {
                numbers.reportKey("/by_dimension",
                                  "these are values for single dimensions; name one of the "
                                  "design's dimensions with --dimension");
            }
        }
    }
    if (!problems.empty()) {
        throw BadInput(listed(std::move(problems)));
    }
    return [observer, stream = RandomStream(seed, "observer")](double level) mutable {
        const bool correct = stream.uniform() < observer.probabilityCorrect(level);
        return std::optional<Shown>({level, correct});
    };
}

/// The answers of a session's simulated participant to one dimension, in the task of the design.
Answers observerOf(const std::filesystem::path& file, const experiments::Design& design,
                   const Dimension& dimension)
{
    auto check = readInput([&] { return experiments::readObserver(file, design); });
    if (!check.observer) {
        throw BadInput(std::move(check.diagnostics));
    }
    return [observer = *check.observer, task = design.task, dimension,
            stream = RandomStream(check.observer->seed(), "observer")](double level) mutable {
        const auto& orders = intervalOrdersOf(task);
        const bool same = correctAnswer(task, orders[stream.below(orders.size())]) == Answer::same;
        const bool correct = stream.uniform() < observer.probabilityCorrect(dimension, level, same);
        return std::optional<Shown>({level, correct, same});
    };
}

const experiments::MeasuredDimension& measuredOf(const experiments::Design& design,
                                                 const std::string& id)
{
    requireDimensions(design);
    std::vector<std::string> known;
    for (const auto& measured : design.dimensions) {
        known.push_back(measured.dimension.id());
        if (known.back() == id) {
            return measured;
        }
    }
    const auto nearest = nearestName(id, known);
    throw InvalidArgument(
        design.path.string() + " has no dimension " + id +
        (nearest ? "; did you mean " + *nearest + "?" : "; its first one is " + known.front()));
}

Json stateOf(const Procedure& procedure, const Shown& shown)
{
    Json out = {{"trial", procedure.trials()}, {"level", shown.level},
                {"correct", shown.correct},    {"estimate", nullptr},
                {"interval", nullptr},         {"progress", procedure.progress()}};
    if (const auto estimate = procedure.estimate()) {
        out["estimate"] = estimate->threshold;
        if (estimate->interval) {
            out["interval"] = {estimate->interval->low, estimate->interval->high};
        }
    }
    return out;
}

std::string lineOf(const Json& state)
{
    const auto number = [](const Json& value) {
        return value.is_null() ? std::string("-") : roundedNumber(value.get<double>());
    };
    const auto& interval = state.at("interval");
    const bool known = !interval.is_null();
    return std::to_string(state.at("trial").get<int>()) + '\t' + number(state.at("level")) + '\t' +
           (state.at("correct").get<bool>() ? "right" : "wrong") + '\t' +
           number(state.at("estimate")) + '\t' + (known ? number(interval[0]) : "-") + '\t' +
           (known ? number(interval[1]) : "-");
}

} // namespace

void runProcedure(const ProcedureRun& run, std::ostream& out)
{
    if (run.responses.empty() == run.observer.empty()) {
        throw InvalidArgument("give either --responses or --observer");
    }
    std::optional<ProcedureSpec> spec;
    Answers answers;
    if (run.dimension.empty()) {
        auto check = experiments::checkProcedure(readText(run.config), run.config);
        if (!check.spec) {
            throw BadInput(std::move(check.diagnostics));
        }
        spec = std::move(check.spec);
        answers = run.observer.empty() ? answersOf(run.responses) : observerOf(run.observer);
    } else {
        auto check = readInput([&] { return experiments::readDesign(run.config, {}); });
        if (!check.design) {
            throw BadInput(std::move(check.diagnostics));
        }
        const auto& measured = measuredOf(*check.design, run.dimension);
        spec = measured.procedure;
        answers = run.observer.empty()
                      ? answersOf(run.responses)
                      : observerOf(run.observer, *check.design, measured.dimension);
    }
    Procedure procedure(*spec);
    if (!run.json) {
        out << "trial\tlevel\tanswer\testimate\tlow\thigh\n";
    }
    while (!procedure.finished()) {
        const auto shown = answers(procedure.nextLevel());
        if (!shown) {
            break;
        }
        procedure.tell(shown->level, shown->correct, false, shown->sameTrial);
        const Json state = stateOf(procedure, *shown);
        out << (run.json ? state.dump() : lineOf(state)) << '\n';
    }
    if (procedure.finished() && run.observer.empty() && answers(0.0)) {
        throw InvalidArgument(run.responses.string() + " has more answers than the " +
                              std::to_string(procedure.trials()) + " trials of this procedure");
    }
    const auto reason = procedure.stopReason();
    if (run.json) {
        const Json end = {
            {"procedure", procedureName(*spec)},
            {"finished", procedure.finished()},
            {"reason", reason ? Json(toString(*reason)) : Json()},
            {"next_level", procedure.finished() ? Json() : Json(procedure.nextLevel())}};
        out << end.dump() << '\n';
    } else if (reason) {
        out << procedureName(*spec) << ": finished (" << toString(*reason) << ")\n";
    } else {
        out << procedureName(*spec) << ": not finished, the next level is "
            << roundedNumber(procedure.nextLevel()) << "\n";
    }
}

void addProcedure(CommandLine& program)
{
    auto options = std::make_shared<ProcedureRun>();
    auto& command = program.add(
        "procedure", "Run an adaptive procedure on given answers and print every level", [options] {
            runProcedure(*options, std::cout);
            return static_cast<int>(kDone);
        });
    command
        .add_option("CONFIG", options->config, "Design file, or a file with its procedure alone")
        ->required();
    command.add_option("--dimension", options->dimension,
                       "Dimension of the design whose procedure is run");
    auto* responses =
        command.add_option("--responses", options->responses,
                           "File of answers, one per line: 1 or 0, or the level and 1 or 0");
    command.add_option("--observer", options->observer, "Simulated participant (JSON)")
        ->excludes(responses);
    command.add_flag("--json", options->json, "Print one JSON object per line");
}

} // namespace mlab::app
