// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graphs/network_record.h"

namespace mlab::app {
namespace {

using Json = nlohmann::ordered_json;

/// A change to what training computes for the same key needs a new version.
constexpr int kTrainingVersion = 2;

Json shapeJson(const GraphNetworkShape& shape)
{
    Json out;
    out["architecture"] = nameIn(kGraphArchitectures, shape.architecture);
    out["activation"] = nameIn(kGraphActivations, shape.activation);
    out["residual"] = shape.residual;
    out["hidden"] = shape.hidden;
    if (shape.architecture == GraphArchitecture::gat) {
        out["heads"] = shape.heads;
    }
    if (shape.architecture == GraphArchitecture::sgc) {
        out["hops"] = shape.hops;
    }
    return out;
}

Json trainingJson(const GraphTrainingSpec& spec)
{
    Json out;
    out["seed"] = spec.seed;
    out["learning_rate"] = spec.learningRate;
    out["weight_decay"] = spec.weightDecay;
    out["dropout"] = spec.dropout;
    out["epochs"] = spec.epochs;
    out["patience"] = spec.patience;
    if (spec.adversarial) {
        out["adversarial"] = {{"epsilon", spec.adversarial->epsilon},
                              {"steps", spec.adversarial->steps}};
    }
    return out;
}

Json orNull(const std::optional<double>& value)
{
    return value ? Json(*value) : Json(nullptr);
}

} // namespace

Json trainingKey(const GraphTrainingSpec& spec, const StudyGraph& graph)
{
    Json out;
    out["training_version"] = kTrainingVersion;
    out["graph_sha256"] = graph.sha256;
    out["classes"] = graph.graph.classNames.size(); // some may be the class of no node
    out["network"] = shapeJson(spec.network);
    out["training"] = trainingJson(spec);
    return out;
}

Json trainedRecord(const GraphTrainingSpec& spec, const StudyGraph& graph,
                   const stimuli::TrainedNetwork& trained, const std::string& weights,
                   const std::string& weightsSha256)
{
    Json out = shapeJson(spec.network);
    out["weights"] = weights;
    out["weights_sha256"] = weightsSha256;
    out["graph_sha256"] = graph.sha256;
    out["training"] = trainingJson(spec);
    out["outcome"] = {{"epochs", trained.epochs},
                      {"best_epoch", trained.bestEpoch},
                      {"stop_reason", nameIn(stimuli::kTrainingStops, trained.stop)},
                      {"training_loss", trained.trainingLoss},
                      {"training_accuracy", trained.trainingAccuracy},
                      {"validation_loss", orNull(trained.validationLoss)},
                      {"validation_accuracy", orNull(trained.validationAccuracy)},
                      {"test_accuracy", orNull(trained.testAccuracy)}};
    out["key"] = trainingKey(spec, graph);
    return out;
}

Json givenRecord(const GraphNetworkSpec& spec, const std::string& graphSha256,
                 const std::string& weights, const std::string& weightsSha256)
{
    Json out;
    out["architecture"] = nameIn(kGraphArchitectures, spec.architecture);
    out["activation"] = nameIn(kGraphActivations, spec.activation);
    out["residual"] = spec.residual;
    if (spec.hops) {
        out["hops"] = *spec.hops;
    }
    out["weights"] = weights;
    out["weights_sha256"] = weightsSha256;
    out["graph_sha256"] = graphSha256;
    return out;
}

} // namespace mlab::app
