// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "experiments/design/design_reader.h"
#include "experiments/design/design_summary.h"
#include "experiments/design/recognition_spec.h"
#include "experiments/observers/recognition_observer.h"
#include "experiments/session/recognition_session.h"
#include "experiments/session/session_runner.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace mlab::experiments {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

/// Categories rain, fire, ... of as many references each as the trials need, or more.
struct Set {
    Design design;
    std::vector<std::string> references;
};

Set setOf(int categories, int layers, int trialsPerCategory, int catchPerBlock, int spare = 0)
{
    Set set;
    RecognitionSpec spec;
    for (int i = 0; i < layers; ++i) {
        spec.layers.push_back("layer" + std::to_string(i));
    }
    spec.trialsPerCategory = trialsPerCategory;
    spec.catchPerBlock = catchPerBlock;
    for (int i = 0; i < categories; ++i) {
        const std::string name = "category" + std::to_string(i);
        spec.categories.push_back({.name = name, .label = name, .references = {name + "-*"}});
        spec.icons.emplace_back();
        for (int r = 0; r < referencesNeeded(spec) + spare; ++r) {
            set.references.push_back(name + "-" + std::to_string(r));
        }
    }
    set.references.insert(set.references.begin(), "nothing-1");
    set.design.name = "recognition";
    set.design.task = Task::recognition;
    set.design.recognition = std::move(spec);
    set.design.practice.trials = categories;
    return set;
}

RecognitionSession sessionOf(const Set& set, std::uint64_t seed = 1)
{
    return {std::make_shared<const Design>(set.design), seed, set.references};
}

RecognitionRecord recordOf(const RecognitionPlan& plan, const RecognitionSpec& spec, bool correct)
{
    const auto& right = spec.categories.at(plan.category).name;
    RecognitionRecord record;
    record.trialIndex = plan.trialIndex;
    record.blockIndex = plan.blockIndex;
    record.practice = plan.practice;
    record.catchTrial = plan.catchTrial;
    record.condition = plan.condition;
    record.referenceId = plan.request.reference;
    record.category = right;
    record.response = correct ? right : spec.categories.at(plan.category == 0 ? 1 : 0).name;
    record.correct = correct;
    return record;
}

std::vector<RecognitionPlan> plansOf(RecognitionSession session)
{
    std::vector<RecognitionPlan> plans;
    while (const auto plan = session.next()) {
        plans.push_back(*plan);
        session.apply(recordOf(*plan, *session.design().recognition, plans.size() % 2 == 0));
    }
    return plans;
}

RC_GTEST_PROP(RecognitionSession, ShowsEveryCategoryInEveryConditionOfEachBlockOnce, ())
{
    const int categories = *rc::gen::inRange(2, 9);
    const int layers = *rc::gen::inRange(1, 5);
    const int blocks = *rc::gen::inRange(1, 5);
    const int catches = *rc::gen::inRange(0, 5);
    const auto set = setOf(categories, layers, blocks, catches, *rc::gen::inRange(0, 4));
    const auto session = sessionOf(set, *rc::gen::arbitrary<std::uint64_t>());
    const auto plans = plansOf(session);
    RC_ASSERT(static_cast<int>(plans.size()) == categories + mainTrials(*set.design.recognition));
    std::map<std::tuple<int, std::string, std::size_t>, int> counts;
    std::map<int, int> caught;
    std::set<std::string> once;
    for (const auto& plan : plans) {
        const bool example = plan.practice || plan.catchTrial;
        RC_ASSERT(plan.request.layer == (plan.condition == "natural" ? "" : plan.condition));
        RC_ASSERT(*categoryOfReference(set.design.recognition->categories,
                                       plan.request.reference) == plan.category);
        RC_ASSERT((plan.request.reference == session.examples().at(plan.category)) == example);
        if (plan.catchTrial) {
            ++caught[plan.blockIndex];
        } else if (!plan.practice) {
            ++counts[{plan.blockIndex, plan.condition, plan.category}];
            RC_ASSERT(once.insert(plan.request.reference).second);
        }
    }
    RC_ASSERT(static_cast<int>(counts.size()) == blocks * (layers + 1) * categories);
    RC_ASSERT(std::ranges::all_of(counts, [](const auto& entry) { return entry.second == 1; }));
    RC_ASSERT(
        std::ranges::all_of(caught, [&](const auto& entry) { return entry.second == catches; }));
}

