// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/design_probes.h"

#include "app/program/design_input.h"
#include "app/program/drawn_graphs.h"
#include "stimuli/engine/engine_module.h"

namespace mlab::app {
std::unique_ptr<stimuli::ProbeMaker> designProbes(const experiments::Design& design,
                                                  const std::filesystem::path& cacheFolder,
                                                  const stimuli::ComputeOptions& compute,
                                                  const stimuli::Progress& progress,
                                                  const std::stop_token& stop)
{
    if (design.graphs) {
        return rewiringMaker(design, cacheFolder);
    }
    if (!design.distortions.empty()) {
        return stimuli::engine().distortions({.model = design.synthesis.model,
                                              .format = design.synthesis.format,
                                              .references = design.synthesis.references,
                                              .layers = design.distortions,
                                              .cacheFolder = cacheFolder,
                                              .compute = compute},
                                             progress);
    }
    return stimuli::engine().probes({.spec = design.synthesis,
                                     .layers = layersOf(design),
                                     .cacheFolder = cacheFolder,
                                     .compute = compute},
                                    progress, stop);
}

} // namespace mlab::app
