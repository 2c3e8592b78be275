// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trial/task.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <utility>

namespace mlab {
namespace {

constexpr std::array<std::pair<Task, std::string_view>, 5> kTasks = {
    {{Task::abx, "abx"},
     {Task::twoIfc, "2ifc"},
     {Task::oddity, "oddity"},
     {Task::sameDifferent, "same-different"},
     {Task::recognition, "recognition"}}};

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

} // namespace

std::string_view toString(Task task)
{
    return std::ranges::find(kTasks, task, &std::pair<Task, std::string_view>::first)->second;
}

std::optional<Task> taskNamed(std::string_view name)
{
    const auto* const found =
        std::ranges::find(kTasks, name, &std::pair<Task, std::string_view>::second);
    return found == kTasks.end() ? std::nullopt : std::optional(found->first);
}

std::string_view toString(Answer answer)
{
    const auto* const found =
        std::ranges::find(kAnswers, answer, &std::pair<Answer, std::string_view>::first);
    if (found == kAnswers.end()) {
        throw InvalidArgument("a category has no name but in its design");
    }
    return found->second;
}

Answer answerFromString(std::string_view text)
{
    const auto* const found =
        std::ranges::find(kAnswers, text, &std::pair<Answer, std::string_view>::second);
    if (found == kAnswers.end()) {
        throw InvalidArgument("\"" + std::string(text) +
                              "\" is no answer: first, second, third, same or different expected");
    }
    return found->first;
}

const std::vector<Answer>& answersOf(Task task)
{
    static const std::vector<Answer> kTwo = {Answer::first, Answer::second};
    static const std::vector<Answer> kThree = {Answer::first, Answer::second, Answer::third};
    static const std::vector<Answer> kJudgement = {Answer::same, Answer::different};
    static const std::vector<Answer> kNone;
    switch (task) {
    case Task::abx:
    case Task::twoIfc:
        return kTwo;
    case Task::oddity:
        return kThree;
    case Task::sameDifferent:
        return kJudgement;
    case Task::recognition:
        return kNone;
    }
    throw InvalidArgument("there is no such task");
}

const std::vector<std::vector<Interval>>& intervalOrdersOf(Task task)
{
    static const auto kAbx = orders({"RPR", "RPP", "PRP", "PRR"});
    // Each twice, so that the first of a pair does not give away the second.
    static const auto kTwoIfc = orders({"RPR", "RRP", "RPR", "RRP"});
    static const auto kOddity = orders({"PRR", "RPR", "RRP", "RPP", "PRP", "PPR"});
    static const auto kSameDifferent = orders({"RR", "PP", "RP", "PR"});
    static const auto kRecognition = orders({"P"});
    switch (task) {
    case Task::abx:
        return kAbx;
    case Task::twoIfc:
        return kTwoIfc;
    case Task::oddity:
        return kOddity;
    case Task::sameDifferent:
        return kSameDifferent;
    case Task::recognition:
        return kRecognition;
    }
    throw InvalidArgument("there is no such task");
}

std::size_t intervalCount(Task task)
{
    return intervalOrdersOf(task).front().size();
}

Answer correctAnswer(Task task, const std::vector<Interval>& intervals)
{
    switch (task) {
    case Task::abx:
        return intervals.at(2) == intervals.at(0) ? Answer::first : Answer::second;
    case Task::twoIfc:
        return intervals.at(1) == Interval::probe ? Answer::first : Answer::second;
    case Task::oddity:
        return intervals.at(1) == intervals.at(2)   ? Answer::first
               : intervals.at(0) == intervals.at(2) ? Answer::second
                                                    : Answer::third;
    case Task::sameDifferent:
        return intervals.at(0) == intervals.at(1) ? Answer::same : Answer::different;
    case Task::recognition:
        throw InvalidArgument("the intervals of recognition do not say which category is right");
    }
    throw InvalidArgument("there is no such task");
}

std::optional<DiscriminationTask> decisionModelOf(Task task)
{
    switch (task) {
    case Task::abx:
        return DiscriminationTask::abxDifferencing;
    case Task::twoIfc:
        return DiscriminationTask::twoAfc;
    case Task::oddity:
        return DiscriminationTask::oddity;
    case Task::sameDifferent:
    case Task::recognition:
        return std::nullopt;
    }
    throw InvalidArgument("there is no such task");
}

double chanceOf(Task task)
{
    if (task == Task::recognition) {
        throw InvalidArgument("chance in recognition depends on the number of categories");
    }
    const auto model = decisionModelOf(task);
    return model ? chanceOf(*model) : 0.5;
}

} // namespace mlab
