// SPDX-License-Identifier: GPL-3.0-or-later
//
// The program for experimenters and participants. Without a command it opens the start window.
#include "app/commands/commands.h"
#include "app/program/run_program.h"

int main(int argc, char** argv)
{
    return mlab::app::runProgram("metamerlab", [&] {
        mlab::app::CommandLine program(
            "MetamerLab measures which changes to images and sounds people cannot notice.\n"
            "Without a command it opens the start window.");
        mlab::app::addRun(program, argv);
        mlab::app::addCheck(program);
        mlab::app::addPlan(program);
        mlab::app::addSoundDevices(program);
        mlab::app::addList(program, argv);
        mlab::app::addExport(program, argv);
        mlab::app::addReport(program, argv);
        mlab::app::addCompare(program, argv);
        mlab::app::addCompareGraphs(program, argv);
        mlab::app::addReplay(program, argv);
        mlab::app::addVerify(program, argv);
        mlab::app::addFit(program);
        mlab::app::addProcedure(program);
        mlab::app::addStartWindow(program, argv);
        return program.run(argc, argv);
    });
}
