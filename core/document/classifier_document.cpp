// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/document/classifier_document.h"

#include "core/document/report_parts.h"
#include "core/page/report_text.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace mlab {
namespace {

constexpr const char* kDash = "–";

std::string bracketed(const std::string& value, const ReportInterval& interval)
{
    return interval ? value + " [" + rangeOrDash(interval) + "]" : value;
}

std::string accuracyText(const Accuracy& accuracy, const ReportInterval& interval)
{
    return accuracy.trials > 0
               ? bracketed(asPercent(accuracy.share()), transformed(interval, percentOf))
               : kDash;
}

ReportTable accuracyTable(const ClassifierComparison& comparison)
{
    const auto& [people, networks, report, problems] = comparison;
    ReportTable table;
    table.name = "Correct answers (%) by condition, with 95 % intervals (Wilson)";
    table.columns = {{"who", "", ""}};
    for (const auto& condition : networks.conditions) {
        table.columns.push_back({condition, "", ""});
    }
    auto& first = table.rows.emplace_back(1, "people");
    for (const auto& condition : report.classifiers.front().group) {
        first.push_back(accuracyText(condition.people, condition.people95));
    }
    for (std::size_t i = 0; i < networks.classifiers.size(); ++i) {
        auto& row = table.rows.emplace_back(1, networks.classifiers[i].name());
        for (const auto& condition : report.classifiers[i].group) {
            row.push_back(accuracyText(condition.network, condition.network95));
        }
    }
    return table;
}

std::vector<std::string> agreementCells(const RecognitionAgreement& agreement)
{
    const auto& consistency = agreement.consistency;
    const auto kappa = consistency ? consistency->kappa : std::nullopt;
    return {std::to_string(agreement.trials),
            bracketed(roundedOrDash(kappa), kappa ? agreement.kappa95 : std::nullopt),
            kappa ? range(*consistency->lowest, *consistency->highest) : kDash,
            correlationText(agreement.decisions), roundedOrDash(agreement.alpha)};
}

ReportTable agreementTable(const ClassifierComparison& comparison, std::size_t condition)
{
    const auto& report = comparison.report;
    ReportTable table;
    table.name = comparison.networks.conditions[condition];
    table.columns = {{"who", "", ""},
                     {"trials", "", ""},
                     {"kappa", "", ""},
                     {"possible kappa", "", ""},
                     {"decision correlation", "", ""},
                     {"alpha of answers", "", ""},
                     {"confusions, r", "", ""}};
    const auto add = [&](const std::string& who, const RecognitionAgreement& agreement,
                         const std::string& confusions) {
        auto& row = table.rows.emplace_back(1, who);
        for (auto& cell : agreementCells(agreement)) {
            row.push_back(std::move(cell));
        }
        row.push_back(confusions);
    };
    for (std::size_t i = 0; i < report.classifiers.size(); ++i) {
        const auto& group = report.classifiers[i].group[condition];
        add("people and " + comparison.networks.classifiers[i].name(), group.agreement,
            roundedOrDash(group.confusionCorrelation));
    }
    add("people with each other", report.people[condition], kDash);
    return table;
}

ReportSection agreementSection(const ClassifierComparison& comparison)
{
    auto out = section("Do people and networks err on the same stimuli?");
    out.paragraphs.emplace_back(
        "Each condition by itself: two observers who are both worse in one condition would seem to "
        "agree. The last row is the ceiling: pairs of people, in the stimuli that both saw.");
    for (std::size_t c = 0; c < comparison.networks.conditions.size(); ++c) {
        if (comparison.report.classifiers.front().group[c].people.trials > 0) {
            out.tables.push_back(agreementTable(comparison, c));
        }
    }
    return out;
}

ReportSection othersSection(const ClassifierComparison& comparison, std::size_t index,
                            const std::string& prefix)
{
    const auto& [people, networks, report, problems] = comparison;
    auto out = section("Metamers recognised by other networks");
    out.paragraphs.push_back(
        "The metamers are of " + networks.metamersOf +
        ". If the networks that did not make them cannot recognise those of a layer either, then "
        "the layer has invariances of its own (Feather et al. 2023).");
    if (std::ranges::none_of(report.others, [](const auto& mean) { return mean.has_value(); })) {
        out.paragraphs.emplace_back("No other network was compared.");
        return out;
    }
    if (report.othersR) {
        out.paragraphs.push_back(
            "Over the layers, people's accuracy correlates with the mean accuracy of the other "
            "networks: r = " +
            rounded(*report.othersR) + ".");
    }
    ReportTable table;
    table.name = "Correct answers (%)";
    table.columns = {{"metamers of", "", ""}, {"people", "", ""}, {"other networks", "", ""}};
    for (const auto& classifier : networks.classifiers) {
        table.columns.push_back(
            {classifier.name() + (classifier.own ? " (made them)" : ""), "", ""});
    }
    for (std::size_t c = 0; c < networks.conditions.size(); ++c) {
        if (networks.conditions[c] == kNaturalCondition) {
            continue;
        }
        const auto shareOf = [](const Accuracy& accuracy) {
            return accuracy.trials > 0 ? std::optional(accuracy.share()) : std::nullopt;
        };
        std::vector<std::optional<double>> shares = {
            shareOf(report.classifiers.front().group[c].people), report.others[c]};
        for (const auto& classifier : report.classifiers) {
            shares.push_back(shareOf(classifier.group[c].network));
        }
        auto& row = table.rows.emplace_back(1, networks.conditions[c]);
        auto& shades = table.shades.emplace_back(1, 0.0);
        for (const auto& share : shares) {
            row.push_back(share ? asPercent(*share) : kDash);
            shades.push_back(share.value_or(0.0));
        }
    }
    out.tables.push_back(std::move(table));
    out.figures.push_back({.kind = FigureKind::otherNetworks,
                           .design = index,
                           .participant = 0,
                           .name = prefix + "other-networks",
                           .caption =
                               "People's accuracy for the metamers of each layer against the "
                               "mean accuracy of the networks that did not make them. "
                               "Dashed: equality."});
    return out;
}

// What it answers by, for a methods section.
std::string evidenceSentence(const ClassifierData& networks)
{
    const auto some = [&](bool byClasses) {
        return std::ranges::any_of(networks.classifiers, [&](const ComparedClassifier& one) {
            return one.byClasses == byClasses;
        });
    };
    std::string text = "For a methods section: each network saw the very stimuli of every counted "
                       "trial, resampled to its own size where it takes no other. ";
    if (some(true)) {
        text += "The evidence for a category is the mean probability of its classes (Geirhos et "
                "al. 2018). ";
    }
    if (some(false)) {
        text += "Networks without such classes, and single layers, take the nearest mean of a "
                "category's natural stimuli, without the one that is judged. ";
    }
    return text + "The answer is the category with most evidence; for confusions it is drawn from "
                  "the softmax of evidence / temperature, fitted by maximum likelihood.";
}

} // namespace

