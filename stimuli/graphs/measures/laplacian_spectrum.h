// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/graph/graph_structure.h"

#include <vector>

namespace mlab::stimuli {

/// D - A, or I - D^-1/2 A D^-1/2 with zeros in the rows of nodes without edges.
enum class Laplacian { combinatorial, normalised };

/// The smallest eigenvalues of the Laplacian in ascending order, as many as asked for or as there
/// are nodes. Each component is solved by itself: small ones whole, large ones for their smallest
/// eigenvalues alone.
/// @throws NumericError if the eigenvalues of a large component do not converge
std::vector<double> laplacianSpectrum(const GraphStructure& structure, Laplacian kind, int count);

} // namespace mlab::stimuli
