// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/batch_summary.h"

#include "core/csv.h"
#include "core/dimension.h"
#include "core/error.h"
#include "core/files.h"
#include "stimuli/image_io.h"

#include <cmath>
#include <map>
#include <system_error>

namespace mlab::app {
namespace {

std::string number(double value)
{
    return std::isfinite(value) ? shortNumber(value) : "";
}

std::string number(const std::optional<double>& value)
{
    return value ? number(*value) : "";
}

std::string yesNo(const std::optional<bool>& value)
{
    return !value ? "" : *value ? "true" : "false";
}

// To three digits, for reading.
std::string rounded(double value)
{
    if (!std::isfinite(value)) {
        return "-";
    }
    const double unit =
        std::pow(10.0, std::floor(std::log10(std::max(std::abs(value), 1e-12))) - 2);
    return shortNumber(std::round(value / unit) * unit);
}

std::string pictureName(const SummaryRow& row)
{
    return "items/" + row.name() + ".png";
}

std::vector<std::string> metamerColumns()
{
    return {"item",
            "layer",
            "reference_id",
            "seed",
            "status",
            "accepted",
            "loss",
            "loss_before_rounding",
            "steps",
            "evaluations",
            "spearman",
            "pearson",
            "snr_db",
            "snr_db_published",
            "null_pairs",
            "null_p",
            "null_spearman_max",
            "null_pearson_max",
            "null_snr_db_max",
            "original_class",
            "metamer_class",
            "same_class",
            "rmse_grey_levels",
            "psnr_db",
            "rms_contrast_difference",
            "ssim",
            "ms_ssim",
            "image_sha256",
            "picture",
            "problem"};
}

std::vector<std::string> metamerFields(const SummaryRow& row)
{
    const auto& metamer = *row.metamer;
    return {row.name(),
            row.layer,
            row.referenceId,
            std::to_string(row.seed),
            toString(metamer.outcome.status),
            yesNo(row.accepted),
            number(metamer.loss),
            number(metamer.outcome.loss),
            std::to_string(metamer.outcome.steps),
            std::to_string(metamer.outcome.evaluations),
            number(row.match.spearman),
            number(row.match.pearson),
            number(row.match.snrDb),
            number(publishedSnrDb(row.match)),
            std::to_string(row.null.pairs()),
            number(1.0 / (1.0 + static_cast<double>(row.null.pairs()))),
            number(row.null.spearman.maximum()),
            number(row.null.pearson.maximum()),
            number(row.null.snrDb.maximum()),
            metamer.originalClass,
            metamer.metamerClass,
            yesNo(metamer.sameClass()),
            number(metamer.metrics.rmse),
            number(metamer.metrics.psnrDb),
            number(metamer.metrics.rmsContrastDifference),
            number(metamer.metrics.ssim),
            number(metamer.metrics.msSsim),
            sha256Of(metamer.image),
            pictureName(row),
            row.problem};
}

std::vector<std::string> probeColumns()
{
    return {"item",
            "layer",
            "component",
            "direction",
            "level_requested",
            "reference_id",
            "level_achieved",
            "residual_max",
            "converged",
            "rmse_grey_levels",
            "psnr_db",
            "rms_contrast_difference",
            "ssim",
            "ms_ssim",
            "image_sha256",
            "picture",
            "problem"};
}

std::vector<std::string> probeFields(const SummaryRow& row)
{
    const auto& probe = *row.probe;
    return {row.name(),
            row.layer,
            std::to_string(row.component),
            row.direction,
            number(row.level),
            row.referenceId,
            number(probe.levelAchieved),
            number(probe.residualMax),
            yesNo(probe.converged),
            number(probe.metrics.rmse),
            number(probe.metrics.psnrDb),
            number(probe.metrics.rmsContrastDifference),
            number(probe.metrics.ssim),
            number(probe.metrics.msSsim),
            probe.imageSha256,
            pictureName(row),
            row.problem};
}

std::string table(const std::vector<SummaryRow>& rows)
{
    const bool metamers = !rows.empty() && rows.front().kind == "metamer";
    const auto columns = metamers ? metamerColumns() : probeColumns();
    std::string text = csvRecord(columns);
    for (const auto& row : rows) {
        std::vector<std::string> fields(columns.size());
        if (row.metamer) {
            fields = metamerFields(row);
        } else if (row.probe) {
            fields = probeFields(row);
        } else {
            fields.front() = row.name();
            fields.back() = row.problem.empty() ? "not made yet" : row.problem;
        }
        text += csvRecord(fields);
    }
    return text;
}

std::string escaped(const std::string& text)
{
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        default:
            out += c;
        }
    }
    return out;
}

