// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/psychometrics/dprime.h"
#include "core/report/report_sessions.h"
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
    double level = 0.0;        ///< achieved, SD, > 0; of whole metamers 1
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

    /// "resnet50, layer4", or the name of a baseline.
    std::string name() const { return layer.empty() ? model : model + ", " + layer; }
};

/// What the sessions of one design say about people, and networks about the same stimuli.
struct NetworkData {
    std::string designName;
    Task task = Task::abx;                                                  ///< not recognition
    DiscriminationTask decisionModel = DiscriminationTask::abxDifferencing; ///< for people's d'
    /// In the design's order. Of whole metamers conditions take their place, each with the match
    /// that was shown. A condition has no levels: how easy it is follows from its pairs alone.
    std::vector<Dimension> dimensions;
    std::vector<ComparedParticipant> participants;
    std::vector<ComparedLayer> layers; ///< baselines first, then each model's layers in order

    bool ofWholeMetamers() const
    {
        return !dimensions.empty() && dimensions.front().metamers.has_value();
    }
};

/// The design whose sessions are compared, and who took part.
struct ComparedDesign {
    struct Participant {
        std::string id;
        std::vector<SessionFacts> sessions;
    };

    std::string designName;
    std::string designSha256;
    bool simulated = false; ///< simulated participants
    std::string taskName;
    std::vector<Participant> participants; ///< those with trials
};

/// @param data  ThresholdData or MetamerData
template <typename Data> ComparedDesign comparedDesign(const Data& data)
{
    ComparedDesign out{.designName = data.designName,
                       .designSha256 = data.designSha256,
                       .simulated = data.simulated,
                       .taskName = data.taskName,
                       .participants = {}};
    std::vector<ReportWarning> ignored; // the report on people has them
    for (const auto& participant : participantsWithTrials(data.participants, ignored)) {
        out.participants.push_back({.id = participant.id, .sessions = sessionFacts(participant)});
    }
    return out;
}

} // namespace mlab
