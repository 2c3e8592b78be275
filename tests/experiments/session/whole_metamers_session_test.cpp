// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "experiments/observers/observer.h"
#include "experiments/session/metamer_pairs.h"
#include "experiments/session/plan.h"
#include "tests/experiments/session/session_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace mlab::experiments {
namespace {

using namespace test; // NOLINT: the helpers of these tests
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr int kTrials = 6;

WholeMetamersSpec specOf(bool adaptive = false)
{
    return {.layers = {"texture", "pool"},
            .comparisons = {Comparison::originalSynthesised, Comparison::synthesisedSynthesised},
            .starts = {SynthesisStart::noise, SynthesisStart::natural},
            .matches = {{.value = 10}, {.value = 20}, {.value = 30}},
            .adaptive = adaptive,
            .trialsPerCondition = kTrials,
            .catchEvery = 5,
            .synthesis = {.seed = 1}};
}

Design designWith(const WholeMetamersSpec& spec)
{
    Design design;
    design.name = "whole";
    design.wholeMetamers = spec;
    design.practice.trials = 3;
    for (const auto& condition : conditionsOf(spec)) {
        ProcedureSpec procedure = ConstantSpec{
            .level = condition.metamers->match ? levelOf(*condition.metamers->match) : 0,
            .trials = spec.trialsPerCondition};
        if (spec.adaptive) {
            procedure = GridProcedureSpec{
                .grid = recommendedGrid(levelOf({.value = 30}), levelOf({.value = 10})),
                .stop = {.trials = spec.trialsPerCondition}};
        }
        design.dimensions.push_back({.dimension = condition, .procedure = procedure});
    }
    return design;
}

bool always(const TrialPlan& /*plan*/)
{
    return true;
}

TEST(WholeMetamersSession, ShowsEachReferenceAtMostOnceInACondition)
{
    for (const std::uint64_t seed : {1, 2, 3}) {
        auto session = sessionOf(designWith(specOf()), seed, 8);
        std::map<std::string, std::multiset<std::string>> referencesOf;
        for (const auto& record : runToEnd(session, always)) {
            if (!record.practice && record.procedure != kCatchProcedure) {
                referencesOf[record.dimension.id()].insert(record.referenceId);
            }
        }
        EXPECT_THAT(referencesOf, SizeIs(24));
        for (const auto& [condition, references] : referencesOf) {
            EXPECT_THAT(references, SizeIs(kTrials)) << condition;
            EXPECT_THAT(std::set(references.begin(), references.end()), SizeIs(kTrials))
                << condition;
        }
    }
}

TEST(WholeMetamersSession, ReferencesAreBalancedOverParticipantsByTheSeed)
{
    constexpr int kParticipants = 200;
    const Session first = sessionOf(designWith(specOf()), 0, 8);
    std::map<std::string, int> count;
    for (int seed = 0; seed < kParticipants; ++seed) {
        auto session = first.withSeed(static_cast<std::uint64_t>(seed));
        for (auto plan = session.next(); plan; plan = session.next()) {
            if (plan->dimension.id() == "pool/original-synthesised/noise/20dB") {
                ++count[plan->request.references.front()];
            }
            session.applyAnswer(plan->request.level, true);
        }
    }
    ASSERT_THAT(count, SizeIs(8));
    for (const auto& [reference, trials] : count) {
        // 150 of 200 expected, SD 6.1
        EXPECT_NEAR(trials, kParticipants * kTrials / 8.0, 32) << reference;
    }
}

TEST(WholeMetamersSession, MixesInOneCatchTrialOfTwoOriginalsPerGroupOfTrials)
{
    auto session = sessionOf(designWith(specOf()), 4, 8);
    const auto records = runToEnd(session, always);
    std::vector<int> places;
    for (const auto& record : records) {
        const bool isCatch = record.procedure == kCatchProcedure;
        EXPECT_EQ(isCatch || record.practice,
                  record.dimension.metamers->comparison == Comparison::originalOriginal);
        if (isCatch) {
            places.push_back(record.trialIndex - 3);
        }
    }
    ASSERT_GE(places.size(), 35U);
    for (std::size_t i = 0; i < places.size(); ++i) {
        EXPECT_EQ(places[i] / 5, static_cast<int>(i));
    }
    std::set<int> within;
    std::ranges::transform(places, std::inserter(within, within.end()),
                           [](int place) { return place % 5; });
    EXPECT_THAT(within, SizeIs(5)); // not predictable
}

TEST(WholeMetamersSession, ResumedAfterAnyTrialContinuesAsItWouldHave)
{
    for (const bool adaptive : {false, true}) {
        const auto design = designWith(specOf(adaptive));
        auto session = sessionOf(design, 1, 12);
        const auto answer = [](const TrialPlan& plan) { return plan.trialIndex % 3 != 0; };
        const auto records = runToEnd(session, answer);
        for (const std::size_t done : {std::size_t{1}, std::size_t{10}, records.size() - 1}) {
            auto resumed =
                resumedAfter({records.begin(), records.begin() + static_cast<long>(done)}, design);
            const auto rest = runToEnd(resumed, answer);
            ASSERT_EQ(rest.size(), records.size() - done);
            for (std::size_t i = 0; i < rest.size(); ++i) {
                EXPECT_EQ(rest[i].dimension, records[done + i].dimension);
                EXPECT_EQ(rest[i].referenceId, records[done + i].referenceId);
                EXPECT_EQ(rest[i].levelRequested, records[done + i].levelRequested);
                EXPECT_EQ(rest[i].intervalOrder, records[done + i].intervalOrder);
            }
        }
    }
}

TEST(WholeMetamersSession, AProcedureAsksForListedMatchesOnly)
{
    auto session = sessionOf(designWith(specOf(true)), 1, 8);
    std::set<double> asked;
    for (const auto& record :
         runToEnd(session, [](const TrialPlan& plan) { return plan.request.level > 0.1; })) {
        if (!record.practice && record.procedure != kCatchProcedure) {
            asked.insert(record.levelRequested);
        }
    }
    const std::set<double> listed = {mismatchOfSnrDb(10), mismatchOfSnrDb(20), mismatchOfSnrDb(30)};
    EXPECT_TRUE(std::ranges::includes(listed, asked));
    EXPECT_GE(asked.size(), 2U);
}

TEST(WholeMetamersSession, AllStimuliAreKnownBeforeTheFirstTrialAndAfterEachOther)
{
    for (const bool adaptive : {false, true}) {
        auto session = sessionOf(designWith(specOf(adaptive)), 6, 8);
        while (const auto plan = session.next()) {
            const auto known = stimuliToCome(session);
            const auto pair = pairOf(plan->request);
            EXPECT_EQ(std::ranges::count(known, pair.reference), 1);
            EXPECT_EQ(std::ranges::count(known, pair.probe), 1);
            EXPECT_NE(pair.reference, pair.probe);
            session.applyAnswer(plan->request.level, plan->trialIndex % 2 == 0);
        }
        const auto shown = stimuliToCome(sessionOf(designWith(specOf(adaptive)), 6, 8));
        const auto all = stimuliOf(designWith(specOf(adaptive)), references(8));
        for (const auto& request : shown) {
            EXPECT_EQ(std::ranges::count(all, request), 1) << request.reference;
        }
    }
}

TEST(WholeMetamersSession, ANaturalStartIsAnotherReferenceTheSameForEveryParticipant)
{
    std::map<std::string, std::set<std::string>> startsOf;
    for (const std::uint64_t seed : {1, 2, 3, 4}) {
        for (const auto& request : stimuliToCome(sessionOf(designWith(specOf()), seed, 8))) {
            if (!request.variant.start.empty()) {
                startsOf[request.reference].insert(request.variant.start);
            }
        }
    }
    ASSERT_THAT(startsOf, SizeIs(8));
    EXPECT_THAT(startsOf["reference0"], ElementsAre("reference1", "reference2"));
    EXPECT_THAT(startsOf["reference7"], ElementsAre("reference0", "reference1"));
}

TEST(WholeMetamersSession, AdaptiveAndConstantTrialsShareTheirMetamers)
{
    const auto constant = stimuliOf(designWith(specOf()), references(4));
    EXPECT_EQ(stimuliOf(designWith(specOf(true)), references(4)), constant);
    // 4 originals; 2 layers x 4 references x 2 starts x 3 matches x 2 seeds or starts
    EXPECT_THAT(constant, SizeIs(4 + 96));
}

RecognitionStimuli madeOf(const Session& session, double snrDb, bool accepted)
{
    RecognitionStimuli made;
    for (const auto& request : stimuliToCome(session)) {
        auto& one = made[request];
        one.sha256 = "sha-of-" + request.reference + std::to_string(made.size());
        if (!request.layer.empty()) {
            one.matchSnrDb = snrDb;
            one.accepted = accepted;
            one.metamerJson = "{}";
        }
    }
    return made;
}

TEST(MetamerPairs, HoldTheHashesTheMismatchAndTheAcceptanceOfBothStimuli)
{
    const auto session = sessionOf(designWith(specOf()), 1, 8);
    const auto stimuli = madeOf(session, 20, false);
    for (const auto& request : session.requestsToCome()) {
        const auto probe = madePair(request, stimuli);
        const auto pair = pairOf(request);
        EXPECT_EQ(probe.referenceSha256, stimuli.at(pair.reference).sha256);
        EXPECT_EQ(probe.probeSha256, stimuli.at(pair.probe).sha256);
        const bool two = request.metamers->comparison == Comparison::synthesisedSynthesised;
        const bool none = request.metamers->comparison == Comparison::originalOriginal;
        EXPECT_EQ(probe.metamersJson, none ? "" : two ? "[{},{}]" : "[{}]");
        EXPECT_DOUBLE_EQ(probe.levelAchieved, none ? 1.0 : 0.1);
        EXPECT_EQ(probe.converged, none);
    }
}

TEST(MetamerPairs, ThatAreNotAcceptedEndASessionBeforeItBeginsUnlessTheDesignAllowsThem)
{
    auto spec = specOf();
    const auto strict = sessionOf(designWith(spec), 1, 8);
    EXPECT_NO_THROW(requireAccepted(strict, madeOf(strict, 20, true)));
    try {
        requireAccepted(strict, madeOf(strict, 8, false));
        FAIL() << "nothing was thrown";
    } catch (const InvalidArgument& problem) {
        EXPECT_THAT(problem.what(), testing::AllOf(HasSubstr("dB asked for, 8.0 dB reached"),
                                                   HasSubstr("metamers.show_not_accepted")));
    }
    spec.showNotAccepted = true;
    const auto lenient = sessionOf(designWith(spec), 1, 8);
    EXPECT_NO_THROW(requireAccepted(lenient, madeOf(lenient, 8, false)));
}

TEST(WholeMetamersSession, IsPlannedWithASimulatedParticipant)
{
    const auto design = std::make_shared<const Design>(designWith(specOf()));
    const auto check = checkObserver(R"({"type": "psychometric", "threshold_sd": 0.1, "slope": 2,
        "lapse": 0, "rt_ms": {"median": 600, "sigma": 0.2}, "seed": 11,
        "by_dimension": {"pool/*/noise/*": {"threshold_sd": 0.2}}})",
                                     "o.json", *design);
    ASSERT_TRUE(check.observer) << check.diagnostics.front().text();
    const auto plan = planSessions(design, *check.observer, 4, 1);
    // 3 of practice, 24 conditions x 6, and one catch trial with every 4 of them
    EXPECT_NEAR(plan.trials, 3 + 144 * 5 / 4.0, 1.5);
    EXPECT_THAT(describe(plan, *design, 4), HasSubstr("no threshold is estimated"));
}

} // namespace
} // namespace mlab::experiments
