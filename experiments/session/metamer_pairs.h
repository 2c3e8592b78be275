// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trial/probe.h"
#include "core/trial/recognition.h"
#include "experiments/session/session.h"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mlab::experiments {

/// The two stimuli that a trial with whole metamers compares.
struct MetamerPair {
    RecognitionRequest reference; ///< what the probe is compared with
    RecognitionRequest probe;
};
/// Precondition: the request is one of whole metamers.
MetamerPair pairOf(const ProbeRequest& request);

/// All stimuli that a session of whole metamers may still show, each once.
std::vector<RecognitionRequest> stimuliToCome(const Session& session);

/// All stimuli that sessions of any seed may show, each once.
std::vector<RecognitionRequest> stimuliOf(const Design& design,
                                          const std::vector<std::string>& referenceIds);

/// The pair as a trial shows it.
/// @param stimuli with those of the pair. @throws InternalError if one is missing
Probe madePair(const ProbeRequest& request, const RecognitionStimuli& stimuli);

/// How far pairs are apart for the network that answers, by the hashes of reference and probe.
using PairDistances = std::map<std::pair<std::string, std::string>, RepresentationDistance>;

/// Gives a session pairs of stimuli that were all made before it began.
/// @param distances of all pairs, if a network answers
std::unique_ptr<ProbeSource> pairSource(RecognitionStimuli stimuli, PairDistances distances);

/// "leaves-01 at layer pool: 20dB asked for, 14.2 dB reached"
std::string notAcceptedText(const RecognitionRequest& request, const RecognitionStimulus& made);

/// Says which of the metamers that a session may still show are not accepted.
/// @throws InvalidArgument unless there are none or the design allows them
void requireAccepted(const Session& session, const RecognitionStimuli& stimuli);

} // namespace mlab::experiments
