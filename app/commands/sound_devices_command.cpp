// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/commands.h"
#include "app/program/exit_codes.h"
#include "app/session/sound_settings.h"

#include <iostream>

namespace mlab::app {

void addSoundDevices(CommandLine& program)
{
    program.add("sound-devices", "List the devices that can play sounds", [] {
        std::cout << soundDevices();
        return static_cast<int>(kDone);
    });
}

} // namespace mlab::app
