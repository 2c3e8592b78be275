// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fits/threshold_drift.h"

#include "core/psychometrics/dprime.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlopt.hpp>
#include <utility>

namespace mlab {
namespace {

// The likelihood ratio of a change is divided by this before its p is computed: levels that follow
// the answers make it larger than chi-squared. Its 0.995 quantile over stationary 2-down/1-up
// observers is 1.10, 1.25 and 1.32 times chi-squared's at 30, 60 and 100 trials.
constexpr double kRatioScale = 1.3;

// Answers whose threshold changes as threshold * exp(change * time).
class DriftModel {
public:
    /// Logarithms of threshold and width, and the change.
    using Point = std::array<double, 3>;

    /// @param fitted its guess rate is kept
    DriftModel(std::vector<TimedAnswer> answers, const Sigmoid& sigmoid,
               const PsychometricParameters& fitted)
        : answers_(std::move(answers)), sigmoid_(sigmoid), parameters_(fitted)
    {
        parameters_.lapse = kUsualLapse;
    }

    /// The log likelihood with the width's prior.
    double logPosterior(const Point& point) const
    {
        const double away = (point[1] - kUsualLogWidth) / kLogWidthSpread;
        double sum = -away * away / 2;
        for (const auto& answer : answers_) {
            const double p = probability(answer, point);
            sum += std::log(answer.correct ? p : 1 - p);
        }
        return sum;
    }

    /// The most probable point; the change stays 0 if it is not `free`.
    Point maximum(Point start, bool free) const
    {
        constexpr double kLargest = 4.0; // a factor of 55
        const Point low = {start[0] - kLargest, std::log(0.2), free ? -kLargest : 0.0};
        const Point high = {start[0] + kLargest, std::log(5.0), free ? kLargest : 0.0};
        const unsigned count = free ? 3 : 2;
        nlopt::opt search(nlopt::LN_BOBYQA, count);
        const nlopt::vfunc objective = [](const std::vector<double>& x, std::vector<double>&,
                                          void* model) {
            return static_cast<const DriftModel*>(model)->logPosterior(
                {x[0], x[1], x.size() > 2 ? x[2] : 0.0});
        };
        // NLopt hands the pointer back untouched.
        search.set_max_objective(objective, const_cast<DriftModel*>(this)); // NOLINT
        search.set_lower_bounds({low.begin(), low.begin() + count});
        search.set_upper_bounds({high.begin(), high.begin() + count});
        search.set_initial_step(0.2);
        search.set_xtol_abs(1e-5);
        search.set_maxeval(500);
        std::vector<double> x(start.begin(), start.begin() + count);
        x[1] = std::clamp(x[1], low[1], high[1]);
        double value = 0.0;
        try {
            search.optimize(x, value);
        } catch (const nlopt::roundoff_limited&) {
            return {x[0], x[1], free ? x[2] : 0.0}; // as far as doubles go
        }
        return {x[0], x[1], free ? x[2] : 0.0};
    }

    /// Score and information of the change at that point, without what threshold and width explain
    /// (Cox & Hinkley 1974, section 9.3). Absent if the three cannot be told apart.
    std::optional<DriftScore> efficientScore(const Point& point) const
    {
        std::array<double, 3> score = {}; // of threshold, width, change
        std::array<std::array<double, 3>, 3> information = {};
        for (const auto& answer : answers_) {
            constexpr double kStep = 1e-4;
            std::array<double, 3> gradient = {};
            for (std::size_t i = 0; i < 3; ++i) {
                auto up = point;
                auto down = point;
                up[i] += kStep;
                down[i] -= kStep;
                gradient[i] = (probability(answer, up) - probability(answer, down)) / (2 * kStep);
            }
            const double p = probability(answer, point);
            const double variance = p * (1 - p);
            for (std::size_t i = 0; i < 3; ++i) {
                score[i] += gradient[i] * ((answer.correct ? 1.0 : 0.0) - p) / variance;
                for (std::size_t j = 0; j < 3; ++j) {
                    information[i][j] += gradient[i] * gradient[j] / variance;
                }
            }
        }
        score[1] -= (point[1] - kUsualLogWidth) / (kLogWidthSpread * kLogWidthSpread);
        information[1][1] += 1 / (kLogWidthSpread * kLogWidthSpread);
        const auto& known = information;
        const double determinant = known[0][0] * known[1][1] - known[0][1] * known[0][1];
        if (!(determinant > 1e-9 * known[0][0] * known[1][1])) {
            return std::nullopt;
        }
        const double onThreshold =
            (known[2][0] * known[1][1] - known[2][1] * known[0][1]) / determinant;
        const double onWidth =
            (known[2][1] * known[0][0] - known[2][0] * known[0][1]) / determinant;
        const DriftScore out{.score = score[2] - onThreshold * score[0] - onWidth * score[1],
                             .information =
                                 known[2][2] - onThreshold * known[2][0] - onWidth * known[2][1]};
        return out.information > 1e-6 ? std::optional(out) : std::nullopt;
    }

private:
    // A Weibull function of slope 3.5, as in contrast detection, up to a factor of about 1.6. With
    // few trials the likelihood alone would prefer steps, for which every unexpected answer is a
    // drift. Without lapses a single slip at a high level would outweigh all other answers.
    static constexpr double kUsualLapse = 0.02;
    static constexpr double kUsualLogWidth = 0.15;
    static constexpr double kLogWidthSpread = 0.5;

    double probability(const TimedAnswer& answer, const Point& point) const
    {
        auto now = parameters_;
        now.threshold = std::exp(point[0] + point[2] * answer.time);
        now.width = std::exp(point[1]);
        return std::clamp(probabilityCorrect(sigmoid_, now, answer.level), 1e-6, 1 - 1e-6);
    }

    std::vector<TimedAnswer> answers_;
    Sigmoid sigmoid_;
    PsychometricParameters parameters_;
};

} // namespace

std::optional<DriftTest> testDrift(std::vector<TimedAnswer> answers, const Sigmoid& sigmoid,
                                   const PsychometricParameters& fitted)
{
    const DriftModel model(std::move(answers), sigmoid, fitted);
    const auto still =
        model.maximum({std::log(fitted.threshold), std::log(fitted.width), 0.0}, false);
    const auto changing = model.maximum(still, true);
    const auto score = model.efficientScore(still);
    if (!score) {
        return std::nullopt;
    }
    const double ratio =
        2 * std::max(0.0, model.logPosterior(changing) - model.logPosterior(still)) / kRatioScale;
    // The information at the changed point is too optimistic: its reciprocal is less than half of
    // the variance over simulated observers.
    return DriftTest{.drift = {.logChange = changing[2],
                               .standardError = 1 / std::sqrt(score->information),
                               .p = 2 * normalCdf(-std::sqrt(ratio))},
                     .score = *score};
}

std::optional<Drift> pooledDrift(std::span<const DriftScore> scores)
{
    DriftScore sum;
    for (const auto& each : scores) {
        sum.score += each.score;
        sum.information += each.information;
    }
    if (!(sum.information > 0)) {
        return std::nullopt;
    }
    return Drift{.logChange = sum.score / sum.information,
                 .standardError = 1 / std::sqrt(sum.information),
                 .p = 2 * normalCdf(-std::abs(sum.score) / std::sqrt(sum.information))};
}

} // namespace mlab