TEST(RecognitionSessionTest, PracticeShowsTheExampleOfEveryCategory)
{
    const auto set = setOf(6, 3, 2, 2);
    std::set<std::string> shown;
    for (const auto& plan : plansOf(sessionOf(set))) {
        if (plan.practice) {
            EXPECT_EQ(plan.blockIndex, -1);
            shown.insert(plan.request.reference);
        }
    }
    EXPECT_THAT(shown, ElementsAre("category0-0", "category1-0", "category2-0", "category3-0",
                                   "category4-0", "category5-0"));
}

TEST(RecognitionSessionTest, ItsSeedDecidesWhichConditionAReferenceIsMetIn)
{
    const auto set = setOf(4, 3, 2, 1);
    const auto conditionOf = [&](std::uint64_t seed) {
        std::map<std::string, std::string> out;
        for (const auto& plan : plansOf(sessionOf(set, seed))) {
            out[plan.request.reference] = plan.condition;
        }
        return out;
    };
    EXPECT_EQ(conditionOf(3), conditionOf(3));
    // Over seeds, every condition comes to every reference about as often: 200 seeds, 4 conditions.
    std::map<std::string, int> counts;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        ++counts[conditionOf(seed).at("category2-3")];
    }
    ASSERT_THAT(counts, SizeIs(4));
    for (const auto& [condition, count] : counts) {
        EXPECT_GT(count, 25) << condition; // 50 expected, SD 6.1
        EXPECT_LT(count, 75) << condition;
    }
}

TEST(RecognitionSessionTest, AnotherCategoryLeavesTheReferencesOfTheOthersWhereTheyWere)
{
    const auto small = plansOf(sessionOf(setOf(3, 2, 2, 0)));
    const auto large = plansOf(sessionOf(setOf(4, 2, 2, 0)));
    const auto conditions = [](const std::vector<RecognitionPlan>& plans) {
        std::map<std::string, std::string> out;
        for (const auto& plan : plans) {
            if (plan.category < 3) {
                out[plan.request.reference] = plan.condition;
            }
        }
        return out;
    };
    EXPECT_EQ(conditions(small), conditions(large));
}

TEST(RecognitionSessionTest, GoesOnFromStoredTrialsAsItWouldHave)
{
    const auto set = setOf(5, 2, 3, 2);
    const auto all = plansOf(sessionOf(set, 9));
    auto session = sessionOf(set, 9);
    for (std::size_t i = 0; i < all.size(); ++i) {
        auto resumed = sessionOf(set, 9);
        for (std::size_t j = 0; j < i; ++j) {
            resumed.apply(recordOf(all[j], *set.design.recognition, j % 3 == 0));
        }
        ASSERT_EQ(resumed.next(), all[i]);
    }
}

TEST(RecognitionSessionTest, WantsWhatIsLeftToShowAndTheExamples)
{
    const auto set = setOf(3, 2, 1, 1);
    auto session = sessionOf(set);
    EXPECT_THAT(session.stimuli(), SizeIs(3 + 9));
    while (const auto plan = session.next()) {
        session.apply(recordOf(*plan, *set.design.recognition, true));
    }
    EXPECT_THAT(session.stimuli(), SizeIs(3));
}

TEST(RecognitionSessionTest, ATrialOfAnotherSessionIsRefusedAndNothingChanges)
{
    const auto set = setOf(3, 2, 1, 1);
    const auto& spec = *set.design.recognition;
    const std::vector<std::pair<std::string, std::function<void(RecognitionRecord&)>>> kChanges = {
        {"trial_index", [](auto& r) { r.trialIndex = 3; }},
        {"block_index", [](auto& r) { r.blockIndex = 4; }},
        {"practice", [](auto& r) { r.practice = !r.practice; }},
        {"catch_trial", [](auto& r) { r.catchTrial = !r.catchTrial; }},
        {"condition", [](auto& r) { r.condition = "layer9"; }},
        {"reference_id", [](auto& r) { r.referenceId = "category0-9"; }},
        {"category", [](auto& r) { r.category = "category9"; }},
        {"response", [](auto& r) { r.response = "category9"; }},
        {"correct", [](auto& r) { r.correct = !r.correct; }}};
    for (const auto& [column, change] : kChanges) {
        auto session = sessionOf(set);
        const auto plan = session.next();
        auto record = recordOf(*plan, spec, true);
        change(record);
        try {
            session.apply(record);
            ADD_FAILURE() << column;
        } catch (const InvalidArgument& problem) {
            EXPECT_THAT(problem.what(), HasSubstr(column));
        }
        EXPECT_EQ(session.next(), plan);
    }
}

