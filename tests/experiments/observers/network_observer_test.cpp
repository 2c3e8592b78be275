// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/psychometrics/distance_rule.h"
#include "core/psychometrics/dprime.h"
#include "experiments/observers/network_observer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <regex>

namespace mlab::experiments {
namespace {

using testing::HasSubstr;

const std::string kFile = R"({"type": "network", "model": {"builtin": "gabor-compressive"},
"layer": "texture", "space": "standardised", "rule": "linear", "sigma": 0.5, "lapse": 0.02,
"seed": 11})";

Design designOf(Task task, Modality modality = Modality::image)
{
    Design design;
    design.task = task;
    design.modality = modality;
    return design;
}

CheckContext twoModels()
{
    CheckContext context;
    context.modelInfo = [](const ModelSpec& spec) -> ModelInfo {
        if (spec.name.empty()) {
            throw IoError("cannot read " + spec.file.string());
        }
        if (spec.name == "resnet50") {
            return {.name = "resnet50", .layers = {"layer1", "fc"}, .logitsLayer = "fc"};
        }
        return {.name = spec.name,
                .modality = spec.name == "cochlea-modulation" ? Modality::audio : Modality::image,
                .layers = {"band", "texture", "pool"}};
    };
    return context;
}

NetworkObserverCheck checked(const std::string& text, Task task)
{
    return checkNetworkObserver(text, "/o/n.json", designOf(task), twoModels());
}

NetworkObserver observerOf(const std::string& text, Task task = Task::abx)
{
    return checked(text, task).observer.value();
}

std::string with(const std::string& pattern, const std::string& replacement)
{
    const auto text = std::regex_replace(kFile, std::regex(pattern), replacement);
    EXPECT_NE(text, kFile) << pattern;
    return text;
}

TEST(NetworkObserver, IsReadFromItsFile)
{
    const auto spec = observerOf(kFile).spec();
    EXPECT_EQ(spec.model.name, "gabor-compressive");
    EXPECT_EQ(spec.where,
              (Representation{.layer = "texture", .space = RepresentationSpace::standardised}));
    EXPECT_EQ(spec.rule, DecisionRule::linear);
    EXPECT_EQ(spec.sigma, 0.5);
    EXPECT_EQ(spec.lapse, 0.02);
    EXPECT_EQ(spec.seed, 11U);
    EXPECT_TRUE(isNetworkObserver(kFile));
    EXPECT_FALSE(isNetworkObserver(R"({"type": "psychometric"})"));
    EXPECT_FALSE(isNetworkObserver("[1"));

    const auto weights =
        observerOf(
            with(
                R"(\{"builtin": "gabor-compressive"\},\s*"layer": "texture", "space": "standardised")",
                R"({"architecture": "resnet50", "weights": "w.pth"}, "space": "logits")"))
            .spec();
    EXPECT_EQ(weights.model.file, "/o/w.pth") << "relative to the observer's file";
    EXPECT_EQ(weights.where.space, RepresentationSpace::logits);
    EXPECT_EQ(observerOf(with(R"("space": "standardised", )", "")).spec().where.space,
              RepresentationSpace::standardised);
}

TEST(NetworkObserver, DecidesAsTheTaskFunctionsSay)
{
    const RepresentationDistance distance{.delta = 0.75, .units = 10}; // d' = 1.5
    const auto linear = [](Task task) { return observerOf(kFile, task); };
    const auto lapsing = [](double right, double chance) { return 0.98 * right + 0.02 * chance; };
    for (const auto task : {Task::abx, Task::twoIfc, Task::oddity}) {
        const auto model = decisionModelOf(task).value();
        EXPECT_NEAR(linear(task).probabilityCorrect(distance, false),
                    lapsing(proportionCorrect(model, 1.5), chanceOf(task)), 1e-6)
            << toString(task);
        EXPECT_NEAR(linear(task).probabilityCorrect({.delta = 0, .units = 10}, false),
                    chanceOf(task), 1e-6);
    }
    const auto compares = observerOf(with("linear", "distance"));
    EXPECT_NEAR(compares.probabilityCorrect(distance, false),
                lapsing(distanceAbxProportionCorrect(1.5, 10), 0.5), 1e-6);
    const auto careful =
        observerOf(with(R"("lapse")", R"("false_alarm": 0.2, "lapse")"), Task::sameDifferent);
    EXPECT_NEAR(careful.probabilityCorrect(distance, true), lapsing(0.8, 0.5), 1e-9);
    EXPECT_NEAR(careful.probabilityCorrect({.delta = 0, .units = 10}, false), lapsing(0.2, 0.5),
                1e-6);
}

