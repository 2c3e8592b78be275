// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/fit_command.h"
#include "app/program/command_line.h"
#include "app/program/exit_codes.h"
#include "core/base/number_text.h"
#include "core/report/report_dimension.h"
#include "core/trial/task.h"
#include "tests/temporary_folder.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace mlab::app {
namespace {

using nlohmann::json;

const std::string kGood = "level,n_correct,n_total\n"
                          "0.2,21,40\n0.4,24,40\n0.6,30,40\n0.8,36,40\n1.0,39,40\n";

class FitCommand : public testing::Test {
protected:
    struct Result {
        int code;
        std::string out;
        std::string problems;
    };

    Result run(const std::string& table, FitOptions options = {})
    {
        options.dataFile = scratch_.path() / "answers.csv";
        std::ofstream(options.dataFile, std::ios::binary) << table;
        std::ostringstream out;
        std::ostringstream problems;
        const int code = fitCommand(options, out, problems);
        return {code, out.str(), problems.str()};
    }

    static FitOptions asJson(const std::string& task = "2afc", const std::string& sigmoid = "norm")
    {
        return {.dataFile = {}, .task = task, .sigmoid = sigmoid, .json = true};
    }

private:
    TemporaryFolder scratch_;
};

TEST_F(FitCommand, JsonHasTheEstimatesAndWhatToKnowAboutThem)
{
    const auto result = run(kGood, asJson());
    ASSERT_EQ(result.code, kDone) << result.problems;
    const auto fit = json::parse(result.out);
    for (const auto* key :
         {"threshold", "width", "lapse", "guess", "eta", "threshold_ci95", "width_ci95", "deviance",
          "deviance_p", "pseudo_r2", "mae", "log_posterior", "warnings"}) {
        EXPECT_TRUE(fit.contains(key)) << key;
    }
    const double threshold = fit["threshold"];
    EXPECT_GT(threshold, fit["threshold_ci95"][0]);
    EXPECT_LT(threshold, fit["threshold_ci95"][1]);
    EXPECT_NEAR(threshold, 0.6, 0.1);
    EXPECT_EQ(fit["guess"], 0.5);
    EXPECT_GT(fit["deviance_p"], 0.05);
    EXPECT_LE(fit["deviance_p"], 1.0);
}

TEST_F(FitCommand, SameTableSameNumbers)
{
    EXPECT_EQ(run(kGood, asJson()).out, run(kGood, asJson()).out);
}

TEST_F(FitCommand, ColumnsComeInAnyOrderWithOthersAmongThem)
{
    const std::string other = "\xEF\xBB\xBF\"n_total\",note,level,n_correct\r\n"
                              "40,\"a, \"\"b\"\"\",0.2,21\r\n40,,0.4,24\r\n40,,0.6,30\r\n"
                              "40,,0.8,36\r\n40,,1.0,39\r\n\r\n";
    EXPECT_EQ(run(other, asJson()).out, run(kGood, asJson()).out);
}

TEST_F(FitCommand, TablesOfSpreadsheetsAreRead)
{
    const auto expected = run(kGood, asJson()).out;
    const auto with = [](std::string text,
                         const std::vector<std::pair<char, std::string>>& changes) {
        for (const auto& [what, by] : changes) {
            for (auto at = text.find(what); at != std::string::npos;
                 at = text.find(what, at + by.size())) {
                text.replace(at, 1, by);
            }
        }
        return text;
    };
    EXPECT_EQ(run(with(kGood, {{'\n', "\r"}}), asJson()).out, expected);
    EXPECT_EQ(run(with(kGood, {{'\n', "\r\n"}, {',', "\t"}}), asJson()).out, expected);
    EXPECT_EQ(run(with(kGood, {{',', ";"}, {'.', ","}}), asJson()).out, expected);
    EXPECT_EQ(run("Level,N_Correct,N_TOTAL" + kGood.substr(kGood.find('\n')), asJson()).out,
              expected);
    std::string little = "\xFF\xFE";
    std::string big = "\xFE\xFF";
    for (const char c : with(kGood, {{'\n', "\r\n"}})) {
        little += std::string{c, '\0'};
        big += std::string{'\0', c};
    }
    EXPECT_EQ(run(little, asJson()).out, expected);
    EXPECT_EQ(run(big, asJson()).out, expected);
    EXPECT_EQ(run("\xFF\xFE", asJson()).code, kBadInput);
    // A pair of surrogates is one character, of which the next column begins in the second place.
    std::string note = "\xFF\xFE";
    for (const char16_t unit : std::u16string(u"\U0001F600,level,n_correct,n_total\n,x,1,2\n")) {
        note += std::string{static_cast<char>(unit & 0xFF), static_cast<char>(unit >> 8)};
    }
    EXPECT_NE(run(note, asJson()).problems.find("answers.csv:2:2: /level"), std::string::npos);
}

// A million rows took 45 minutes, and the bootstrap drew its answers in the order of the rows.
TEST_F(FitCommand, OneRowForEachTrialIsTheSameInAnyOrder)
{
    std::vector<std::string> rows;
    std::istringstream table(kGood.substr(kGood.find('\n') + 1));
    for (std::string line; std::getline(table, line);) {
        const auto level = line.substr(0, line.find(','));
        const int correct = std::stoi(line.substr(line.find(',') + 1));
        for (int i = 0; i < 40; ++i) {
            rows.push_back(level + (i < correct ? ",1,1\n" : ",0,1\n"));
        }
    }
    const auto expected = run(kGood, asJson()).out;
    const auto fitOf = [&] {
        std::string text = "level,n_correct,n_total\n";
        for (const auto& row : rows) {
            text += row;
        }
        return run(text, asJson()).out;
    };
    EXPECT_EQ(fitOf(), expected);
    std::ranges::reverse(rows);
    EXPECT_EQ(fitOf(), expected);
    std::ranges::rotate(rows, rows.begin() + 77);
    EXPECT_EQ(fitOf(), expected);
}

TEST_F(FitCommand, EveryTaskOfADesignThatHasAChanceCanBeFitted)
{
    for (const Task task : kAllTasks) {
        EXPECT_EQ(std::ranges::count(kFitTasks, toString(task)), task == Task::recognition ? 0 : 1)
            << toString(task);
    }
    EXPECT_EQ(run(kGood, asJson("2ifc")).out, run(kGood, asJson("2afc")).out);
}

TEST_F(FitCommand, EveryTaskAndSigmoidFits)
{
    for (const std::string task : kFitTasks) {
        for (const std::string sigmoid : kFitSigmoids) {
            if (task != "2afc" && sigmoid != "norm" && sigmoid != "dprime") {
                continue; // the shapes do not know the task
            }
            const auto result = run(kGood, asJson(task, sigmoid));
            if (task == "yesno" && sigmoid == "dprime") {
                EXPECT_EQ(result.code, kBadInput);
                continue;
            }
            ASSERT_EQ(result.code, kDone) << task << " " << sigmoid << " " << result.problems;
            const double threshold = json::parse(result.out)["threshold"];
            EXPECT_GT(threshold, 0.05) << task << " " << sigmoid;
            EXPECT_LT(threshold, 1.2) << task << " " << sigmoid;
        }
    }
}

TEST_F(FitCommand, MeanAndMaximumAreDifferentEstimates)
{
    auto options = asJson();
    const auto map = json::parse(run(kGood, options).out);
    options.estimate = "mean";
    const auto mean = json::parse(run(kGood, options).out);
    EXPECT_NE(map["width"], mean["width"]);
    EXPECT_EQ(map["threshold_ci95"], mean["threshold_ci95"]);
}

TEST_F(FitCommand, AsReportGivesTheNumbersOfTheReport)
{
    std::vector<TrialRecord> trials;
    std::string table = "level,n_correct,n_total\n";
    for (int i = 0; i < 60; ++i) {
        auto& trial = trials.emplace_back();
        trial.trialIndex = i;
        trial.levelAchieved = trial.levelRequested = 0.1 * (1 + i * 7 % 10);
        trial.correct = i % 4 != 0 || trial.levelAchieved > 0.55;
        table += shortNumber(trial.levelAchieved) + (trial.correct ? ",1,1\n" : ",0,1\n");
    }
    const std::vector<std::vector<TrialRecord>> sessions = {trials};
    const auto report = reportDimension({}, sessions, DiscriminationTask::abxDifferencing, {});
    auto options = asJson("abx");
    options.asReport = true;
    const auto result = run(table, options);
    ASSERT_EQ(result.code, kDone) << result.problems;
    const auto fit = json::parse(result.out);
    EXPECT_EQ(fit["threshold"], report.estimate->parameters.threshold);
    EXPECT_EQ(fit["width_ci95"][1], report.estimate->interval95.upper.width);
    EXPECT_EQ(fit["deviance"], report.quality->deviance);
    EXPECT_EQ(fit["deviance_p"], report.quality->p);
    EXPECT_EQ(fit["pseudo_r2"], report.quality->pseudoR2.value());
    EXPECT_EQ(fit["mae"], report.quality->meanAbsoluteError);
    EXPECT_EQ(fit["located"], report.located);
    options.task = "yesno";
    EXPECT_EQ(run(table, options).code, kBadInput);
    options.task = "abx";
    EXPECT_EQ(run("level,n_correct,n_total\n0,1,2\n1,2,2\n", options).code, kBadInput);
    EXPECT_EQ(run("level,n_correct,n_total\n1,0,0\n2,0,0\n", options).code, kBadInput);
}

TEST_F(FitCommand, TextNamesEveryValue)
{
    const auto result = run("level,n_correct,n_total\n1,20,20\n2,20,20\n");
    EXPECT_EQ(result.code, kDone);
    EXPECT_NE(result.out.find("threshold_ci95"), std::string::npos) << result.out;
    EXPECT_NE(result.out.find("warning         all answers are correct"), std::string::npos)
        << result.out;
}

TEST_F(FitCommand, EachFlawIsNamedWithItsPlace)
{
    const std::vector<std::pair<std::string, std::string>> table = {
        {"", "answers.csv:1:1: /: the file is empty"},
        {"level,n_corect,n_total\n1,2,3\n",
         "answers.csv:1:7: /n_corect: the header has no column \"n_correct\" (did you mean "
         "\"n_correct\"?)"},
        {"level,n_correct\n1,2\n", "answers.csv:1:1: /: the header has no column \"n_total\""},
        {"level|n_correct|n_total\n1|2|3\n",
         "answers.csv:1:1: /: the header has no column \"level\"; the first line names the "
         "columns, with commas, semicolons or tabs between them"},
        {"1,2,3\n2,2,3\n", "the first line names the columns"},
        {"level,level,n_correct,n_total\n1,1,2,3\n",
         "answers.csv:1:7: /level: two columns have this name"},
        {"level,n_correct,n_total\n1,2,3\nx,2,3\n",
         "answers.csv:3:1: /level: \"x\" is not a number"},
        {"level,n_correct,n_total\n1,2,3\n2,,3\n",
         "answers.csv:3:3: /n_correct: the number is missing"},
        {"level,n_correct,n_total\nnan,2,3\n", "answers.csv:2:1: /level: \"nan\" is not a number"},
        {"level,n_correct,n_total\n1,2,inf\n",
         "answers.csv:2:5: /n_total: \"inf\" is not a number"},
        {"level,n_correct,n_total\n\"1,5\",2,3\n",
         "/level: \"1,5\" is not a number; write a decimal point"},
        {"level;n_correct;n_total\n1.000,5;2;3\n", "/level: \"1.000,5\" is not a number"},
        {"level,n_correct,n_total\n1,-2,3\n", "answers.csv:2:3: /n_correct: -2 is not a number of"},
        {"level,n_correct,n_total\n1,2.5,3\n", "/n_correct: 2.5 is not a number of trials"},
        {"level,n_correct,n_total\n1,4,3\n",
         "answers.csv:2:3: /n_correct: 4 correct answers are more than the 3 trials"},
        {"level,n_correct,n_total\n1,2\n", "answers.csv:2:1: /: this line has 2 fields"},
        {"level,n_correct,n_total\n", "no trials to fit"},
        {"level,n_correct,n_total\n1,0,0\n2,0,0\n", "no trials to fit"},
        {"level,n_correct,n_total\n1,5,9\n1,6,9\n", "all trials are at one level"},
    };
    for (const auto& [text, message] : table) {
        const auto result = run(text, asJson());
        EXPECT_EQ(result.code, kBadInput) << text;
        EXPECT_NE(result.problems.find(message), std::string::npos) << text << result.problems;
        EXPECT_EQ(result.out, "") << text;
    }
    const auto result = run("level,n_correct,n_total\n-1,2,3\n1,2,3\n", asJson("2afc", "weibull"));
    EXPECT_EQ(result.code, kBadInput);
    EXPECT_NE(result.problems.find("a level is -1; this sigmoid needs levels of 0 or more"),
              std::string::npos)
        << result.problems;
}

// The range of these levels overflowed, and NaN became an index: a segmentation fault.
TEST_F(FitCommand, LevelsThatCannotBeComputedWithAreRefused)
{
    const std::string rest = ",2,30\n0,15,30\n";
    for (const std::string levels :
         {"1e308,28,30\n-1e308", "1e200,28,30\n-1", "1e-310,28,30\n0.5"}) {
        const auto result = run("level,n_correct,n_total\n" + levels + rest, asJson());
        EXPECT_EQ(result.code, kBadInput) << levels;
        EXPECT_NE(result.problems.find("too large or too close together"), std::string::npos)
            << result.problems;
    }
    for (const std::string levels :
         {"1e99,28,30\n-1e99", "1e-99,28,30\n0.5", "1e99,28,30\n1e-99"}) {
        EXPECT_EQ(run("level,n_correct,n_total\n" + levels + rest, asJson()).code, kDone) << levels;
    }
    for (const std::string sigmoid : {"weibull", "dprime"}) {
        EXPECT_EQ(run("level,n_correct,n_total\n1e308,28,30\n5e-324,16,30\n1,20,30\n",
                      asJson("2afc", sigmoid))
                      .code,
                  kDone)
            << "their axis is logarithmic";
    }
}

TEST(CommandLineNames, TheOneThatWasMeantIsNamed)
{
    const auto problem = [](const std::string& given) { return oneOf({"2afc", "yesno"})(given); };
    EXPECT_EQ(problem("yesno"), "");
    EXPECT_EQ(problem("2AFC"), "\"2AFC\" is not one of {2afc,yesno} (did you mean \"2afc\"?)");
    EXPECT_EQ(problem("tournament"), "\"tournament\" is not one of {2afc,yesno}");
}

TEST_F(FitCommand, AllFlawsAreReportedAtOnce)
{
    const auto result = run("level,n_correct,n_total\nx,2,3\n1,-1,3\n1,9,3\n", asJson());
    EXPECT_EQ(std::count(result.problems.begin(), result.problems.end(), '\n'), 3);
}

} // namespace
} // namespace mlab::app
