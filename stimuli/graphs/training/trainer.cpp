// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/training/trainer.h"

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/base/random_stream.h"
#include "stimuli/graphs/architectures/initial_network.h"
#include "stimuli/graphs/networks/graph_forward.h"
#include "stimuli/graphs/training/adversary.h"
#include "stimuli/graphs/training/input_dropout.h"
#include "stimuli/tensors/compute.h"
#include "stimuli/tensors/torch_errors.h"

#include <torch/nn/functional/loss.h>
#include <torch/optim/adam.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mlab::stimuli {
namespace {

using torch::Tensor;

/// The numbers of a row that are not 0.
SparseRows sparseRows(const DenseFeatures& features)
{
    SparseRows out{.columns = features.columns, .indices = {}};
    for (int node = 0; node < features.rows; ++node) {
        const auto row = features.row(node);
        for (std::size_t column = 0; column < row.size(); ++column) {
            if (row[column] != 0) {
                out.indices.push_back(static_cast<std::int64_t>(column));
                out.values.push_back(row[column]);
            }
        }
        out.offsets.push_back(static_cast<std::int64_t>(out.indices.size()));
    }
    return out;
}

/// Sparse if at most a tenth of the numbers is not 0: products then take less time.
NodeRows inputOf(const Features& features)
{
    if (const auto* binary = std::get_if<BinaryFeatures>(&features)) {
        SparseRows out{.columns = binary->columns,
                       .offsets = {binary->offsets.begin(), binary->offsets.end()},
                       .indices = {binary->ones.begin(), binary->ones.end()}};
        return {.sparse = std::make_shared<SparseMatrix>(std::move(out))};
    }
    const auto& dense = std::get<DenseFeatures>(features);
    constexpr std::size_t kSparse = 10;
    const auto zeros = static_cast<std::size_t>(std::ranges::count(dense.values, 0.0));
    if ((dense.values.size() - zeros) * kSparse <= dense.values.size()) {
        return {.sparse = std::make_shared<SparseMatrix>(sparseRows(dense))};
    }
    return {.dense = torch::tensor(at::ArrayRef<double>(dense.values))
                         .reshape({dense.rows, dense.columns})
                         .to(torch::kFloat32)};
}

/// The labelled nodes of one part of the split, and their labels.
struct Examples {
    Tensor nodes;  ///< [count] int64
    Tensor labels; ///< [count] int64

    bool empty() const { return nodes.numel() == 0; }
    Tensor loss(const Tensor& logits) const
    {
        return torch::nn::functional::cross_entropy(logits.index_select(0, nodes), labels);
    }
    double accuracy(const Tensor& logits) const
    {
        const auto right = logits.index_select(0, nodes).argmax(1).eq(labels);
        return right.to(torch::kFloat64).mean().item<double>();
    }
};

Examples examplesOf(const Graph& graph, Split split)
{
    std::vector<std::int64_t> nodes;
    std::vector<std::int64_t> labels;
    for (std::size_t node = 0; node < graph.splits.size(); ++node) {
        if (graph.splits[node] == split && graph.labels[node] != kUnknownLabel) {
            nodes.push_back(static_cast<std::int64_t>(node));
            labels.push_back(graph.labels[node]);
        }
    }
    return {.nodes = torch::tensor(nodes, torch::dtype(torch::kInt64)),
            .labels = torch::tensor(labels, torch::dtype(torch::kInt64))};
}

class Trainer {
public:
    Trainer(const GraphTrainingSpec& spec, const Graph& graph)
        : spec_(spec), messages_(graph.structure), features_(inputOf(graph.features)),
          training_(examplesOf(graph, Split::training)),
          validation_(examplesOf(graph, Split::validation)), test_(examplesOf(graph, Split::test)),
          network_(initialNetwork(spec.network, columnsOf(graph.features),
                                  static_cast<std::int64_t>(graph.classNames.size()), spec.seed)),
          tensors_(tensorsOf(network_, torch::kFloat32)), adam_(groups())
    {
    }

    TrainedNetwork run(const Progress& progress, const std::stop_token& stop)
    {
        TrainedNetwork out;
        double smallest = std::numeric_limits<double>::infinity();
        while (out.epochs < spec_.epochs) {
            if (stop.stop_requested()) {
                throw Cancelled();
            }
            const double loss = lossAfter(out.epochs);
            ++out.epochs;
            progress("epoch " + std::to_string(out.epochs), out.epochs / double(spec_.epochs));
            if (loss < smallest) {
                smallest = loss;
                out.bestEpoch = out.epochs;
                keep();
            } else if (out.epochs - out.bestEpoch >= spec_.patience) {
                out.stop = TrainingStop::patience;
                break;
            }
        }
        if (out.bestEpoch == 0) {
            throw NumericError("the validation loss was not finite after any epoch; check the "
                               "features for very large numbers, or try a learning rate below " +
                               roundedNumber(spec_.learningRate));
        }
        restore();
        describe(out);
        return out;
    }

private:
    /// Runs an epoch. @param epoch from 0
    /// @returns the validation loss, or a number that becomes smaller where no node validates
    double lossAfter(int epoch)
    {
        int steps = epoch;
        try {
            learn(epoch);
            ++steps;
            return validation_.empty() ? -steps : lossOf(validation_);
        } catch (const NumericError&) {
            if (steps == 0) {
                throw; // the features, or the first weights
            }
            throw NumericError("after " + std::to_string(steps) +
                               " steps of training the numbers of the network are no longer "
                               "finite; try a learning rate below " +
                               roundedNumber(spec_.learningRate));
        }
    }

