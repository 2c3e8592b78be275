// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/graph/graph.h"

#include <cstdint>

namespace mlab::stimuli {

/// Documents that cite each other, with the statistics of Cora (McCallum et al. 2000), whose own
/// data may not be shipped. The words are independent; those of a document's class are more
/// frequent. This is our choice, not a published model.
struct BagOfWords {
    int nodes = 2708;
    int classes = 7;
    double meanDegree = 3.9;
    double homophily = 0.81; ///< share of edges within a class, 0 to 1
    int words = 1433;        ///< word w belongs to class w modulo classes
    double density = 0.0127; ///< share of ones, 0 to 1
    double boost = 4;        ///< how much more frequent the words of the document's class are
    std::uint64_t seed = 1;
};

/// `bag-of-words`: a graph drawn from the model, with binary features.
/// @throws InvalidArgument if a number is out of range
Graph bagOfWords(const BagOfWords& model);

} // namespace mlab::stimuli
