// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network_report/classifier_report.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/comparison/classifier_temperature.h"
#include "core/fits/group_statistics.h"
#include "core/network_report/network_report.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <span>
#include <utility>

namespace mlab {
namespace {

/// Both observers' answers to a trial.
struct AnsweredTwice {
    std::size_t category = 0;
    std::array<std::size_t, 2> answers = {};
    std::array<double, 2> accuracy = {}; ///< of either observer in the condition
    std::size_t stimulus = 0;

    YokedTrial yoked() const
    {
        return {.correct = {answers[0] == category, answers[1] == category},
                .probability = accuracy,
                .stimulus = stimulus};
    }
};

std::vector<YokedTrial> yokedOf(const std::vector<AnsweredTwice>& trials)
{
    std::vector<YokedTrial> out;
    std::ranges::transform(trials, std::back_inserter(out), &AnsweredTwice::yoked);
    return out;
}

RecognitionAgreement agreementOf(const std::vector<AnsweredTwice>& trials)
{
    RecognitionAgreement out{.trials = static_cast<int>(trials.size()),
                             .consistency = {},
                             .kappa95 = {},
                             .decisions = {},
                             .alpha = {}};
    if (trials.empty()) {
        return out;
    }
    const auto yoked = yokedOf(trials);
    std::vector<std::vector<std::size_t>> answers;
    std::ranges::transform(trials, std::back_inserter(answers), [](const AnsweredTwice& trial) {
        return std::vector(trial.answers.begin(), trial.answers.end());
    });
    out.consistency = errorConsistency(yoked);
    out.decisions = decisionCorrelation(yoked);
    out.alpha = krippendorffAlpha(answers);
    return out;
}

std::optional<std::array<double, 2>> kappaInterval(const std::vector<AnsweredTwice>& trials)
{
    if (trials.empty()) {
        return std::nullopt;
    }
    return bootstrapConsistency(yokedOf(trials), {.samples = kBootstrapSamples, .seed = 1}).kappa;
}

std::optional<std::array<double, 2>> intervalOf(const Accuracy& accuracy)
{
    return accuracy.trials > 0 ? std::optional(wilsonInterval(accuracy.correct, accuracy.trials))
                               : std::nullopt;
}

Accuracy accuracyIn(const ClassifiedParticipant& participant, std::size_t condition)
{
    Accuracy out;
    for (const auto& trial : participant.trials) {
        if (trial.seen.condition == condition) {
            add(out, trial.seen.category == trial.seen.response);
        }
    }
    return out;
}

Confusions emptyConfusions(const ClassifierData& data)
{
    return {data.categories.size(), std::vector<double>(data.categories.size(), 0.0)};
}

/// The work on one network.
class ClassifierWork {
public:
    ClassifierWork(const ClassifierData& data, const ComparedClassifier& classifier)
        : data_(data), classifier_(classifier)
    {
    }

    ClassifierReport run()
    {
        for (const auto& evidence : classifier_.evidence) {
            out_.answers.push_back(
                static_cast<std::size_t>(std::ranges::max_element(evidence) - evidence.begin()));
        }
        std::vector<ClassifiedAnswer> answers;
        for (const auto& participant : data_.participants) {
            for (const auto& trial : participant.trials) {
                answers.push_back({.evidence = classifier_.evidence[trial.stimulus],
                                   .answer = trial.seen.response});
            }
        }
        out_.temperature = fitTemperature(answers);
        out_.participants.resize(data_.participants.size());
        for (std::size_t condition = 0; condition < data_.conditions.size(); ++condition) {
            compare(condition);
        }
        return std::move(out_);
    }

private:
    bool isRight(const ClassifiedTrial& trial) const
    {
        return out_.answers[trial.stimulus] == trial.seen.category;
    }

