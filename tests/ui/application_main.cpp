// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/event_loop_exception.h"

#include <QApplication>
#include <gtest/gtest.h>

namespace {

class Application final : public QApplication {
public:
    using QApplication::QApplication;

    bool notify(QObject* receiver, QEvent* event) override
    {
        try {
            return QApplication::notify(receiver, event);
        } catch (...) {
            mlab::ui::eventLoopException = std::current_exception();
            return false;
        }
    }
};

} // namespace

int main(int argc, char** argv)
{
    testing::InitGoogleTest(&argc, argv);
    const Application application(argc, argv);
    const int failed = RUN_ALL_TESTS();
    if (mlab::ui::eventLoopException) {
        std::rethrow_exception(mlab::ui::eventLoopException);
    }
    return failed;
}
