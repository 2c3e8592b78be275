// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/synthesis_spec.h"
#include "core/trial/dimension.h"
#include "core/trial/metamer_condition.h"

#include <string>
#include <vector>

namespace mlab::experiments {

/// What a design shows in which people tell whole model metamers from their originals, or from each
/// other. Its conditions are the design's dimensions.
struct WholeMetamersSpec {
    std::vector<std::string> layers; ///< of which metamers are made
    std::vector<Comparison> comparisons = {Comparison::originalSynthesised};
    std::vector<SynthesisStart> starts = {SynthesisStart::noise};
    std::vector<MetamerMatch> matches; ///< at least one, all of one unit
    /// A procedure chooses among the matches, which are then one condition, not each its own.
    bool adaptive = false;
    int trialsPerCondition = 8;
    int catchEvery = 10;          ///< one of so many main trials is a catch trial; 0: none
    bool showNotAccepted = false; ///< otherwise such a metamer ends the session before it begins
    MetamerSpec synthesis;        ///< seed, and the most evaluations

    bool operator==(const WholeMetamersSpec&) const = default;
};

/// The conditions: layers x comparisons x starts x matches.
std::vector<Dimension> conditionsOf(const WholeMetamersSpec& spec);
/// What catch and practice trials show: two originals, filed under the first layer.
Dimension catchDimension(const WholeMetamersSpec& spec);

/// The level of a trial at a match: the mismatch, or the number of evaluations.
double levelOf(const MetamerMatch& match);
/// The level of the match nearest to the one that a procedure asks for.
double nearestLevel(const WholeMetamersSpec& spec, double level);

/// References that a condition takes: that of its metamers, and what each synthesis starts from.
int referencesOf(const MetamerCondition& condition);
/// The number of references that the design must have.
int referencesNeeded(const WholeMetamersSpec& spec);

} // namespace mlab::experiments
