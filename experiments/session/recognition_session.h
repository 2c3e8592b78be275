// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trial/recognition.h"
#include "experiments/design/design.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mlab::experiments {

/// A session of N-way recognition as a fold: what comes next is a function of (design, seed,
/// references) and of how many trials are done; no answer changes it.
///
/// Practice shows the categories' examples, each category once before one comes again. Then come
/// as many blocks as the design has trials for each category: each block shows every condition of
/// every category once, with the block's catch trials, in shuffled order. A category's example is
/// the first of its references, the same for everybody. Its other references are dealt to the
/// trials in an order that the seed decides, each once: who has recognised a sound or a picture
/// would know it in the next condition too.
///
/// A value: copies are independent and share the plans.
class RecognitionSession {
public:
    /// @param referenceIds  in the order in which their source lists them; those that belong to no
    ///        category are passed by
    /// @throws InvalidArgument if the design is of another task, a category has too few references
    ///         for the trials, or a reference belongs to two categories or is there twice.
    RecognitionSession(std::shared_ptr<const Design> design, std::uint64_t seed,
                       const std::vector<std::string>& referenceIds);

    /// The trial to show now; nothing when the session is finished.
    std::optional<RecognitionPlan> next() const;
    /// Takes the completed trial.
    /// @throws InvalidArgument if it is not a record of next(), naming the first field that
    ///         differs; the session is as it was before.
    void apply(const RecognitionRecord& record);

    int trialsDone() const { return trialsDone_; }
    int trials() const { return static_cast<int>(plans_->size()); }
    /// Everything that the trials from the open one on show, and the categories' examples; each
    /// once.
    std::vector<RecognitionRequest> stimuli() const;
    /// By category: the reference that practice and catch trials show.
    const std::vector<std::string>& examples() const { return *examples_; }
    const Design& design() const { return *design_; }

private:
    std::shared_ptr<const Design> design_;
    std::shared_ptr<const std::vector<std::string>> examples_;
    std::shared_ptr<const std::vector<RecognitionPlan>> plans_;
    int trialsDone_ = 0;
};

/// The first field, by its column's name, in which a record is not one of the planned trial, with
/// both values; nothing if it is.
std::optional<std::string> firstDifference(const RecognitionPlan& plan, const RecognitionSpec& spec,
                                           const RecognitionRecord& record);

} // namespace mlab::experiments
