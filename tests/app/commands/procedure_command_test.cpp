// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/procedure_command.h"
#include "app/program/design_input.h"
#include "core/base/error.h"
#include "tests/temporary_folder.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace mlab::app {
namespace {

using nlohmann::json;

const std::string kObserver = R"({"type": "psychometric", "threshold_sd": 0.3, "slope": 3.5,
    "lapse": 0, "criterion": 1.3, "rt_ms": {"median": 500, "sigma": 0.1}, "seed": 5)";

class ProcedureCommand : public testing::Test {
protected:
    std::filesystem::path file(const std::string& name, const std::string& text)
    {
        const auto path = scratch_.path() / name;
        std::ofstream(path, std::ios::binary) << text;
        return path;
    }
    /// One JSON object a line.
    static std::vector<json> run(ProcedureRun run)
    {
        run.json = true;
        std::ostringstream out;
        runProcedure(run, out);
        std::vector<json> lines;
        std::istringstream text(out.str());
        for (std::string line; std::getline(text, line);) {
            lines.push_back(json::parse(line));
        }
        return lines;
    }
    static std::string refusal(const ProcedureRun& run)
    {
        std::ostringstream out;
        try {
            runProcedure(run, out);
        } catch (const std::exception& problem) {
            return problem.what();
        }
        return "nothing is wrong";
    }
    std::filesystem::path design(const std::string& task = "abx")
    {
        return file("design.json", R"({"schema_version": 1, "name": "d", "task": ")" + task + R"(",
            "dimensions": [
              {"layer": "band", "components": [1], "directions": ["plus"], "eccentricities_deg": [4]},
              {"layer": "pool", "components": [1], "directions": ["plus"], "eccentricities_deg": [4],
               "procedure": {"stop": {"trials": 60, "max_trials": 60}}}],
            "procedure": {"type": "psi-marginal", "stop": {"trials": 40}}})");
    }

private:
    TemporaryFolder scratch_;
};

TEST_F(ProcedureCommand, AnswersMoveAStaircaseAsTheyWould)
{
    const auto config = file("staircase.json",
                             R"({"type": "staircase", "n_down": 1, "start_level": 1,
        "step": {"scale": "linear", "sizes": [0.25]}, "stop": {"reversals": 2},
        "threshold_reversals": 2})");
    const auto lines = run({.config = config, .responses = file("answers.txt", "1\n1\n0\n1\n")});
    ASSERT_EQ(lines.size(), 5U);
    const std::vector<double> levels = {1, 0.75, 0.5, 0.75};
    for (std::size_t i = 0; i < levels.size(); ++i) {
        EXPECT_EQ(lines[i].at("level"), levels[i]);
    }
    EXPECT_EQ(lines[3].at("estimate"), 0.625) << "turned at 0.5 and at 0.75";
    EXPECT_TRUE(lines[3].at("interval").is_null());
    EXPECT_EQ(lines.back().at("reason"), "reversals");
    EXPECT_EQ(lines.back().at("procedure"), "staircase-1down-1up");
}

TEST_F(ProcedureCommand, ALevelBesideAnAnswerIsTheOneThatWasShown)
{
    const auto config = file("psi.json", R"({"stop": {"trials": 2}})");
    const auto lines = run({.config = config, .responses = file("answers.txt", "0.5 1\n0.25 0\n")});
    EXPECT_EQ(lines[0].at("level"), 0.5);
    EXPECT_EQ(lines[1].at("level"), 0.25);
    EXPECT_EQ(lines.back().at("procedure"), "psi-marginal") << "what a design gets by itself";
}

TEST_F(ProcedureCommand, TooManyAnswersAreAnErrorAndTooFewAreNot)
{
    const auto config = file("psi.json", R"({"stop": {"trials": 2}})");
    const auto few = run({.config = config, .responses = file("few.txt", "1\n")});
    EXPECT_EQ(few.back().at("finished"), false);
    EXPECT_TRUE(few.back().at("next_level").is_number());
    EXPECT_NE(refusal({.config = config, .responses = file("many.txt", "1\n0\n1\n")})
                  .find("more answers than the 2 trials"),
              std::string::npos);
    EXPECT_NE(refusal({.config = config, .responses = file("bad.txt", "1\nyes\n")})
                  .find("bad.txt:2: expected an answer"),
              std::string::npos);
    EXPECT_NE(refusal({.config = config}).find("either --responses or --observer"),
              std::string::npos);
}

