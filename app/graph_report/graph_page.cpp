// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graph_report/graph_page.h"

#include "app/graph_report/graph_figures.h"
#include "core/page/report_text.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>
#include <set>

namespace mlab::app {
namespace {

/// A longer table would fill the page.
constexpr std::size_t kMostRows = 40;

/// A column of a table that people read.
struct ShownColumn {
    std::string name; ///< in the CSV
    std::string head;
    bool isNumber = true; ///< to be rounded
};

/// The columns that say which kind of metamers a row is about.
std::vector<ShownColumn> kindShown()
{
    return {{"layer", "layer"},
            {"change", "change", false},
            {"solver", "solver", false},
            {"entry", "entry", false},
            {"nodes", "nodes", false}};
}

std::vector<ShownColumn> joined(std::vector<ShownColumn> first,
                                const std::vector<ShownColumn>& second,
                                const std::vector<ShownColumn>& third)
{
    first.insert(first.end(), second.begin(), second.end());
    first.insert(first.end(), third.begin(), third.end());
    return first;
}

std::string shownField(const std::string& text, bool isNumber)
{
    if (text.empty()) {
        return "–";
    }
    double value = 0;
    if (isNumber) {
        std::from_chars(text.data(), text.data() + text.size(), value);
    }
    return isNumber ? rounded(value) : text;
}

/// The columns of a table that people read, numbers rounded. Names of entries and numbers of nodes
/// are left out where no metamer has any.
ReportTable shown(const ReportTable& table, const std::string& heading,
                  const std::vector<ShownColumn>& columns)
{
    ReportTable out{.name = heading, .columns = {}, .rows = {}};
    out.rows.resize(table.rows.size());
    for (const auto& column : columns) {
        const auto place = static_cast<std::size_t>(
            std::ranges::find(table.columns, column.name, &ReportColumn::name) -
            table.columns.begin());
        const auto says = [&](const std::vector<std::string>& row) {
            return !row[place].empty() && row[place] != "all";
        };
        if ((column.name == "entry" || column.name == "nodes") &&
            std::ranges::none_of(table.rows, says)) {
            continue;
        }
        out.columns.push_back({column.head, "", ""});
        for (std::size_t row = 0; row < table.rows.size(); ++row) {
            out.rows[row].push_back(shownField(table.rows[row][place], column.isNumber));
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

/// The first names, and how many there are.
std::string fewOf(std::vector<std::string> names)
{
    constexpr std::size_t kFew = 3;
    const auto number = names.size();
    if (number <= kFew) {
        return listOf(names);
    }
    names.resize(kFew);
    return listOf(names) + " and " + std::to_string(number - kFew) + " more";
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
    if (!reasons.empty()) {
        out.paragraphs.push_back("Why the syntheses stopped: " + listOf(reasonTexts) + ".");
    }
    std::map<std::string, std::vector<std::string>> missing; // by statement
    for (const auto& one : results.missing) {
        missing[one.statement].push_back(one.item);
    }
    for (const auto& [statement, items] : missing) {
        out.paragraphs.push_back("No exact metamer exists of " + fewOf(items) + ": " + statement +
                                 ".");
    }
    std::ranges::copy(results.leftOut, std::back_inserter(out.paragraphs));
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
             shown(summary, "Means over all metamers of one network and kind",
                   joined({{"network", "network", false}}, kindShown(),
                          {{"metamers", "metamers"},
                           {"accepted", "accepted"},
                           {"converged", "within tolerance"},
                           {"loss", "loss"},
                           {"s_match", "S_match"},
                           {"class_agreement", "same class"},
                           {"s_in", "S_in"},
                           {"consistency", "consistency (ours)"},
                           {"null_s_match", "null S_match"},
                           {"null_consistency", "null consistency"}})),
             "summary.csv");
    return out;
}

PageSection deviation(const GraphReport& report)
{
    return {
        .title = "Deviation beside nulls",
        .paragraphs = {"How far metamers are from their references, in each measure, beside " +
                           std::to_string(report.settings.null.count) + " null graphs (seed " +
                           std::to_string(report.settings.seed) +
                           "). Each line has an axis of its own. All numbers, with quantiles over "
                           "nodes, are in deviation.csv.",
                       "Some nulls are 0 by construction, and say nothing: permuted rows keep "
                       "the means of all features (column shift size) and the mean sum of a "
                       "row (row sum difference), and kept degrees have no distance (degree "
                       "ks, degree wasserstein)."},
        .figures = deviationFigures(report),
        .tables = {}};
}

PageSection otherNetworks(const GraphReport& report, ReportTable table)
{
    PageSection out{
        .title = "Other networks", .paragraphs = {}, .figures = crossFigures(report), .tables = {}};
    if (report.crosses.empty()) {
        out.paragraphs.emplace_back(
            "No metamer was accepted, so none was shown to other networks.");
        return out;
    }
    std::set<std::string> seen;
    std::set<std::string> alone;
    for (const auto& cross : report.crosses) {
        const auto& graph = cross.group.graph;
        (hasSeveralNetworks(report.results, graph) ? seen : alone).insert(graph);
    }
    for (const auto& graph : alone) {
        out.paragraphs.push_back("There is no other network of the graph " + graph + ".");
    }
    if (seen.empty()) {
        return out;
    }
    std::erase_if(table.rows, [&](const auto& row) { return alone.contains(row.front()); });
    out.paragraphs.emplace_back(
        "Accepted metamers were shown to all networks of the same graph. Metamers that other "
        "networks recognise are less particular to the network that they were made for. A control "
        "is a graph as far from the reference as the metamer (the same S_in), which is no metamer. "
        "Compare two shares by the interval of their difference, not by their sizes.");
    addTable(out,
             shown(table, "Share of nodes with the class that the maker gives to the reference",
                   joined({{"network", "maker", false}}, kindShown(),
                          {{"shown_to", "shown to", false},
                           {"metamers", "number of metamers"},
                           {"makers_class_metamer", "on metamers"},
                           {"makers_class_reference", "on reference"},
                           {"makers_class_control", "on control"},
                           {"makers_class_difference", "metamers - control"},
                           {"makers_class_difference_low", "95 % from"},
                           {"makers_class_difference_high", "to"},
                           {"true_label_metamer", "true label on metamers"},
                           {"s_in", "S_in of metamers"},
                           {"control_s_in", "S_in of control"}})),
             "cross_network.csv");
    return out;
}

PageSection remedies(const GraphReport& report, const ReportTable& table)
{
    PageSection out{
        .title = "Remedies",
        .paragraphs = {"The networks of this study differ in what is said to make networks less "
                       "invariant. Each row is a mean over all networks with one value of a "
                       "factor, whatever their other factors. Loss, S_in and consistency are means "
                       "over accepted metamers whose loss is within the tolerance, so that they "
                       "are compared at losses that are alike. The volume change (ln volume) is a "
                       "mean over the nodes of which the activation takes no rank away; with ReLU "
                       "these may be few, so do not compare it with that of other activations."},
        .figures = remedyFigures(report),
        .tables = {}};
    std::vector<std::pair<std::string, ReportTable>> parts; // by graph and factor
    for (const auto& row : table.rows) {
        const auto title = row[0] + ", " + row[1];
        if (parts.empty() || parts.back().first != title) {
            parts.emplace_back(
                title, ReportTable{.name = table.name, .columns = table.columns, .rows = {}});
        }
        parts.back().second.rows.push_back(row);
    }
    for (auto& [title, part] : parts) {
        auto dimensions = shown(part, "Networks by factor: " + title,
                                {{"value", "value", false},
                                 {"layer", "layer"},
                                 {"networks", "networks"},
                                 {"test_accuracy", "test accuracy"},
                                 {"aggregation", "aggregation"},
                                 {"width", "width"},
                                 {"activation", "activation"},
                                 {"log_volume_change", "ln volume"}});
        auto& rows = dimensions.rows; // alike for all kinds of metamers
        rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
        addTable(out, std::move(dimensions), "remedies.csv");
        const auto change = static_cast<std::size_t>(
            std::ranges::find(part.columns, "change", &ReportColumn::name) - part.columns.begin());
        std::erase_if(part.rows, [&](const auto& row) { return row[change].empty(); });
        if (!part.rows.empty()) {
            addTable(out,
                     shown(part, "Metamers by factor: " + title,
                           joined({{"value", "value", false}}, kindShown(),
                                  {{"made", "made"},
                                   {"metamers", "metamers"},
                                   {"loss", "loss"},
                                   {"s_in", "S_in"},
                                   {"consistency", "consistency (ours)"}})),
                     "remedies.csv");
        }
    }
    return out;
}

PageSection methods(const GraphReport& report)
{
    const auto nulls = std::to_string(report.settings.null.count) + " of each, seed " +
                       std::to_string(report.settings.seed);
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
                    std::to_string(report.settings.seed) +
                    ". The CSV files beside this page have every number of it. "
                    "data_dictionary.csv explains the columns of those that graph-report wrote, "
                    "docs/graphs.md also those of networks.csv, metamers.csv, dimension.csv and "
                    "dimension_nodes.csv, which other commands wrote.");
    return out;
}

/// Figures of one name would be one file.
void makeNamesUnique(std::vector<PageSection>& sections)
{
    std::set<std::string> taken;
    for (auto& section : sections) {
        for (auto& figure : section.figures) {
            const auto name = figure.name;
            for (int number = 2; !taken.insert(figure.name).second; ++number) {
                figure.name = name + "-" + std::to_string(number);
            }
        }
    }
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
                                      " combinations of network and kind of metamer.");
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
    makeNamesUnique(out);
    return out;
}

} // namespace mlab::app