    void compare(std::size_t condition)
    {
        ClassifierCondition group;
        std::vector<AnsweredTwice> all;
        std::set<std::size_t> stimuli;
        for (std::size_t p = 0; p < data_.participants.size(); ++p) {
            const auto& participant = data_.participants[p];
            ClassifierCondition own;
            own.people = accuracyIn(participant, condition);
            std::vector<AnsweredTwice> trials;
            for (const auto& trial : participant.trials) {
                if (trial.seen.condition != condition) {
                    continue;
                }
                add(own.network, isRight(trial));
                if (stimuli.insert(trial.stimulus).second) {
                    add(group.network, isRight(trial));
                }
                trials.push_back({.category = trial.seen.category,
                                  .answers = {trial.seen.response, out_.answers[trial.stimulus]},
                                  .accuracy = {},
                                  .stimulus = trial.stimulus});
            }
            for (auto& trial : trials) {
                trial.accuracy = {own.people.share(), own.network.share()};
            }
            own.people95 = intervalOf(own.people);
            own.network95 = intervalOf(own.network);
            own.agreement = agreementOf(trials);
            group.people.trials += own.people.trials;
            group.people.correct += own.people.correct;
            all.insert(all.end(), trials.begin(), trials.end());
            out_.participants[p].push_back(own);
        }
        setNetworkAccuracy(all);
        group.people95 = intervalOf(group.people);
        group.network95 = intervalOf(group.network);
        group.agreement = agreementOf(all);
        group.agreement.kappa95 = kappaInterval(all);
        out_.confusions.push_back(expected(condition));
        out_.group.push_back(group);
    }

    // Of all trials, the network is one observer.
    static void setNetworkAccuracy(std::vector<AnsweredTwice>& trials)
    {
        Accuracy network;
        for (const auto& trial : trials) {
            add(network, trial.answers[1] == trial.category);
        }
        for (auto& trial : trials) {
            trial.accuracy[1] = network.share();
        }
    }

    Confusions expected(std::size_t condition) const
    {
        auto out = emptyConfusions(data_);
        for (const auto& participant : data_.participants) {
            for (const auto& trial : participant.trials) {
                if (trial.seen.condition != condition) {
                    continue;
                }
                auto& row = out[trial.seen.category];
                if (!out_.temperature) {
                    row[out_.answers[trial.stimulus]] += 1;
                    continue;
                }
                const auto probabilities = answerProbabilities(classifier_.evidence[trial.stimulus],
                                                               out_.temperature->value);
                for (std::size_t answer = 0; answer < row.size(); ++answer) {
                    row[answer] += probabilities[answer];
                }
            }
        }
        return out;
    }

