// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiments/design/design.h"
#include "stimuli/worker/compute_options.h"
#include "stimuli/worker/engine_info.h"
#include "stimuli/worker/probe_maker.h"

#include <filesystem>
#include <memory>
#include <stop_token>

namespace mlab::app {

/// What makes the probes of a design: along the components of bases, along distortions, or of
/// graphs.
/// @throws as Engine::probes() and Engine::distortions(), mlab::Error for a graph that cannot be
///         read or drawn; Cancelled when `stop` is requested
std::unique_ptr<stimuli::ProbeMaker> designProbes(const experiments::Design& design,
                                                  const std::filesystem::path& cacheFolder,
                                                  const stimuli::ComputeOptions& compute,
                                                  const stimuli::Progress& progress,
                                                  const std::stop_token& stop);

} // namespace mlab::app
