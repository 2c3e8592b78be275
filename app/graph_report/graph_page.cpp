// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graph_report/graph_page.h"

#include "app/graph_report/graph_figures.h"
#include "core/page/report_text.h"

#include <algorithm>
#include <charconv>

namespace mlab::app {
namespace {

/// A longer table would fill the page.
constexpr std::size_t kMostRows = 40;

/// The columns of a table that people read, numbers rounded.
ReportTable shown(const ReportTable& table, const std::string& heading,
                  const std::vector<std::pair<std::string, std::string>>& columns)
{
    ReportTable out{.name = heading, .columns = {}, .rows = {}};
    std::vector<std::size_t> places;
    for (const auto& [name, head] : columns) {
        out.columns.push_back({head, "", ""});
        places.push_back(static_cast<std::size_t>(
            std::ranges::find(table.columns, name, &ReportColumn::name) - table.columns.begin()));
    }
    for (const auto& row : table.rows) {
        auto& line = out.rows.emplace_back();
        for (const auto place : places) {
            const auto& text = row[place];
            double value = 0;
            const auto* end = text.data() + text.size();
            const auto read = std::from_chars(text.data(), end, value);
            const bool isNumber = read.ec == std::errc() && read.ptr == end;
            line.push_back(text.empty() ? "–" : isNumber ? rounded(value) : text);
        }
    }
    return out;
}

/// The table, or a sentence if it is too long for the page.
void addTable(PageSection& section, ReportTable table, const std::string& file)
{
    if (table.rows.size() <= kMostRows) {
        section.tables.push_back(std::move(table));
    } else {
        section.paragraphs.push_back("The table of " + std::to_string(table.rows.size()) +
                                     " rows is in " + file + ".");
    }
}

std::string listOf(const std::vector<std::string>& names)
{
    std::string out;
    for (const auto& name : names) {
        out += (out.empty() ? "" : ", ") + name;
    }
    return out;
}

std::size_t acceptedIn(const GraphReport& report)
{
    return static_cast<std::size_t>(std::ranges::count_if(
        report.results.metamers, [](const ResultMetamer& one) { return one.accepted; }));
}

PageSection whatWasDone(const GraphReport& report)
{
    const auto& results = report.results;
    PageSection out{.title = "What was done", .paragraphs = {}, .figures = {}, .tables = {}};
    std::vector<std::string> graphs;
    for (const auto& [name, graph] : results.graphs) {
        graphs.push_back(name + " (" + counted(graph.structure.nodes(), "node", "nodes") + ", " +
                         counted(graph.structure.edges().size(), "edge", "edges") + ", " +
                         counted(columnsOf(graph.features), "feature", "features") + ")");
    }
    out.paragraphs.push_back("This page is on " +
                             counted(results.metamers.size(), "metamer", "metamers") + " of " +
                             counted(results.networks.size(), "network", "networks") + " on " +
                             counted(results.graphs.size(), "graph", "graphs") +
                             "; accepted: " + std::to_string(acceptedIn(report)) + ". The " +
                             (graphs.size() == 1 ? "graph: " : "graphs: ") + listOf(graphs) + ".");
    std::vector<double> scores;
    std::vector<double> nulls;
    for (const auto& one : report.consistencies) {
        if (one.metamer->accepted) {
            scores.push_back(one.scores.consistency);
            nulls.push_back(one.nullConsistency.mean);
        }
    }
    if (!scores.empty()) {
        const auto [low, high] = std::ranges::minmax(scores);
        const auto [nullLow, nullHigh] = std::ranges::minmax(nulls);
        out.paragraphs.push_back(
            "The consistency of network and inputs (our score, see the end of the page) is " +
            range(low, high) + " for accepted metamers, and on average " +
            range(nullLow, nullHigh) +
            " for null graphs, which are changed at random. 1 means that the network finds the "
            "graphs exactly as alike as the inputs are.");
    }
    std::map<std::string, std::size_t> reasons;
    for (const auto& metamer : results.metamers) {
        ++reasons[metamer.stopReason];
    }
    std::vector<std::string> reasonTexts;
    reasonTexts.reserve(reasons.size());
    for (const auto& [reason, number] : reasons) {
        reasonTexts.push_back(reason + " (" + std::to_string(number) + ")");
    }
    if (!results.none.empty()) {
        out.paragraphs.push_back("No exact metamer exists: " + listOf(results.none) + ".");
    }
    out.paragraphs.push_back("Why the syntheses stopped: " + listOf(reasonTexts) + ".");
    return out;
}

PageSection inputsAndActivations(const GraphReport& report, const ReportTable& summary)
{
    PageSection out{.title = "Inputs and activations",
                    .paragraphs = {"S_match says how alike the activations of a metamer and its "
                                   "reference are, S_in how alike the two graphs are. A metamer "
                                   "has S_match near 1; the smaller its S_in, the larger the "
                                   "invariance that it shows."},
                    .figures = scatterFigures(report),
                    .tables = {}};
    addTable(out,
             shown(summary, "Means over metamers of one network, layer and change",
                   {{"network", "network"},
                    {"layer", "layer"},
                    {"change", "change"},
                    {"metamers", "metamers"},
                    {"accepted", "accepted"},
                    {"loss", "loss"},
                    {"s_match", "S_match"},
                    {"class_agreement", "same class"},
                    {"s_in", "S_in"},
                    {"consistency", "consistency (ours)"},
                    {"null_s_match", "null S_match"},
                    {"null_consistency", "null consistency"}}),
             "summary.csv");
    return out;
}

PageSection deviation(const GraphReport& report)
{
    return {.title = "Deviation beside nulls",
            .paragraphs = {"How far metamers are from their references, in each measure, beside " +
                           std::to_string(report.settings.null.count) + " null graphs (seed " +
                           std::to_string(report.settings.null.seed) +
                           "). Each line has an axis of its own. All numbers, with quantiles over "
                           "nodes, are in deviation.csv."},
            .figures = deviationFigures(report),
            .tables = {}};
}

PageSection otherNetworks(const GraphReport& report, const ReportTable& table)
{
    PageSection out{
        .title = "Other networks", .paragraphs = {}, .figures = crossFigures(report), .tables = {}};
    if (report.crosses.empty()) {
        out.paragraphs.emplace_back(
            "No metamer was accepted, so none was shown to other networks.");
        return out;
    }
    out.paragraphs.emplace_back(
        "Accepted metamers were shown to all networks of the same graph. Metamers that other "
        "networks recognise are less particular to the network that they were made for. A control "
        "is a graph as far from the reference as the metamer (the same S_in), which is no metamer. "
        "Compare two shares by the interval of their difference, not by their sizes.");
    addTable(out,
             shown(table, "Share of nodes with the class that the maker gives to the reference",
                   {{"network", "maker"},
                    {"layer", "layer"},
                    {"change", "change"},
                    {"shown_to", "shown to"},
                    {"metamers", "metamers"},
                    {"makers_class_metamer", "metamers"},
                    {"makers_class_reference", "reference"},
                    {"makers_class_control", "control"},
                    {"makers_class_difference", "metamers - control"},
                    {"makers_class_difference_low", "95 % from"},
                    {"makers_class_difference_high", "to"},
                    {"true_label_metamer", "true label"},
                    {"s_in", "S_in"},
                    {"control_s_in", "of control"}}),
             "cross_network.csv");
    return out;
}

PageSection remedies(const GraphReport& report, const ReportTable& table)
{
    PageSection out{
        .title = "Remedies",
        .paragraphs = {"The networks of this study differ in what is said to make networks less "
                       "invariant. Each row is a mean over all networks with one value of a "
                       "factor, whatever their other factors. S_in is that of accepted metamers, "
                       "whose losses are all within the tolerance."},
        .figures = remedyFigures(report),
        .tables = {}};
    addTable(out,
             shown(table, "Means by factor",
                   {{"graph", "graph"},
                    {"layer", "layer"},
                    {"factor", "factor"},
                    {"value", "value"},
                    {"networks", "networks"},
                    {"test_accuracy", "test accuracy"},
                    {"aggregation", "aggregation"},
                    {"width", "width"},
                    {"activation", "activation"},
                    {"log_volume_change", "ln volume"},
                    {"metamers", "metamers"},
                    {"loss", "loss"},
                    {"s_in", "S_in"},
                    {"consistency", "consistency (ours)"}}),
             "remedies.csv");
    return out;
}

PageSection methods(const GraphReport& report)
{
    const auto nulls = std::to_string(report.settings.null.count) + " of each, seed " +
                       std::to_string(report.settings.null.seed);
    PageSection out{
        .title = "How the numbers were computed", .paragraphs = {}, .figures = {}, .tables = {}};
    auto& texts = out.paragraphs;
    texts.emplace_back(
        "S_match is the mean over the matched nodes of the cosine of a node's activations (of the "
        "last layer, its logits) with those of the reference. S_feat is the same of features, over "
        "all nodes and at least 0; S_struct is the number of edges in both graphs divided by that "
        "of edges in any of them. S_in = (S_feat + S_struct) / 2, and consistency = 1 - |S_match - "
        "S_in|. These definitions are ours: the ones of Xu et al. (2025), arXiv:2510.17378, are "
        "not public. Two rows of zeros count as equal, a row of zeros and another as cosine 0.");
    texts.push_back("Null graphs: rows of features permuted over the nodes, or edges at random "
                    "with all degrees kept (10 proposals of a double edge swap for each edge), or "
                    "both, as the metamer was free to change; " +
                    nulls + ".");
    texts.emplace_back(
        "Weisfeiler-Lehman similarity (depth 3) is of the edges alone; with binary features also "
        "with colours that begin as the features. Real-valued features are not used as colours: "
        "all their rows differ. Nothing that a message-passing network cannot see changes this "
        "similarity; edges, triangles and the spectrum can show it.");
    texts.emplace_back(
        "Intervals of other networks are 95 % percentile intervals of 2000 bootstrap samples of "
        "nodes and of metamers; where one metamer was made, of nodes alone.");
    texts.push_back("Drawings are in the layout of the reference (Kamada & Kawai 1989), seed " +
                    std::to_string(report.settings.null.seed) +
                    ". The CSV files beside this page have every number of it; "
                    "data_dictionary.csv explains their columns.");
    return out;
}

} // namespace

std::vector<PageSection> graphPage(const GraphReport& report)
{
    std::vector<PageSection> out = {whatWasDone(report)};
    out.push_back(
        inputsAndActivations(report, summaryTable(report.consistencies, groupsOf(report.results))));
    PageSection drawings{
        .title = "Drawings", .paragraphs = {}, .figures = drawingFigures(report), .tables = {}};
    const auto groups = groupsOf(report.results).size();
    if (groups > drawings.figures.size()) {
        drawings.paragraphs.push_back(std::to_string(drawings.figures.size()) + " of " +
                                      std::to_string(groups) +
                                      " combinations of network, layer and change.");
    }
    out.push_back(std::move(drawings));
    out.push_back(deviation(report));
    if (!report.results.dimensions.empty()) {
        out.push_back({.title = "Local metamer dimension",
                       .paragraphs = {"How many directions of the features in a node's field "
                                      "change none of its activations. The numbers are in "
                                      "dimension.csv, and its figures beside this page, which "
                                      "graph-dimension wrote."},
                       .figures = dimensionFigures(report),
                       .tables = {}});
    }
    out.push_back(otherNetworks(report, crossNetworkTable(report.crosses)));
    if (!report.remedies.empty()) {
        out.push_back(remedies(report, remediesTable(report.remedies)));
    }
    out.push_back(methods(report));
    return out;
}

} // namespace mlab::app
