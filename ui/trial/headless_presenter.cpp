// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trial/headless_presenter.h"

#include "core/base/error.h"
#include "core/base/utc_time.h"
#include "experiments/presentation/trial_timeline.h"
#include "ui/trial/trial_media.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <cmath>
#include <utility>

namespace mlab::ui {

namespace {

using experiments::Phase;
using experiments::Presentation;
using experiments::TrialTimeline;

constexpr double kFramePeriodMs = 1000.0 / 60.0;
constexpr double kReadingMs = 400;

} // namespace

HeadlessPresenter::HeadlessPresenter(const experiments::Timing& timing, Pace pace)
    : timing_(timing), pace_(pace)
{
    timer_.setSingleShot(true);
    timer_.setTimerType(Qt::PreciseTimer);
    QObject::connect(&timer_, &QTimer::timeout, &timer_, [this] {
        // It can ask for the next trial, or destroy the presenter.
        const auto act = std::exchange(act_, nullptr);
        act();
    });
}

void HeadlessPresenter::interlude(const experiments::Interlude& what, std::function<void()> done)
{
    if (what.kind == experiments::Interlude::Kind::waiting) {
        done();
    } else {
        later(kReadingMs, std::move(done));
    }
}

void HeadlessPresenter::present(const experiments::TrialView& view,
                                std::function<void(Presentation)> done)
{
    if (!view.simulated) {
        throw InvalidArgument("Without a screen, only a simulated participant can answer. Use "
                              "--observer FILE, or leave out --display none.");
    }
    const auto heard = idealTimes(view, timing_);
    TrialTimeline timeline(timing_, kFramePeriodMs, view.feedback, intervalCount(view.task),
                           heard ? TrialTimeline::Leader::sound : TrialTimeline::Leader::frames);
    double clockMs = 0;
    if (heard) {
        timeline.heardAt(*heard);
    }
    while (timeline.frameShown(clockMs) != Phase::answer) {
        clockMs += kFramePeriodMs;
    }
    clockMs += kFramePeriodMs;
    timeline.frameShown(clockMs);
    clockMs += view.simulated->rtMs;
    timeline.key(view.simulated->answer, clockMs);
    for (; timeline.next() != Phase::over; clockMs += kFramePeriodMs) {
        timeline.frameShown(clockMs);
    }

    Presentation shown = timeline.presentation();
    shown.rtMs = view.simulated->rtMs;
    shown.startedAt = utcNow();
    later(clockMs,
          [shown = std::move(shown), done = std::move(done)]() mutable { done(std::move(shown)); });
}

std::string HeadlessPresenter::displayInfo() const
{
    const QJsonObject info{
        {"kind", "none"},
        {"pacing", "ideal"},
        {"frame_period_ms", kFramePeriodMs},
        {"pace", pace_ == Pace::fast ? "fast" : "real"},
        {"simulated", true},
        {"qt_version", qVersion()},
    };
    return QJsonDocument(info).toJson(QJsonDocument::Compact).toStdString();
}

void HeadlessPresenter::later(double afterMs, std::function<void()> act)
{
    act_ = std::move(act);
    timer_.start(pace_ == Pace::fast ? 0 : static_cast<int>(std::lround(afterMs)));
}

} // namespace mlab::ui
