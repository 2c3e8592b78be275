// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/recognition_report.h"

#include <cstddef>
#include <string>
#include <vector>

namespace mlab {

/// A trial of recognition that counts, as a network could have seen it.
struct ClassifiedTrial {
    std::string sessionId;
    int trialIndex = 0;       ///< in its session, as stored
    RecognizedAnswer seen;    ///< condition, category and the person's answer
    std::size_t stimulus = 0; ///< into ComparedClassifier::evidence
};

struct ClassifiedParticipant {
    std::string id;
    std::vector<ClassifiedTrial> trials; ///< session by session, in order
};

/// A network that recognises: by its own classes, or by the nearest category mean in a layer.
struct ComparedClassifier {
    std::string model, layer; ///< `layer` is empty where the list of models names none
    std::string space;
    bool byClasses = false;                    ///< else by category means
    bool own = false;                          ///< it is the network that the metamers are of
    std::size_t network = 0;                   ///< entries of one network have one number
    std::vector<std::vector<double>> evidence; ///< [stimuli][categories]

    /// "resnet50, layer4", or the network alone where it has no layer.
    std::string name() const { return layer.empty() ? model : model + ", " + layer; }
};

/// What the sessions of one recognition design say about people and networks.
struct ClassifierData {
    std::string metamersOf;              ///< name of the network that made the metamers
    std::vector<std::string> categories; ///< as RecognitionData
    std::vector<std::string> conditions;
    std::vector<ClassifiedParticipant> participants;
    std::vector<ComparedClassifier> classifiers;
};

} // namespace mlab