TEST(RecognitionSessionTest, TooFewReferencesAreSaidWithTheNumberNeeded)
{
    auto set = setOf(3, 2, 2, 0);
    std::erase(set.references, "category1-4");
    try {
        sessionOf(set);
        ADD_FAILURE();
    } catch (const InvalidArgument& problem) {
        EXPECT_THAT(problem.what(), HasSubstr("\"category1\" has 6 references, but needs 7"));
    }
    set = setOf(3, 2, 2, 0);
    set.references.push_back(set.references.back());
    EXPECT_THROW(sessionOf(set), InvalidArgument);
    set = setOf(3, 2, 2, 0);
    set.design.recognition->categories[1].references.emplace_back("category0-1*");
    EXPECT_THROW(sessionOf(set), InvalidArgument) << "a reference of two categories";
}

constexpr const char* kObserver = R"({"type": "recognition",
    "accuracy": {"natural": 0.9, "layer0": 0.5, "*": 0.25},
    "catch": 1, "rt_ms": {"median": 900, "sigma": 0.25}, "seed": 11})";

TEST(RecognitionObserverTest, IsRightAsOftenAsItsFileSaysAndElseWrongEvenly)
{
    const auto set = setOf(5, 2, 1, 0);
    const auto check = checkRecognitionObserver(kObserver, "o.json", set.design);
    ASSERT_TRUE(check.observer.has_value());
    const std::map<std::string, double> expected = {
        {"natural", 0.9}, {"layer0", 0.5}, {"layer1", 0.25}};
    for (const auto& [condition, accuracy] : expected) {
        RecognitionPlan plan;
        plan.condition = condition;
        plan.category = 2;
        std::array<int, 5> chosen{};
        constexpr int kTrials = 4000;
        for (plan.trialIndex = 0; plan.trialIndex < kTrials; ++plan.trialIndex) {
            const auto answer = check.observer->answer(plan, 5);
            ++chosen.at(categoryIndex(answer.answer));
            EXPECT_GT(answer.rtMs, 0);
        }
        // Five standard errors.
        EXPECT_NEAR(chosen[2] / 4000.0, accuracy, 5 * std::sqrt(accuracy * (1 - accuracy) / 4000));
        for (const std::size_t other : {0U, 1U, 3U, 4U}) {
            const double share = (1 - accuracy) / 4;
            EXPECT_NEAR(chosen.at(other) / 4000.0, share,
                        5 * std::sqrt(share * (1 - share) / 4000));
        }
    }
}

TEST(RecognitionObserverTest, WhatIsWrongWithItsFileIsSaidAtItsPlace)
{
    const auto set = setOf(3, 2, 1, 0);
    const auto textsOf = [&](const std::string& from, const std::string& to) {
        std::string text = kObserver;
        const auto at = text.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        text.replace(at, from.size(), to);
        std::vector<std::string> texts;
        for (const auto& diagnostic :
             checkRecognitionObserver(text, "o.json", set.design).diagnostics) {
            texts.push_back(diagnostic.text());
        }
        return texts;
    };
    EXPECT_THAT(textsOf("\"recognition\"", "\"psychometric\""),
                ElementsAre(HasSubstr("expected \"recognition\"")));
    EXPECT_THAT(textsOf(", \"*\": 0.25", ""),
                ElementsAre(HasSubstr("the condition \"layer1\" is missing")));
    EXPECT_THAT(textsOf("0.9", "1.1"), ElementsAre(HasSubstr("from 0 to 1")));
    EXPECT_THAT(textsOf("\"catch\": 1,", ""), ElementsAre(HasSubstr("\"catch\" is missing")));
    EXPECT_THAT(textsOf("\"catch\"", "\"cath\""),
                ElementsAre(HasSubstr("\"catch\" is missing"), HasSubstr("did you mean")));
    EXPECT_THAT(textsOf("900", "0"), ElementsAre(HasSubstr("from 1 to 600000")));
    EXPECT_THAT(textsOf("11", "-1"), ElementsAre(HasSubstr("whole number")));
}

