// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/program/command_line.h"

namespace mlab::app {

// The commands of metamersynth, in the order in which --help lists them. Each declares its options
// and what it does in the file that has its name.
void addFitBasis(CommandLine& program);
void addModels(CommandLine& program);
void addBatch(CommandLine& program);
void addPrepare(CommandLine& program);
void addProbe(CommandLine& program);
void addGraphActivations(CommandLine& program);
void addGraphTrain(CommandLine& program);
void addGraphMetamers(CommandLine& program);
void addGraphDimension(CommandLine& program);
void addGraphReport(CommandLine& program);

} // namespace mlab::app
