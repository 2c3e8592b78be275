// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trial/task.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <utility>

namespace mlab {
namespace {

constexpr std::array<std::pair<Answer, std::string_view>, 5> kAnswers = {
    {{Answer::first, "first"},
     {Answer::second, "second"},
     {Answer::third, "third"},
     {Answer::same, "same"},
     {Answer::different, "different"}}};

std::vector<std::vector<Interval>> orders(const std::vector<std::string_view>& letters)
{
    std::vector<std::vector<Interval>> out;
    for (const auto order : letters) {
        auto& intervals = out.emplace_back();
        for (const char letter : order) {
            intervals.push_back(static_cast<Interval>(letter));
        }
    }
    return out;
}

const TaskDescription& abx()
{
    static const TaskDescription kDescription = {
        .name = "abx",
        .answers = {Answer::first, Answer::second},
        .intervalOrders = orders({"RPR", "RPP", "PRP", "PRR"}),
        .correctAnswer =
            [](const std::vector<Interval>& intervals) {
                return intervals.at(2) == intervals.at(0) ? Answer::first : Answer::second;
            },
        .decisionModel = DiscriminationTask::abxDifferencing,
        .chance = {},
        .question = "Was X the first or the second?",
        .intervalNames = {"A", "B", "X"}};
    return kDescription;
}

const TaskDescription& twoIfc()
{
    static const TaskDescription kDescription = {
        .name = "2ifc",
        .answers = {Answer::first, Answer::second},
        // Each twice, so that the first of a pair does not give away the second.
        .intervalOrders = orders({"RPR", "RRP", "RPR", "RRP"}),
        .correctAnswer =
            [](const std::vector<Interval>& intervals) {
                return intervals.at(1) == Interval::probe ? Answer::first : Answer::second;
            },
        .decisionModel = DiscriminationTask::twoAfc,
        .chance = {},
        .question = "Which of the two differed from the original?",
        .intervalNames = {"Original", "1", "2"}};
    return kDescription;
}

const TaskDescription& oddity()
{
    static const TaskDescription kDescription = {
        .name = "oddity",
        .answers = {Answer::first, Answer::second, Answer::third},
        .intervalOrders = orders({"PRR", "RPR", "RRP", "RPP", "PRP", "PPR"}),
        .correctAnswer =
            [](const std::vector<Interval>& intervals) {
                return intervals.at(1) == intervals.at(2)   ? Answer::first
                       : intervals.at(0) == intervals.at(2) ? Answer::second
                                                            : Answer::third;
            },
        .decisionModel = DiscriminationTask::oddity,
        .chance = {},
        .question = "Which of the three was the odd one out?",
        .intervalNames = {"1", "2", "3"}};
    return kDescription;
}

const TaskDescription& sameDifferent()
{
    static const TaskDescription kDescription = {.name = "same-different",
                                                 .answers = {Answer::same, Answer::different},
                                                 .intervalOrders = orders({"RR", "PP", "RP", "PR"}),
                                                 .correctAnswer =
                                                     [](const std::vector<Interval>& intervals) {
                                                         return intervals.at(0) == intervals.at(1)
                                                                    ? Answer::same
                                                                    : Answer::different;
                                                     },
                                                 .decisionModel = {},
                                                 .chance = 0.5, // for every criterion
                                                 .question = "Were the two the same or different?",
                                                 .intervalNames = {"1", "2"}};
    return kDescription;
}

const TaskDescription& recognition()
{
    static const TaskDescription kDescription = {.name = "recognition",
                                                 .answers = {},
                                                 .intervalOrders = orders({"P"}),
                                                 .correctAnswer = nullptr,
                                                 .decisionModel = {},
                                                 .chance = {},
                                                 .question = "",
                                                 .intervalNames = {"Listen"}};
    return kDescription;
}

} // namespace

const TaskDescription& descriptionOf(Task task)
{
    switch (task) {
    case Task::abx:
        return abx();
    case Task::twoIfc:
        return twoIfc();
    case Task::oddity:
        return oddity();
    case Task::sameDifferent:
        return sameDifferent();
    case Task::recognition:
        return recognition();
    }
    throw InternalError("unknown task");
}

std::string_view toString(Task task)
{
    return descriptionOf(task).name;
}

std::optional<Task> taskNamed(std::string_view name)
{
    const auto* const found =
        std::ranges::find(kAllTasks, name, [](Task task) { return toString(task); });
    return found == kAllTasks.end() ? std::nullopt : std::optional(*found);
}

std::string_view toString(Answer answer)
{
    const auto* const found =
        std::ranges::find(kAnswers, answer, &std::pair<Answer, std::string_view>::first);
    if (found == kAnswers.end()) {
        throw InternalError("the name of a category is known to its design only");
    }
    return found->second;
}

Answer answerFromString(std::string_view text)
{
    const auto* const found =
        std::ranges::find(kAnswers, text, &std::pair<Answer, std::string_view>::second);
    if (found == kAnswers.end()) {
        throw InvalidArgument(
            "\"" + std::string(text) +
            "\" is not a valid answer; expected first, second, third, same or different");
    }
    return found->first;
}

const std::vector<Answer>& answersOf(Task task)
{
    return descriptionOf(task).answers;
}

const std::vector<std::vector<Interval>>& intervalOrdersOf(Task task)
{
    return descriptionOf(task).intervalOrders;
}

std::size_t intervalCount(Task task)
{
    return intervalOrdersOf(task).front().size();
}

Answer correctAnswer(Task task, const std::vector<Interval>& intervals)
{
    const auto correct = descriptionOf(task).correctAnswer;
    if (correct == nullptr) {
        throw InternalError("the intervals of the task " + std::string(toString(task)) +
                            " do not decide which answer is right");
    }
    return correct(intervals);
}

std::optional<DiscriminationTask> decisionModelOf(Task task)
{
    return descriptionOf(task).decisionModel;
}

double chanceOf(Task task)
{
    const auto& description = descriptionOf(task);
    if (description.decisionModel) {
        return chanceOf(*description.decisionModel);
    }
    if (!description.chance) {
        throw InternalError("chance in the task " + std::string(toString(task)) +
                            " depends on the design");
    }
    return *description.chance;
}

} // namespace mlab