TEST(NetworkObserver, AnswersAsOftenRightAsItShouldAndTheSameAgain)
{
    const auto observer = observerOf(kFile);
    const RepresentationDistance distance{.delta = 0.75, .units = 10};
    const double p = observer.probabilityCorrect(distance, false);
    constexpr int kTrials = 20'000;
    int right = 0;
    TrialPlan plan;
    for (plan.trialIndex = 0; plan.trialIndex < kTrials; ++plan.trialIndex) {
        plan.correctAnswer = plan.trialIndex % 2 == 0 ? Answer::first : Answer::second;
        right += observer.answer(plan, distance).answer == plan.correctAnswer ? 1 : 0;
    }
    EXPECT_NEAR(static_cast<double>(right) / kTrials, p, 4 * std::sqrt(p * (1 - p) / kTrials));

    // After other trials, or none.
    const auto resumed = observerOf(kFile);
    for (plan.trialIndex = 100; plan.trialIndex < 150; ++plan.trialIndex) {
        const auto answer = resumed.answer(plan, distance);
        EXPECT_EQ(answer.answer, observer.answer(plan, distance).answer);
        EXPECT_EQ(answer.rtMs, observer.answer(plan, distance).rtMs);
    }
}

double shareOf(const NetworkObserver& observer, const std::vector<double>& evidence,
               std::size_t category)
{
    constexpr int kTrials = 20'000;
    int chosen = 0;
    RecognitionPlan plan;
    for (plan.trialIndex = 0; plan.trialIndex < kTrials; ++plan.trialIndex) {
        chosen += observer.answer(plan, evidence).answer == categoryAnswer(category) ? 1 : 0;
    }
    return static_cast<double>(chosen) / kTrials;
}

TEST(NetworkObserver, ClassifiesByTheEvidence)
{
    const std::vector<double> evidence = {std::log(0.2), std::log(0.5), std::log(0.3)};
    auto text = with("linear", "classifier");
    const auto at = [&](const std::string& sigma) {
        return observerOf(
            std::regex_replace(text, std::regex("\"sigma\": 0.5"), "\"sigma\": " + sigma),
            Task::recognition);
    };
    // One lapse in fifty hits each of three categories equally often.
    EXPECT_NEAR(shareOf(at("0"), evidence, 1), 0.98 + 0.02 / 3, 0.003);
    EXPECT_NEAR(shareOf(at("1"), evidence, 1), 0.98 * 0.5 + 0.02 / 3, 0.015);
    EXPECT_NEAR(shareOf(at("1"), evidence, 2), 0.98 * 0.3 + 0.02 / 3, 0.015);
    const double impossible = -std::numeric_limits<double>::infinity();
    EXPECT_NEAR(shareOf(at("1"), {impossible, 0.0}, 0), 0.01, 0.003);
}

TEST(NetworkObserver, WhatIsWrongWithItsFileIsSaidAtItsPlace)
{
    struct Case {
        std::string text;
        std::string pointer;
        std::string message;
        Task task = Task::abx;
    };
    const std::vector<Case> cases = {
        {with("\"seed\": 11", "\"seed\": -1"), "/seed", "expected a whole number"},
        {with(",\\s*\"seed\": 11", ""), "", "the key \"seed\" is missing"},
        {with("standardised", "standardized"), "/space", "expected \"features\""},
        {with("\"sigma\": 0.5", "\"sigma\": 0"), "/sigma", "above 0"},
        {with("\"sigma\": 0.5", "\"sigma\": \"a\""), "/sigma", "expected a number"},
        {with("\"lapse\": 0.02", "\"lapse\": 0.6"), "/lapse", "from 0 to 0.5"},
        {with("lapse", "laps"), "/laps", "unknown key"},
        {with("\"texture\"", "\"textur\""), "/layer", "has no layer \"textur\""},
        {with("\"layer\": \"texture\", ", ""), "", "the key \"layer\" is missing"},
        {with("standardised", "logits"), "/space", "no classes"},
        {with("\"builtin\": \"gabor-compressive\"",
              R"("architecture": "resnet50", "weights": "w.pth")"),
         "/layer", "its layers are layer1, fc"},
        {with("\"builtin\": \"gabor-compressive\"", "\"builtin\": \"cochlea-modulation\""),
         "/model", "is for the modality \"audio\""},
        {with("\"builtin\": \"gabor-compressive\"", "\"file\": \"a.ts\""), "/model",
         "cannot read /o/a.ts"},
        {with("\"builtin\": \"gabor-compressive\"", "\"builtin\": \"gabor\""), "/model/builtin",
         "expected \"gabor-scattering\""},
        {with("linear", "classifier"), "/rule", "needs the rule \"linear\""},
        {kFile, "/rule", "needs the rule \"classifier\"", Task::recognition},
        {kFile, "", "the key \"false_alarm\" is missing", Task::sameDifferent},
        {"[]", "", "expected an object"},
        {"{", "", ""},
    };
    for (const auto& [text, pointer, message, task] : cases) {
        const auto check = checked(text, task);
        EXPECT_FALSE(check.observer.has_value()) << text;
        ASSERT_EQ(check.diagnostics.size(), 1U) << text;
        EXPECT_EQ(check.diagnostics[0].pointer, pointer) << text;
        EXPECT_THAT(check.diagnostics[0].message, HasSubstr(message)) << text;
    }
}

} // namespace
} // namespace mlab::experiments
