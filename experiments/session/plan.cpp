// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/session/plan.h"

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/base/parallel.h"
#include "core/base/random_stream.h"
#include "experiments/design/design_summary.h"
#include "experiments/session/session.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <utility>

namespace mlab::experiments {
namespace {

constexpr auto kDecibel = LevelScale::decibel;
constexpr std::array kMoments = {4, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256};
constexpr double kFarAway = 1e6; ///< times the threshold: impossible to miss

/// The level at which a non-decreasing function of the level reaches a value.
double levelWhere(const std::function<double(double)>& function, double value, double near)
{
    double low = near / kFarAway;
    double high = near * kFarAway;
    if (!(function(low) <= value && value <= function(high))) {
        throw InvalidArgument("the simulated participant reaches the proportion correct that the "
                              "procedure aims at (" +
                              roundedNumber(value) + ") at no level; check its lapse rate");
    }
    for (int step = 0; step < 100; ++step) {
        const double middle = std::sqrt(low * high);
        (function(middle) < value ? low : high) = middle;
    }
    return std::sqrt(low * high);
}

/// The dimensions of one procedure at one moment of one session. Tallies can be added.
struct Tally {
    int asked = 0;
    int estimates = 0;
    int intervals = 0;
    int covered = 0;
    double errors = 0.0;
    double squares = 0.0;
    double widths = 0.0;

    void add(double sought, const DimensionStatus& status)
    {
        ++asked;
        if (!status.threshold) {
            return;
        }
        ++estimates;
        const double error = toScale(kDecibel, *status.threshold / sought);
        errors += error;
        squares += error * error;
        if (status.interval) {
            ++intervals;
            covered += status.interval->low <= sought && sought <= status.interval->high ? 1 : 0;
            widths += toScale(kDecibel, status.interval->high / status.interval->low);
        }
    }
    Tally& operator+=(const Tally& other)
    {
        asked += other.asked;
        estimates += other.estimates;
        intervals += other.intervals;
        covered += other.covered;
        errors += other.errors;
        squares += other.squares;
        widths += other.widths;
        return *this;
    }
    Precision precision() const
    {
        Precision out{.estimated = static_cast<double>(estimates) / asked,
                      .widthDb = std::nullopt,
                      .coverage = std::nullopt};
        if (estimates > 0) {
            out.rmseDb = std::sqrt(squares / estimates);
            out.biasDb = errors / estimates;
        }
        if (intervals > 0) {
            out.widthDb = widths / intervals;
            out.coverage = static_cast<double>(covered) / intervals;
        }
        return out;
    }
};

/// One session at one moment.
struct Moment {
    double minutes = 0.0;
    std::vector<Tally> tallies; ///< by procedure
};

/// One simulated session.
struct Run {
    std::vector<Moment> moments; ///< those it reached; the last one is its end
    int trials = 0;
};

class Planner {
public:
    Planner(const std::shared_ptr<const Design>& design, const Observer& observer)
        : design_(design), observer_(observer)
    {
        for (const auto& [dimension, spec] : design->dimensions) {
            const auto known = std::ranges::find(specs_, spec);
            procedureOf_.push_back(static_cast<std::size_t>(known - specs_.begin()));
            if (known == specs_.end()) {
                specs_.push_back(spec);
            }
            sought_.push_back(soughtLevel(spec, observer, dimension));
        }
    }

    const std::vector<ProcedureSpec>& specs() const { return specs_; }
    const std::vector<std::size_t>& procedureOf() const { return procedureOf_; }

