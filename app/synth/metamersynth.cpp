// SPDX-License-Identifier: GPL-3.0-or-later
//
// The engine from a shell: fits bases and makes stimuli into the cache that sessions use. No Qt.
#include "app/program/run_program.h"
#include "app/synth/synth_commands.h"

int main(int argc, char** argv)
{
    return mlab::app::runProgram("metamersynth", [&] {
        mlab::app::CommandLine program("metamersynth makes MetamerLab's stimuli from a shell.");
        mlab::app::addFitBasis(program);
        mlab::app::addModels(program);
        mlab::app::addBatch(program);
        mlab::app::addPrepare(program);
        mlab::app::addProbe(program);
        mlab::app::addGraphActivations(program);
        mlab::app::addGraphTrain(program);
        mlab::app::addGraphMetamers(program);
        mlab::app::addGraphDimension(program);
        mlab::app::addGraphReport(program);
        return program.run(argc, argv);
    });
}
