// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/application.h"

#include "core/base/error.h"

#include <QtGlobal>

#include <cstdio>
#include <cstdlib>

namespace mlab::app {
namespace {

// Qt calls abort() if its display cannot be used, which cannot be checked in advance. Later fatal
// errors explain themselves.
void endInWords(QtMsgType type, const QMessageLogContext& context, const QString& message)
{
    std::fprintf(stderr, "%s\n", qPrintable(qFormatLogMessage(type, context, message)));
    if (type == QtFatalMsg && QCoreApplication::startingUp()) {
        std::fprintf(stderr,
                     "metamerlab: no window can be opened on this display (DISPLAY is "
                     "\"%s\"). Start the program on a desktop, or run a simulated "
                     "participant with --display none\n",
                     qPrintable(qEnvironmentVariable("DISPLAY")));
        std::_Exit(1);
    }
}

} // namespace

void requireDisplay()
{
    for (const char* variable : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) {
        if (!qEnvironmentVariableIsEmpty(variable)) {
            qInstallMessageHandler(endInWords);
            return;
        }
    }
    throw DeviceError("no window can be opened: neither DISPLAY nor WAYLAND_DISPLAY is set. Start "
                      "the program on a desktop, or run a simulated "
                      "participant with --display none");
}

} // namespace mlab::app
