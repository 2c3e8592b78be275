// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/live_session_options.h"
#include "core/trial/recognition.h"
#include "experiments/design/design.h"
#include "experiments/observers/network_observer.h"
#include "experiments/session/metamer_pairs.h"
#include "stimuli/distances/network_distances.h"
#include "stimuli/engine/representation_engine.h"
#include "stimuli/sources/named_stimulus.h"
#include "stimuli/worker/engine_info.h"

#include <map>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace mlab::app {

/// How much each stimulus of a recognition session speaks for each of its categories.
using CategoryEvidence = std::map<RecognitionRequest, std::vector<double>>;

/// How the network that answers a session sees its stimuli.
stimuli::RepresentationOptions representationOf(const experiments::NetworkObserver& network,
                                                const experiments::Design& design,
                                                const LiveSessionOptions& options);

/// What is stored of that network beside its file, as JSON: what identifies it, and what it sees.
/// @throws as stimuli::networkFingerprint()
std::string networkJson(const stimuli::RepresentationOptions& network);

/// Distances for that network, its model loaded. @throws as Engine::representations()
stimuli::NetworkDistances loadedNetwork(const stimuli::RepresentationOptions& network,
                                        const stimuli::Progress& progress,
                                        const std::stop_token& stop);

/// A stimulus that is to be recognised.
struct JudgedStimulus {
    std::string reference; ///< id of the stimulus, or of the one that it was made from
    Stimulus stimulus;
};

/// Loads the network and shows it all stimuli. The evidence is that of the model's classes where
/// the network's space is logits and its classes are the design's categories, otherwise nearness to
/// the categories' means over `references`.
/// @return [stimuli][categories]
/// @throws as Engine::representations(); InvalidArgument for a category with a single reference
std::vector<std::vector<double>> categoryEvidence(
    const stimuli::RepresentationOptions& network, const experiments::RecognitionSpec& recognition,
    const std::vector<stimuli::NamedStimulus>& references, std::span<const JudgedStimulus> shown,
    const stimuli::Progress& progress, const std::stop_token& stop);
/// The same of all stimuli of a session.
CategoryEvidence categoryEvidence(const stimuli::RepresentationOptions& network,
                                  const experiments::RecognitionSpec& recognition,
                                  const std::vector<stimuli::NamedStimulus>& references,
                                  const RecognitionStimuli& shown,
                                  const stimuli::Progress& progress, const std::stop_token& stop);

/// Loads the network and shows it the pairs of all requests of a session of whole metamers.
/// @param made with the stimuli of the pairs
/// @throws as Engine::representations()
experiments::PairDistances pairDistances(const stimuli::RepresentationOptions& network,
                                         const std::vector<ProbeRequest>& requests,
                                         const RecognitionStimuli& made,
                                         const stimuli::Progress& progress,
                                         const std::stop_token& stop);

} // namespace mlab::app
