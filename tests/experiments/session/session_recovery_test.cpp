// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/observers/observer.h"
#include "experiments/session/session.h"
#include "experiments/session/stored_trials.h"
#include "tests/experiments/session/session_fixture.h"

#include <gtest/gtest.h>

#include <cmath>
#include <iostream>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <tuple>
#include <vector>

namespace mlab::experiments {
namespace {

using namespace test; // NOLINT: the helpers of these tests

constexpr int kSessions = 200;

/// Levels on a grid of 0.1 log10 units from 10^-1.5 to 10^0.5, started at 1.
StaircaseSpec gridSpec()
{
    return {.startLevel = 1.0,
            .minLevel = std::pow(10.0, -1.5),
            .maxLevel = std::pow(10.0, 0.5),
            .steps = {0.2, 0.1},
            .stopReversals = 6,
            .thresholdReversals = 4};
}

/// The level at which the observer is right in 70.7 % of the trials, log10.
double log707(const Weibull& observer)
{
    const double climbed =
        (std::sqrt(0.5) - observer.chance) / (1 - observer.chance - observer.lapse);
    return std::log10(observer.threshold) + std::log10(-std::log(1 - climbed)) / observer.slope;
}

/// What the rule implies, without a random number: the expected mean log10 level of reversals 3 to
/// 6, from the probability of each state (place on the grid, correct answers in a row, direction,
/// reversals so far), written for this grid alone and on its own.
double expectedLogThreshold(const Weibull& observer)
{
    using State = std::tuple<int, int, int, int>;
    std::map<State, double> now = {{{0, 0, 0, 0}, 1.0}};
    double sum = 0;
    while (!now.empty()) {
        std::map<State, double> next;
        for (const auto& [state, probabilityOfState] : now) {
            const double mass = probabilityOfState;
            if (mass < 1e-13) {
                continue;
            }
            const auto [place, run, direction, reversals] = state;
            const double p = observer.probabilityCorrect(std::pow(10.0, 0.1 * place));
            const auto step = [&, place = place, direction = direction,
                               reversals = reversals](int to, double probability) {
                const int turned = reversals + (direction == -to ? 1 : 0);
                if (turned > reversals && turned >= 3) {
                    sum += mass * probability * 0.1 * place / 4;
                }
                if (turned < 6) {
                    const int size = turned == 0 ? 2 : 1;
                    const int moved = std::clamp(place + to * size, -15, 5);
                    next[{moved, 0, to, turned}] += mass * probability;
                }
            };
            step(+1, 1 - p);
            if (run == 1) {
                step(-1, p);
            } else {
                next[{place, 1, direction, reversals}] += mass * p;
            }
        }
        now = std::move(next);
    }
    return sum;
}

struct Slips {
    int loggedBehind = 0; ///< the level written down is that of so many trials before
    int shownBehind = 0;  ///< the level shown is that of so many trials before
};

struct Estimate {
    double mean = 0;          ///< log10 SD
    double standardError = 0; ///< of the mean
};

/// Thresholds by dimension over many sessions, from the table's levels and answers alone.
std::map<std::string, Estimate> simulate(const Design& design, const std::string& observerText,
                                         const Slips& slips)
{
    std::map<std::string, std::vector<double>> thresholds;
    for (int s = 0; s < kSessions; ++s) {
        const auto check = checkObserver(observerText + R"(, "seed": )" + std::to_string(s) + "}",
                                         "observer.json", design);
        const auto& observer = check.observer.value();
        const auto behind = [](const std::vector<double>& levels, int by) {
            return levels[levels.size() - 1 -
                          std::min(levels.size() - 1, static_cast<std::size_t>(by))];
        };
        Session session = sessionOf(design, static_cast<std::uint64_t>(s));
        std::map<std::string, std::vector<double>> asked;
        std::map<std::string, std::vector<std::pair<double, bool>>> table;
        for (auto plan = session.next(); plan; plan = session.next()) {
            auto& levels = asked[plan->dimension.id()];
            levels.push_back(plan->request.level);
            const auto answer = observer.answer(*plan, behind(levels, slips.shownBehind));
            const bool correct = answer.answer == plan->correctAnswer;
            table[plan->dimension.id()].emplace_back(behind(levels, slips.loggedBehind), correct);
            session.apply(recordOf(*plan, correct));
        }
        for (const auto& [id, rows] : table) {
            // An analyst's reading: the turns follow from the answers, their levels are the
            // table's.
            Staircase turns(gridSpec());
            std::vector<double> reversals;
            for (const auto& [level, correct] : rows) {
                const auto before = turns.reversalLevels().size();
                turns.tell(correct);
                if (turns.reversalLevels().size() > before) {
                    reversals.push_back(std::log10(level));
                }
            }
            double sum = 0;
            for (std::size_t i = reversals.size() - 4; i < reversals.size(); ++i) {
                sum += reversals[i];
            }
            thresholds[id].push_back(sum / 4);
        }
    }
    std::map<std::string, Estimate> out;
    for (const auto& [id, values] : thresholds) {
        double mean = 0;
        double squares = 0;
        for (const double value : values) {
            mean += value / kSessions;
            squares += value * value / kSessions;
        }
        out[id] = {mean, std::sqrt((squares - mean * mean) / kSessions)};
    }
    return out;
}

class Recovery : public testing::Test {
protected:
    Recovery()
    {
        for (auto& measured : design_.dimensions) {
            measured.procedure = gridSpec();
        }
        check_ = checkObserver(observerText_ + R"(, "seed": 0})", "observer.json", design_);
    }

