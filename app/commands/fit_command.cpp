// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/fit_command.h"

#include "app/commands/commands.h"
#include "app/program/exit_codes.h"
#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/base/files.h"
#include "core/document/warning_text.h"
#include "core/fits/psychometric_fit.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <utility>

namespace mlab::app {
namespace {

constexpr int kBootstrapSamples = 400;

struct Field {
    std::string text;
    int line = 1;
    int column = 1;
};

// Records of fields, with where each began.
class CsvReader {
public:
    explicit CsvReader(std::string_view text) : text_(text)
    {
        constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
        if (text_.starts_with(kByteOrderMark)) {
            text_.remove_prefix(kByteOrderMark.size());
        }
    }

    /// The next record that is not an empty line; absent at the end.
    std::optional<std::vector<Field>> next()
    {
        while (!text_.empty()) {
            std::vector<Field> record = {field()};
            while (!text_.empty() && text_.front() == ',') {
                take();
                record.push_back(field());
            }
            if (!text_.empty()) {
                take(); // the line's end
            }
            if (record.size() > 1 || !record[0].text.empty()) {
                return record;
            }
        }
        return std::nullopt;
    }

private:
    Field field()
    {
        Field out{.text = {}, .line = line_, .column = column_};
        bool quoted = false;
        while (!text_.empty()) {
            const char next = text_.front();
            if (next == '"') {
                take();
                // Within quotes two of them stand for one.
                if (quoted && !text_.empty() && text_.front() == '"') {
                    out.text += take();
                } else {
                    quoted = !quoted;
                }
            } else if (!quoted && (next == ',' || next == '\n')) {
                break;
            } else {
                out.text += take();
            }
        }
        const auto first = out.text.find_first_not_of(" \t\r");
        const auto last = out.text.find_last_not_of(" \t\r");
        out.text = first == std::string::npos ? "" : out.text.substr(first, last - first + 1);
        return out;
    }

    char take()
    {
        const char taken = text_.front();
        text_.remove_prefix(1);
        if (taken == '\n') {
            ++line_;
            column_ = 1;
        } else if ((static_cast<unsigned char>(taken) & 0xC0U) != 0x80U) {
            ++column_; // not a continuation byte of UTF-8
        }
        return taken;
    }

    std::string_view text_;
    int line_ = 1;
    int column_ = 1;
};

std::optional<double> numberIn(const std::string& text)
{
    double value = 0.0;
    const char* end = text.data() + text.size();
    const auto [stop, problem] = std::from_chars(text.data(), end, value);
    if (problem != std::errc() || stop != end || !std::isfinite(value)) {
        return std::nullopt;
    }
    return value;
}

// Takes the fields of one column, noting what is wrong with them.
class ColumnReader {
public:
    ColumnReader(const std::string& file, std::vector<Diagnostic>& diagnostics)
        : file_(file), diagnostics_(diagnostics)
    {
    }

    void complain(const Field& at, const std::string& column, const std::string& message,
                  const std::string& suggestion = {}) const
    {
        diagnostics_.push_back({.file = file_,
                                .line = at.line,
                                .column = at.column,
                                .pointer = "/" + column,
                                .message = message,
                                .suggestion = suggestion});
    }

    std::optional<double> number(const Field& field, const std::string& column) const
    {
        const auto value = numberIn(field.text);
        if (!value) {
            complain(field, column,
                     field.text.empty() ? "the number is missing"
                                        : "\"" + field.text + "\" is not a number");
        }
        return value;
    }

