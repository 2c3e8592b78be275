// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/document/warning_text.h"

#include "core/base/number_text.h"
#include "core/page/report_text.h"
#include "core/report/recognition_report.h"
#include "core/report/report_dimension.h"

#include <cmath>

namespace mlab {
namespace {

std::string percent(double share)
{
    return std::to_string(std::lround(100 * share)) + " %";
}

std::string text(const warning::AllCorrect&)
{
    return "all answers are correct: the threshold is below the lowest level, and its interval "
           "depends mostly on the prior";
}

std::string text(const warning::NoneCorrect&)
{
    return "no answer is correct: the threshold is above the highest level, or the answers are "
           "coded the wrong way round; its interval depends mostly on the prior";
}

std::string text(const warning::NotAboveChance& it)
{
    return "the proportion correct, " + rounded(it.proportionCorrect) + ", is not above chance (" +
           rounded(it.guess) + "): the threshold is undetermined";
}

std::string text(const warning::LimitSetByPrior& it)
{
    const std::string limit = it.upper ? "upper" : "lower";
    const std::string parameter = it.parameter == kWidth ? "width" : "threshold";
    return "the " + limit + " limit of the " + parameter +
           "'s interval is set by the prior: the "
           "data do not exclude " +
           (it.upper ? "larger" : "smaller") + " values";
}

std::string text(const warning::IntervalAsWideAsLevels&)
{
    return "the threshold's 95 % interval is as wide as the range of levels: the threshold is "
           "poorly determined";
}

std::string text(const warning::ThresholdOutsideLevels& it)
{
    return "the threshold, " + rounded(it.threshold) + ", is " +
           (it.above ? "above the highest" : "below the lowest") + " level, " +
           rounded(it.nearestLevel);
}

std::string text(const warning::MaximumOutsideInterval&)
{
    return "the most probable threshold is outside its 95 % interval: the posterior has several "
           "peaks or is very skewed";
}

std::string text(const warning::PosteriorTooNarrow&)
{
    return "the posterior is too narrow for the integration grid: the maximum is exact, the mean "
           "and the intervals are not";
}

std::string text(const FitWarning& it)
{
    return std::visit([](const auto& each) { return text(each); }, it);
}

std::string text(const warning::EmptySession& it)
{
    return "session " + it.session + " has no trials and is excluded";
}

std::string text(const warning::UnfinishedSession& it)
{
    return "session " + it.session + " is not finished";
}

std::string text(const warning::SessionsPooled& it)
{
    return "the " + count(it.sessions) + " sessions of participant " + it.participant +
           " are pooled";
}

std::string text(const warning::NoTrials&)
{
    return "no trials";
}

std::string text(const warning::UnusableLevels& it)
{
    return "unusable: " + counted(it.trials, "trial", "trials") +
           " without a level above 0 excluded";
}

std::string text(const warning::AtLimit& it)
{
    return "at limit: in " + ofTrials(it.trials, it.all) +
           " no reference could reach the level requested";
}

std::string text(const warning::NotMonotonic& it)
{
    const auto& [low, high] = it.decrease;
    return "non-monotonic: " + percent(low.correct / low.total) + " correct near level " +
           rounded(low.level) + " but " + percent(high.correct / high.total) + " near level " +
           rounded(high.level) + "; no increasing function describes these answers";
}

std::string text(const warning::WorseWithLevel& it)
{
    return "worse with level: the higher the level, the fewer answers are correct (" +
           pSentence(it.p) + "); the participant may have confused the answers";
}

std::string text(const warning::NoFit& it)
{
    return "no fit: " + it.reason;
}

std::string text(const warning::WideInterval& it)
{
    return "imprecise: the limits of the threshold's 95 % interval differ by a factor of " +
           rounded(it.factor) + " (more than " + rounded(kWidestInterval) + ")";
}

std::string text(const warning::ThresholdChanged& it)
{
    return std::string("drift: the threshold") +
           (it.overDimensions ? ", over all dimensions," : "") + " changed by a factor of " +
           rounded(it.ratio) + " over the session (" + pSentence(it.p) + ")";
}

std::string text(const warning::OneParticipant&)
{
    return "one participant: no interval over participants";
}

std::string text(const warning::UndeterminedThresholds& it)
{
    return std::to_string(it.participants) + " of " +
           counted(it.all, "participant", "participants") +
           " excluded from the mean: their threshold is undetermined";
}

std::string text(const warning::LayerWithoutThreshold& it)
{
    return "participant " + it.participant +
           " is excluded: a layer or graph has no determined threshold";
}

std::string text(const warning::OneLayer&)
{
    return "the design has only one layer or graph, so there is nothing to compare";
}

std::string text(const warning::TooFewForTests& it)
{
    return "tests across participants need at least 2 participants, not " + count(it.participants);
}

std::string text(const warning::SmallestPairP& it)
{
    return "with " + count(it.participants) +
           " participants, the smallest possible p of a pair after Holm's correction is " +
           rounded(it.p);
}

std::string text(const warning::UnusableTrials& it)
{
    return "unusable: " + counted(it.trials, "trial", "trials") +
           " excluded, with a condition or category that is not in the design, or a response that "
           "contradicts its correctness";
}

std::string text(const warning::ConditionWithoutTrials& it)
{
    return "no trials of condition " + it.condition;
}

std::string text(const warning::PresentedAgain& it)
{
    return "presented again: " + counted(it.trials, "trial", "trials") + " (" +
           std::to_string(it.correct) +
           " correct) after a pause, a loss of focus, bad timing or broken sound; included";
}

std::string text(const warning::ReferencesMetAgain& it)
{
    return counted(it.references, "reference was", "references were") +
           " presented in more than one condition, where earlier presentations may help";
}

std::string text(const warning::CatchTrialsMissed& it)
{
    return "catch trials: only " + ofTrials(it.correct, it.trials) + " correct, less than " +
           percent(kCatchShare) + "; the participant may not have been attentive";
}

std::string text(const warning::NotAccepted& it)
{
    return counted(it.trials, "trial", "trials") +
           " with a metamer that was not accepted, because it is not as close to its reference as "
           "was asked for";
}

std::string text(const warning::EqualAccuracies&)
{
    return "all participants have the same accuracy: no interval over participants";
}

std::string text(const warning::ParticipantsWithoutTrials& it)
{
    return counted(it.participants, "participant without trials is",
                   "participants without trials are") +
           " excluded";
}

std::string text(const warning::ParticipantIncomplete& it)
{
    return "participant " + it.participant + " is excluded: a condition has no trials";
}

std::string text(const warning::ConditionExcluded& it)
{
    return "condition " + it.condition + " has no trials and is excluded";
}

std::string text(const warning::FewConditions&)
{
    return "fewer than two conditions have trials, so there is nothing to compare";
}

} // namespace

std::string warningText(const ReportWarning& warning)
{
    return std::visit([](const auto& each) { return text(each); }, warning);
}

std::vector<std::string> warningTexts(std::span<const ReportWarning> warnings)
{
    std::vector<std::string> texts;
    for (const auto& warning : warnings) {
        texts.push_back(warningText(warning));
    }
    return texts;
}

std::vector<std::string> warningTexts(std::span<const FitWarning> warnings)
{
    std::vector<std::string> texts;
    for (const auto& warning : warnings) {
        texts.push_back(text(warning));
    }
    return texts;
}

std::string joinedWarnings(std::span<const ReportWarning> warnings)
{
    std::string all;
    for (const auto& each : warningTexts(warnings)) {
        all += (all.empty() ? "" : "; ") + each;
    }
    return all;
}

} // namespace mlab
