// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random_stream.h"
#include "experiments/session/session.h"
#include "tests/experiments/session/session_fixture.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

namespace mlab::experiments {
namespace {

using namespace test; // NOLINT: the helpers of these tests

/// The meaning of look-ahead, spelt out: copies of the session for every sequence of answers.
/// Requests by how many trials away they are first needed.
std::vector<std::set<ProbeRequest>> everySequence(const Session& session, int depth,
                                                  bool openAtLimit)
{
    std::vector<std::set<ProbeRequest>> out;
    std::set<ProbeRequest> known = {session.next()->request};
    std::vector<Session> sessions = {session};
    for (int ahead = 1; ahead <= depth; ++ahead) {
        std::vector<Session> after;
        std::set<ProbeRequest> fresh;
        for (const auto& before : sessions) {
            for (const bool correct : {true, false}) {
                Session folded = before;
                folded.applyAnswer(correct, openAtLimit && ahead == 1);
                if (const auto plan = folded.next()) {
                    if (known.insert(plan->request).second) {
                        fresh.insert(plan->request);
                    }
                    after.push_back(std::move(folded));
                }
            }
        }
        out.push_back(std::move(fresh));
        sessions = std::move(after);
    }
    return out;
}

/// look-ahead gives just these, nearer trials first.
bool isExact(const Session& session, int depth, bool openAtLimit)
{
    const auto wanted = session.lookAhead(depth, openAtLimit);
    auto from = wanted.begin();
    for (const auto& layer : everySequence(session, depth, openAtLimit)) {
        if (static_cast<std::size_t>(wanted.end() - from) < layer.size()) {
            return false;
        }
        const auto to = from + static_cast<std::ptrdiff_t>(layer.size());
        if (std::set<ProbeRequest>(from, to) != layer) {
            return false;
        }
        from = to;
    }
    return from == wanted.end();
}

RC_GTEST_PROP(LookAhead, IsWhatFoldingEverySequenceOfAnswersGives, ())
{
    auto design = designOf({"band", "texture"}, *rc::gen::inRange(1, 3));
    design.practice.trials = *rc::gen::inRange(0, 4);
    for (auto& measured : design.dimensions) {
        std::get<StaircaseSpec>(measured.procedure).nDown = *rc::gen::inRange(1, 3);
        std::get<StaircaseSpec>(measured.procedure).stopReversals = *rc::gen::inRange(1, 4);
    }
    design.dimensions.resize(*rc::gen::inRange<std::size_t>(1, design.dimensions.size() + 1));
    Session session = sessionOf(design, *rc::gen::arbitrary<std::uint64_t>(), 3);
    const int done = *rc::gen::inRange(0, 30);
    for (int trial = 0; trial < done && session.next(); ++trial) {
        session.applyAnswer(*rc::gen::arbitrary<bool>());
    }
    if (session.next()) {
        RC_ASSERT(isExact(session, *rc::gen::inRange(0, 7), *rc::gen::arbitrary<bool>()));
    }
}

TEST(LookAhead, IsExactAtEveryTrialOfASession)
{
    auto design = designOf({"band", "texture", "pool"});
    design.practice.trials = 3;
    Session session = sessionOf(design, 8);
    int trials = 0;
    for (auto plan = session.next(); plan; plan = session.next(), ++trials) {
        ASSERT_TRUE(isExact(session, 6, trials % 7 == 0)) << "trial " << trials;
        session.applyAnswer(
            RandomStream(8, "answers", static_cast<std::uint64_t>(trials)).uniform() < 0.8);
    }
    EXPECT_GT(trials, 60);
}

TEST(LookAhead, HasTheTrialThatFollowsForBothAnswers)
{
    Session session = sessionOf(designOf({"band"}), 2);
    for (int trial = 0; session.next(); ++trial) {
        for (const bool correct : {true, false}) {
            Session after = session;
            after.applyAnswer(correct);
            if (const auto plan = after.next()) {
                const auto wanted = session.lookAhead(1);
                EXPECT_EQ(std::ranges::count(wanted, plan->request), 1) << trial;
            }
        }
        session.applyAnswer(trial % 4 != 0);
    }
}

TEST(LookAhead, WithinABlockIsOneRequestForEachTrial)
{
    const Session session = sessionOf(mameDesign());
    const auto wanted = session.lookAhead(8);
    ASSERT_EQ(wanted.size(), 8U);
    Session after = session;
    for (const auto& request : wanted) {
        after.applyAnswer(false);
        EXPECT_EQ(after.next()->request, request);
    }
}

TEST(LookAhead, KnowsThatTheOpenTrialIsAtItsLimit)
{
    auto design = designOf({"band"});
    design.dimensions.resize(1);
    const Session session = sessionOf(design);
    const auto levels = [](const std::vector<ProbeRequest>& requests) {
        std::set<double> out;
        for (const auto& request : requests) {
            out.insert(request.level);
        }
        return out;
    };
    EXPECT_EQ(levels(session.lookAhead(1, false)).size(), 2U);
    EXPECT_EQ(levels(session.lookAhead(1, true)), std::set<double>{1.0});
}

TEST(LookAhead, ChangesNothing)
{
    Session looking = sessionOf(mameDesign(), 3);
    Session blind = looking;
    for (int trial = 0; trial < 200; ++trial) {
        looking.lookAhead(6);
        ASSERT_EQ(looking.next(), blind.next());
        looking.applyAnswer(trial % 3 != 0);
        blind.applyAnswer(trial % 3 != 0);
    }
}

TEST(LookAhead, OfAFinishedSessionIsEmpty)
{
    Session session = sessionOf(designOf({"band"}));
    runToEnd(session, [](const TrialPlan& plan) { return plan.trialIndex % 3 != 0; });
    EXPECT_TRUE(session.lookAhead(5).empty());
}

} // namespace
} // namespace mlab::experiments