    std::optional<double> count(const Field& field, const std::string& column) const
    {
        const auto value = number(field, column);
        if (value && (*value < 0 || *value != std::floor(*value) || *value > 1e15)) {
            complain(field, column,
                     field.text + " is not a number of trials: it must be whole and not negative");
            return std::nullopt;
        }
        return value;
    }

private:
    const std::string& file_;
    std::vector<Diagnostic>& diagnostics_;
};

const std::vector<std::string> kColumns = {"level", "n_correct", "n_total"};

// The index of each of kColumns in the header.
std::optional<std::map<std::string, std::size_t>> columnsIn(const std::vector<Field>& header,
                                                            const ColumnReader& reader)
{
    std::vector<std::string> names;
    names.reserve(header.size());
    for (const auto& field : header) {
        names.push_back(field.text);
    }
    std::map<std::string, std::size_t> columns;
    bool usable = true;
    for (const auto& name : kColumns) {
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (names[i] == name && !columns.try_emplace(name, i).second) {
                reader.complain(header[i], name, "two columns have this name");
                usable = false;
            }
        }
        if (!columns.contains(name)) {
            // A column that is taken by its right name is not a misspelling of this one.
            const auto near = nearestName(name, names);
            const bool misspelt =
                near && std::find(kColumns.begin(), kColumns.end(), *near) == kColumns.end();
            const auto at = misspelt
                                ? static_cast<std::size_t>(
                                      std::find(names.begin(), names.end(), *near) - names.begin())
                                : 0;
            reader.complain(header[at], misspelt ? *near : "",
                            "the header has no column \"" + name + "\"" +
                                (misspelt ? ""
                                          : "; the first line names the columns, with commas "
                                            "between them"),
                            misspelt ? name : "");
            usable = false;
        }
    }
    return usable ? std::optional(columns) : std::nullopt;
}

PsychometricModel modelFor(const FitOptions& options)
{
    static const std::map<std::string, DiscriminationTask> kTasks = {
        {"2afc", DiscriminationTask::twoAfc},
        {"3afc", DiscriminationTask::threeAfc},
        {"4afc", DiscriminationTask::fourAfc},
        // References change from trial to trial, so that a participant can only compare.
        {"abx", DiscriminationTask::abxDifferencing},
        {"oddity", DiscriminationTask::oddity}};
    PsychometricModel model;
    const auto task = kTasks.find(options.task);
    if (task != kTasks.end()) {
        model.guess = chanceOf(task->second);
    } else if (options.task == "yesno") {
        model.guessRate = GuessRate::free;
    } else {
        throw InvalidArgument("unknown task \"" + options.task + "\"");
    }
    if (options.sigmoid == "dprime") {
        if (task == kTasks.end()) {
            throw InvalidArgument(
                "the share of correct answers in a yes/no task has no d' function: "
                "choose another sigmoid");
        }
        model.sigmoid = Sigmoid::forTask(task->second);
    } else if (const auto shape = sigmoidShapeNamed(options.sigmoid)) {
        model.sigmoid = Sigmoid(*shape);
    } else {
        throw InvalidArgument("unknown sigmoid \"" + options.sigmoid + "\"");
    }
    return model;
}

nlohmann::ordered_json resultOf(const FitOptions& options, const PsychometricModel& model,
                                const std::vector<LevelCounts>& data)
{
    const auto fit = fitPsychometric(data, model);
    const auto& estimate = options.posteriorMean ? fit.mean : fit.map;
    const auto& [probability, lower, upper] = fit.interval95();
    nlohmann::ordered_json result = {
        {"threshold", estimate.threshold},
        {"width", estimate.width},
        {"lapse", estimate.lapse},
        {"guess", estimate.guess},
        {"eta", estimate.eta},
        {"threshold_ci95", {lower.threshold, upper.threshold}},
        {"width_ci95", {lower.width, upper.width}},
        {"deviance", fit.deviance},
        {"deviance_p", deviancePValue(fit, data, model, kBootstrapSamples, options.seed)},
        {"log_posterior", fit.logPosterior},
        {"warnings", warningTexts(fit.warnings)}};
    if (model.sigmoid.shape() == SigmoidShape::dPrime) {
        result["dprime_slope"] = model.sigmoid.dPrimeSlope(estimate.width);
    }
    return result;
}

// Four digits are more than a fit deserves; the JSON has them all.
std::string forReading(const nlohmann::ordered_json& value)
{
    return value.is_number() ? roundedNumber(value.get<double>()) : value.dump();
}

void writeText(const nlohmann::ordered_json& result, std::ostream& out)
{
    for (const auto& [name, value] : result.items()) {
        if (name == "warnings") {
            for (const auto& warning : value) {
                out << "warning         " << warning.get<std::string>() << "\n";
            }
        } else {
            out << name << std::string(16 - std::min<std::size_t>(name.size(), 15), ' ')
                << (value.is_array() ? forReading(value[0]) + " to " + forReading(value[1])
                                     : forReading(value))
                << "\n";
        }
    }
}

} // namespace