TEST_F(ProcedureCommand, ADimensionIsMeasuredByItsOwnProcedureOnItsOwnObserver)
{
    const auto observer = file("observer.json", kObserver + R"(, "by_dimension":
        {"pool/*/*/*": {"threshold_sd": 1.2}}})");
    const auto estimate = [&](const std::string& dimension, std::size_t trials) {
        const auto lines = run({.config = design(), .dimension = dimension, .observer = observer});
        EXPECT_EQ(lines.size(), trials + 1);
        return lines[trials - 1].at("estimate").get<double>();
    };
    EXPECT_NEAR(estimate("band/1/plus/4", 40), 0.3, 0.1);
    EXPECT_NEAR(estimate("pool/1/plus/4", 60), 1.2, 0.3);
}

TEST_F(ProcedureCommand, ADimensionOfSameDifferentGetsBothKindsOfTrials)
{
    const auto lines = run({.config = design("same-different"),
                            .dimension = "pool/1/plus/4",
                            .observer = file("observer.json", kObserver + "}")});
    ASSERT_EQ(lines.size(), 61U);
    EXPECT_NEAR(lines[59].at("estimate").get<double>(), 0.4, 0.25);
}

// Its observer noticed everything, and it went on at its lowest level for 1000 trials.
TEST_F(ProcedureCommand, AStaircaseThatCanNoLongerMoveSaysSo)
{
    const auto lines = run(
        {.config = file("never.json", R"({"type": "staircase", "start_level": 3, "max_level": 3,
                                              "min_level": 0.05, "stop": {"reversals": 400}})"),
         .observer = file("blind.json",
                          R"({"threshold_sd": 1e-06, "slope": 3.5, "lapse": 0.0, "seed": 3})")});
    EXPECT_LT(lines.size(), 100U);
    EXPECT_EQ(lines.back().at("reason"), "stuck_at_limit");
}

TEST_F(ProcedureCommand, TheTextHasNoMoreDigitsThanPeopleRead)
{
    std::ostringstream out;
    runProcedure({.config = file("psi.json", R"({"stop": {"trials": 5}})"),
                  .observer = file("observer.json", kObserver + "}")},
                 out);
    std::istringstream words(out.str());
    for (std::string word; words >> word;) {
        EXPECT_TRUE(word.find('.') == std::string::npos || word.size() <= 7) << word;
    }
}

TEST_F(ProcedureCommand, AnObserverBeyondAllBoundsIsRefused)
{
    const auto problem = refusal({.config = file("psi.json", "{}"),
                                  .observer = file("bad.json", R"({"threshold_sd": 0, "slope": 3,
                                      "lapse": 0.1, "seed": 1e300})")});
    EXPECT_NE(problem.find("/threshold_sd: expected a number from"), std::string::npos) << problem;
    EXPECT_NE(problem.find("/seed: expected a whole number"), std::string::npos) << problem;
}

TEST_F(ProcedureCommand, WhatItCannotKnowIsAskedFor)
{
    const auto observer =
        file("observer.json", kObserver + R"(, "by_dimension": {"*/*/*/*": {"slope": 2}}})");
    EXPECT_NE(refusal({.config = design(), .observer = observer}).find("--dimension"),
              std::string::npos);
    EXPECT_NE(refusal({.config = design(), .dimension = "band/1/plus/8", .observer = observer})
                  .find("did you mean band/1/plus/4?"),
              std::string::npos);
    EXPECT_NE(refusal({.config = file("bad.json", R"({"type": "psy"})"), .observer = observer})
                  .find("did you mean \"psi\"?"),
              std::string::npos);
}

} // namespace
} // namespace mlab::app
