// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <variant>

namespace mlab {

// Where a graph comes from, as a person writes it. `experiments/` reads it from a study or design,
// `stimuli/graphs` makes the graph.

/// The 34 people of Zachary (1977), without features.
struct KarateClub {
    bool operator==(const KarateClub&) const = default;
};

/// A contextual stochastic block model of two classes (Deshpande, Sen, Montanari & Mossel 2018).
/// Edges have probability (c + lambda sqrt(c)) / n within a class and (c - lambda sqrt(c)) / n
/// between them, c the mean degree; features are x_v = sqrt(mu / n) y_v u + z_v / sqrt(p), with
/// y_v = +-1 the class, and u and z_v standard normal.
struct ContextualSbm {
    int nodes = 1000;
    double meanDegree = 8;    ///< c
    double edgeSignal = 1.5;  ///< lambda; the classes differ in edges as far as |lambda| <= sqrt(c)
    double featureSignal = 4; ///< mu
    int features = 100;       ///< p
    std::uint64_t seed = 1;

    bool operator==(const ContextualSbm&) const = default;
};

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

    bool operator==(const BagOfWords&) const = default;
};

/// The files of one graph.
struct GraphFiles {
    /// An edge list (.csv, .tsv, .txt, .edges), NumPy's .npz, .graphml, .gml, or .cites of LINQS
    std::filesystem::path graph;
    std::filesystem::path features = {}; ///< of an edge list; empty: no features
    std::filesystem::path nodes = {};    ///< of an edge list: names, labels, split; empty: none

    bool operator==(const GraphFiles&) const = default;
};

/// Which nodes a network learns from: in each class as many as `trainPerClass`, of the others as
/// many as `validation` to stop by; the rest tests. Nodes are drawn by the seed.
struct GraphSplitSpec {
    int trainPerClass = 20;
    int validation = 500;
    std::uint64_t seed = 1;

    bool operator==(const GraphSplitSpec&) const = default;
};

/// A graph, and what is added to it.
struct GraphSource {
    std::variant<KarateClub, ContextualSbm, BagOfWords, GraphFiles> from;
    bool identityFeatures = false; ///< of a graph without features: node v has a one in column v
    std::optional<GraphSplitSpec> split = {}; ///< of a graph without one
    bool normaliseFeatures =
        false; ///< divide each row of features by its sum (Kipf & Welling 2017)

    bool operator==(const GraphSource&) const = default;
};

} // namespace mlab
