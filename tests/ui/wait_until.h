// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QEventLoop>
#include <QTimer>

#include <functional>

namespace mlab::ui {

inline constexpr int kWait = 30'000; // ms; only a failing test waits that long

/// Turns the real event loop until it is so. QTest::qWaitFor() would look for events every 10 ms
/// only, too seldom for frames.
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
