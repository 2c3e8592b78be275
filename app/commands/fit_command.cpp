// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/fit_command.h"

#include "app/commands/commands.h"
#include "app/commands/json_output.h"
#include "app/program/exit_codes.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/number_text.h"
#include "core/document/warning_text.h"
#include "core/fits/level_bins.h"
#include "core/fits/psychometric_fit.h"
#include "core/report/threshold_estimate.h"
#include "core/trial/task.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdint>
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

void appendUtf8(std::string& out, std::uint32_t character)
{
    const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
    if (character < 0x80) {
        put(character);
    } else if (character < 0x800) {
        put(0xC0 | character >> 6U);
        put(0x80 | (character & 0x3FU));
    } else if (character < 0x10000) {
        put(0xE0 | character >> 12U);
        put(0x80 | (character >> 6U & 0x3FU));
        put(0x80 | (character & 0x3FU));
    } else {
        put(0xF0 | character >> 18U);
        put(0x80 | (character >> 12U & 0x3FU));
        put(0x80 | (character >> 6U & 0x3FU));
        put(0x80 | (character & 0x3FU));
    }
}

// Of UTF-16 as spreadsheets save it, after the byte order mark. Half a pair is passed on as it is:
// no column needs it.
std::string fromUtf16(std::string_view bytes, bool littleEndian)
{
    const auto unit = [&](std::size_t at) {
        const auto first = static_cast<unsigned char>(bytes[at]);
        const auto second = static_cast<unsigned char>(bytes[at + 1]);
        return static_cast<std::uint32_t>(littleEndian ? second << 8U | first
                                                       : first << 8U | second);
    };
    std::string out;
    for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
        auto character = unit(at);
        const auto next = at + 3 < bytes.size() ? unit(at + 2) : 0;
        if (character >= 0xD800 && character < 0xDC00 && next >= 0xDC00 && next < 0xE000) {
            character = 0x10000 + ((character - 0xD800) << 10U) + (next - 0xDC00);
            at += 2;
        }
        appendUtf8(out, character);
    }
    return out;
}

// As UTF-8 whose lines end with a line feed, whatever the program that wrote it ends them with.
std::string plainText(std::string_view bytes)
{
    std::string text;
    if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
        text = fromUtf16(bytes.substr(2), bytes.starts_with("\xFF\xFE"));
    } else {
        constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
        text = bytes.substr(bytes.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0);
    }
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\r') {
            out += text[i];
        } else if (i + 1 == text.size() || text[i + 1] != '\n') {
            out += '\n';
        }
    }
    return out;
}

// Programs whose decimals have a comma put semicolons between the columns.
char separatorOf(std::string_view text)
{
    const auto header = text.substr(0, text.find('\n', text.find_first_not_of('\n')));
    const auto count = [&](char c) { return std::ranges::count(header, c); };
    return count(';') > count(',') ? ';' : count('\t') > count(',') ? '\t' : ',';
}

// Records of fields, with where each began.
class CsvReader {
public:
    explicit CsvReader(std::string_view text) : text_(text), separator_(separatorOf(text)) {}

    char separator() const { return separator_; }

    /// The next record that is not an empty line; absent at the end.
    std::optional<std::vector<Field>> next()
    {
        while (!text_.empty()) {
            std::vector<Field> record = {field()};
            while (!text_.empty() && text_.front() == separator_) {
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
            } else if (!quoted && (next == separator_ || next == '\n')) {
                break;
            } else {
                out.text += take();
            }
        }
        const auto first = out.text.find_first_not_of(" \t");
        const auto last = out.text.find_last_not_of(" \t");
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
    char separator_;
    int line_ = 1;
    int column_ = 1;
};

// Where columns are not separated by commas, one may stand for the decimal point.
std::optional<double> numberIn(std::string text, char separator)
{
    if (separator != ',' && std::ranges::count(text, ',') == 1 &&
        std::ranges::count(text, '.') == 0) {
        std::ranges::replace(text, ',', '.');
    }
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
    ColumnReader(const std::string& file, char separator, std::vector<Diagnostic>& diagnostics)
        : file_(file), separator_(separator), diagnostics_(diagnostics)
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
        const auto value = numberIn(field.text, separator_);
        if (!value) {
            const bool comma = separator_ == ',' && field.text.find(',') != std::string::npos;
            complain(field, column,
                     field.text.empty()
                         ? "the number is missing"
                         : "\"" + field.text.substr(0, kLongestShown) + "\" is not a number" +
                               (comma ? "; write a decimal point, or separate the "
                                        "columns with semicolons"
                                      : ""));
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
    static constexpr std::size_t kLongestShown = 100;

    const std::string& file_;
    char separator_;
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
        std::ranges::transform(names.back(), names.back().begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
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
                                          : "; the first line names the columns, with commas, "
                                            "semicolons or tabs between them"),
                            misspelt ? name : "");
            usable = false;
        }
    }
    return usable ? std::optional(columns) : std::nullopt;
}

// Of a task of designs or of other experiments. Absent for yes/no.
std::optional<DiscriminationTask> decisionModelNamed(const std::string& name)
{
    static const std::map<std::string, DiscriminationTask> kOthers = {
        {"2afc", DiscriminationTask::twoAfc},
        {"3afc", DiscriminationTask::threeAfc},
        {"4afc", DiscriminationTask::fourAfc}};
    if (const auto other = kOthers.find(name); other != kOthers.end()) {
        return other->second;
    }
    const auto task = taskNamed(name);
    // The criterion of same-different is not in the table: an unbiased observer, as in the report.
    return task == Task::sameDifferent ? DiscriminationTask::sameDifferentIndependent
           : task                      ? decisionModelOf(*task)
                                       : std::nullopt;
}