std::vector<LevelCounts> readLevelCounts(std::string_view text, const std::string& file,
                                         std::vector<Diagnostic>& diagnostics)
{
    const ColumnReader reader(file, diagnostics);
    CsvReader csv(text);
    const auto header = csv.next();
    if (!header) {
        reader.complain({}, "",
                        "the file is empty: its first line names the columns level, "
                        "n_correct and n_total");
        return {};
    }
    const auto columns = columnsIn(*header, reader);
    std::vector<LevelCounts> data;
    while (columns) {
        const auto record = csv.next();
        if (!record) {
            break;
        }
        if (record->size() != header->size()) {
            reader.complain(record->front(), "",
                            "this line has " + std::to_string(record->size()) +
                                " fields, the header has " + std::to_string(header->size()));
            continue;
        }
        const auto field = [&](const std::string& name) -> const Field& {
            return (*record)[columns->at(name)];
        };
        const auto level = reader.number(field("level"), "level");
        const auto correct = reader.count(field("n_correct"), "n_correct");
        const auto total = reader.count(field("n_total"), "n_total");
        if (correct && total && *correct > *total) {
            reader.complain(field("n_correct"), "n_correct",
                            field("n_correct").text + " correct answers are more than the " +
                                field("n_total").text + " trials");
        }
        data.push_back({level.value_or(0.0), correct.value_or(0.0), total.value_or(0.0)});
    }
    return data;
}

int fitCommand(const FitOptions& options, std::ostream& out, std::ostream& problems)
{
    const std::string file = options.dataFile.string();
    std::vector<Diagnostic> diagnostics;
    const auto data = readLevelCounts(readFile(options.dataFile), file, diagnostics);
    for (const auto& diagnostic : diagnostics) {
        problems << diagnostic.text() << "\n";
    }
    if (!diagnostics.empty()) {
        return kBadInput;
    }
    try {
        const auto result = resultOf(options, modelFor(options), data);
        if (options.json) {
            out << result.dump(2) << "\n";
        } else {
            writeText(result, out);
        }
    } catch (const InvalidArgument& problem) {
        problems << file << ": " << problem.what() << "\n";
        return kBadInput;
    }
    return kDone;
}

void addFit(CommandLine& program)
{
    auto options = std::make_shared<FitOptions>();
    auto& command =
        program.add("fit", "Fit a psychometric function to the numbers of correct answers by level",
                    [options] { return fitCommand(*options, std::cout, std::cerr); });
    const auto names = [](const auto& all) {
        return oneOf(std::vector<std::string>(all.begin(), all.end()));
    };
    command
        .add_option("DATA", options->dataFile, "CSV with the columns level, n_correct and n_total")
        ->required();
    command.add_option("--task", options->task, "Task of the participants")
        ->check(names(kFitTasks))
        ->required();
    command
        .add_option("--sigmoid", options->sigmoid,
                    "Shape; dprime: the threshold is where d' is 1, one scale for all tasks")
        ->check(names(kFitSigmoids))
        ->capture_default_str();
    command
        .add_option_function<std::string>(
            "--estimate",
            [options](const std::string& estimate) { options->posteriorMean = estimate == "mean"; },
            "Posterior maximum (map) or mean")
        ->check(oneOf({"map", "mean"}))
        ->default_str("map");
    command.add_option("--seed", options->seed, "Seed of the bootstrap behind deviance_p")
        ->capture_default_str();
    command.add_flag("--json", options->json, "Print one JSON object instead of text");
}

} // namespace mlab::app
