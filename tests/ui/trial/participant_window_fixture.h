// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "tests/ui/wait_until.h"
#include "ui/trial/participant_window.h"

#include <QEventLoop>
#include <QImage>
#include <QKeyEvent>
#include <QPixmap>
#include <QSignalSpy>
#include <QTest>
#include <QTimer>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace mlab::ui {

using experiments::Phase;
using experiments::Presentation;
using experiments::TrialView;

/// Brief enough for a test, long enough for keys to be pressed in every phase.
inline constexpr experiments::Timing kBrief{
    .fixationMs = 150, .intervalMs = 50, .gapMs = 50, .beforeAnswerMs = 100, .feedbackMs = 100};

inline ImagePtr noise(int size, std::uint64_t seed)
{
    RandomStream stream(seed, "test picture");
    RgbImage image{.width = size, .height = size, .pixels = {}};
    for (int i = 0; i < size * size * 3; ++i) {
        image.pixels.push_back(static_cast<std::uint8_t>(stream.below(256)));
    }
    return std::make_shared<const RgbImage>(std::move(image));
}

class ParticipantWindowTest : public testing::Test {
protected:
    /// Frames are late on a busy machine, and a test says itself how often a trial is shown.
    void open(ParticipantWindow::Options options, const experiments::DisplaySpec& display = {},
              const experiments::Timing& timing = kBrief, int mostPresentations = 1)
    {
        options.mostPresentations = mostPresentations;
        window_ = std::make_unique<ParticipantWindow>(timing, display, options);
        window_->onQuit([this] { ++quits_; });
        QObject::connect(window_.get(), &ParticipantWindow::phaseShown, window_.get(),
                         [this](Phase phase) {
                             phases_.push_back(phase);
                             if (atPhase_) {
                                 atPhase_(phase);
                             }
                         });
        window_->open();
        ASSERT_TRUE(waitUntil([this] { return window_->isMeasured(); }));
        ASSERT_TRUE(QTest::qWaitForWindowActive(window_.get(), kWait));
    }

    TrialView view(double eccentricityDeg = 4, int sizePx = 64) const
    {
        TrialView trial;
        trial.stimuli = {noise(sizePx, 1), noise(sizePx, 2), noise(sizePx, 1)};
        trial.eccentricityDeg = eccentricityDeg;
        return trial;
    }

    void present(const TrialView& trial)
    {
        shown_.reset();
        window_->present(trial, [this](Presentation shown) {
            ++presentations_;
            shown_ = std::move(shown);
        });
    }

    bool waitForPhase(Phase phase)
    {
        const std::size_t before = phases_.size();
        return waitUntil([&] { return phases_.size() > before && phases_.back() == phase; });
    }
    bool waitForScreen()
    {
        QSignalSpy spy(window_.get(), &ParticipantWindow::screenShown);
        return spy.wait(kWait);
    }
    bool waitForTrial()
    {
        return waitUntil([this] { return shown_.has_value(); });
    }
    /// At once: QTest::keyClick() would run the event loop and show what the test waits for.
    void press(Qt::Key key)
    {
        for (const auto type : {QEvent::KeyPress, QEvent::KeyRelease}) {
            QKeyEvent event(type, key, Qt::NoModifier);
            QCoreApplication::sendEvent(window_.get(), &event);
        }
    }

    /// Stops this process with SIGSTOP, and continues it after longer than any interval of kBrief.
    static void stopForAWhile()
    {
        const pid_t self = ::getpid();
        const pid_t helper = ::fork();
        ASSERT_GE(helper, 0);
        if (helper == 0) {
            ::kill(self, SIGSTOP);
            ::usleep(300'000);
            ::kill(self, SIGCONT);
            ::_exit(0);
        }
        ::waitpid(helper, nullptr, 0); // while stopped, too
    }

    /// The part of the screen where the window is.
    QImage grab() const
    {
        return window_->screen()
            ->grabWindow(window_->winId())
            .toImage()
            .convertToFormat(QImage::Format_RGB32);
    }

    std::unique_ptr<ParticipantWindow> window_;
    std::vector<Phase> phases_;
    std::function<void(Phase)> atPhase_;
    std::optional<Presentation> shown_;
    int presentations_ = 0;
    int quits_ = 0;
};

} // namespace mlab::ui
