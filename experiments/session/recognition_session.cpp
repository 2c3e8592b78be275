// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/session/recognition_session.h"

#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "experiments/design/recognition_spec.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace mlab::experiments {
namespace {

const std::string kNatural(kNaturalCondition);

class RecognitionPlanner {
public:
    RecognitionPlanner(const Design& design, std::uint64_t seed,
                       const std::vector<std::vector<std::string>>& references)
        : design_(design), spec_(*design.recognition), seed_(seed), references_(references)
    {
    }

    std::vector<RecognitionPlan> run()
    {
        for (int trial = 0; trial < design_.practice.trials; ++trial) {
            auto plan = example(dealtCategory("recognition/practice", trial));
            plan.practice = true;
            plan.blockIndex = -1;
            plans_.push_back(std::move(plan));
        }
        for (int block = 0; block < spec_.trialsPerCategory; ++block) {
            addBlock(block);
        }
        for (std::size_t i = 0; i < plans_.size(); ++i) {
            plans_[i].trialIndex = static_cast<int>(i);
            plans_[i].progress = static_cast<double>(i) / static_cast<double>(plans_.size());
            const int mainTrial = plans_[i].trialIndex - design_.practice.trials;
            plans_[i].breakBefore = design_.breakEveryTrials > 0 && mainTrial > 0 &&
                                    mainTrial % design_.breakEveryTrials == 0;
        }
        return std::move(plans_);
    }

private:
    /// Deals the categories again and again, each time in a new order.
    std::size_t dealtCategory(std::string_view purpose, int count) const
    {
        const auto size = spec_.categories.size();
        const auto before = static_cast<std::size_t>(count);
        return RandomStream(seed_, purpose, before / size).permutation(size)[before % size];
    }

    RecognitionPlan example(std::size_t category) const
    {
        RecognitionPlan plan;
        plan.condition = kNatural;
        plan.request.reference = references_[category].front();
        plan.category = category;
        return plan;
    }

    void addBlock(int block)
    {
        const auto conditions = conditionsOf(spec_);
        std::vector<RecognitionPlan> trials;
        for (std::size_t category = 0; category < spec_.categories.size(); ++category) {
            const auto& own = references_[category];
            // By the category's name, so that adding or removing another category does not change
            // this one's.
            const auto deck =
                RandomStream(seed_, "recognition/references/" + spec_.categories[category].name)
                    .permutation(own.size() - 1);
            for (std::size_t c = 0; c < conditions.size(); ++c) {
                RecognitionPlan plan;
                plan.condition = conditions[c];
                const auto card = static_cast<std::size_t>(block) * conditions.size() + c;
                plan.request = {.reference = own[1 + deck[card]],
                                .layer = conditions[c] == kNatural ? "" : conditions[c]};
                plan.category = category;
                trials.push_back(std::move(plan));
            }
        }
        for (int i = 0; i < spec_.catchPerBlock; ++i) {
            auto plan =
                example(dealtCategory("recognition/catch", block * spec_.catchPerBlock + i));
            plan.catchTrial = true;
            trials.push_back(std::move(plan));
        }
        const auto order =
            RandomStream(seed_, "recognition/order", static_cast<std::uint64_t>(block))
                .permutation(trials.size());
        for (const auto i : order) {
            trials[i].blockIndex = block;
            plans_.push_back(std::move(trials[i]));
        }
    }

    const Design& design_;
    const RecognitionSpec& spec_;
    std::uint64_t seed_;
    const std::vector<std::vector<std::string>>& references_;
    std::vector<RecognitionPlan> plans_;
};

} // namespace

RecognitionSession::RecognitionSession(std::shared_ptr<const Design> design, std::uint64_t seed,
                                       const std::vector<std::string>& referenceIds)
    : design_(std::move(design))
{
    if (!design_->recognition) {
        throw InternalError("design \"" + design_->name + "\" is not one of recognition");
    }
    const auto references = referencesByCategory(*design_->recognition, referenceIds);
    std::vector<std::string> examples;
    examples.reserve(references.size());
    for (const auto& own : references) {
        examples.push_back(own.front());
    }
    examples_ = std::make_shared<const std::vector<std::string>>(std::move(examples));
    plans_ = std::make_shared<const std::vector<RecognitionPlan>>(
        RecognitionPlanner(*design_, seed, references).run());
}

std::optional<RecognitionPlan> RecognitionSession::next() const
{
    return trialsDone_ < trials() ? std::optional((*plans_)[static_cast<std::size_t>(trialsDone_)])
                                  : std::nullopt;
}

void RecognitionSession::apply(const RecognitionRecord& record)
{
    const auto plan = next();
    const auto problem = plan ? firstDifference(*plan, *design_->recognition, record)
                              : std::optional<std::string>("the session had finished before it");
    if (problem) {
        throw InvalidArgument("trial " + std::to_string(record.trialIndex) + " (" +
                              record.condition + ", " + record.referenceId +
                              ") does not match this session: " + *problem +
                              ". It was recorded with another design, seed, set of references or "
                              "version of the program, or was changed afterwards");
    }
    ++trialsDone_;
}

std::vector<RecognitionRequest> RecognitionSession::stimuli() const
{
    std::set<RecognitionRequest> all;
    for (const auto& example : *examples_) {
        all.insert({.reference = example, .layer = {}});
    }
    for (auto i = static_cast<std::size_t>(trialsDone_); i < plans_->size(); ++i) {
        all.insert((*plans_)[i].request);
    }
    return {all.begin(), all.end()};
}

std::optional<std::string> firstDifference(const RecognitionPlan& plan, const RecognitionSpec& spec,
                                           const RecognitionRecord& record)
{
    std::optional<std::string> first;
    const auto compare = [&](const char* column, const std::string& planned,
                             const std::string& recorded) {
        if (!first && planned != recorded) {
            first = std::string(column) + " is " + recorded + ", but planned was " + planned;
        }
    };
    const auto yesNo = [](bool value) { return std::string(value ? "yes" : "no"); };
    compare("trial_index", std::to_string(plan.trialIndex), std::to_string(record.trialIndex));
    compare("block_index", std::to_string(plan.blockIndex), std::to_string(record.blockIndex));
    compare("practice", yesNo(plan.practice), yesNo(record.practice));
    compare("catch_trial", yesNo(plan.catchTrial), yesNo(record.catchTrial));
    compare("condition", plan.condition, record.condition);
    compare("reference_id", plan.request.reference, record.referenceId);
    compare("category", spec.categories.at(plan.category).name, record.category);
    if (!first && std::ranges::count(spec.categories, record.response, &Category::name) == 0) {
        compare("response", "one of the design's categories", record.response);
    }
    compare("correct", yesNo(record.response == record.category), yesNo(record.correct));
    return first;
}

} // namespace mlab::experiments
