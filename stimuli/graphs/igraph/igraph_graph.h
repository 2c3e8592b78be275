// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/graph/graph_structure.h"

#include <functional>
#include <igraph/igraph.h>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// Runs calls of igraph and turns what fails into an exception. By itself igraph ends the program
/// on an error. Attributes of nodes and edges are kept. May be called from several threads; one
/// call runs at a time.
/// @param what begins the message: the file or the operation
/// @param call returns igraph's code; igraph's warnings go nowhere
/// @throws InvalidArgument with igraph's reason
void callIgraph(const std::string& what, const std::function<igraph_error_t()>& call);

/// A graph of igraph.
class IgraphGraph {
public:
    /// The nodes and edges of `structure`, the edges in its order.
    explicit IgraphGraph(const GraphStructure& structure);
    /// What `make` initialises. @throws as callIgraph()
    IgraphGraph(const std::string& what, const std::function<igraph_error_t(igraph_t*)>& make);
    ~IgraphGraph() { igraph_destroy(&graph_); }
    IgraphGraph(const IgraphGraph&) = delete;
    IgraphGraph& operator=(const IgraphGraph&) = delete;

    igraph_t* get() { return &graph_; }
    int nodes() const;
    /// In igraph's order, with loops and parallel edges if it has any.
    std::vector<Edge> edges() const;

private:
    igraph_t graph_{};
};

/// A vector of real numbers of igraph.
class IgraphVector {
public:
    IgraphVector();
    ~IgraphVector() { igraph_vector_destroy(&vector_); }
    IgraphVector(const IgraphVector&) = delete;
    IgraphVector& operator=(const IgraphVector&) = delete;

    igraph_vector_t* get() { return &vector_; }
    std::vector<double> values() const;

private:
    igraph_vector_t vector_{};
};

/// A vector of numbers of nodes of igraph.
class IgraphIndices {
public:
    IgraphIndices();
    ~IgraphIndices() { igraph_vector_int_destroy(&vector_); }
    IgraphIndices(const IgraphIndices&) = delete;
    IgraphIndices& operator=(const IgraphIndices&) = delete;

    igraph_vector_int_t* get() { return &vector_; }
    std::vector<int> values() const;

private:
    igraph_vector_int_t vector_{};
};

/// A vector of texts of igraph.
class IgraphTexts {
public:
    IgraphTexts();
    explicit IgraphTexts(const std::vector<std::string>& texts);
    ~IgraphTexts() { igraph_strvector_destroy(&vector_); }
    IgraphTexts(const IgraphTexts&) = delete;
    IgraphTexts& operator=(const IgraphTexts&) = delete;

    igraph_strvector_t* get() { return &vector_; }
    std::vector<std::string> values() const;

private:
    igraph_strvector_t vector_{};
};

} // namespace mlab::stimuli
