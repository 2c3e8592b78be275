// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/comparison/classifier_temperature.h"
#include "core/document/classifier_document.h"

#include <utility>

namespace mlab {
namespace {

void addClassifier(ReportRows& rows, const ComparedClassifier& classifier)
{
    rows.add("model", "", "name of the network in the list of models", classifier.model);
    rows.add("layer", "",
             "the layer that recognises; empty where the list names none and the classes answer",
             classifier.layer);
}

void addConditionName(ReportRows& rows, const std::string& condition)
{
    rows.add("condition", "", "natural, or the layer of the metamers", condition);
}

void addAccuracies(ReportRows& rows, const std::string& who, const std::string& trials,
                   const Accuracy& accuracy, const ReportInterval& interval)
{
    rows.add(who + "_trials", "", trials, std::to_string(accuracy.trials));
    rows.add(who + "_accuracy", "", "proportion correct",
             accuracy.trials > 0 ? whole(accuracy.share()) : "");
    rows.addInterval(who + "_accuracy_ci95", "",
                     "its 95 % confidence interval (Wilson's score interval)", interval);
}

void addAgreement(ReportRows& rows, const RecognitionAgreement& agreement)
{
    const auto& consistency = agreement.consistency;
    const auto of = [&](std::optional<double> ErrorConsistency::*value) {
        return consistency ? whole((*consistency).*value) : "";
    };
    rows.add("kappa", "",
             "agreement of right and wrong answers beyond that of independent observers (Cohen); "
             "empty where both are always right or always wrong",
             of(&ErrorConsistency::kappa));
    rows.addInterval("kappa_ci95", "", "its 95 % interval over stimuli, by bootstrap",
                     agreement.kappa95);
    rows.add("kappa_unbiased", "", "kappa, corrected for the number of trials",
             of(&ErrorConsistency::unbiasedKappa));
    rows.add("kappa_lowest", "", "what kappa can be at least, with these accuracies",
             of(&ErrorConsistency::lowest));
    rows.add("kappa_highest", "", "what kappa can be at most, with these accuracies",
             of(&ErrorConsistency::highest));
    rows.add("copied", "",
             "share of trials in which the less accurate copies the other's answer, if both are "
             "independent in the rest",
             of(&ErrorConsistency::copied));
    const auto& decisions = agreement.decisions;
    rows.add("decision_correlation", "",
             "correlation of the decision variables, given the accuracies; empty where one is "
             "always right or always wrong",
             decisions ? whole(decisions->rho) : "");
    rows.addInterval("decision_correlation_ci95", "",
                     "its 95 % confidence interval (profile likelihood)",
                     decisions ? ReportInterval(decisions->interval95) : ReportInterval());
    rows.add("decision_correlation_p", "", "p of no correlation, likelihood-ratio test",
             decisions ? whole(decisions->pValue) : "");
    rows.add("alpha", "", "Krippendorff's alpha of the answers", whole(agreement.alpha));
}

void addComparison(ReportRows& rows, const ReportedDesign& design, const std::string& participant,
                   const ComparedClassifier& classifier, const ClassifierReport& report,
                   const std::string& condition, const ClassifierCondition& numbers)
{
    rows.begin();
    rows.addDesign(design);
    rows.add("participant", "", "participant ID; group: all of them", participant);
    addClassifier(rows, classifier);
    rows.add("space", "", "which numbers represent a stimulus", classifier.space);
    rows.add("evidence", "", "classes: the network's own; means: nearest category mean",
             classifier.byClasses ? "classes" : "means");
    addConditionName(rows, condition);
    addAccuracies(rows, "people", "trials compared", numbers.people, numbers.people95);
    addAccuracies(rows, "network", "the same trials; for the group each stimulus once",
                  numbers.network, numbers.network95);
    addAgreement(rows, numbers.agreement);
    rows.add("confusion_r", "",
             "correlation of the log-odds of wrong answers, people's with those expected of the "
             "network; of the group only",
             whole(numbers.confusionCorrelation));
    const auto& temperature = report.temperature;
    rows.add("temperature", "units of the evidence",
             "at which the network's answers are most like those of all participants",
             temperature ? whole(temperature->value) : "");
    rows.add("temperature_ci95_low", "units of the evidence",
             "lower limit of its 95 % profile-likelihood interval; empty if there is none",
             temperature ? whole(temperature->lower) : "");
    rows.add("temperature_ci95_high", "units of the evidence", "its upper limit",
             temperature ? whole(temperature->upper) : "");
}

void addPeople(ReportRows& rows, const ReportedDesign& design, const std::string& condition,
               const RecognitionAgreement& agreement)
{
    rows.begin();
    rows.addDesign(design);
    addConditionName(rows, condition);
    rows.add("pairs", "", "pairs of participants, summed over the stimuli that both saw",
             std::to_string(agreement.trials));
    addAgreement(rows, agreement);
}

void addConfusion(ReportRows& rows, const ReportedDesign& design,
                  const ComparedClassifier& classifier, const std::string& condition,
                  const std::string& category, const std::string& response, double people,
                  double network)
{
    rows.begin();
    rows.addDesign(design);
    addClassifier(rows, classifier);
    addConditionName(rows, condition);
    rows.add("category", "", "category shown", category);
    rows.add("response", "", "category chosen", response);
    rows.add("people", "trials", "answers of all participants", whole(people));
    rows.add("network", "trials", "answers expected of the network in the same trials",
             whole(network));
}

void addConfusions(ReportRows& rows, const ReportedDesign& design,
                   const ClassifierComparison& comparison, std::size_t index)
{
    const auto& [people, networks, report, problems] = comparison;
    for (std::size_t c = 0; c < networks.conditions.size(); ++c) {
        for (std::size_t shown = 0; shown < networks.categories.size(); ++shown) {
            for (std::size_t said = 0; said < networks.categories.size(); ++said) {
                addConfusion(rows, design, networks.classifiers[index], networks.conditions[c],
                             networks.categories[shown], networks.categories[said],
                             report.confusions[c][shown][said],
                             report.classifiers[index].confusions[c][shown][said]);
            }
        }
    }
}

void addAnswer(ReportRows& rows, const ReportedDesign& design, const ClassifiedTrial& trial,
               const ComparedClassifier& classifier, const std::string& answer, bool correct,
               const std::optional<double>& probability)
{
    rows.begin();
    rows.addDesign(design);
    rows.add("session_id", "", "session ID", trial.sessionId);
    rows.add("trial_index", "", "number of the trial in its session",
             std::to_string(trial.trialIndex));
    addClassifier(rows, classifier);
    rows.add("answer", "", "category with most evidence", answer);
    rows.add("correct", "", "1: the category shown", yes(correct));
    rows.add("p_response", "",
             "probability with which the network gives the participant's answer at the fitted "
             "temperature",
             whole(probability));
}

void addAnswers(ReportRows& rows, const ReportedDesign& design,
                const ClassifierComparison& comparison, std::size_t index)
{
    const auto& networks = comparison.networks;
    const auto& classifier = networks.classifiers[index];
    const auto& report = comparison.report.classifiers[index];
    for (const auto& participant : networks.participants) {
        for (const auto& trial : participant.trials) {
            const auto answer = report.answers[trial.stimulus];
            const auto probability =
                report.temperature
                    ? std::optional(answerProbabilities(classifier.evidence[trial.stimulus],
                                                        report.temperature->value)
                                        .at(trial.seen.response))
                    : std::nullopt;
            addAnswer(rows, design, trial, classifier, networks.categories[answer],
                      answer == trial.seen.category, probability);
        }
    }
}

void addRecognised(ReportRows& rows, const ReportedDesign& design, const std::string& metamersOf,
                   const std::string& condition, const std::string& who, const std::string& layer,
                   const std::string& own, const std::optional<double>& accuracy)
{
    rows.begin();
    rows.addDesign(design);
    rows.add("metamers_of", "", "network that made the metamers", metamersOf);
    addConditionName(rows, condition);
    rows.add("who", "", "people, a network, or other networks: the mean of those with made_them 0",
             who);
    rows.add("layer", "", "the layer of the network that recognises", layer);
    rows.add("made_them", "", "1: the network that made the metamers", own);
    rows.add("accuracy", "", "proportion correct", whole(accuracy));
}

void addNetworkTable(ReportRows& rows, const ReportedDesign& design,
                     const ClassifierComparison& comparison)
{
    const auto& networks = comparison.networks;
    const auto& report = comparison.report;
    for (std::size_t c = 0; c < networks.conditions.size(); ++c) {
        const auto add = [&](const std::string& who, const std::string& layer,
                             const std::string& own, const std::optional<double>& accuracy) {
            addRecognised(rows, design, networks.metamersOf, networks.conditions[c], who, layer,
                          own, accuracy);
        };
        add("people", "", "", report.classifiers.front().group[c].people.share());
        for (std::size_t i = 0; i < networks.classifiers.size(); ++i) {
            const auto& classifier = networks.classifiers[i];
            add(classifier.model, classifier.layer, yes(classifier.own),
                report.classifiers[i].group[c].network.share());
        }
        add("other networks", "", "", report.others[c]);
    }
}

} // namespace

std::vector<ReportTable> classifierTables(std::span<const ClassifierComparison> comparisons,
                                          std::span<const ReportedDesign> designs)
{
    ReportRows compared("classifier_comparison");
    ReportRows people("classifier_ceilings");
    ReportRows confusion("classifier_confusion");
    ReportRows answers("classifier_answers");
    ReportRows recognised("classifier_networks");
    for (std::size_t i = 0; i < comparisons.size(); ++i) {
        const auto& [ofPeople, networks, report, problems] = comparisons[i];
        const auto& design = designs[i];
        for (std::size_t n = 0; n < report.classifiers.size(); ++n) {
            const auto& classifier = report.classifiers[n];
            for (std::size_t c = 0; c < networks.conditions.size(); ++c) {
                for (std::size_t p = 0; p < networks.participants.size(); ++p) {
                    addComparison(compared, design, networks.participants[p].id,
                                  networks.classifiers[n], classifier, networks.conditions[c],
                                  classifier.participants[p][c]);
                }
                addComparison(compared, design, "group", networks.classifiers[n], classifier,
                              networks.conditions[c], classifier.group[c]);
            }
            addConfusions(confusion, design, comparisons[i], n);
            addAnswers(answers, design, comparisons[i], n);
        }
        for (std::size_t c = 0; c < report.people.size(); ++c) {
            addPeople(people, design, networks.conditions[c], report.people[c]);
        }
        if (!report.classifiers.empty()) {
            addNetworkTable(recognised, design, comparisons[i]);
        }
    }
    // Where no network could be compared.
    const auto& design = designs.front();
    return {
        compared.take([&](ReportRows& rows) { addComparison(rows, design, "", {}, {}, "", {}); }),
        people.take([&](ReportRows& rows) { addPeople(rows, design, "", {}); }),
        confusion.take([&](ReportRows& rows) { addConfusion(rows, design, {}, "", "", "", 0, 0); }),
        answers.take([&](ReportRows& rows) { addAnswer(rows, design, {}, {}, "", false, {}); }),
        recognised.take(
            [&](ReportRows& rows) { addRecognised(rows, design, "", "", "", "", "", {}); })};
}

} // namespace mlab
