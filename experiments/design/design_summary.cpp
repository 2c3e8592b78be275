// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/design/design_summary.h"

#include "core/base/number_text.h"
#include "core/base/random_stream.h"
#include "core/psychometrics/weibull.h"
#include "experiments/design/design_modality.h"
#include "experiments/design/recognition_spec.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace mlab::experiments {
namespace {

constexpr std::uint64_t kRuns = 200;
/// Runs of Bayesian procedures take longer to compute, and differ less in length.
constexpr std::uint64_t kBayesianRuns = 10;
/// The limit of a run that would never end (a level range far from any threshold).
constexpr int kLongestRun = 10000;
/// A duration that changes by more than this is noted.
constexpr double kNoticeableMs = 2.0;

std::string describe(const ProcedureSpec& spec, const std::string& unit)
{
    const auto [low, high] = levelRange(spec);
    const auto start = startingLevel(spec);
    return procedureName(spec) + (start ? ", start " + shortNumber(*start) + " " + unit : "") +
           ", range " + shortNumber(low) + " to " + shortNumber(high) + " " + unit;
}

/// Most dimensions share one procedure, which is simulated only once.
double expectedMainTrials(const Design& design)
{
    if (design.recognition) {
        return mainTrials(*design.recognition);
    }
    std::vector<std::pair<ProcedureSpec, double>> known;
    double sum = 0;
    for (const auto& [dimension, spec] : design.dimensions) {
        auto entry = std::ranges::find(known, spec, &std::pair<ProcedureSpec, double>::first);
        if (entry == known.end()) {
            entry = known.emplace(known.end(), spec, expectedTrials(spec));
        }
        sum += entry->second;
    }
    const int every = design.wholeMetamers ? design.wholeMetamers->catchEvery : 0;
    return every > 1 ? sum * every / (every - 1) : sum;
}

std::string describeConditions(const Design& design, const WholeMetamersSpec& spec)
{
    const auto trials = std::to_string(spec.trialsPerCondition);
    std::string out = "  task " + std::string(toString(design.task)) + ", " + trials +
                      (spec.trialsPerCondition == 1 ? " block" : " blocks") +
                      " of all conditions in shuffled order, ";
    out += spec.catchEvery > 0
               ? "one catch trial in " + std::to_string(spec.catchEvery) + " trials\n"
               : "no catch trials\n";
    out += "  metamers that are not accepted ";
    out += spec.showNotAccepted ? "are shown and flagged\n" : "are not shown\n";
    out += "Conditions, each with " + trials + " references\n";
    for (const auto& [dimension, procedure] : design.dimensions) {
        out += "  " + dimension.id() + '\n';
    }
    return out;
}

std::string describeDimensions(const Design& design)
{
    std::string out =
        "  task " + std::string(toString(design.task)) + ", dimensions in turn by " +
        (design.schedule == Schedule::information ? "expected information" : "shuffled blocks") +
        "\nDimensions\n";
    for (const auto& [dimension, procedure] : design.dimensions) {
        out += "  " + dimension.id() + ": " + describe(procedure, levelUnit(dimension)) + '\n';
    }
    return out;
}

std::string describe(const RecognitionSpec& spec)
{
    std::string out = "  task recognition, " + std::to_string(spec.trialsPerCategory) +
                      (spec.trialsPerCategory == 1 ? " block" : " blocks") + " of " +
                      std::to_string(mainTrials(spec) / spec.trialsPerCategory) + " trials, " +
                      std::to_string(spec.catchPerBlock) + " of them catch trials\n";
    const auto metamers = spec.categories.size() * spec.layers.size() *
                          static_cast<std::size_t>(spec.trialsPerCategory);
    out += "  " + std::to_string(metamers) +
           " metamers will be made before the first trial, or taken from the cache\nConditions\n";
    for (const auto& condition : conditionsOf(spec)) {
        out += "  " + condition +
               (condition == kNaturalCondition ? ": the references themselves\n"
                                               : ": metamers of this layer\n");
    }
    out += "Categories, each with " + std::to_string(referencesNeeded(spec)) +
           " references or more: its example, and one for each of its trials\n";
    for (const auto& category : spec.categories) {
        out += "  " + category.name + ": \"" + category.label + "\"\n";
    }
    return out;
}

std::string durationLine(const TrialPart& part, double hz)
{
    std::string out =
        "  " + part.name + std::string(16 - part.name.size(), ' ') + shortNumber(part.ms) + " ms";
    if (!part.frames) {
        return out + " of sound, followed sample by sample\n";
    }
    out += " = " + std::to_string(*part.frames) +
           (*part.frames == 1 ? " frame at " : " frames at ") +
           shortNumber(std::round(hz * 100.0) / 100.0) + " Hz (" + fixedNumber(part.shownMs, 1) +
           " ms)";
    if (std::abs(part.shownMs - part.ms) > kNoticeableMs) {
        out += "  note: " + fixedNumber(std::abs(part.shownMs - part.ms), 1) +
               (part.shownMs > part.ms ? " ms longer" : " ms shorter") + " than asked for";
    }
    return out + '\n';
}

} // namespace