constexpr const char* kStyle = R"(
body { font: 14px/1.4 sans-serif; margin: 2em; color: #222; }
h2 { margin: 1.6em 0 0.4em; }
figure { display: inline-block; margin: 0 10px 14px 0; width: 132px; vertical-align: top; }
img { width: 128px; height: 128px; image-rendering: pixelated; border: 2px solid #bbb; }
figcaption { font-size: 11px; overflow-wrap: anywhere; }
.good img { border-color: #2a7d2a; }
.bad img { border-color: #c22; }
.bad figcaption b { color: #c22; }
@media print { body { margin: 0; } figure { break-inside: avoid; } }
)";

std::string figure(const std::string& picture, const std::string& kind, const std::string& caption)
{
    const auto name = escaped(picture);
    return "<figure class=\"" + kind + "\"><img src=\"" + name + "\" alt=\"" + name +
           "\"><figcaption>" + caption + "</figcaption></figure>\n";
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
    } else {
        text += " <b>" + std::string(row.probe->converged ? "" : "out of reach ") + "</b>" +
                row.direction + " " + number(row.level) + " SD<br>achieved " +
                rounded(row.probe->levelAchieved) + "<br>SSIM " + rounded(row.probe->metrics.ssim);
    }
    return text;
}

std::string heading(const SummaryRow& row)
{
    return row.kind == "metamer" ? row.layer
                                 : row.layer + ", component " + std::to_string(row.component);
}

std::string page(const std::string& studyName, const std::vector<SummaryRow>& rows,
                 const std::vector<stimuli::NamedImage>& references)
{
    std::string body = "<h1>" + escaped(studyName) + "</h1>\n<h2>References</h2>\n";
    for (const auto& reference : references) {
        body += figure("items/reference-" + reference.id + ".png", "", escaped(reference.id));
    }
    std::string section;
    std::string missing;
    for (const auto& row : rows) {
        if (!row.isThere()) {
            missing += "<li>" + escaped(row.name()) + ": " +
                       escaped(row.problem.empty() ? "not made yet" : row.problem) + "</li>\n";
            continue;
        }
        if (heading(row) != section) {
            section = heading(row);
            body += "<h2>" + escaped(section) + "</h2>\n";
        }
        const bool good = row.metamer ? *row.accepted : row.probe->converged;
        body += figure(pictureName(row), good ? "good" : "bad", caption(row));
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
                  const std::vector<stimuli::NamedImage>& references)
{
    std::error_code problem;
    std::filesystem::create_directories(folder / "items", problem);
    if (problem) {
        throw IoError("cannot make the folder " + (folder / "items").string() + ": " +
                      problem.message());
    }
    for (const auto& reference : references) {
        stimuli::savePng(folder / ("items/reference-" + reference.id + ".png"), reference.image);
    }
    for (const auto& row : rows) {
        if (row.isThere()) {
            stimuli::savePng(folder / pictureName(row),
                             row.metamer ? row.metamer->image : row.probe->image);
        }
    }
    writeFileAtomically(folder / "summary.csv", table(rows));
    writeFileAtomically(folder / "index.html", page(studyName, rows, references));
}

} // namespace mlab::app