    Run run(const Session& fresh, std::uint64_t index) const
    {
        RandomStream seeds(observer_.seed(), "plan", index);
        const auto observer = observer_.withSeed(seeds());
        // Sessions of other seeds share the tables of their procedures with the first one.
        Session session = fresh.withSeed(seeds());
        Run out;
        double ms = 0.0;
        int mainTrials = 0;
        bool atMoment = false;
        const int dimensions = static_cast<int>(sought_.size());
        for (auto plan = session.next(); plan; plan = session.next()) {
            const double level = plan->request.level;
            const auto answer = observer.answer(*plan, level);
            const bool feedback = plan->practice ? design_->practice.feedback : design_->feedback;
            ms += expectedTrialMs(*design_, feedback, answer.rtMs) +
                  (plan->breakBefore ? kBreakMs : 0.0);
            session.applyAnswer(level, answer.answer == plan->correctAnswer);
            ++out.trials;
            mainTrials += plan->practice ? 0 : 1;
            atMoment = !plan->practice && mainTrials % dimensions == 0 &&
                       std::ranges::count(kMoments, mainTrials / dimensions) > 0;
            if (atMoment) {
                out.moments.push_back(momentOf(session, ms));
            }
        }
        if (!atMoment) {
            out.moments.push_back(momentOf(session, ms));
        }
        return out;
    }

private:
    Moment momentOf(const Session& session, double ms) const
    {
        Moment out{.minutes = ms / 60000.0, .tallies = std::vector<Tally>(specs_.size())};
        const auto dimensions = session.dimensions();
        for (std::size_t d = 0; d < dimensions.size(); ++d) {
            out.tallies[procedureOf_[d]].add(sought_[d], dimensions[d]);
        }
        return out;
    }

