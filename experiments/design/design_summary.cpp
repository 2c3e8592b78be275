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

std::string describe(const ProcedureSpec& spec)
{
    const auto [low, high] = levelRange(spec);
    const auto start = startingLevel(spec);
    return procedureName(spec) + (start ? ", start " + shortNumber(*start) + " SD" : "") +
           ", range " + shortNumber(low) + " to " + shortNumber(high) + " SD";
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
    return sum;
}

int expectedBreaks(const Design& design)
{
    const auto trials = static_cast<int>(std::lround(expectedMainTrials(design)));
    // None after the last trial.
    return design.breakEveryTrials > 0 ? std::max(0, trials - 1) / design.breakEveryTrials : 0;
}

std::string describeDimensions(const Design& design)
{
    std::string out =
        "  task " + std::string(toString(design.task)) + ", dimensions in turn by " +
        (design.schedule == Schedule::information ? "expected information" : "shuffled blocks") +
        "\nDimensions\n";
    for (const auto& [dimension, procedure] : design.dimensions) {
        out += "  " + dimension.id() + ": " + describe(procedure) + '\n';
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

std::string durationLine(const std::string& name, double ms, double hz)
{
    const int frames = wholeFrames(ms, hz);
    const double shown = frames * 1000.0 / hz;
    std::string out =
        "  " + name + std::string(16 - name.size(), ' ') + shortNumber(ms) +
        " ms = " + std::to_string(frames) + (frames == 1 ? " frame at " : " frames at ") +
        shortNumber(std::round(hz * 100.0) / 100.0) + " Hz (" + fixedNumber(shown, 1) + " ms)";
    if (std::abs(shown - ms) > kNoticeableMs) {
        out += "  note: " + fixedNumber(std::abs(shown - ms), 1) +
               (shown > ms ? " ms longer" : " ms shorter") + " than asked for";
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

int expectedTrials(const Design& design)
{
    return design.practice.trials + static_cast<int>(std::lround(expectedMainTrials(design)));
}

double expectedTrialMs(const Design& design, bool feedback, double answerMs)
{
    const Timing& t = design.timing;
    const auto intervals = static_cast<double>(intervalCount(design.task));
    return t.fixationMs + intervals * t.intervalMs + (intervals - 1) * t.gapMs + t.beforeAnswerMs +
           answerMs + (feedback ? t.feedbackMs : 0.0);
}

double expectedMinutes(const Design& design)
{
    const double ms = design.practice.trials * expectedTrialMs(design, design.practice.feedback) +
                      expectedMainTrials(design) * expectedTrialMs(design, design.feedback) +
                      expectedBreaks(design) * kBreakMs;
    return ms / 60000.0;
}

std::string describe(const Design& design, const ScreenGeometry& screen)
{
    const Timing& t = design.timing;
    const DesignModality& modality = modalityOf(design);
    const double hz = screen.refreshHz;
    const int trials = expectedTrials(design);
    const int breaks = expectedBreaks(design);

    const std::string length =
        std::to_string(trials) + " trials (" + std::to_string(design.practice.trials) +
        " of them practice), about " + fixedNumber(expectedMinutes(design), 0) + " minutes with " +
        std::to_string(breaks) + (breaks == 1 ? " break\n" : " breaks\n");
    std::string out = design.name + ": ";
    if (design.recognition) {
        out += std::to_string(design.recognition->categories.size()) + " categories, " + length +
               "  with answers after 0.7 s and breaks of 30 s\n" + describe(*design.recognition);
    } else {
        out += std::to_string(design.dimensions.size()) +
               (design.dimensions.size() == 1 ? " dimension" : " dimensions") + ", about " +
               length +
               "  expected for thresholds in the middle of each level range, answers after 0.7 s "
               "and breaks of 30 s\n" +
               describeDimensions(design);
    }

    out += "Durations\n";
    out += durationLine("fixation", t.fixationMs, hz);
    if (modality.onScreen()) {
        out += durationLine("interval", t.intervalMs, hz);
    } else {
        out += "  interval        " + shortNumber(t.intervalMs) +
               " ms of sound, followed sample by sample\n";
    }
    if (intervalCount(design.task) > 1) {
        out += durationLine("gap", t.gapMs, hz);
    }
    out += durationLine("before answer", t.beforeAnswerMs, hz);
    if (design.feedback || (design.practice.feedback && design.practice.trials > 0)) {
        out += durationLine("feedback", t.feedbackMs, hz);
    }

    out += modality.describeStation(design, screen);
    if (!design.remarks.empty()) {
        out += "Remarks\n";
        for (const auto& remark : design.remarks) {
            out += "  " + remark + '\n';
        }
    }
    return out;
}

} // namespace mlab::experiments
