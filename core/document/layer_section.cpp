// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/document/threshold_parts.h"
#include "core/page/report_text.h"

#include <cmath>

namespace mlab {

ComparisonTerms layerTerms(const std::string& noun)
{
    return {.one = noun,
            .several = noun + "s",
            .participants = "participants with a determined threshold in every " + noun,
            .between = " / ",
            .effect = "ratio of thresholds",
            .effectUnit = "",
            .shown = exponential,
            .column = "threshold_ratio",
            .columnMeaning = "threshold of the second " + noun + " over that of the first",
            .intervalMeaning = "its 95 % confidence interval (Student's t of the logs)",
            .stored = exponential,
            .statistic = "the mean log ratio of a pair"};
}

ReportSection layerSection(const ThresholdReport& report, std::size_t design,
                           const std::string& prefix)
{
    const auto& layers = report.layers;
    const auto terms = layerTerms(report.layerNoun);
    auto out = section("Comparison of " + terms.several);
    out.paragraphs.push_back("The log thresholds of each participant are averaged within each " +
                             terms.one + ". " + capitalized(terms.several) +
                             " are compared within participants.");
    describeComparison(out, terms, layers.layers, layers.rows.size(), layers.tests, layers.notes);
    if (!layers.rows.empty()) {
        out.figures.push_back(
            {.kind = FigureKind::layers,
             .design = design,
             .participant = 0,
             .name = prefix + "layers",
             .caption = "Thresholds by " + terms.one +
                        ": participants (thin, n = " + count(layers.rows.size()) +
                        ") and their geometric mean (bold) with its 95 % confidence interval over "
                        "participants."});
    }
    return out;
}

} // namespace mlab
