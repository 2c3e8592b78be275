// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/metamer_report.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace mlab {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool isCatch(const TrialRecord& trial)
{
    return trial.procedure == kCatchProcedure;
}

std::optional<std::size_t> conditionOf(const std::vector<Dimension>& conditions,
                                       const TrialRecord& trial)
{
    const auto found = std::ranges::find(conditions, trial.dimension);
    return found == conditions.end()
               ? std::nullopt
               : std::optional(static_cast<std::size_t>(found - conditions.begin()));
}

/// Calls `visit` with each trial that is in the numbers of a condition, and with the condition.
template <typename Visit>
void forEachCounted(const std::vector<Dimension>& conditions,
                    const ParticipantData<TrialRecord>& participant, const Visit& visit)
{
    for (const auto& session : participant.sessions) {
        for (const auto& trial : session.trials) {
            const auto condition = conditionOf(conditions, trial);
            if (!trial.practice && !isCatch(trial) && condition) {
                visit(trial, *condition);
            }
        }
    }
}

std::optional<IntervalEstimate> dPrimeOf(const Accuracy& accuracy, DiscriminationTask task)
{
    if (accuracy.trials == 0) {
        return std::nullopt;
    }
    return testDifference(task, accuracy.correct, accuracy.trials, IntervalStatistic::likelihood)
        .dPrime;
}

/// The condition whatever its match is.
Dimension ofAnyMatch(Dimension condition)
{
    condition.metamers->match.reset();
    return condition;
}

std::vector<Dimension> curvesOf(const std::vector<Dimension>& conditions)
{
    std::vector<Dimension> curves;
    for (const auto& condition : conditions) {
        const auto curve = ofAnyMatch(condition);
        const auto matches = std::ranges::count_if(
            conditions, [&](const Dimension& other) { return ofAnyMatch(other) == curve; });
        const bool several = matches > 1 || !condition.metamers->match;
        if (several && std::ranges::count(curves, curve) == 0) {
            curves.push_back(curve);
        }
    }
    return curves;
}

/// One factor of conditions, by its name.
struct FactorOf {
    const char* name;
    std::string (*level)(const Dimension&);
};
const std::array<FactorOf, 4> kFactors = {
    {{"layer", [](const Dimension& condition) { return condition.layer; }},
     {"comparison",
      [](const Dimension& condition) {
          return nameIn(kComparisons, condition.metamers->comparison);
      }},
     {"start",
      [](const Dimension& condition) {
          return nameIn(kSynthesisStarts, condition.metamers->start);
      }},
     {"match", [](const Dimension& condition) {
          const auto& match = condition.metamers->match;
          return match ? match->text() : std::string("adaptive");
      }}}};

class Reporter {
public:
    explicit Reporter(const MetamerData& data) : data_(data)
    {
        report_ = {.designName = data.designName,
                   .designSha256 = data.designSha256,
                   .simulated = data.simulated,
                   .modality = data.modality,
                   .taskName = data.taskName,
                   .chance = chanceOf(data.task),
                   .conditions = data.conditions,
                   .curves = curvesOf(data.conditions),
                   .participants = {},
                   .group = {},
                   .factors = {},
                   .pairs = {},
                   .notes = {}};
        participants_ = participantsWithTrials(data.participants, report_.notes);
    }

    MetamerReport run()
    {
        if (participants_.empty()) {
            throw InvalidArgument("design " + data_.designName +
                                  " has no trial yet, so there is nothing to report");
        }
        for (const auto& participant : participants_) {
            report_.participants.push_back(participantReport(participant));
        }
        for (std::size_t i = 0; i < report_.conditions.size(); ++i) {
            report_.group.push_back(groupCondition(i));
        }
        for (const auto& factor : kFactors) {
            addFactor(factor);
        }
        report_.pairs = pairs();
        return std::move(report_);
    }

private:
    MetamerParticipantReport participantReport(const ParticipantData<TrialRecord>& participant)
    {
        MetamerParticipantReport out;
        out.id = participant.id;
        out.sessions = sessionFacts(participant);
        out.conditions.resize(report_.conditions.size());
        std::vector<std::vector<double>> times(report_.conditions.size());
        for (const auto& session : participant.sessions) {
            for (const auto& trial : session.trials) {
                if (trial.practice) {
                    ++out.practiceTrials;
                } else if (isCatch(trial)) {
                    add(out.catchTrials, trial.correct);
                } else if (!conditionOf(report_.conditions, trial)) {
                    ++out.unusableTrials;
                }
            }
        }
        forEachCounted(report_.conditions, participant,
                       [&](const TrialRecord& trial, std::size_t condition) {
                           auto& own = out.conditions[condition];
                           add(own.accuracy, trial.correct);
                           own.notAccepted += trial.converged ? 0 : 1;
                           if (flag::presentedAgain(trial.flags)) {
                               add(own.presentedAgain, trial.correct);
                           }
                           times[condition].push_back(trial.rtMs);
                       });
        for (std::size_t i = 0; i < out.conditions.size(); ++i) {
            auto& own = out.conditions[i];
            setChanceP(own.accuracy, report_.chance);
            if (own.accuracy.trials > 0) {
                own.interval95 = wilsonInterval(own.accuracy.correct, own.accuracy.trials);
            }
            own.dPrime = dPrimeOf(own.accuracy, data_.task);
            own.medianRtMs = medianOf(std::move(times[i]));
        }
        setChanceP(out.catchTrials, report_.chance);
        for (const auto& curve : report_.curves) {
            out.curves.push_back(curveOf(curve, participant));
        }
        warn(out);
        return out;
    }

