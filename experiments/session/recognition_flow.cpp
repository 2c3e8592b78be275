// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "experiments/session/trial_flow.h"

#include <utility>

namespace mlab::experiments {
namespace {

class RecognitionFlow final : public TrialFlow {
public:
    RecognitionFlow(RecognitionSession session, RecognitionStimuli stimuli,
                    std::vector<Choice> choices, TrialSink& sink, RecognitionAnswer simulated)
        : session_(std::move(session)), stimuli_(std::move(stimuli)),
          choices_(std::make_shared<const std::vector<Choice>>(std::move(choices))), sink_(sink),
          simulated_(std::move(simulated))
    {
        for (const auto& request : session_.stimuli()) {
            if (!stimuli_.contains(request)) {
                throw InternalError("a recognition session needs all its stimuli before it "
                                    "starts; the one of reference " +
                                    request.reference + " is missing");
            }
        }
    }

    const Design& design() const override { return session_.design(); }

    std::optional<OpenTrial> next() override
    {
        plan_ = session_.next();
        if (!plan_) {
            return std::nullopt;
        }
        return OpenTrial{.trialIndex = plan_->trialIndex,
                         .breakBefore = plan_->breakBefore,
                         .progress = plan_->progress};
    }

    void prepare() override {}
    void fetch(std::function<void(std::exception_ptr)> done) override { done(nullptr); }

    TrialView view() override
    {
        TrialView view;
        view.task = design().task;
        view.stimuli = {shown().stimulus};
        view.correctAnswer = categoryAnswer(plan_->category);
        view.feedback = plan_->practice ? design().practice.feedback : design().feedback;
        view.choices = choices_;
        if (simulated_) {
            view.simulated = simulated_(*plan_);
        }
        return view;
    }

    void commit(const Presentation& presented, double /*waitMs*/) override
    {
        const auto& categories = design().recognition->categories;
        record_ = {.trialIndex = plan_->trialIndex,
                   .blockIndex = plan_->blockIndex,
                   .practice = plan_->practice,
                   .catchTrial = plan_->catchTrial,
                   .condition = plan_->condition,
                   .referenceId = plan_->request.reference,
                   .referenceSha256 = shown().referenceSha256,
                   .stimulusSha256 = shown().sha256,
                   .matchSpearman = shown().matchSpearman,
                   .matchSnrDb = shown().matchSnrDb,
                   .category = categories.at(plan_->category).name,
                   .response = categories.at(categoryIndex(presented.response)).name,
                   .correct = presented.response == categoryAnswer(plan_->category),
                   .rtMs = presented.rtMs,
                   .onsetMs = presented.onsetMs.front().value(),
                   .droppedFrames = presented.droppedFrames,
                   .flags = presented.flags,
                   .startedAt = presented.startedAt};
        sink_.commit(record_);
    }

    void advance() override { session_.apply(record_); }
    void markFinished() override { sink_.markFinished(); }

private:
    const RecognitionStimulus& shown() const { return stimuli_.at(plan_->request); }

    RecognitionSession session_;
    RecognitionStimuli stimuli_;
    std::shared_ptr<const std::vector<Choice>> choices_;
    TrialSink& sink_;
    RecognitionAnswer simulated_;
    std::optional<RecognitionPlan> plan_; ///< the open trial
    RecognitionRecord record_;
};

} // namespace

std::unique_ptr<TrialFlow> recognitionFlow(RecognitionSession session, RecognitionStimuli stimuli,
                                           std::vector<Choice> choices, TrialSink& sink,
                                           RecognitionAnswer simulated)
{
    return std::make_unique<RecognitionFlow>(std::move(session), std::move(stimuli),
                                             std::move(choices), sink, std::move(simulated));
}

} // namespace mlab::experiments
