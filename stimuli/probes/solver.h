// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/stimulus.h"
#include "core/stimulus/synthesis_spec.h"
#include "stimuli/basis/coordinates.h"

#include <memory>
#include <stop_token>
#include <vector>

namespace mlab::stimuli {

/// What is computed once for each reference and layer: its values, coordinates and gradients.
/// Internal to stimuli/.
class ReferencePoint {
public:
    /// @throws InvalidArgument for a solver that the stimulus does not allow
    ReferencePoint(const CoordinateMap& map, const Stimulus& stimulus, ProbeSolver solver);
    ~ReferencePoint();
    ReferencePoint(const ReferencePoint&) = delete;
    ReferencePoint& operator=(const ReferencePoint&) = delete;

    struct Tensors;
    const Tensors& tensors() const { return *tensors_; }
    const Stimulus& stimulus() const { return stimulus_; }
    const std::vector<double>& coordinates() const { return coordinates_; }

private:
    Stimulus stimulus_;
    std::vector<double> coordinates_;
    std::unique_ptr<Tensors> tensors_;
};

/// A probe as 8-bit pixels or 16- or 24-bit samples, with the coordinates of exactly these numbers.
struct Solution {
    Stimulus stimulus;
    std::vector<double> coordinates; ///< SD, [retained]
    double levelAchieved = 0.0;      ///< SD along the asked direction
    double residualMax = 0.0;        ///< SD, over all retained coordinates
    bool converged = false;          ///< residualMax <= tolerance
    int iterations = 0;              ///< steps taken
    int gradientPasses = 0;          ///< Jacobians (both norms) or gradients (adam) computed
};

/// Moves `reference` by `signedLevel` SD along component `component` (from 0), holding the other
/// retained coordinates, and the RMS of a sound. Deterministic. If the stimulus cannot make the
/// move, `converged` is false and the closest result is returned. @throws Cancelled when `stop` is
/// requested, NumericError
Solution solve(const SolverSpec& spec, const CoordinateMap& map, const ReferencePoint& reference,
               int component, double signedLevel, const std::stop_token& stop);

} // namespace mlab::stimuli
