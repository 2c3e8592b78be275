// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/representation.h"
#include "core/stimulus/synthesis_spec.h"
#include "core/trial/response_curve.h"

#include <filesystem>
#include <string>
#include <vector>

namespace mlab::app {

/// An entry of a list of models: a network, and which of its layers are compared with people.
struct ListedModel {
    std::string name;
    ModelSpec model;
    std::vector<std::string> layers; ///< empty: its classes recognise, and nothing else is compared
    RepresentationSpace space = RepresentationSpace::standardised;
    DecisionRule rule = DecisionRule::linear;
    bool fitExponent = false;
    bool onlyRecognition =
        false; ///< the rule "classifier": not compared where stimuli are told apart
};

/// Reads a MODELS.json. Models and layers are not looked for: what is wrong with one of them must
/// not keep the others from being compared.
/// @throws BadInput, also for names that are given twice or are those of baselines; InvalidArgument
///         for a file that cannot be read
std::vector<ListedModel> readModelList(const std::filesystem::path& file);

} // namespace mlab::app
