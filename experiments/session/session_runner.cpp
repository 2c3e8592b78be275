// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/session/session_runner.h"

#include "core/base/error.h"
#include "experiments/design/design_modality.h"

#include <utility>

namespace mlab::experiments {

SessionRunner::SessionRunner(std::unique_ptr<TrialFlow> flow, Presenter& presenter, Options options,
                             Hooks hooks)
    : flow_(std::move(flow)), presenter_(presenter), options_(options), hooks_(std::move(hooks))
{
    if (!hooks_.nowMs || !hooks_.onEnd) {
        throw InternalError("a session runner needs the hooks nowMs and onEnd");
    }
}

void SessionRunner::run(Step step)
{
    if (!alive_) {
        return;
    }
    steps_.push_back(std::move(step));
    if (running_) {
        return;
    }
    running_ = true;
    // A step can end the run, and onEnd may destroy this object.
    const std::weak_ptr<int> alive = alive_;
    while (!alive.expired() && !steps_.empty()) {
        const Step next = std::move(steps_.front());
        steps_.pop_front();
        try {
            next();
        } catch (...) {
            if (alive.expired()) {
                throw;
            }
            end(EndReason::failed, std::current_exception());
        }
    }
    if (!alive.expired()) {
        running_ = false;
    }
}

template <typename Callback> auto SessionRunner::once(Callback step)
{
    return [this, alive = std::weak_ptr(alive_), ticket = ++ticket_,
            step = std::move(step)](auto... arguments) {
        if (!alive.expired() && ticket == ticket_) {
            ++ticket_;
            run([step, arguments...] { step(arguments...); });
        }
    };
}

void SessionRunner::start()
{
    presenter_.onQuit([this, alive = std::weak_ptr(alive_)] {
        if (!alive.expired()) {
            quit();
        }
    });
    run([this] { nextTrial(); });
}

void SessionRunner::quit()
{
    run([this] {
        if (unstored_) {
            end(EndReason::failed, unstored_);
        } else {
            end(allDone_ ? EndReason::finished : EndReason::quit);
        }
    });
}

void SessionRunner::nextTrial()
{
    const auto open = flow_->next();
    fetched_ = false;
    if (!open) {
        finish();
        return;
    }
    if (options_.maxTrials && trialsDone_ >= *options_.maxTrials) {
        end(EndReason::stopped);
        return;
    }
    const int practiceTrials = flow_->design().practice.trials;
    // A run begins at "Ready?" anyway, see fetched().
    const bool first = trialsDone_ == 0;
    const bool rest = !first && open->breakBefore;
    const bool practiceOver = !first && practiceTrials > 0 && open->trialIndex == practiceTrials;
    if (first && open->trialIndex > 0) {
        opening_ = {.kind = Interlude::Kind::resumed,
                    .text = "The session continues where it stopped. This much is done:",
                    .fraction = open->progress};
    }
    if (first || rest || practiceOver) {
        flow_->prepare();
    }
    if (rest) {
        presenter_.interlude(
            {.kind = Interlude::Kind::rest, .text = {}, .fraction = open->progress},
            once([this] { ready({.kind = Interlude::Kind::ready, .text = {}}); }));
    } else if (practiceOver) {
        ready({.kind = Interlude::Kind::ready,
               .text = "Practice is over. From now on your answers count."});
    } else {
        fetch();
    }
}

void SessionRunner::ready(const Interlude& what)
{
    presenter_.interlude(what, once([this] {
                             if (fetched_) {
                                 present();
                             } else {
                                 fetch();
                             }
                         }));
}

void SessionRunner::fetch()
{
    waiting_ = false;
    askedAtMs_ = hooks_.nowMs();
    auto done = once([this](const std::exception_ptr& problem) { fetched(problem); });
    const auto ticket = ticket_;
    flow_->fetch(std::move(done));
    if (ticket == ticket_) {
        waiting_ = true;
        const auto& modality = modalityOf(flow_->design());
        presenter_.interlude({.kind = Interlude::Kind::waiting,
                              .text = "Preparing the " + std::string(modality.stimuli())},
                             [] {});
    }
}

void SessionRunner::fetched(const std::exception_ptr& problem)
{
    if (problem) {
        std::rethrow_exception(problem);
    }
    fetched_ = true;
    if (trialsDone_ == 0) {
        // Before this screen the participant does not wait.
        waitMs_ = 0.0;
        ready(opening_);
    } else {
        waitMs_ = waiting_ ? hooks_.nowMs() - askedAtMs_ : 0.0;
        present();
    }
}

void SessionRunner::present()
{
    presenter_.present(flow_->view(), once([this](const Presentation& presentation) {
                           takePresentation(presentation);
                       }));
}

void SessionRunner::takePresentation(const Presentation& presentation)
{
    store([this, presentation] { flow_->commit(presentation, waitMs_); },
          [this, presentation] {
              flow_->advance();
              ++trialsDone_;
              if (hooks_.onTrialDone) {
                  hooks_.onTrialDone(presentation);
              }
              run([this] { nextTrial(); });
          });
}

void SessionRunner::store(const Step& write, const Step& then)
{
    try {
        write();
        unstored_ = nullptr;
    } catch (...) {
        unstored_ = std::current_exception();
    }
    if (!unstored_) {
        then();
    } else if (hooks_.onCommitFailed) {
        hooks_.onCommitFailed(unstored_, once([this, write, then] { store(write, then); }));
    } else {
        end(EndReason::failed, unstored_);
    }
}

void SessionRunner::finish()
{
    store([this] { flow_->markFinished(); },
          [this] {
              allDone_ = true;
              presenter_.interlude({.kind = Interlude::Kind::end,
                                    .text = "The session is complete and all answers are stored. "
                                            "Please tell the experimenter."},
                                   once([this] { end(EndReason::finished); }));
          });
}

void SessionRunner::end(EndReason reason, std::exception_ptr error)
{
    alive_.reset();
    const auto onEnd = std::move(hooks_.onEnd);
    onEnd(reason, std::move(error));
}

} // namespace mlab::experiments