    std::vector<Tensor> parameters() const
    {
        std::vector<Tensor> out;
        for (const auto& layer : tensors_.layers) {
            std::ranges::copy(parametersOf(layer), std::back_inserter(out));
        }
        return out;
    }

    std::vector<torch::optim::OptimizerParamGroup> groups() const
    {
        std::vector<torch::optim::OptimizerParamGroup> out;
        for (std::size_t i = 0; i < tensors_.layers.size(); ++i) {
            auto options = std::make_unique<torch::optim::AdamOptions>(spec_.learningRate);
            options->weight_decay(i == 0 ? spec_.weightDecay : 0);
            auto layer = parametersOf(tensors_.layers[i]);
            for (auto& parameter : layer) {
                parameter.requires_grad_();
            }
            out.emplace_back(std::move(layer), std::move(options));
        }
        return out;
    }

    Tensor logitsOf(const NodeRows& features, const EachInput& changed = {}) const
    {
        return layerValues(tensors_, messages_, features, static_cast<int>(tensors_.layers.size()),
                           changed)
            .first;
    }

    /// One step of Adam. @param epoch from 0
    void learn(int epoch)
    {
        auto features = features_;
        if (spec_.adversarial) {
            features = {.dense = worseFeatures(features.denseAs(parameters().front().detach()),
                                               *spec_.adversarial, [&](const Tensor& x) {
                                                   return training_.loss(logitsOf({.dense = x}));
                                               })};
        }
        const auto layers = tensors_.layers.size();
        const auto dropped = [&](const NodeRows& input, int layer) {
            const auto count = static_cast<std::uint64_t>(epoch) * layers;
            RandomStream stream(spec_.seed, "graph network dropout",
                                count + static_cast<std::uint64_t>(layer));
            return withDropout(input, spec_.dropout, stream);
        };
        const auto loss = training_.loss(
            logitsOf(features, spec_.dropout > 0 ? EachInput(dropped) : EachInput()));
        if (!loss.isfinite().item<bool>()) {
            throw NumericError("the training loss is not finite; check the features for very "
                               "large numbers");
        }
        adam_.zero_grad();
        loss.backward();
        adam_.step();
    }

    double lossOf(const Examples& examples) const
    {
        const torch::NoGradGuard noGradients;
        return examples.loss(logitsOf(features_)).item<double>();
    }

    void keep()
    {
        kept_.clear();
        for (const auto& parameter : parameters()) {
            kept_.push_back(parameter.detach().clone());
        }
    }

    /// The kept weights, as tensors and in the network.
    void restore()
    {
        const torch::NoGradGuard noGradients;
        const auto arrays = arraysOf(network_);
        auto tensors = parameters();
        for (std::size_t i = 0; i < tensors.size(); ++i) {
            tensors[i].copy_(kept_[i]);
            const auto* values = kept_[i].data_ptr<float>();
            arrays[i].values->assign(values, values + kept_[i].numel());
        }
    }

    void describe(TrainedNetwork& out) const
    {
        const torch::NoGradGuard noGradients;
        const auto logits = logitsOf(features_);
        out.network = network_;
        out.trainingLoss = training_.loss(logits).item<double>();
        out.trainingAccuracy = training_.accuracy(logits);
        if (!validation_.empty()) {
            out.validationLoss = validation_.loss(logits).item<double>();
            out.validationAccuracy = validation_.accuracy(logits);
        }
        if (!test_.empty()) {
            out.testAccuracy = test_.accuracy(logits);
        }
    }

    GraphTrainingSpec spec_;
    GraphMessages messages_;
    NodeRows features_;
    Examples training_;
    Examples validation_;
    Examples test_;
    GraphNetwork network_;
    NetworkTensors tensors_;
    torch::optim::Adam adam_;
    std::vector<Tensor> kept_;
};

} // namespace

TrainedNetwork trainedNetwork(const GraphTrainingSpec& spec, const Graph& graph,
                              const Progress& progress, const std::stop_token& stop)
{
    requireTrainable(spec, graph);
    const OneThread sameOnAllThreads;
    try {
        return Trainer(spec, graph).run(progress, stop);
    } catch (const c10::Error& problem) {
        rethrow(problem, "training");
    }
}

} // namespace mlab::stimuli
