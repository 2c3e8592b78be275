// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compare/compared_trials.h"
#include "core/base/error.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mlab::app {
namespace {

/// Knows which stimuli are there, and nothing else.
class KnownStimuli final : public ShownStimuli {
public:
    explicit KnownStimuli(std::set<std::string> there) : there_(std::move(there)) {}

    bool has(const std::string& sha256) const override { return there_.contains(sha256); }
    Stimulus stimulus(const std::string& sha256) override { throw IoError(sha256); }
    stimuli::StimulusMetrics metrics(const ShownPair& pair) override
    {
        throw IoError(pair.probeSha256);
    }

private:
    std::set<std::string> there_;
};

constexpr MetamerMatch kCoarse{.unit = MetamerMatch::Unit::snrDb, .value = 10};
constexpr MetamerMatch kFine{.unit = MetamerMatch::Unit::snrDb, .value = 20};

Dimension condition(std::optional<MetamerMatch> match)
{
    return {.layer = "pool", .component = 0, .metamers = MetamerCondition{.match = match}};
}

TrialRecord shownMetamer(const Dimension& dimension, double snrDb, const std::string& probe)
{
    TrialRecord trial;
    trial.dimension = dimension;
    trial.levelRequested = mismatchOfSnrDb(snrDb);
    trial.levelAchieved = trial.levelRequested * 1.01;
    trial.referenceSha256 = "reference";
    trial.probeSha256 = probe;
    trial.intervalOrder = "RPR";
    return trial;
}

MetamerData sessionOf(const Dimension& dimension, std::vector<TrialRecord> trials)
{
    MetamerData data;
    data.conditions = {dimension};
    data.participants = {
        {.id = "P1",
         .sessions = {
             {.id = "P1-1", .startedAt = {}, .finished = true, .trials = std::move(trials)}}}};
    return data;
}

TEST(ComparedTrials, AMatchThatAProcedureChoseIsAConditionOfItsOwn)
{
    const auto adaptive = condition(std::nullopt);
    const auto data =
        sessionOf(adaptive, {shownMetamer(adaptive, 20, "a"), shownMetamer(adaptive, 10, "b"),
                             shownMetamer(adaptive, 20, "a")});
    const KnownStimuli shown({"reference", "a", "b"});
    const auto trials = comparedTrials(data, std::vector{kCoarse, kFine}, shown);
    ASSERT_EQ(trials.dimensions.size(), 2U);
    EXPECT_EQ(trials.dimensions[0].id(), "pool/original-synthesised/noise/10dB");
    ASSERT_EQ(trials.participants.size(), 1U);
    const auto& own = trials.participants[0].trials;
    ASSERT_EQ(own.size(), 3U);
    EXPECT_EQ(own[0].dimension, 1U);
    EXPECT_EQ(own[1].dimension, 0U);
    EXPECT_EQ(own[0].level, 1.0);
    EXPECT_EQ(own[2].pair, own[0].pair);
    EXPECT_EQ(trials.pairs.size(), 2U);
}

TEST(ComparedTrials, PracticeCatchTrialsAndOtherConditionsDoNotCount)
{
    const auto fixed = condition(kFine);
    auto practice = shownMetamer(fixed, 20, "a");
    practice.practice = true;
    auto easy = shownMetamer(fixed, 20, "a");
    easy.procedure = kCatchProcedure;
    auto again = shownMetamer(fixed, 20, "a");
    again.flags = {flag::kPaused};
    const auto data =
        sessionOf(fixed, {practice, easy, again, shownMetamer(condition(kCoarse), 10, "a"),
                          shownMetamer(fixed, 20, "a")});
    const KnownStimuli shown({"reference", "a"});
    const auto trials = comparedTrials(data, {}, shown);
    EXPECT_EQ(trials.counted, 1);
    EXPECT_EQ(trials.participants[0].trials.size(), 1U);
}

TEST(ComparedTrials, TrialsWhoseStimuliAreGoneAreLeftOutAndCounted)
{
    const auto fixed = condition(kFine);
    const auto data =
        sessionOf(fixed, {shownMetamer(fixed, 20, "a"), shownMetamer(fixed, 20, "gone")});
    const KnownStimuli shown({"reference", "a"});
    const auto trials = comparedTrials(data, {}, shown);
    EXPECT_EQ(trials.counted, 2);
    EXPECT_EQ(trials.leftOut, 1);
    EXPECT_EQ(trials.participants[0].trials.size(), 1U);
}

} // namespace
} // namespace mlab::app