    DimensionReport curveOf(const Dimension& curve,
                            const ParticipantData<TrialRecord>& participant) const
    {
        std::vector<std::vector<TrialRecord>> sessions;
        for (const auto& session : participant.sessions) {
            auto& own = sessions.emplace_back();
            std::ranges::copy_if(session.trials, std::back_inserter(own),
                                 [&](const TrialRecord& trial) {
                                     return !trial.practice && !isCatch(trial) &&
                                            conditionOf(report_.conditions, trial) &&
                                            ofAnyMatch(trial.dimension) == curve;
                                 });
        }
        return reportDimension(curve, sessions, data_.task, {});
    }

    void warn(MetamerParticipantReport& out) const
    {
        if (out.unusableTrials > 0) {
            out.warnings.emplace_back(warning::UnusableTrials{out.unusableTrials});
        }
        Accuracy again;
        int notAccepted = 0;
        for (std::size_t i = 0; i < out.conditions.size(); ++i) {
            const auto& own = out.conditions[i];
            again.trials += own.presentedAgain.trials;
            again.correct += own.presentedAgain.correct;
            notAccepted += own.notAccepted;
            if (own.accuracy.trials == 0) {
                out.warnings.emplace_back(
                    warning::ConditionWithoutTrials{report_.conditions[i].id()});
            }
        }
        if (again.trials > 0) {
            out.warnings.emplace_back(
                warning::PresentedAgain{.trials = again.trials, .correct = again.correct});
        }
        if (notAccepted > 0) {
            out.warnings.emplace_back(warning::NotAccepted{notAccepted});
        }
        const auto& shown = out.catchTrials;
        if (shown.trials > 0 && shown.share() < kCatchShare) {
            out.warnings.emplace_back(
                warning::CatchTrialsMissed{.trials = shown.trials, .correct = shown.correct});
        }
        warnOfUnfinished(out.sessions, out.warnings);
    }

    MetamerGroupCondition groupCondition(std::size_t index) const
    {
        MetamerGroupCondition group;
        std::vector<double> shares;
        std::vector<double> dPrimes;
        for (const auto& participant : report_.participants) {
            const auto& own = participant.conditions[index];
            if (own.accuracy.trials == 0) {
                continue;
            }
            group.pooled.trials += own.accuracy.trials;
            group.pooled.correct += own.accuracy.correct;
            group.aboveChance += own.accuracy.aboveChance() ? 1 : 0;
            shares.push_back(own.accuracy.share());
            if (own.dPrime && std::isfinite(own.dPrime->value)) {
                dPrimes.push_back(own.dPrime->value);
            }
        }
        setChanceP(group.pooled, report_.chance);
        group.accuracy = meanWithin(0.0, 1.0, shares);
        group.dPrime = meanWithin(0.0, kInfinity, dPrimes);
        group.pooledDPrime = dPrimeOf(group.pooled, data_.task);
        std::set<std::string> metamers;
        std::vector<double> snrDb;
        for (const auto& participant : participants_) {
            forEachCounted(report_.conditions, participant,
                           [&](const TrialRecord& trial, std::size_t condition) {
                               if (condition == index) {
                                   metamers.insert(trial.probeSha256);
                                   snrDb.push_back(snrDbOfMismatch(trial.levelAchieved));
                               }
                           });
        }
        group.metamers = static_cast<int>(metamers.size());
        group.medianSnrDb = medianOf(std::move(snrDb));
        if (shares.empty()) {
            group.warnings.emplace_back(warning::NoTrials{});
        } else if (shares.size() == 1 && report_.participants.size() > 1) {
            group.warnings.emplace_back(warning::OneParticipant{});
        } else if (shares.size() > 1 && !group.accuracy->interval95) {
            group.warnings.emplace_back(warning::EqualAccuracies{});
        }
        if (const auto missing = report_.participants.size() - shares.size();
            missing > 0 && !shares.empty()) {
            group.warnings.emplace_back(
                warning::ParticipantsWithoutTrials{static_cast<int>(missing)});
        }
        return group;
    }

