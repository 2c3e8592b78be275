// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dprime.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlab {

/// What the participant does in a trial.
enum class Task {
    abx,          ///< A and B differ; X equals one of them: which?
    twoIfc,       ///< the reference, then two intervals: which was changed?
    oddity,       ///< two of three intervals are equal: which is the odd one?
    sameDifferent ///< two intervals: same or different?
};

/// What one interval shows.
enum class Interval : char { reference = 'R', probe = 'P' };

/// What the participant presses: the interval asked for (abx: the one that X equals; 2ifc: of the
/// two after the reference; oddity: of all three), or a judgement of both.
enum class Answer { first, second, third, same, different };

/// "abx", "2ifc", "oddity", "same-different", as in design files.
std::string_view toString(Task task);
/// Absent for another name.
std::optional<Task> taskNamed(std::string_view name);

/// "first", "second", "third", "same", "different".
std::string_view toString(Answer answer);
/// @throws InvalidArgument for anything else.
Answer answerFromString(std::string_view text);

/// The answers of a task, in the order of their keys from left to right.
const std::vector<Answer>& answersOf(Task task);

/// The orders of intervals that a task shows equally often, each as often as it stands here. The
/// right answer is as often one as another.
const std::vector<std::vector<Interval>>& intervalOrdersOf(Task task);

/// How many intervals a trial has: 2 or 3.
std::size_t intervalCount(Task task);

/// @param intervals  one of intervalOrdersOf(task)
Answer correctAnswer(Task task, const std::vector<Interval>& intervals);

/// The decision model by which right answers of a task are counted as d'. abx: differencing; 2ifc:
/// the two intervals after the reference are compared with each other; same-different: by
/// differencing with the observer's own criterion, so none of one proportion.
std::optional<DiscriminationTask> decisionModelOf(Task task);

/// The share of right answers without any sensitivity. same-different: whatever the criterion.
double chanceOf(Task task);

} // namespace mlab
