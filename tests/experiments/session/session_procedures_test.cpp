// SPDX-License-Identifier: GPL-3.0-or-later
//
// Folding, resuming and looking ahead are the same for every procedure.
#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "experiments/design/procedure_reader.h"
#include "tests/experiments/session/session_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace mlab::experiments {
namespace {

using test::designOf;
using test::recordOf;
using test::resumedAfter;
using test::sessionOf;

/// Four dimensions of two layers, measured by the procedure of that JSON text.
Design designWith(const std::string& procedure)
{
    const auto check = checkProcedure(procedure, "procedure.json");
    EXPECT_TRUE(check.spec.has_value()) << check.diagnostics.front().text();
    auto design = designOf({"band", "texture"});
    design.practice.trials = 2;
    for (auto& measured : design.dimensions) {
        measured.procedure = *check.spec;
    }
    return design;
}

class EveryProcedure : public testing::TestWithParam<const char*> {};

TrialRecord anyRecord(const TrialPlan& plan)
{
    RandomStream stream(4, "record", static_cast<std::uint64_t>(plan.trialIndex));
    auto record = recordOf(plan, stream.uniform() < 0.8);
    record.levelAchieved = plan.request.level * (0.97 + 0.06 * stream.uniform());
    return record;
}

TEST_P(EveryProcedure, GoesOnAfterResumingAsItWouldHave)
{
    const auto design = designWith(GetParam());
    Session session = sessionOf(design);
    std::vector<TrialRecord> records;
    double before = 0.0;
    for (auto plan = session.next(); plan; plan = session.next()) {
        EXPECT_GE(plan->progress, before);
        EXPECT_LT(plan->progress, 1.0);
        before = plan->progress;
        records.push_back(anyRecord(*plan));
        session.apply(records.back());
        if (records.size() % 5 == 0) {
            const Session resumed = resumedAfter(records, design);
            ASSERT_EQ(resumed.next(), session.next()) << "after " << records.size();
            ASSERT_EQ(resumed.lookAhead(4), session.lookAhead(4));
        }
    }
    EXPECT_EQ(session.progress(), 1.0);
    for (const auto& status : session.dimensions()) {
        EXPECT_TRUE(status.finished);
        EXPECT_TRUE(status.stopReason.has_value());
    }
}

TEST_P(EveryProcedure, LooksAheadToWhatIsShownNextWhateverIsAnswered)
{
    Session session = sessionOf(designWith(GetParam()));
    for (auto plan = session.next(); plan; plan = session.next()) {
        const auto record = anyRecord(*plan);
        const auto wanted = session.lookAhead(4, false, record.levelAchieved);
        std::vector<Session> folded = {session};
        folded.front().applyAnswer(record.levelAchieved, true);
        folded.push_back(session);
        folded.back().applyAnswer(record.levelAchieved, false);
        // Up to the end of the next block: four dimensions, so four trials at least.
        for (int ahead = 1; ahead <= 4; ++ahead) {
            std::vector<Session> after;
            for (auto& one : folded) {
                const auto next = one.next();
                if (!next) {
                    continue;
                }
                ASSERT_TRUE(next->request == plan->request ||
                            std::ranges::count(wanted, next->request) == 1)
                    << "trial " << plan->trialIndex << ", " << ahead << " ahead";
                after.push_back(one);
                after.back().applyAnswer(true);
                after.push_back(std::move(one));
                after.back().applyAnswer(false);
            }
            folded = std::move(after);
        }
        session.apply(record);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Procedures, EveryProcedure,
    testing::Values(
        R"({"type": "staircase", "stop": {"reversals": 3}, "threshold_reversals": 2})",
        R"({"type": "quest", "stop": {"trials": 7}})",
        R"({"type": "questplus", "level_step_db": 3, "slopes": [2, 4], "lapses": [0.02], "stop": {"trials": 7}})",
        R"({"type": "psi", "level_step_db": 3, "slopes": [2, 4], "lapses": [0.02], "stop": {"trials": 7}})",
        R"({"type": "psi-marginal", "level_step_db": 3, "slopes": [2, 4], "lapses": [0, 0.05], "stop": {"trials": 7}})",
        R"({"type": "hierarchical", "level_step_db": 3, "slopes": [2, 4], "lapses": [0, 0.05], "stop": {"trials": 7}})"));

TEST(Session, HierarchicalDimensionsLearnFromEachOther)
{
    const auto design = designWith(R"({"type": "hierarchical", "level_step_db": 3,
        "slopes": [2, 4], "lapses": [0, 0.05], "stop": {"trials": 9}})");
    const auto finalLevel = [&](bool othersAreRight) {
        Session session = sessionOf(design);
        for (auto plan = session.next(); plan; plan = session.next()) {
            const bool first = plan->dimension == design.dimensions.front().dimension;
            session.apply(recordOf(*plan, first ? plan->trialIndex % 2 == 0 : othersAreRight));
        }
        return session.dimensions().front().threshold.value();
    };
    EXPECT_LT(finalLevel(true), finalLevel(false));
}

TEST(ProcedureReader, SaysWhatIsWrongAndWhere)
{
    const auto first = [](const std::string& text) {
        const auto check = checkProcedure(text, "p.json");
        return check.diagnostics.empty() ? std::string("nothing is wrong")
                                         : check.diagnostics.front().message;
    };
    EXPECT_EQ(first(R"({"type": "quest", "n_down": 2})"),
              R"("n_down" has no meaning for the procedure "quest")");
    EXPECT_EQ(first(R"({"type": "psi", "stop": {"reversals": 2}})"),
              R"("reversals" has no meaning for the procedure "psi")");
    EXPECT_EQ(first(R"({"type": "staircase", "stop": {"trials": 9, "interval_width_db": 2}})"),
              R"("interval_width_db" has no meaning for the procedure "staircase")");
    EXPECT_NE(first(R"({"type": "psi", "min_level": 2, "max_level": 1})"), "nothing is wrong");
    EXPECT_NE(first(R"({"type": "psi", "curve": "logistic"})"), "nothing is wrong");
    EXPECT_NE(first(R"({"type": "psi", "prior_level": 0.0001, "prior_sd_db": 0.1})"),
              "nothing is wrong");
    EXPECT_NE(first(R"({"type": "psy"})"), "nothing is wrong");
    EXPECT_NE(first(R"([])"), "nothing is wrong");
    EXPECT_EQ(first(R"({})"), "nothing is wrong");
}

TEST(ProcedureReader, TakesTheProcedureOfADesign)
{
    const auto check = checkProcedure(
        R"({"schema_version": 1, "name": "a", "procedure": {"type": "psi"},
            "dimensions": [{"layer": "band", "components": [1], "eccentricities_deg": [0]}]})",
        "design.json");
    ASSERT_TRUE(check.spec.has_value());
    EXPECT_EQ(procedureName(*check.spec), "psi");
}

} // namespace
} // namespace mlab::experiments