std::vector<ReportSection> classifierSections(const ClassifierComparison& comparison,
                                              std::size_t index, const std::string& name,
                                              const std::string& prefix)
{
    const auto& networks = comparison.networks;
    auto first = section(name + ": networks and people");
    first.isDesign = true;
    std::size_t trials = 0;
    for (const auto& participant : networks.participants) {
        trials += participant.trials.size();
    }
    first.paragraphs.push_back(
        std::string(comparison.people.simulated ? "Simulated participants: " : "Participants: ") +
        count(networks.participants.size()) + ". Categories: " + count(networks.categories.size()) +
        " (chance " + asPercent(comparison.people.chance) + " %). Trials: " + count(trials) +
        ". Task: recognition.");
    for (const auto& problem : comparison.problems) {
        first.paragraphs.push_back("Not compared: " + problem);
    }
    if (comparison.report.classifiers.empty()) {
        first.paragraphs.emplace_back("No network could be compared.");
        return {std::move(first)};
    }
    first.paragraphs.push_back(evidenceSentence(networks));
    first.tables = {accuracyTable(comparison)};
    first.figures.push_back({.kind = FigureKind::classifiers,
                             .design = index,
                             .participant = 0,
                             .name = prefix + "networks-accuracy",
                             .caption = "Accuracy by condition: people (black, bold) and networks "
                                        "(coloured), with 95 % intervals (Wilson). Dashed: "
                                        "chance."});
    return {std::move(first), agreementSection(comparison),
            othersSection(comparison, index, prefix)};
}

ReportSection classifierMethods()
{
    auto out = section("How networks that recognise were compared with people");
    out.paragraphs = {
        "People's accuracy is that of all their trials, a network's that of all the stimuli, each "
        "counted once. Catch trials and practice do not count.",
        "Kappa says whether a person and the network are right in the same trials: 0 for "
        "independent observers with these accuracies, 1 for the same answers. With different "
        "accuracies it cannot reach 1 or -1; the table has what is possible. Its interval is a "
        "bootstrap of stimuli. The decision correlation is that of the two observers' decision "
        "variables, independent of accuracy. It is absent where one of them is always right or "
        "always wrong; kappa is then 0, and absent only if both are. Among people, kappa is given "
        "each person's own accuracy. Alpha (Krippendorff 2019) compares the answers themselves, so "
        "wrong ones "
        "too; among people it is of all who saw a stimulus.",
        "The confusions are compared by the correlation of the log-odds of all wrong answers, the "
        "network's expected at the fitted temperature, with 1/2 added to each count. All counts "
        "are in classifier_confusion.csv."};
    return out;
}

} // namespace mlab