    const ClassifierData& data_;
    const ComparedClassifier& classifier_;
    ClassifierReport out_;
};

Confusions confusionsOfPeople(const ClassifierData& data, std::size_t condition)
{
    auto out = emptyConfusions(data);
    for (const auto& participant : data.participants) {
        for (const auto& trial : participant.trials) {
            if (trial.seen.condition == condition) {
                out[trial.seen.category][trial.seen.response] += 1;
            }
        }
    }
    return out;
}

/// Every pair of participants, in the stimuli that both saw.
RecognitionAgreement peopleWithEachOther(const ClassifierData& data, std::size_t condition)
{
    struct Answer {
        std::size_t category = 0, response = 0;
        double accuracy = 0.0;
    };
    std::map<std::size_t, std::vector<Answer>> byStimulus;
    for (const auto& participant : data.participants) {
        const double accuracy = accuracyIn(participant, condition).share();
        std::set<std::size_t> seen; // the first answer to a stimulus, in several sessions
        for (const auto& trial : participant.trials) {
            if (trial.seen.condition == condition && seen.insert(trial.stimulus).second) {
                byStimulus[trial.stimulus].push_back({.category = trial.seen.category,
                                                      .response = trial.seen.response,
                                                      .accuracy = accuracy});
            }
        }
    }
    std::vector<AnsweredTwice> pairs;
    std::vector<std::vector<std::size_t>> answers;
    for (const auto& [stimulus, own] : byStimulus) {
        auto& all = answers.emplace_back();
        for (std::size_t i = 0; i < own.size(); ++i) {
            all.push_back(own[i].response);
            for (std::size_t j = 0; j < i; ++j) {
                pairs.push_back({.category = own[i].category,
                                 .answers = {own[j].response, own[i].response},
                                 .accuracy = {own[j].accuracy, own[i].accuracy},
                                 .stimulus = stimulus});
            }
        }
    }
    auto out = agreementOf(pairs);
    if (out.consistency && out.consistency->kappa) {
        // People differ in accuracy. With accuracies pooled over the first and the second of all
        // pairs, independent people would seem to agree or not by their order.
        const auto yoked = yokedOf(pairs);
        out.consistency->kappa = conditionalKappa(yoked);
        out.consistency->unbiasedKappa.reset();
        out.consistency->copied.reset();
        out.kappa95 =
            bootstrapConsistency(yoked, {.samples = kBootstrapSamples, .seed = 1}).conditionalKappa;
    }
    out.alpha = krippendorffAlpha(answers);
    return out;
}

/// The mean over the networks that did not make the metamers.
std::optional<double> accuracyOfOthers(const ClassifierData& data, const ClassifierNumbers& numbers,
                                       std::size_t condition)
{
    std::map<std::size_t, std::vector<double>> byNetwork;
    for (std::size_t i = 0; i < data.classifiers.size(); ++i) {
        const auto& network = numbers.classifiers[i].group[condition].network;
        if (!data.classifiers[i].own && network.trials > 0) {
            byNetwork[data.classifiers[i].network].push_back(network.share());
        }
    }
    std::vector<double> means;
    std::ranges::transform(byNetwork, std::back_inserter(means),
                           [](const auto& entry) { return meanOf(entry.second)->mean; });
    const auto mean = meanOf(means);
    return mean ? std::optional(mean->mean) : std::nullopt;
}

void compareWithOthers(const ClassifierData& data, ClassifierNumbers& numbers)
{
    std::vector<double> people;
    std::vector<double> others;
    for (std::size_t condition = 0; condition < data.conditions.size(); ++condition) {
        numbers.others.push_back(accuracyOfOthers(data, numbers, condition));
        if (data.conditions[condition] != kNaturalCondition && numbers.others.back()) {
            people.push_back(numbers.classifiers.front().group[condition].people.share());
            others.push_back(*numbers.others.back());
        }
    }
    if (const auto found = correlate(people, others)) {
        numbers.othersR = found->r;
    }
}

} // namespace

ClassifierNumbers computeClassifierNumbers(const ClassifierData& data, unsigned threads,
                                           const std::function<void(int done, int total)>& progress)
{
    const bool trials = std::ranges::any_of(
        data.participants, [](const auto& participant) { return !participant.trials.empty(); });
    if (!trials || data.classifiers.empty()) {
        throw InvalidArgument("recognition has no trials or no networks to compare");
    }
    ClassifierNumbers out;
    out.classifiers.resize(data.classifiers.size());
    inParallel(
        static_cast<int>(data.classifiers.size()), threads,
        [&](int i) {
            const auto at = static_cast<std::size_t>(i);
            out.classifiers[at] = ClassifierWork(data, data.classifiers[at]).run();
        },
        [&](int done, int total) {
            if (progress) {
                progress(done, total);
            }
        });
    for (std::size_t condition = 0; condition < data.conditions.size(); ++condition) {
        out.people.push_back(peopleWithEachOther(data, condition));
        out.confusions.push_back(confusionsOfPeople(data, condition));
    }
    for (auto& classifier : out.classifiers) {
        for (std::size_t condition = 0; condition < data.conditions.size(); ++condition) {
            classifier.group[condition].confusionCorrelation =
                confusionCorrelation(out.confusions[condition], classifier.confusions[condition]);
        }
    }
    compareWithOthers(data, out);
    return out;
}

} // namespace mlab