    void addFactor(const FactorOf& factor)
    {
        MetamerFactor out;
        out.name = factor.name;
        for (const auto& condition : report_.conditions) {
            if (auto level = factor.level(condition); std::ranges::count(out.levels, level) == 0) {
                out.levels.push_back(std::move(level));
            }
        }
        if (out.levels.size() < 2) {
            return;
        }
        std::vector<std::vector<double>> table;
        for (const auto& participant : report_.participants) {
            if (std::ranges::any_of(participant.conditions,
                                    [](const auto& own) { return own.accuracy.trials == 0; })) {
                out.notes.emplace_back(warning::ParticipantIncomplete{participant.id});
                continue;
            }
            table.push_back(accuraciesOf(participant, factor, out.levels));
            out.rows.push_back({.participant = participant.id, .accuracies = table.back()});
        }
        out.tests = compareWithin(table);
        if (const auto warning = comparisonWarning(out.tests, table.size())) {
            out.notes.push_back(*warning);
        }
        if (out.tests) {
            for (auto& pair : out.tests->pairs) {
                std::vector<double> differences;
                differences.reserve(table.size());
                for (const auto& row : table) {
                    differences.push_back(row[pair.second] - row[pair.first]);
                }
                pair.difference = *meanWithin(-1.0, 1.0, differences);
            }
        }
        report_.factors.push_back(std::move(out));
    }

    /// Of each level, the mean of the accuracies in its conditions.
    std::vector<double> accuraciesOf(const MetamerParticipantReport& participant,
                                     const FactorOf& factor,
                                     const std::vector<std::string>& levels) const
    {
        std::vector<double> out;
        for (const auto& level : levels) {
            std::vector<double> shares;
            for (std::size_t i = 0; i < report_.conditions.size(); ++i) {
                if (factor.level(report_.conditions[i]) == level) {
                    shares.push_back(participant.conditions[i].accuracy.share());
                }
            }
            out.push_back(meanOf(shares)->mean);
        }
        return out;
    }

    std::vector<ComparedPair> pairs() const
    {
        std::map<std::tuple<std::size_t, std::string, std::string>, ComparedPair> all;
        for (const auto& participant : participants_) {
            forEachCounted(
                report_.conditions, participant,
                [&](const TrialRecord& trial, std::size_t condition) {
                    auto& pair = all[{condition, trial.referenceSha256, trial.probeSha256}];
                    pair.condition = report_.conditions[condition].id();
                    pair.referenceId = trial.referenceId;
                    pair.referenceSha256 = trial.referenceSha256;
                    pair.probeSha256 = trial.probeSha256;
                    pair.mismatch = trial.levelAchieved;
                    pair.trials += 1;
                    pair.wrong += trial.correct ? 0 : 1;
                });
        }
        std::vector<ComparedPair> out;
        out.reserve(all.size());
        for (auto& [key, pair] : all) {
            out.push_back(std::move(pair));
        }
        // With one answer of each, a pair that several people confused says more.
        std::ranges::stable_sort(out, std::greater(), [](const ComparedPair& pair) {
            return std::pair(pair.wrong, static_cast<double>(pair.wrong) / pair.trials);
        });
        return out;
    }

    const MetamerData& data_;
    MetamerReport report_;
    std::vector<ParticipantData<TrialRecord>> participants_;
};

} // namespace

std::vector<ComparedPair> MetamerReport::confusedPairs() const
{
    std::vector<ComparedPair> out;
    std::ranges::copy_if(pairs, std::back_inserter(out),
                         [](const ComparedPair& pair) { return pair.wrong > 0; });
    out.resize(std::min(out.size(), kMostPairsShown));
    return out;
}

MetamerReport computeMetamerReport(const MetamerData& data)
{
    if (data.conditions.empty()) {
        throw InvalidArgument("design " + data.designName +
                              " needs at least one condition for a report on whole metamers");
    }
    return Reporter(data).run();
}

} // namespace mlab
