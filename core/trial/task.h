// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/psychometrics/dprime.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlab {

/// What the participant does in a trial. See TaskDescription for what a new one needs.
enum class Task {
    abx,           ///< A and B differ; X equals one of them: which?
    twoIfc,        ///< the reference, then two intervals: which was changed?
    oddity,        ///< two of three intervals are equal: which is the odd one?
    sameDifferent, ///< two intervals: same or different?
    recognition    ///< one interval: which category does it belong to? See core/trial/recognition.h
};
inline constexpr std::array kAllTasks = {Task::abx, Task::twoIfc, Task::oddity, Task::sameDifferent,
                                         Task::recognition};

/// What one interval shows.
enum class Interval : char { reference = 'R', probe = 'P' };

/// What the participant answers: the interval asked for (abx: the one that X equals; 2ifc: of the
/// two after the reference; oddity: of all three), a judgement of both, or, in recognition, one of
/// the design's categories: `category` is the first of them, and the others follow it.
enum class Answer : int { first, second, third, same, different, category };

/// The answer that is the category of that index.
constexpr Answer categoryAnswer(std::size_t index)
{
    return static_cast<Answer>(static_cast<int>(Answer::category) + static_cast<int>(index));
}
/// Precondition: the answer is a category.
constexpr std::size_t categoryIndex(Answer answer)
{
    return static_cast<std::size_t>(static_cast<int>(answer) - static_cast<int>(Answer::category));
}

/// Everything that the program knows of a task.
struct TaskDescription {
    std::string_view name; ///< in designs
    /// In the order of their keys from left to right. Recognition: none, since they are the
    /// design's categories.
    std::vector<Answer> answers;
    /// The orders of intervals, shown equally often, each as often as it is listed. Every answer is
    /// right equally often.
    std::vector<std::vector<Interval>> intervalOrders;
    /// The right answer to one of those orders. Null where the intervals do not decide it.
    Answer (*correctAnswer)(const std::vector<Interval>& intervals) = nullptr;
    /// How the share of right answers is converted to d'; absent where that takes more than the
    /// share.
    std::optional<DiscriminationTask> decisionModel;
    /// The share of right answers without any sensitivity, if no decision model gives it; absent
    /// where the design does.
    std::optional<double> chance;
    std::string_view question;                   ///< on the answer screen
    std::vector<std::string_view> intervalNames; ///< on the screen, while each of them is played
};
const TaskDescription& descriptionOf(Task task);

/// "abx", "2ifc", "oddity", "same-different", "recognition", as in design files.
std::string_view toString(Task task);
/// Absent for another name.
std::optional<Task> taskNamed(std::string_view name);

/// "first", "second", "third", "same", "different". @throws InternalError for a category, whose
/// name the design knows
std::string_view toString(Answer answer);
/// @throws InvalidArgument for anything else.
Answer answerFromString(std::string_view text);

/// TaskDescription::answers
const std::vector<Answer>& answersOf(Task task);

/// TaskDescription::intervalOrders
const std::vector<std::vector<Interval>>& intervalOrdersOf(Task task);

/// How many intervals a trial has: 1, 2 or 3.
std::size_t intervalCount(Task task);

/// @param intervals  one of intervalOrdersOf(task)
/// @throws InternalError for recognition, whose answers its intervals do not decide
Answer correctAnswer(Task task, const std::vector<Interval>& intervals);

/// The decision model that converts the share of right answers to d'. abx: differencing; 2ifc: the
/// two intervals after the reference are compared with each other; same-different: differencing
/// with the observer's own criterion, which one share does not give, so none.
std::optional<DiscriminationTask> decisionModelOf(Task task);

/// The share of right answers without any sensitivity. same-different: for every criterion.
/// @throws InternalError for recognition: one of the number of categories
double chanceOf(Task task);

} // namespace mlab