class FakeSink final : public TrialSink {
public:
    void commit(const TrialRecord& /*record*/) override { FAIL(); }
    void commit(const RecognitionRecord& record) override { records.push_back(record); }
    void markFinished() override { finished = true; }
    void markRunEnded(const std::string& /*soundJson*/) override {}

    std::vector<RecognitionRecord> records;
    bool finished = false;
};

class FakePresenter final : public Presenter {
public:
    void interlude(const Interlude& /*what*/, std::function<void()> done) override { done(); }
    void present(const TrialView& view, std::function<void(Presentation)> done) override
    {
        views.push_back(view);
        Presentation shown;
        shown.response = view.simulated->answer;
        shown.rtMs = view.simulated->rtMs;
        shown.onsetMs = {500.0, std::nullopt, std::nullopt};
        shown.startedAt = "2026-01-01T00:00:00.000Z";
        done(shown);
    }
    void onQuit(std::function<void()> /*quit*/) override {}

    std::vector<TrialView> views;
};

RecognitionStimuli stimuliOf(const RecognitionSession& session)
{
    RecognitionStimuli stimuli;
    for (const auto& request : session.stimuli()) {
        const auto name = request.reference + "@" + request.layer;
        auto& stimulus = stimuli[request];
        stimulus = {.stimulus = std::make_shared<const Sound>(),
                    .sha256 = name,
                    .referenceSha256 = request.reference,
                    .matchSpearman = {},
                    .matchSnrDb = {}};
        if (!request.layer.empty()) {
            stimulus.matchSnrDb = 20.0;
            stimulus.matchSpearman = 0.9;
        }
    }
    return stimuli;
}

TEST(RecognitionFlow, StoresWhatWasShownAndWhatWasChosen)
{
    const auto set = setOf(4, 2, 2, 1);
    const auto& spec = *set.design.recognition;
    const auto session = sessionOf(set, 5);
    FakeSink sink;
    FakePresenter presenter;
    const auto observer = checkRecognitionObserver(kObserver, "o.json", set.design).observer;
    std::vector<Choice> choices;
    for (const auto& category : spec.categories) {
        choices.push_back({.label = category.label});
    }
    std::optional<EndReason> ended;
    SessionRunner runner(
        recognitionFlow(
            session, stimuliOf(session), choices, sink,
            [&](const RecognitionPlan& plan) { return observer->answer(plan, choices.size()); }),
        presenter, {},
        {.nowMs = [] { return 0.0; },
         .onEnd = [&](EndReason reason, const std::exception_ptr&) { ended = reason; },
         .onCommitFailed = {},
         .onTrialDone = {}});
    runner.start();
    EXPECT_EQ(ended, EndReason::finished);
    EXPECT_TRUE(sink.finished);
    const auto plans = plansOf(session);
    ASSERT_EQ(sink.records.size(), plans.size());
    auto replayed = session;
    for (std::size_t i = 0; i < plans.size(); ++i) {
        const auto& record = sink.records[i];
        const auto& view = presenter.views[i];
        EXPECT_EQ(record.stimulusSha256, plans[i].request.reference + "@" + plans[i].request.layer);
        EXPECT_EQ(record.referenceSha256, plans[i].request.reference);
        EXPECT_EQ(record.matchSnrDb.has_value(), !plans[i].request.layer.empty());
        EXPECT_EQ(view.task, Task::recognition);
        EXPECT_EQ(view.correctAnswer, categoryAnswer(plans[i].category));
        EXPECT_EQ(view.feedback, plans[i].practice);
        EXPECT_THAT(*view.choices, SizeIs(4));
        EXPECT_EQ(record.response, spec.categories.at(categoryIndex(view.simulated->answer)).name);
        EXPECT_EQ(record.onsetMs, 500.0);
        replayed.apply(record);
    }
}

TEST(RecognitionFlow, DoesNotBeginWithoutAllItsStimuli)
{
    const auto set = setOf(3, 1, 1, 0);
    const auto session = sessionOf(set);
    auto stimuli = stimuliOf(session);
    stimuli.erase(stimuli.begin());
    FakeSink sink;
    EXPECT_THROW(recognitionFlow(session, stimuli, {}, sink, {}), InternalError);
}

