// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graph_compare/graph_comparison_page.h"

#include "core/page/html_page.h"
#include "core/page/report_text.h"
#include "core/page/svg_charts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

namespace mlab::app {
namespace {

std::string nameOf(const NetworkAtLevel& one)
{
    return one.network + ", layer " + std::to_string(one.layer);
}

std::vector<std::string> placeOf(const RewiringComparison& one)
{
    return {one.designName, yes(one.simulated), one.dimension.id(), one.dimension.layer,
            componentName(one.dimension)};
}

const std::vector<ReportColumn> kPlace = {
    {"design", "", "name of the design"},
    {"simulated", "", "whether the participants are simulated ones"},
    {"dimension_id", "", "graph/rewiring/plus/eccentricity"},
    {"graph", "", "name of the graph"},
    {"rewiring", "", "degrees, or colours: swaps within stable colours"}};

ReportTable tableOf(const std::string& name, std::vector<ReportColumn> columns)
{
    ReportTable table{.name = name, .columns = kPlace, .rows = {}};
    std::ranges::move(columns, std::back_inserter(table.columns));
    return table;
}

/// whole(), but "inf" for what is infinite: an empty field would say that there is no value.
std::string dPrimeField(double value)
{
    return std::isinf(value) ? "inf" : whole(value);
}

std::vector<std::string> joined(std::vector<std::string> row, std::vector<std::string> rest)
{
    std::ranges::move(rest, std::back_inserter(row));
    return row;
}

ReportTable peopleTable(const GraphComparison& comparison)
{
    auto table = tableOf(
        "people",
        {{"swaps", "", "double edge swaps made, each of which changes two edges"},
         {"trials", "", "answers of all participants"},
         {"correct", "", "right ones"},
         {"dprime", "", "d' under the decision model of the task; inf if all answers were right"},
         {"dprime_ci95_low", "", "exact 95 % interval of dprime, as if trials were independent"},
         {"dprime_ci95_high", "", "its upper limit; inf if no d' is too large for the answers"}});
    for (const auto& one : comparison.dimensions) {
        for (const auto& at : one.people) {
            table.rows.push_back(
                joined(placeOf(one), {std::to_string(at.swaps), std::to_string(at.trials),
                                      std::to_string(at.correct), dPrimeField(at.dPrime.value),
                                      dPrimeField(at.dPrime.lower), dPrimeField(at.dPrime.upper)}));
        }
    }
    return table;
}

ReportTable networksTable(const GraphComparison& comparison)
{
    auto table = tableOf(
        "networks",
        {{"network", "", "name of the network in its study"},
         {"layer", "", "its layer, from 1"},
         {"swaps", "", "double edge swaps made"},
         {"graphs", "", "rewired graphs that people saw with so many swaps; the rest are means"},
         {"s_match", "",
          "S_match: mean cosine of the nodes' activations with those of the reference"},
         {"s_in", "", "S_in: (mean cosine of features + Jaccard index of edges) / 2"},
         {"consistency", "", "1 - |S_match - S_in|, a measure of ours"}});
    for (const auto& one : comparison.dimensions) {
        for (const auto& at : one.networks) {
            table.rows.push_back(
                joined(placeOf(one), {at.network, std::to_string(at.layer),
                                      std::to_string(at.swaps), std::to_string(at.graphs),
                                      whole(at.match), whole(at.input), whole(at.consistency)}));
        }
    }
    return table;
}

double mostSwaps(const RewiringComparison& one)
{
    return one.people.empty() ? 1 : one.people.back().swaps;
}

std::string peopleChart(const RewiringComparison& one)
{
    ChartSeries points{.name = "d' with its 95 % interval", .points = {}};
    double most = 1;
    for (const auto& at : one.people) {
        const auto& dPrime = at.dPrime;
        for (const double value : {dPrime.value, dPrime.lower, dPrime.upper}) {
            most = std::isfinite(value) ? std::max(most, value) : most;
        }
        points.points.push_back({.x = static_cast<double>(at.swaps),
                                 .y = dPrime.value,
                                 .tip = counted(at.trials, "trial", "trials"),
                                 .interval = {{dPrime.lower, dPrime.upper}}});
    }
    return scatterChart("People", {.title = "swaps", .low = 0, .high = mostSwaps(one) + 1},
                        {.title = "d'", .low = 0, .high = 1.05 * most}, {points}, false);
}

std::string networkChart(const std::string& title, const std::string& axis,
                         const RewiringComparison& one, double NetworkAtLevel::*value)
{
    std::vector<ChartSeries> series;
    double low = 0;
    for (const auto& at : one.networks) {
        low = at.*value < 0 ? -1 : low; // cosines may be
        if (series.empty() || series.back().name != nameOf(at)) {
            series.push_back({.name = nameOf(at), .points = {}});
        }
        series.back().points.push_back({.x = static_cast<double>(at.swaps),
                                        .y = at.*value,
                                        .tip = counted(at.graphs, "graph", "graphs")});
    }
    return scatterChart(title, {.title = "swaps", .low = 0, .high = mostSwaps(one) + 1},
                        {.title = axis, .low = low, .high = 1.05}, series, false);
}

/// People and networks in one table: a row for each level, a column for each layer of a network.
ReportTable besideTable(const RewiringComparison& one)
{
    ReportTable table{.name = "d' and consistency", .columns = {}, .rows = {}};
    table.columns = {
        {"swaps", "", ""}, {"trials", "", ""}, {"d'", "", ""}, {"95 % interval", "", ""}};
    std::vector<std::string> names;
    std::map<std::pair<std::string, int>, const NetworkAtLevel*> at;
    for (const auto& network : one.networks) {
        const auto name = nameOf(network);
        if (names.empty() || names.back() != name) {
            names.push_back(name);
            table.columns.push_back({name, "S_match | consistency", ""});
        }
        at[{name, network.swaps}] = &network;
    }
    for (const auto& people : one.people) {
        std::vector<std::string> row = {
            std::to_string(people.swaps), std::to_string(people.trials),
            rounded(people.dPrime.value),
            rangeOrDash(std::array{people.dPrime.lower, people.dPrime.upper})};
        for (const auto& name : names) {
            const auto found = at.find({name, people.swaps});
            row.push_back(found == at.end() ? "–"
                                            : rounded(found->second->match) + " | " +
                                                  rounded(found->second->consistency));
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

PageSection sectionOf(const RewiringComparison& one, std::size_t number)
{
    PageSection section;
    const bool withinColours = one.dimension.rewiring == RewiringKind::colours;
    section.title = one.dimension.layer +
                    (withinColours ? ", swaps within stable colours" : ", swaps that keep degrees");
    std::string text =
        counted(one.participants, one.simulated ? "simulated participant" : "participant",
                one.simulated ? "simulated participants" : "participants") +
        ", dimension " + one.dimension.id() + " of the design " + one.designName + ".";
    if (withinColours) {
        text += " No message-passing network that gets the design's features can tell these graphs "
                "from the reference, so that its S_match is 1.";
    }
    section.paragraphs = {std::move(text)};
    const auto file = "dimension-" + std::to_string(number) + "-";
    section.figures.push_back({.name = file + "people",
                               .svg = peopleChart(one),
                               .caption =
                                   "d' of all answers to so many swaps, with its exact 95 % "
                                   "interval. A line to the top goes on: d' may be infinite. "
                                   "Without a point, d' itself is infinite, since all answers "
                                   "were right.",
                               .narrow = true});
    if (!one.networks.empty()) {
        section.figures.push_back(
            {.name = file + "match",
             .svg = networkChart("Networks: S_match", "S_match", one, &NetworkAtLevel::match),
             .caption = "How alike the networks' activations are for the graphs that people saw "
                        "and their reference.",
             .narrow = true});
        section.figures.push_back(
            {.name = file + "consistency",
             .svg = networkChart("Networks: consistency", "consistency", one,
                                 &NetworkAtLevel::consistency),
             .caption = "Consistency: 1 where the activations are as alike as the inputs are.",
             .narrow = true});
    }
    section.tables = {besideTable(one)};
    return section;
}

PageSection methods(const GraphComparison& comparison)
{
    PageSection section{
        .title = "How this was computed", .paragraphs = {}, .figures = {}, .tables = {}};
    section.paragraphs = {
        "People saw drawings of a graph and of the same graph after double edge swaps. n swaps "
        "change exactly 2n edges. d' is that of the task's decision model, from the answers of all "
        "participants to one number of swaps; trials count as in the report. Its interval takes "
        "all trials as independent, which those of one participant are not.",
        "Networks got the very graphs of these trials, made again from the sessions' seeds. "
        "S_match is the mean over nodes of the cosine of a layer's activations (of the last layer, "
        "its logits) with those of the reference. S_in is the mean of S_feat, the same of the "
        "features, and S_struct, the "
        "Jaccard index of the edges. Consistency is 1 - |S_match - S_in|. It is a measure of ours, "
        "after the description by Xu et al. (2025): large where a network and its inputs agree "
        "that the graphs are alike, or agree that they are not. d' is 0 where people see no "
        "difference, S_match is 1 where a network has none."};
    std::ranges::copy(comparison.problems, std::back_inserter(section.paragraphs));
    return section;
}

} // namespace

void writeGraphComparison(const GraphComparison& comparison, const std::filesystem::path& folder,
                          Overwrite overwrite)
{
    std::vector<PageSection> sections;
    sections.reserve(comparison.dimensions.size() + 1);
    for (const auto& one : comparison.dimensions) {
        sections.push_back(sectionOf(one, sections.size() + 1));
    }
    sections.push_back(methods(comparison));
    const std::array tables = {peopleTable(comparison), networksTable(comparison)};

    std::vector<std::pair<std::string, std::string>> files;
    files.reserve(tables.size() + 2);
    for (const auto& table : tables) {
        files.emplace_back(table.name + ".csv", toCsv(table));
    }
    files.emplace_back("data_dictionary.csv", toCsv(dataDictionary(tables)));
    for (const auto& section : sections) {
        for (const auto& figure : section.figures) {
            files.emplace_back(figure.name + ".svg", figure.svg);
        }
    }
    files.emplace_back("index.html",
                       sectionsPage("People and graph networks on rewired graphs", sections));
    std::vector<std::string> names;
    std::ranges::transform(files, std::back_inserter(names),
                           &std::pair<std::string, std::string>::first);
    OutputFolder output(folder, "compare-graphs", names, overwrite);
    for (const auto& [name, bytes] : files) {
        output.write(name, bytes);
    }
    output.removeOthers();
}

} // namespace mlab::app