    std::shared_ptr<const Design> design_;
    Observer observer_;
    std::vector<ProcedureSpec> specs_;
    std::vector<std::size_t> procedureOf_; ///< by dimension
    std::vector<double> sought_;           ///< by dimension, SD
};

/// All runs at one moment; those that ended earlier, in their final state.
PlanMoment summed(const std::vector<Run>& runs, std::size_t moment)
{
    PlanMoment out;
    std::vector<Tally> sums(runs.front().moments.front().tallies.size());
    for (const auto& run : runs) {
        const auto& reached = run.moments[std::min(moment, run.moments.size() - 1)];
        out.minutes += reached.minutes / static_cast<double>(runs.size());
        for (std::size_t p = 0; p < sums.size(); ++p) {
            sums[p] += reached.tallies[p];
        }
    }
    std::ranges::transform(sums, std::back_inserter(out.precision), &Tally::precision);
    return out;
}

/// Right-aligned in a column of this width.
std::string padded(const std::string& text, std::size_t width)
{
    return std::string(width - std::min(width, text.size()), ' ') + text;
}

std::string padded(double value, int decimals, std::size_t width)
{
    return padded(fixedNumber(value, decimals), width);
}

std::string withSign(double value)
{
    return (std::signbit(value) ? "" : "+") + fixedNumber(value, 1);
}

} // namespace

double soughtLevel(const ProcedureSpec& spec, const Observer& observer, const Dimension& dimension)
{
    const double threshold = observer.parameters(dimension).weibull.threshold;
    const auto right = [&](double level) {
        return observer.probabilityCorrect(dimension, level, false);
    };
    const auto inAllTrials = [&](double level) {
        return observer.hasSameTrials()
                   ? (right(level) + observer.probabilityCorrect(dimension, level, true)) / 2
                   : right(level);
    };
    const auto point = estimatedPoint(spec);
    switch (point.kind) {
    case EstimatedPoint::Kind::correctShare:
        return levelWhere(inAllTrials, point.share, threshold);
    case EstimatedPoint::Kind::curveShare: {
        const double lowest = right(0.0);
        const double highest = right(threshold * kFarAway);
        return levelWhere(right, lowest + point.share * (highest - lowest), threshold);
    }
    case EstimatedPoint::Kind::dPrime1:
        break;
    }
    return threshold;
}

SessionPlan planSessions(const std::shared_ptr<const Design>& design, const Observer& observer,
                         int sessions, unsigned threads)
{
    if (sessions < 1 || threads < 1) {
        throw InvalidArgument("a plan needs at least one session and one thread");
    }
    const Planner planner(design, observer);
    std::vector<std::string> references = {"reference"};
    for (int i = 1; design->wholeMetamers && i < referencesNeeded(*design->wholeMetamers); ++i) {
        references.push_back("reference-" + std::to_string(i));
    }
    const Session fresh(design, 0, references);
    std::vector<Run> runs(static_cast<std::size_t>(sessions));
    inParallel(sessions, threads, [&](int i) {
        runs[static_cast<std::size_t>(i)] = planner.run(fresh, static_cast<std::uint64_t>(i));
    });

    SessionPlan out;
    for (std::size_t p = 0; p < planner.specs().size(); ++p) {
        out.procedures.push_back(procedureName(planner.specs()[p]));
        out.dimensions.push_back(static_cast<int>(std::ranges::count(planner.procedureOf(), p)));
    }
    const auto longest =
        std::ranges::max(runs, {}, [](const Run& run) { return run.moments.size(); });
    for (std::size_t moment = 0; moment + 1 < longest.moments.size(); ++moment) {
        out.moments.push_back(summed(runs, moment));
        out.moments.back().trialsPerDimension = kMoments.at(moment);
    }
    std::vector<double> minutes;
    for (const auto& run : runs) {
        out.trials += static_cast<double>(run.trials) / sessions;
        minutes.push_back(run.moments.back().minutes);
        out.minutes += minutes.back() / sessions;
    }
    out.moments.push_back(summed(runs, longest.moments.size() - 1));
    out.moments.back().trialsPerDimension = static_cast<int>(std::lround(
        (out.trials - design->practice.trials) / static_cast<double>(design->dimensions.size())));
    std::ranges::sort(minutes);
    out.minutesLow = minutes[minutes.size() / 20];
    out.minutesHigh = minutes[minutes.size() - 1 - minutes.size() / 20];
    return out;
}

std::string describe(const SessionPlan& plan, const Design& design, int sessions)
{
    std::string out = design.name + ": " + std::to_string(design.dimensions.size()) +
                      (design.dimensions.size() == 1 ? " dimension" : " dimensions") + ", task " +
                      std::string(toString(design.task)) + ", " + std::to_string(sessions) +
                      " simulated sessions\n  " + fixedNumber(plan.trials, 0) + " trials in " +
                      fixedNumber(plan.minutes, 0) + " minutes (5 % below " +
                      fixedNumber(plan.minutesLow, 0) + ", 5 % above " +
                      fixedNumber(plan.minutesHigh, 0) + "), breaks of 30 s included\n";
    for (std::size_t p = 0; p < plan.procedures.size(); ++p) {
        out += "\n" + plan.procedures[p] + ", " + std::to_string(plan.dimensions[p]) +
               (plan.dimensions[p] == 1 ? " dimension\n" : " dimensions\n");
        if (plan.procedures[p] == ConstantSpec().name()) {
            out += "  no threshold is estimated\n";
            continue;
        }
        out += "  trials of a  minutes  estimates  error     bias      95 % interval\n"
               "  dimension                         (rmse)              width     contains truth\n";
        for (const auto& moment : plan.moments) {
            const auto& precision = moment.precision[p];
            const bool atEnd = &moment == &plan.moments.back();
            out += (atEnd ? "  end " : "      ") +
                   padded(std::to_string(moment.trialsPerDimension), 6) +
                   padded(moment.minutes, 1, 10) + padded(100 * precision.estimated, 0, 9) + " %";
            if (precision.estimated > 0) {
                out += padded(precision.rmseDb, 1, 7) + " dB" +
                       padded(withSign(precision.biasDb), 7) + " dB";
            }
            if (precision.widthDb) {
                out += padded(*precision.widthDb, 1, 8) + " dB" +
                       padded(100 * *precision.coverage, 0, 9) + " %";
            }
            out += '\n';
        }
    }
    return out;
}

} // namespace mlab::experiments