constexpr const char* kDesign = R"({
  "schema_version": 1,
  "name": "words",
  "modality": "audio",
  "task": "recognition",
  "references": {"builtin": {"count": 96}},
  "recognition": {
    "categories": [
      {"name": "rain", "label": "Rain", "references": ["rain-*"]},
      {"name": "fire", "references": ["fire-*"]}
    ],
    "layers": ["cochleagram", "average"],
    "trials_per_category": 3,
    "catch_per_block": 1,
    "metamers": {"seed": 4, "evaluations": 300, "tolerance": 0.01}
  },
  "model": {"builtin": "cochlea-modulation"},
  "practice": {"trials": 2}
})";

DesignCheck checked(const std::string& from = {}, const std::string& to = {},
                    const std::filesystem::path& references = {})
{
    std::string text = kDesign;
    if (!from.empty()) {
        text.replace(text.find(from), from.size(), to);
    }
    return checkDesign(text, "d.json",
                       {.modelInfo =
                            [](const ModelSpec&) {
                                return ModelInfo{
                                    .name = "cochlea-modulation",
                                    .modality = Modality::audio,
                                    .layers = {"cochleagram", "modulation", "average", "natural"}};
                            },
                        .folderFindings = {},
                        .referenceIds =
                            [](const StimulusSource& source, const StimulusFormat&) {
                                std::vector<std::string> ids;
                                for (int i = 0; i < source.count / 2; ++i) {
                                    ids.push_back("rain-" + std::to_string(i));
                                    ids.push_back("fire-" + std::to_string(i));
                                }
                                return ids;
                            },
                        .iconProblem = [](const std::filesystem::path&) { return "no picture"; },
                        .references = references,
                        .screen = {}});
}

TEST(RecognitionDesign, EveryKeyReachesTheDesign)
{
    const auto check = checked();
    ASSERT_TRUE(check.design.has_value()) << check.diagnostics.front().text();
    EXPECT_EQ(check.design->task, Task::recognition);
    RecognitionSpec expected;
    expected.categories = {{.name = "rain", .label = "Rain", .references = {"rain-*"}},
                           {.name = "fire", .label = "fire", .references = {"fire-*"}}};
    expected.icons.resize(2);
    expected.layers = {"cochleagram", "average"};
    expected.trialsPerCategory = 3;
    expected.catchPerBlock = 1;
    expected.metamers = {.seed = 4, .evaluations = 300, .tolerance = 0.01};
    EXPECT_EQ(*check.design->recognition, expected);
    EXPECT_TRUE(check.design->dimensions.empty());
}

TEST(RecognitionDesign, ItsSummarySaysWhatItNeeds)
{
    const auto summary = describe(*checked().design, {});
    EXPECT_THAT(summary, HasSubstr("3 blocks of 7 trials, 1 of them catch trials"));
    EXPECT_THAT(summary, HasSubstr("12 metamers will be made before the first trial"));
    EXPECT_THAT(summary, HasSubstr("each with 10 references or more"));
}

TEST(RecognitionDesign, ReferencesMayBeInSubFolders)
{
    const std::string builtin = R"("references": {"builtin": {"count": 96}})";
    const auto check = checkDesign(
        [&] {
            std::string text = kDesign;
            return text.replace(text.find(builtin), builtin.size(),
                                R"("references": {"folder": "own", "subfolders": true})");
        }(),
        "designs/d.json", {});
    ASSERT_TRUE(check.design.has_value()) << check.diagnostics.front().text();
    EXPECT_EQ(check.design->synthesis.references,
              (StimulusSource{.folder = "designs/own", .subfolders = true}));
    EXPECT_THAT(checked(builtin, R"("references": {"builtin": {"count": 96}, "subfolders": true})")
                    .diagnostics.front()
                    .text(),
                HasSubstr("folder"));
}

