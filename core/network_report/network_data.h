// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trial/dimension.h"
#include "core/trial/response_curve.h"
#include "core/trial/task.h"

#include <cstddef>
#include <string>
#include <vector>

namespace mlab {

/// A trial that counts, as a network could have seen it.
struct ComparedTrial {
    std::string sessionId;
    int trialIndex = 0;        ///< in its session, as stored
    std::size_t dimension = 0; ///< into NetworkData::dimensions
    std::size_t pair = 0;      ///< the reference and the probe shown: into ComparedLayer::distances
    std::size_t reference = 0; ///< counted from 0 over the data
    double level = 0.0;        ///< achieved, SD, > 0
    bool correct = false;
    bool same = false; ///< same-different: all intervals showed one stimulus
};

struct ComparedParticipant {
    std::string id;
    std::vector<ComparedTrial> trials; ///< session by session, in order
};

/// A layer of a network, or a simple measure of stimuli that every network should beat.
struct ComparedLayer {
    std::string model, layer; ///< of a baseline, `layer` is empty
    std::string space;        ///< in which distances are measured; of a baseline empty
    DecisionRule rule = DecisionRule::linear;
    bool fitExponent = false; ///< d' = (distance / sigma)^exponent; else the exponent is 1
    bool baseline = false;
    int units = 1;                 ///< numbers that represent a stimulus, > 0
    std::vector<double> distances; ///< by pair, divided by the square root of `units`
};

/// What the sessions of one design say about people, and networks about the same stimuli.
struct NetworkData {
    std::string designName;
    Task task = Task::abx;             ///< not recognition
    std::vector<Dimension> dimensions; ///< in the design's order
    std::vector<ComparedParticipant> participants;
    std::vector<ComparedLayer> layers; ///< baselines first, then each model's layers in order
};

} // namespace mlab
