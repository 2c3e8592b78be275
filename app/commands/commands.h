// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/program/command_line.h"

namespace mlab::app {

// The commands of metamerlab, in the order in which --help lists them. Each declares its options
// and what it does in the file that has its name.
void addRun(CommandLine& program, char** argv);
void addCheck(CommandLine& program);
void addPlan(CommandLine& program);
void addSoundDevices(CommandLine& program);
void addList(CommandLine& program, char** argv);
void addExport(CommandLine& program, char** argv);
void addReport(CommandLine& program, char** argv);
void addCompare(CommandLine& program, char** argv);
void addCompareGraphs(CommandLine& program, char** argv);
void addReplay(CommandLine& program, char** argv);
void addVerify(CommandLine& program, char** argv);
void addFit(CommandLine& program);
void addProcedure(CommandLine& program);
/// Without a command.
void addStartWindow(CommandLine& program, char** argv);

} // namespace mlab::app
