// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/builtin/contextual_sbm.h"

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/base/random_stream.h"
#include "stimuli/graphs/builtin/block_edges.h"

#include <cmath>

namespace mlab::stimuli {
namespace {

void requireModel(const ContextualSbm& model)
{
    if (model.nodes < 2 || model.nodes > kMostNodes || model.features < 1 ||
        std::int64_t{model.nodes} * model.features > kMostFeatureValues) {
        throw InvalidArgument("contextual-sbm needs 2 to " + std::to_string(kMostNodes) +
                              " nodes, at least 1 feature, and at most " +
                              std::to_string(kMostFeatureValues) + " features of all nodes");
    }
    const double c = model.meanDegree;
    if (!(c > 0 && std::abs(model.edgeSignal) <= std::sqrt(c) &&
          c + std::abs(model.edgeSignal) * std::sqrt(c) <= model.nodes)) {
        throw InvalidArgument(
            "contextual-sbm cannot have a mean degree of " + shortNumber(c) +
            " and an edge signal of " + shortNumber(model.edgeSignal) +
            ": the signal is at most the root of the degree, and an edge within a "
            "class cannot be more likely than 1");
    }
    if (!(model.featureSignal >= 0) || !std::isfinite(model.featureSignal)) {
        throw InvalidArgument("contextual-sbm needs a feature signal of at least 0");
    }
}

} // namespace

bool recoverable(const ContextualSbm& model)
{
    return model.edgeSignal * model.edgeSignal +
               model.featureSignal * model.featureSignal * model.features / model.nodes >
           1;
}

Graph contextualSbm(const ContextualSbm& model)
{
    requireModel(model);
    RandomStream classes(model.seed, "contextual-sbm classes");
    RandomStream edges(model.seed, "contextual-sbm edges");
    RandomStream numbers(model.seed, "contextual-sbm features");

    Graph out;
    out.labels = balancedBlocks(model.nodes, 2, classes);
    out.classNames = {"-1", "1"};
    const double c = model.meanDegree;
    const double apart = model.edgeSignal * std::sqrt(c);
    out.structure = GraphStructure(model.nodes, blockEdges(out.labels, (c + apart) / model.nodes,
                                                           (c - apart) / model.nodes, edges));

    std::vector<double> direction(static_cast<std::size_t>(model.features));
    for (auto& u : direction) {
        u = numbers.normal();
    }
    DenseFeatures features{.rows = model.nodes, .columns = model.features, .values = {}};
    features.values.reserve(out.labels.size() * direction.size());
    const double signal = std::sqrt(model.featureSignal / model.nodes);
    const double noise = 1 / std::sqrt(model.features);
    for (const auto label : out.labels) {
        for (const auto u : direction) {
            features.values.push_back(signal * (2 * label - 1) * u + noise * numbers.normal());
        }
    }
    out.features = std::move(features);
    return out;
}

} // namespace mlab::stimuli
