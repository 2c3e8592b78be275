// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/application.h"

#include "core/error.h"

#include <QtGlobal>

namespace mlab::app {

void requireDisplay()
{
    for (const char* variable : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) {
        if (!qEnvironmentVariableIsEmpty(variable)) {
            return;
        }
    }
    throw DeviceError("there is no display to open a window on: neither DISPLAY nor "
                      "WAYLAND_DISPLAY is set. Start the program on a desktop, or run a simulated "
                      "participant with --display none");
}

} // namespace mlab::app