TEST(RecognitionDesign, AnotherFolderStandsInForItsReferences)
{
    const std::string builtin = R"("references": {"builtin": {"count": 96}})";
    const auto check = checked(builtin, R"("references": {"folder": "absent", "subfolders": true})",
                               "/data/sounds");
    EXPECT_THAT(check.diagnostics.front().text(), HasSubstr("has 0 references"))
        << "of the folder that stands in";
    CheckContext instead;
    instead.references = "/data/sounds";
    const auto other = checkDesign(kDesign, "d.json", instead);
    ASSERT_TRUE(other.design.has_value());
    EXPECT_EQ(other.design->synthesis.references, (StimulusSource{.folder = "/data/sounds"}));
}

TEST(RecognitionDesign, OnlyTheStarOfAPatternStandsForOthers)
{
    const std::vector<Category> categories = {
        {.name = "dog", .label = "Dog", .references = {"dog [1]", "w?lf*", "*/dogs/*-2*"}}};
    for (const auto* belongs : {"dog [1]", "w?lf", "w?lfs", "old/dogs/bark-2", "/dogs/--22"}) {
        EXPECT_TRUE(categoryOfReference(categories, belongs)) << belongs;
    }
    for (const auto* other : {"dog 1", "wolf", "dogs/bark-2", "old/dogs/bark-1", ""}) {
        EXPECT_FALSE(categoryOfReference(categories, other)) << other;
    }
}

// Each star was tried at every place: a few of them in a long name took for ever.
TEST(RecognitionDesign, ManyStarsAreMatchedAtOnce)
{
    std::string stars;
    for (int i = 0; i < 400; ++i) {
        stars += "*a";
    }
    const std::vector<Category> categories = {
        {.name = "many", .label = "many", .references = {stars + "b"}},
        {.name = "ends", .label = "ends", .references = {"x*y*x"}}};
    EXPECT_FALSE(categoryOfReference(categories, std::string(900, 'a')));
    EXPECT_EQ(categoryOfReference(categories, std::string(900, 'a') + "b"), 0U);
    EXPECT_EQ(categoryOfReference(categories, "xyx"), 1U);
    EXPECT_FALSE(categoryOfReference(categories, "xy"));
    EXPECT_FALSE(categoryOfReference(categories, "yx"));
}

TEST(RecognitionDesign, WhatMakesNoSenseIsSaidAtItsPlace)
{
    struct Mistake {
        std::string from, to, said;
    };
    const std::vector<Mistake> kMistakes = {
        {R"("average")", R"("averge")",
         "/recognition/layers/1: model \"cochlea-modulation\" has no layer \"averge\""},
        {R"("name": "fire")", R"("name": "rain")", "two categories have the name \"rain\""},
        {R"("name": "fire",)", R"("name": "fire", "label": "Rain",)",
         "two categories have the label \"Rain\""},
        {R"("trials": 2)", R"("trials": 1)", "/practice/trials: catch trials repeat"},
        {R"("count": 96)", R"("count": 18)", "\"rain\" has 9 references, but needs 10"},
        {R"("fire-*")", R"("fire-*", "rain-1")", "belongs to two categories"},
        {R"("task": "recognition",)", "", "/: the key \"dimensions\" is missing"},
        {R"("practice")", R"("procedure": {"type": "staircase"}, "practice")",
         "/procedure: this key is not used by the task \"recognition\""},
        {R"("trials": 2)", R"("trials": 2, "level": 1)",
         "/practice/level: this key is not used by the task \"recognition\""},
        {R"("references": ["rain-*"])", R"("references": ["rain-*"], "icon": "example")",
         "cannot be shown as icons"},
        {R"("references": ["rain-*"])", R"("references": ["rain-*"], "icon": "no.png")",
         "/recognition/categories/0/icon: file not found"},
        {R"("references": ["rain-*"])", R"("references": ["rain-*"], "icon": ")" __FILE__ R"(")",
         "/recognition/categories/0/icon: no picture"},
        {R"("average")", R"("natural")",
         "/recognition/layers/1: a layer of this name cannot be a condition"},
        {R"("layers": ["cochleagram", "average"],)", "", "the key \"layers\" is missing"},
    };
    for (const auto& mistake : kMistakes) {
        const auto check = checked(mistake.from, mistake.to);
        std::vector<std::string> texts;
        for (const auto& diagnostic : check.diagnostics) {
            texts.push_back(diagnostic.text());
        }
        EXPECT_THAT(texts, testing::Contains(HasSubstr(mistake.said))) << mistake.to;
    }
}

} // namespace
} // namespace mlab::experiments