PsychometricModel modelFor(const FitOptions& options)
{
    PsychometricModel model;
    const auto task = decisionModelNamed(options.task);
    if (task) {
        model.guess = chanceOf(*task);
    } else if (options.task == "yesno") {
        model.guessRate = GuessRate::free;
    } else {
        throw InvalidArgument("unknown task \"" + options.task + "\"");
    }
    if (options.sigmoid == "dprime") {
        if (!task) {
            throw InvalidArgument(
                "the share of correct answers in a yes/no task has no d' function: "
                "choose another sigmoid");
        }
        model.sigmoid = Sigmoid::forTask(*task);
    } else if (const auto shape = sigmoidShapeNamed(options.sigmoid)) {
        model.sigmoid = Sigmoid(*shape);
    } else {
        throw InvalidArgument("unknown sigmoid \"" + options.sigmoid + "\"");
    }
    return model;
}

nlohmann::ordered_json pseudoR2(const GoodnessOfFit& quality)
{
    return quality.pseudoR2 ? nlohmann::ordered_json(*quality.pseudoR2) : nullptr;
}

nlohmann::ordered_json resultOf(const FitOptions& options, const PsychometricModel& model,
                                const std::vector<LevelCounts>& data)
{
    const auto fit = fitPsychometric(data, model);
    const auto& estimate = options.estimate == "mean" ? fit.mean : fit.map;
    const auto& [probability, lower, upper] = fit.interval95();
    const auto quality = goodnessOfFit(fit, data, model, kBootstrapSamples, options.seed);
    nlohmann::ordered_json result = {{"threshold", estimate.threshold},
                                     {"width", estimate.width},
                                     {"lapse", estimate.lapse},
                                     {"guess", estimate.guess},
                                     {"eta", estimate.eta},
                                     {"threshold_ci95", {lower.threshold, upper.threshold}},
                                     {"width_ci95", {lower.width, upper.width}},
                                     {"deviance", quality.deviance},
                                     {"deviance_p", quality.p},
                                     {"pseudo_r2", pseudoR2(quality)},
                                     {"mae", quality.meanAbsoluteError},
                                     {"log_posterior", fit.logPosterior},
                                     {"warnings", warningTexts(fit.warnings)}};
    if (model.sigmoid.shape() == SigmoidShape::dPrime) {
        result["dprime_slope"] = model.sigmoid.dPrimeSlope(estimate.width);
    }
    return result;
}

// The numbers that the report has for the same trials.
nlohmann::ordered_json reportResultOf(const FitOptions& options, std::vector<LevelCounts> data)
{
    std::erase_if(data, [](const LevelCounts& row) { return row.total == 0; });
    if (data.empty()) {
        throw InvalidArgument("no trials to fit");
    }
    const auto task = decisionModelNamed(options.task);
    if (!task) {
        throw InvalidArgument("the report has no yes/no task: fit it without --as-report");
    }
    if (std::ranges::any_of(data, [](const LevelCounts& row) { return !(row.level > 0); })) {
        throw InvalidArgument("the report fits levels above 0 only: fit these without --as-report");
    }
    const auto fit = fitThreshold(data, binByLevel(data), *task, options.seed);
    const auto& [estimate, interval, mostLikely, level, bounds] = fit.estimate;
    const auto& [probability, lower, upper] = interval;
    return {{"threshold", estimate.threshold},
            {"width", estimate.width},
            {"lapse", estimate.lapse},
            {"guess", estimate.guess},
            {"threshold_ci95", {lower.threshold, upper.threshold}},
            {"width_ci95", {lower.width, upper.width}},
            {"deviance", fit.quality.deviance},
            {"deviance_p", fit.quality.p},
            {"pseudo_r2", pseudoR2(fit.quality)},
            {"mae", fit.quality.meanAbsoluteError},
            {"located", fit.located},
            {"warnings", warningTexts(fit.warnings)}};
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

std::vector<LevelCounts> readLevelCounts(std::string_view bytes, const std::string& file,
                                         std::vector<Diagnostic>& diagnostics)
{
    const auto text = plainText(bytes);
    CsvReader csv(text);
    const ColumnReader reader(file, csv.separator(), diagnostics);
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
    const auto rows = readLevelCounts(readText(options.dataFile), file, diagnostics);
    for (const auto& diagnostic : listed(diagnostics)) {
        problems << diagnostic.text() << "\n";
    }
    if (!diagnostics.empty()) {
        return kBadInput;
    }
    try {
        const auto data = pooledByLevel(rows);
        const auto result = options.asReport ? reportResultOf(options, data)
                                             : resultOf(options, modelFor(options), data);
        if (options.json) {
            writeJson(out, result);
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
        program.add("fit",
                    "Fit a psychometric function to the numbers of correct answers by level; rows "
                    "of equal levels are added up",
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
    command.add_option("--estimate", options->estimate, "Posterior maximum (map) or mean")
        ->check(names(kFitEstimates))
        ->capture_default_str();
    command
        .add_flag("--as-report", options->asReport,
                  "As the report fits trials: a Weibull function without overdispersion")
        ->excludes("--sigmoid")
        ->excludes("--estimate");
    command.add_option("--seed", options->seed, "Seed of the bootstrap behind deviance_p")
        ->capture_default_str();
    addJsonFlag(command, options->json);
}

} // namespace mlab::app