double expectedTrials(const ProcedureSpec& spec)
{
    const auto [low, high] = levelRange(spec);
    const Weibull observer{.threshold = low > 0 ? std::sqrt(low * high) : high / 2.0};
    const Procedure fresh(spec);
    const std::uint64_t runs = fresh.expectedInformation() ? kBayesianRuns : kRuns;
    int trials = 0;
    for (std::uint64_t run = 0; run < runs; ++run) {
        RandomStream random(1, "expected trials", run);
        auto procedure = fresh;
        while (!procedure.finished() && procedure.trials() < kLongestRun) {
            const double shown = procedure.nextLevel();
            procedure.tell(shown, random.uniform() < observer.probabilityCorrect(shown));
        }
        trials += procedure.trials();
    }
    return static_cast<double>(trials) / static_cast<double>(runs);
}

double expectedTrialMs(const Design& design, bool feedback, double answerMs)
{
    const Timing& t = design.timing;
    const auto intervals = static_cast<double>(intervalCount(design.task));
    return t.fixationMs + intervals * t.intervalMs + (intervals - 1) * t.gapMs + t.beforeAnswerMs +
           answerMs + (feedback ? t.feedbackMs : 0.0);
}

SessionLength expectedLength(const Design& design)
{
    const double mainTrials = expectedMainTrials(design);
    const auto rounded = static_cast<int>(std::lround(mainTrials));
    SessionLength length{.trials = design.practice.trials + rounded, .breaks = 0, .minutes = 0.0};
    if (design.breakEveryTrials > 0) {
        length.breaks = std::max(0, rounded - 1) / design.breakEveryTrials; // none after the last
    }
    const double ms = design.practice.trials * expectedTrialMs(design, design.practice.feedback) +
                      mainTrials * expectedTrialMs(design, design.feedback) +
                      length.breaks * kBreakMs;
    length.minutes = ms / 60000.0;
    return length;
}

std::vector<TrialPart> trialParts(const Design& design, double refreshHz)
{
    const Timing& t = design.timing;
    std::vector<TrialPart> parts;
    const auto onScreen = [&](const std::string& name, double ms) {
        const int frames = wholeFrames(ms, refreshHz);
        parts.push_back(
            {.name = name, .ms = ms, .frames = frames, .shownMs = frames * 1000.0 / refreshHz});
    };
    onScreen("fixation", t.fixationMs);
    if (modalityOf(design).onScreen()) {
        onScreen("interval", t.intervalMs);
    } else {
        parts.push_back({.name = "interval",
                         .ms = t.intervalMs,
                         .frames = std::nullopt,
                         .shownMs = t.intervalMs});
    }
    if (intervalCount(design.task) > 1) {
        onScreen("gap", t.gapMs);
    }
    onScreen("before answer", t.beforeAnswerMs);
    if (design.feedback || (design.practice.feedback && design.practice.trials > 0)) {
        onScreen("feedback", t.feedbackMs);
    }
    return parts;
}

std::string describe(const Design& design, const ScreenGeometry& screen)
{
    const auto [trials, breaks, minutes] = expectedLength(design);

    const std::string length =
        std::to_string(trials) + " trials (" + std::to_string(design.practice.trials) +
        " of them practice), about " + fixedNumber(minutes, 0) + " minutes with " +
        std::to_string(breaks) + (breaks == 1 ? " break\n" : " breaks\n");
    std::string out = design.name + ": ";
    if (design.recognition) {
        out += std::to_string(design.recognition->categories.size()) + " categories, " + length +
               "  with answers after 0.7 s and breaks of 30 s\n" + describe(*design.recognition);
    } else if (design.wholeMetamers) {
        out += std::to_string(design.dimensions.size()) +
               (design.dimensions.size() == 1 ? " condition" : " conditions") +
               " of whole metamers, about " + length +
               "  with answers after 0.7 s and breaks of 30 s\n" +
               describeConditions(design, *design.wholeMetamers);
    } else {
        out += std::to_string(design.dimensions.size()) +
               (design.dimensions.size() == 1 ? " dimension" : " dimensions") + ", about " +
               length +
               "  expected for thresholds in the middle of each level range, answers after 0.7 s "
               "and breaks of 30 s\n" +
               describeDimensions(design);
    }

    out += "Durations\n";
    for (const auto& part : trialParts(design, screen.refreshHz)) {
        out += durationLine(part, screen.refreshHz);
    }

    out += modalityOf(design).describeStation(design, screen);
    if (!design.remarks.empty()) {
        out += "Remarks\n";
        for (const auto& remark : design.remarks) {
            out += "  " + remark + '\n';
        }
    }
    return out;
}

} // namespace mlab::experiments
