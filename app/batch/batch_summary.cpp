// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/batch/batch_summary.h"

#include "core/base/csv.h"
#include "core/base/distinct_names.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/markup_text.h"
#include "core/base/number_text.h"
#include "core/trial/dimension.h"
#include "stimuli/measures/likeness.h"
#include "stimuli/sources/stimulus_kind.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>
#include <system_error>
#include <utility>

namespace mlab::app {
namespace {

std::string number(double value)
{
    return std::isfinite(value) ? shortNumber(value) : "";
}

std::string yesNo(const std::optional<bool>& value)
{
    return !value ? "" : *value ? "true" : "false";
}

// To three digits, for reading.
std::string rounded(double value)
{
    if (!std::isfinite(value)) {
        return "infinite";
    }
    std::array<char, 32> text{};
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 3);
    return {text.data(), end.ptr};
}

const Stimulus& stimulusOf(const SummaryRow& row)
{
    return row.metamer      ? row.metamer->stimulus
           : row.distortion ? row.distortion->shown.stimulus
                            : row.probe->stimulus;
}

/// The files of a summary, in the order of its references and rows; a row that is not there has
/// none.
struct ItemFiles {
    std::vector<std::string> references;
    std::vector<std::string> rows;
};

ItemFiles filesOf(const std::vector<SummaryRow>& rows,
                  const std::vector<stimuli::NamedStimulus>& references)
{
    DistinctNames names;
    const auto file = [&](const std::string& name, const Stimulus& stimulus) {
        return "items/" + names.take(name) + std::string(stimuli::fileEnding(stimulus));
    };
    ItemFiles files;
    for (const auto& reference : references) {
        files.references.push_back(file("reference-" + reference.id, reference.stimulus));
    }
    for (const auto& row : rows) {
        files.rows.push_back(row.isThere() ? file(row.name(), stimulusOf(row)) : "");
    }
    return files;
}

// The direction itself, beside the picture or sound that shows it.
std::string directionFile(const std::string& shown)
{
    return std::filesystem::path(shown).replace_extension(".safetensors").string();
}

// An upper bound of the probability that a random pair does as well on the measure on which the
// metamer does worst.
double chanceOf(const SummaryRow& row)
{
    return std::max({row.null.spearman.pValue(row.match.spearman),
                     row.null.pearson.pValue(row.match.pearson),
                     row.null.snrDb.pValue(row.match.snrDb)});
}

// A column and what stands in it.
using Cells = std::vector<std::pair<std::string, std::string>>;

// What all kinds end with.
void addCommon(Cells& cells, const SummaryRow& row, const stimuli::StimulusMetrics& metrics,
               const std::string& file)
{
    const auto& stimulus = stimulusOf(row);
    const auto& kind = stimuli::kindOf(stimulus);
    const auto measures = stimuli::toJson(metrics);
    for (const auto& [name, value] : measures.items()) {
        // The SNR of a metamer's activations is snr_db.
        cells.emplace_back(name == "snr_db" ? std::string(kind.folder().what) + "_snr_db" : name,
                           value.is_null() ? "" : number(value.get<double>()));
    }
    cells.emplace_back(kind.hashKey(), sha256Of(stimulus));
    cells.emplace_back(kind.fileColumn(), file);
    cells.emplace_back("problem", row.problem);
}

Cells metamerCells(const SummaryRow& row, const std::string& file)
{
    const auto& metamer = *row.metamer;
    Cells cells = {{"item", row.name()},
                   {"layer", row.layer},
                   {"reference_id", row.referenceId},
                   {"seed", std::to_string(row.seed)},
                   {"status", toString(metamer.outcome.status)},
                   {"accepted", yesNo(row.accepted)},
                   {"loss", number(metamer.loss)},
                   {"loss_before_rounding", number(metamer.outcome.loss)},
                   {"steps", std::to_string(metamer.outcome.steps)},
                   {"evaluations", std::to_string(metamer.outcome.evaluations)},
                   {"spearman", number(row.match.spearman)},
                   {"pearson", number(row.match.pearson)},
                   {"snr_db", number(row.match.snrDb)},
                   {"snr_db_published", number(publishedSnrDb(row.match))},
                   {"null_pairs", std::to_string(row.null.pairs())},
                   {"null_p", number(chanceOf(row))},
                   {"null_spearman_max", number(row.null.spearman.maximum())},
                   {"null_pearson_max", number(row.null.pearson.maximum())},
                   {"null_snr_db_max", number(row.null.snrDb.maximum())},
                   {"original_class", metamer.originalClass},
                   {"metamer_class", metamer.metamerClass},
                   {"same_class", yesNo(metamer.sameClass())}};
    addCommon(cells, row, metamer.metrics, file);
    return cells;
}

Cells probeCells(const SummaryRow& row, const std::string& file)
{
    const auto& probe = *row.probe;
    Cells cells = {{"item", row.name()},
                   {"layer", row.layer},
                   {"component", std::to_string(row.component)},
                   {"direction", row.direction},
                   {"level_requested", number(row.level)},
                   {"reference_id", row.referenceId},
                   {"level_achieved", number(probe.levelAchieved)},
                   {"residual_max", number(probe.residualMax)},
                   {"converged", yesNo(probe.converged)}};
    addCommon(cells, row, probe.metrics, file);
    return cells;
}

Cells distortionCells(const SummaryRow& row, const std::string& file)
{
    const auto& [distortion, shown, thresholds, metrics] = *row.distortion;
    Cells cells = {{"item", row.name()},
                   {"layer", row.layer},
                   {"distortion", row.distortionKind},
                   {"direction", row.direction},
                   {"level_requested", number(row.level)},
                   {"reference_id", row.referenceId},
                   {"level_achieved", number(shown.levelAchieved)},
                   {"rest", number(shown.rest)},
                   {"level_reached", yesNo(shown.converged)},
                   {"residual", number(distortion.residual)},
                   {"iterations", std::to_string(distortion.iterations)},
                   {"converged", yesNo(distortion.converged)}};
    for (std::size_t network = 0; network < thresholds.size(); ++network) {
        // The study's own model, then the others in their order.
        const auto prefix = network == 0 ? "" : "other_" + std::to_string(network) + "_";
        cells.emplace_back(prefix + "sensitivity", number(distortion.sensitivities[network]));
        cells.emplace_back(prefix + "predicted_threshold", number(thresholds[network]));
        cells.emplace_back(prefix + "units", std::to_string(distortion.units[network]));
    }
    cells.emplace_back("distortion_file", directionFile(file));
    addCommon(cells, row, metrics, file);
    return cells;
}

Cells missingCells(const SummaryRow& row)
{
    return {{"item", row.name()}, {"problem", row.problem.empty() ? "not made yet" : row.problem}};
}

// The columns are those of the first item that has been made; an item that has not been made has
// two of them.
std::string table(const std::vector<SummaryRow>& rows, const ItemFiles& files)
{
    std::vector<std::string> columns;
    std::vector<Cells> lines;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& row = rows[i];
        lines.push_back(row.metamer      ? metamerCells(row, files.rows[i])
                        : row.probe      ? probeCells(row, files.rows[i])
                        : row.distortion ? distortionCells(row, files.rows[i])
                                         : missingCells(row));
        if (columns.size() < lines.back().size()) {
            columns.clear();
            for (const auto& cell : lines.back()) {
                columns.push_back(cell.first);
            }
        }
    }
    std::string text = csvRecord(columns);
    for (const auto& line : lines) {
        std::vector<std::string> fields;
        for (const auto& column : columns) {
            const auto cell = std::ranges::find(line, column, &Cells::value_type::first);
            fields.push_back(cell == line.end() ? "" : cell->second);
        }
        text += csvRecord(fields);
    }
    return text;
}