    const Weibull& truth(const std::string& id) const
    {
        for (const auto& measured : design_.dimensions) {
            if (measured.dimension.id() == id) {
                return check_.observer.value().parameters(measured.dimension).weibull;
            }
        }
        throw std::out_of_range(id);
    }

    /// Mean over the dimensions of (estimate - expectation) in its standard errors. Under the null
    /// hypothesis it is normal with an SD of 1/sqrt(6).
    double meanDeviation(const Slips& slips) const
    {
        double sum = 0;
        const auto estimates = simulate(design_, observerText_, slips);
        for (const auto& [id, estimate] : estimates) {
            sum += (estimate.mean - expectedLogThreshold(truth(id))) / estimate.standardError;
        }
        return sum / static_cast<double>(estimates.size());
    }

    Design design_ = designOf({"band", "texture", "pool"});
    std::string observerText_ =
        R"({"type": "psychometric", "threshold_sd": 0.6, "slope": 3.5, "lapse": 0.02,
            "rt_ms": {"median": 600, "sigma": 0.2},
            "by_dimension": {"texture/1/plus/8": {"threshold_sd": 1.1},
                             "texture/1/minus/8": {"threshold_sd": 0.3},
                             "pool/*/*/*": {"threshold_sd": 0.45, "slope": 2.0}})";
    ObserverCheck check_;
};

TEST_F(Recovery, EachThresholdIsWhatTheRuleImplies)
{
    const auto estimates = simulate(design_, observerText_, {});
    ASSERT_EQ(estimates.size(), 6U);
    for (const auto& [id, estimate] : estimates) {
        const double implied = expectedLogThreshold(truth(id));
        std::cout << id << ": 70.7 % at " << log707(truth(id)) << ", implied " << implied
                  << ", found " << estimate.mean << " +- " << estimate.standardError
                  << " log10 SD\n";
        EXPECT_NEAR(estimate.mean, implied, 4 * estimate.standardError) << id;
        // The bias of so short a track with these steps, computed above without chance, is at
        // most 0.04 log10 units (downwards) for these observers: less than half of its last step.
        EXPECT_NEAR(implied, log707(truth(id)), 0.05) << id;
        EXPECT_NEAR(estimate.mean, log707(truth(id)), 0.05 + 4 * estimate.standardError) << id;
    }
    EXPECT_LT(std::abs(meanDeviation({})), 4 / std::sqrt(6.0));
}

TEST_F(Recovery, ALevelLoggedOneBehindWouldBeSeen)
{
    EXPECT_GT(std::abs(meanDeviation({.loggedBehind = 1})), 4 / std::sqrt(6.0));
}

TEST_F(Recovery, ALevelShownOneBehindWouldBeSeen)
{
    EXPECT_GT(std::abs(meanDeviation({.shownBehind = 1})), 4 / std::sqrt(6.0));
}

/// A design of staircases under the given rule; those of `layers[0]` are noticed at every level.
Design staircases(StaircaseSpec::StuckRule rule)
{
    auto design = designOf({"band", "pool"});
    for (auto& measured : design.dimensions) {
        measured.procedure = StaircaseSpec{.startLevel = 0.1,
                                           .minLevel = 0.05,
                                           .stopReversals = 6,
                                           .stuckRule = rule,
                                           .maxTrials = 60};
    }
    return design;
}

// Earlier programs let a staircase go on at its lowest level. Their sessions, finished or not, must
// fold as they were; a session that has not come that far ends its staircases as new ones do.
TEST(StoredTrials, AreFoldedByTheRuleThatTheyFollowed)
{
    using StuckRule = StaircaseSpec::StuckRule;
    const auto noticed = [](const TrialPlan& plan) {
        return plan.dimension.layer == "band" || plan.trialIndex % 3 != 0;
    };
    const auto earlier = std::make_shared<const Design>(staircases(StuckRule::maximumIfAsked));
    const auto now = std::make_shared<const Design>(staircases(StuckRule::eitherLimit));
    Session old(earlier, 1, references(12));
    const auto all = runToEnd(old, noticed);
    Session young(now, 1, references(12));
    const auto fewer = runToEnd(young, noticed);
    ASSERT_LT(fewer.size(), all.size());
    std::size_t byEarlierRule = 0;
    for (std::size_t done = 0; done <= all.size(); ++done) {
        const std::span stored(all.data(), done);
        const auto design = designOfTrials(now, 1, references(12), stored);
        Session resumed(design, 1, references(12));
        for (const auto& record : stored) {
            ASSERT_NO_THROW(resumed.apply(record)) << "after " << done;
        }
        EXPECT_TRUE(*design == *now || *design == *earlier);
        EXPECT_TRUE(byEarlierRule == 0 || *design == *earlier) << "after " << done;
        byEarlierRule += *design == *earlier ? 1 : 0;
    }
    EXPECT_GT(byEarlierRule, 0U);
    EXPECT_EQ(*designOfTrials(now, 1, references(12), fewer), *now);
    EXPECT_EQ(*designOfTrials(now, 2, references(12), all), *now)
        << "no rule explains another seed";
}

} // namespace
} // namespace mlab::experiments
