// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QEventLoop>
#include <QTimer>

#include <functional>

namespace mlab::ui {

inline constexpr int kWait = 30'000; // ms; only a failing test waits that long

/// Runs the event loop until the condition holds. QTest::qWaitFor() would handle events only every
/// 10 ms, which is too rare for frames.
inline bool waitUntil(const std::function<bool()>& isSo)
{
    QEventLoop loop;
    QTimer look;
    QObject::connect(&look, &QTimer::timeout, &loop, [&] {
        if (isSo()) {
            loop.quit();
        }
    });
    look.start(2);
    QTimer::singleShot(kWait, &loop, [&loop] { loop.quit(); });
    loop.exec();
    return isSo();
}

} // namespace mlab::ui