constexpr const char* kStyle = R"(
body { font: 14px/1.4 sans-serif; margin: 2em; color: #222; }
h2 { margin: 1.6em 0 0.4em; }
figure { display: inline-block; margin: 0 10px 14px 0; width: 132px; vertical-align: top; }
img { width: 128px; height: 128px; image-rendering: pixelated; border: 2px solid #bbb; }
figcaption { font-size: 11px; overflow-wrap: anywhere; }
audio { width: 128px; height: 32px; border: 2px solid #bbb; }
.good img, .good audio { border-color: #2a7d2a; }
.bad img, .bad audio { border-color: #c22; }
.bad figcaption b { color: #c22; }
@media print { body { margin: 0; } figure { break-inside: avoid; } }
)";

// A file's name as an address: what has a meaning there, and what is not ASCII, as %XX (RFC 3986).
std::string address(const std::string& path)
{
    constexpr std::string_view kPlain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    for (const char c : path) {
        if (kPlain.find(c) != std::string_view::npos) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += kDigits[byte / 16];
            out += kDigits[byte % 16];
        }
    }
    return out;
}

std::string figure(const std::string& file, const Stimulus& stimulus, const std::string& kind,
                   const std::string& caption)
{
    return "<figure class=\"" + kind + "\">" +
           stimuli::kindOf(stimulus).htmlElement(address(file), escaped(file)) + "<figcaption>" +
           caption + "</figcaption></figure>\n";
}

std::string likenessText(const stimuli::StimulusMetrics& metrics)
{
    const auto best = stimuli::likeness(metrics);
    return best.name + " " +
           (!best.value         ? "infinite"
            : best.unit.empty() ? rounded(*best.value)
                                : rounded(*best.value) + " " + best.unit);
}

std::string caption(const SummaryRow& row)
{
    std::string text = escaped(row.referenceId);
    if (row.metamer) {
        text += " <b>" + std::string(*row.accepted ? "accepted" : "not accepted") + "</b>, seed " +
                std::to_string(row.seed) + "<br>loss " + rounded(row.metamer->loss) + ", SNR " +
                rounded(row.match.snrDb) + " dB<br>r " + rounded(row.match.pearson) + ", rho " +
                rounded(row.match.spearman);
        if (!row.metamer->originalClass.empty()) {
            text += "<br>" + escaped(row.metamer->originalClass) + " &rarr; " +
                    escaped(row.metamer->metamerClass);
        }
    } else if (row.distortion) {
        const auto& [distortion, shown, thresholds, metrics] = *row.distortion;
        text += " <b>" +
                std::string(!distortion.converged ? "not converged "
                            : !shown.converged    ? "out of reach "
                                                  : "") +
                "</b>" + row.direction + " " + number(row.level) + " %<br>predicted threshold";
        for (std::size_t network = 0; network < thresholds.size(); ++network) {
            text += (network == 0 ? " " : ", ") + rounded(thresholds[network]) + " %";
        }
    } else {
        text += " <b>" + std::string(row.probe->converged ? "" : "out of reach ") + "</b>" +
                row.direction + " " + number(row.level) + " SD<br>achieved " +
                rounded(row.probe->levelAchieved) + "<br>" + likenessText(row.probe->metrics);
    }
    return text;
}

std::string heading(const SummaryRow& row)
{
    return row.kind == "metamer"      ? row.layer
           : row.kind == "distortion" ? row.layer + ", " + row.distortionKind
                                      : row.layer + ", component " + std::to_string(row.component);
}

std::string page(const std::string& studyName, const std::vector<SummaryRow>& rows,
                 const std::vector<stimuli::NamedStimulus>& references, const ItemFiles& files)
{
    std::string body = "<h1>" + escaped(studyName) + "</h1>\n<h2>References</h2>\n";
    for (std::size_t i = 0; i < references.size(); ++i) {
        body += figure(files.references[i], references[i].stimulus, "", escaped(references[i].id));
    }
    std::string section;
    std::string missing;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& row = rows[i];
        if (!row.isThere()) {
            missing += "<li>" + escaped(row.name()) + ": " +
                       escaped(row.problem.empty() ? "not made yet" : row.problem) + "</li>\n";
            continue;
        }
        if (heading(row) != section) {
            section = heading(row);
            body += "<h2>" + escaped(section) + "</h2>\n";
        }
        const bool good = row.metamer      ? *row.accepted
                          : row.distortion ? row.problem.empty()
                                           : row.probe->converged;
        body += figure(files.rows[i], stimulusOf(row), good ? "good" : "bad", caption(row));
    }
    if (!missing.empty()) {
        body += "<h2>Not there</h2>\n<ul>\n" + missing + "</ul>\n";
    }
    return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" +
           escaped(studyName) + "</title><style>" + kStyle + "</style></head>\n<body>\n" + body +
           "</body></html>\n";
}

} // namespace

std::string SummaryRow::name() const
{
    if (kind == "metamer") {
        return layer + "-" + referenceId + "-seed" + std::to_string(seed);
    }
    if (kind == "probe") {
        return layer + "-" + std::to_string(component) + "-" + direction + "-" +
               shortNumber(level) + "-" + referenceId;
    }
    if (kind == "distortion") {
        return layer + "-" + distortionKind + "-" + direction + "-" + referenceId;
    }
    return referenceId;
}

SummaryRow unusableReference(const std::string& problem)
{
    SummaryRow row;
    row.kind = "reference";
    row.referenceId = "a reference";
    row.problem = problem;
    return row;
}

void writeSummary(const std::filesystem::path& folder, const std::string& studyName,
                  const std::vector<SummaryRow>& rows,
                  const std::vector<stimuli::NamedStimulus>& references)
{
    std::error_code problem;
    std::filesystem::create_directories(folder / "items", problem);
    if (problem) {
        throw IoError("cannot make the folder " + (folder / "items").string() + ": " +
                      problem.message());
    }
    const auto files = filesOf(rows, references);
    for (std::size_t i = 0; i < references.size(); ++i) {
        stimuli::saveStimulus(folder / files.references[i], references[i].stimulus);
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].isThere()) {
            stimuli::saveStimulus(folder / files.rows[i], stimulusOf(rows[i]));
        }
        if (rows[i].distortion) {
            writeFileAtomically(folder / directionFile(files.rows[i]), readFile(rows[i].file));
        }
    }
    writeFileAtomically(folder / "summary.csv", table(rows, files));
    writeFileAtomically(folder / "index.html", page(studyName, rows, references, files));
}

} // namespace mlab::app
