// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/builtin/bag_of_words.h"

#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "stimuli/graphs/builtin/block_edges.h"

#include <algorithm>
#include <utility>

namespace mlab::stimuli {
namespace {

/// How often a thing occurs among nodes or words of one class, and among others.
struct Rates {
    double same;
    double other;
};

void require(bool good, const char* what)
{
    if (!good) {
        throw InvalidArgument(std::string("bag-of-words needs ") + what);
    }
}

bool isRate(double rate)
{
    return rate >= 0 && rate <= 1;
}

Rates edgeRates(const BagOfWords& model)
{
    const double inClass = static_cast<double>(model.nodes) / model.classes;
    const double outside = model.nodes - inClass;
    return {.same = model.meanDegree * model.homophily / (inClass - 1),
            .other = model.classes == 1 ? 0 : model.meanDegree * (1 - model.homophily) / outside};
}

Rates wordRates(const BagOfWords& model)
{
    const double other =
        model.density * model.classes / (model.boost + static_cast<double>(model.classes) - 1);
    return {.same = model.boost * other, .other = other};
}

void requireModel(const BagOfWords& model)
{
    require(model.classes >= 1 && model.nodes >= 2 * model.classes && model.nodes <= kMostNodes,
            "at least 2 nodes for each class");
    require(model.words >= 1 && std::int64_t{model.nodes} * model.words <= 4 * kMostFeatureValues,
            "at least 1 word, and fewer words of all nodes");
    require(isRate(model.homophily) && isRate(model.density) && model.meanDegree >= 0 &&
                model.boost > 0,
            "a homophily and a density between 0 and 1, and a degree and a boost above 0");
    require(isRate(edgeRates(model).same) && isRate(edgeRates(model).other),
            "a smaller mean degree: an edge would be more likely than 1");
    require(isRate(wordRates(model).same) && isRate(wordRates(model).other),
            "a smaller density or boost: a word would be more likely than 1");
}

} // namespace

Graph bagOfWords(const BagOfWords& model)
{
    requireModel(model);
    RandomStream classes(model.seed, "bag-of-words classes");
    RandomStream edges(model.seed, "bag-of-words edges");
    RandomStream words(model.seed, "bag-of-words words");

    Graph out;
    out.labels = balancedBlocks(model.nodes, model.classes, classes);
    for (int c = 0; c < model.classes; ++c) {
        out.classNames.push_back("class " + std::to_string(c));
    }
    const auto edge = edgeRates(model);
    out.structure =
        GraphStructure(model.nodes, blockEdges(out.labels, edge.same, edge.other, edges));

    const auto word = wordRates(model);
    std::vector<std::vector<int>> documents(out.labels.size());
    for (std::size_t node = 0; node < documents.size(); ++node) {
        for (int w = 0; w < model.words; ++w) {
            const bool same = w % model.classes == out.labels[node];
            if (words.uniform() < (same ? word.same : word.other)) {
                documents[node].push_back(w);
            }
        }
    }
    out.features = binaryFeatures(model.words, documents);
    return out;
}

} // namespace mlab::stimuli
