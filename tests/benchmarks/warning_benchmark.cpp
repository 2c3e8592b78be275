// SPDX-License-Identifier: GPL-3.0-or-later
//
// How often the report warns of a dimension, for simulated participants who give no reason to
// (false alarms) and for those who do (hits), measured by the procedures of the shipped designs;
// and how far thresholds are off.
#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/base/random_stream.h"
#include "core/document/warning_text.h"
#include "core/procedures/grid_procedure.h"
#include "core/psychometrics/weibull.h"
#include "core/report/report_dimension.h"
#include "experiments/design/design_reader.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

namespace {

using namespace mlab;

struct Kind {
    std::string name;
    double threshold = 1.0; ///< as a multiple of an ordinary one
    double guesses = 0.0;   ///< share of answers that are guesses
    double logDrift = 0.0;  ///< of the threshold over the session
    bool confused = false;  ///< takes the wrong answer for the right one
};

const std::vector<Kind> kKinds = {{.name = "ordinary"},
                                  {.name = "guesses in 10 %", .guesses = 0.1},
                                  {.name = "guesses always", .guesses = 1.0},
                                  {.name = "threshold 10 times as high", .threshold = 10},
                                  {.name = "threshold 1/20", .threshold = 0.05},
                                  {.name = "threshold triples", .logDrift = std::log(3.0)},
                                  {.name = "confuses the answers", .confused = true}};

std::vector<TrialRecord> sessionOf(const ProcedureSpec& spec, const Kind& kind, int person,
                                   double& threshold)
{
    RandomStream random(5, "warning benchmark/" + kind.name, static_cast<std::uint64_t>(person));
    Weibull weibull{.threshold = 0.5 * std::exp(0.4 * random.normal()) * kind.threshold,
                    .slope = 2.0 + 3.0 * random.uniform(),
                    .chance = 0.5,
                    .lapse = 0.02};
    threshold = weibull.threshold * std::pow(std::log(2.0), 1 / weibull.slope);
    Procedure procedure(spec);
    std::vector<TrialRecord> trials;
    constexpr int kTypical = 32;
    while (!procedure.finished()) {
        const double level = procedure.nextLevel();
        const auto index = static_cast<int>(trials.size());
        auto now = weibull;
        now.threshold *= std::exp(kind.logDrift * (index / double{kTypical} - 0.5));
        const bool guess = random.uniform() < kind.guesses;
        const bool right = random.uniform() < (guess ? 0.5 : now.probabilityCorrect(level));
        auto& trial = trials.emplace_back();
        trial.trialIndex = index;
        trial.procedure = "staircase";
        trial.levelRequested = level;
        trial.levelAchieved = level * (1 + 0.005 * random.normal());
        trial.correct = right != kind.confused;
        procedure.tell(trial.levelAchieved, trial.correct);
    }
    return trials;
}

// The words that begin the text of a warning, which tell its kind.
std::string kindOf(const ReportWarning& warning)
{
    const auto text = warningText(warning);
    return text.substr(0, text.find_first_of(":,"));
}

void measure(const std::string& name, const ProcedureSpec& spec, int people)
{
    std::printf("%s\n", name.c_str());
    for (const auto& kind : kKinds) {
        std::vector<DimensionReport> reports(static_cast<std::size_t>(people));
        std::vector<double> truths(reports.size());
        inParallel(people, allCores(), [&](int person) {
            const auto i = static_cast<std::size_t>(person);
            const std::vector<std::vector<TrialRecord>> sessions = {
                sessionOf(spec, kind, person, truths[i])};
            reports[i] = reportDimension({}, sessions, DiscriminationTask::twoAfc, {});
        });
        std::map<std::string, int> warnings;
        int located = 0;
        int any = 0;
        int covered = 0;
        double sum = 0.0;
        double squares = 0.0;
        for (std::size_t i = 0; i < reports.size(); ++i) {
            any += reports[i].warnings.empty() ? 0 : 1;
            for (const auto& warning : reports[i].warnings) {
                ++warnings[kindOf(warning)];
            }
            if (reports[i].located) {
                ++located;
                const auto& [value, interval, most, level, bounds] = *reports[i].estimate;
                const double error = std::log(value.threshold / truths[i]);
                sum += error;
                squares += error * error;
                covered +=
                    interval.lower.threshold <= truths[i] && truths[i] <= interval.upper.threshold
                        ? 1
                        : 0;
            }
        }
        const double toDecibels = 20 / std::log(10.0);
        std::printf("  %-28s any %5.1f %%, located %5.1f %%", kind.name.c_str(),
                    100.0 * any / people, 100.0 * located / people);
        if (located > 0) {
            std::printf(", off by %+.2f dB, rms %.2f dB, 95 %% interval covers %.1f %%",
                        toDecibels * sum / located, toDecibels * std::sqrt(squares / located),
                        100.0 * covered / located);
        }
        std::printf("\n");
        for (const auto& [words, count] : warnings) {
            std::printf("      %5.1f %%  %s\n", 100.0 * count / people, words.c_str());
        }
    }
}

ProcedureSpec procedureOf(const std::string& design)
{
    const auto check = experiments::readDesign(
        std::string(MLAB_SOURCE_DIR "/experiments/designs/") + design + ".json", {});
    if (!check.design) {
        throw InvalidArgument(check.diagnostics.front().text());
    }
    return check.design->dimensions.front().procedure;
}

} // namespace

int main(int count, char** arguments)
{
    const int people = count > 1 ? std::atoi(arguments[1]) : 1000; // NOLINT: a benchmark's argument
    try {
        measure("recommended: psi-marginal, 32 trials",
                GridProcedureSpec{.method = GridProcedureSpec::Method::psiMarginal,
                                  .grid = recommendedGrid(0.05, 3.0),
                                  .stop = {.trials = 32}},
                people);
        measure("image-demo", procedureOf("image-demo"), people);
        measure("image-mame-54", procedureOf("image-mame-54"), people);
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "warning_benchmark: %s\n", problem.what());
        return 1;
    }
    return 0;
}
