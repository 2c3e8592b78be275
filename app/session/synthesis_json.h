// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/synthesis_spec.h"
#include "experiments/design/design.h"
#include "stimuli/worker/probe_maker.h"

#include <string>
#include <vector>

namespace mlab::app {

/// The synthesis settings in force in a session: --references included, so that a replay makes the
/// same probes.
std::string toJson(const SynthesisSpec& spec);
/// The same with Design::highestLevels, as the session's row keeps it. Of drawings of graphs, the
/// format and these alone.
/// @param networkJson of the network that answers, see networkJson(); empty if none does
std::string synthesisJson(const experiments::Design& design, const std::string& networkJson = {});
/// The last of these in such a text. @throws InvalidArgument if it is not one
std::string networkInSynthesis(const std::string& text);
/// Design::highestLevels in such a text; empty if it has none, as in sessions of earlier programs.
/// @throws InvalidArgument if it lacks a dimension of the design
std::vector<double> highestLevelsFromJson(const std::string& text,
                                          const experiments::Design& design);
/// @throws InvalidArgument if the text is not what toJson() writes.
SynthesisSpec synthesisFromJson(const std::string& text);

/// [{"id": ..., "sha256": ...}, ...]
std::string toJson(const std::vector<ReferenceInfo>& references);
/// The ids in such a text, in its order. @throws InvalidArgument if it is not one.
std::vector<std::string> referenceIds(const std::string& referencesJson);

/// What made a run's probes: {"device": ..., "threads": ..., "half_precision": ...}
std::string toJson(const stimuli::ComputeOptions& compute);
/// @throws InvalidArgument if the text is not what toJson() writes.
stimuli::ComputeOptions computeFromJson(const std::string& text);

} // namespace mlab::app
