// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QApplication>
#include <QCoreApplication>

#include <exception>
#include <utility>

namespace mlab::app {

/// A Qt application whose event loop stops exceptions: what an event handler throws ends the loop
/// and is thrown again by runEventLoop().
template <typename QtApplication> class Fenced final : public QtApplication {
public:
    /// Qt sees only the program's name: it would take `--display` and others for its own.
    explicit Fenced(char** argv) : QtApplication(argumentCount, argv) {}

    bool notify(QObject* receiver, QEvent* event) override
    {
        try {
            return QtApplication::notify(receiver, event);
        } catch (...) {
            if (!problem_) {
                problem_ = std::current_exception();
            }
            QCoreApplication::exit(1);
            return false;
        }
    }

    /// exec(). @throws what an event handler threw
    int runEventLoop()
    {
        const int code = QtApplication::exec();
        if (problem_) {
            std::rethrow_exception(std::exchange(problem_, nullptr));
        }
        return code;
    }

private:
    static inline int argumentCount = 1; ///< Qt keeps a reference to it
    std::exception_ptr problem_;
};

/// To be called before a WindowApplication is made, because Qt aborts where it finds no display. A
/// display that is set but cannot be used ends the program with a message and exit code 1.
/// @throws DeviceError if no display is set
void requireDisplay();

using WindowApplication = Fenced<QApplication>;
using ConsoleApplication = Fenced<QCoreApplication>;

} // namespace mlab::app
