// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/rgb_image.h"
#include "core/stimulus/stimulus.h"
#include "stimuli/engine/distortion_engine.h"
#include "stimuli/engine/graph_engine.h"
#include "stimuli/engine/graph_metamer_engine.h"
#include "stimuli/engine/graph_training.h"
#include "stimuli/engine/metamer_engine.h"
#include "stimuli/engine/probe_engine.h"
#include "stimuli/engine/recognition_engine.h"
#include "stimuli/engine/representation_engine.h"

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// Output and cost of one layer of a model.
struct LayerSummary {
    std::string name;
    std::vector<std::int64_t> shape; ///< for one image: [channels] or [channels, height, width]
    std::int64_t multiplyAdds = 0;   ///< of the convolutions and matrix products up to this layer
    std::int64_t parameters = 0;     ///< learnt numbers up to this layer
};

/// A model whose weights have been read.
struct ModelSummary {
    ModelInfo info;
    std::string sha256;
    std::vector<LayerSummary> layers;
};

/// Everything that needs LibTorch, as the programs see it. Its code is in the module
/// `libmlab_engine.so`, which engineModule() opens on demand, so that commands that do not need a
/// model respond at once. Its functions may be called from any thread.
class Engine {
public:
    Engine() = default;
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;
    virtual ~Engine() = default;

    /// Loads the model, the references and the bases. Bases that are not in the cache are fitted.
    /// @throws mlab::Error; Cancelled when `stop` is requested
    virtual std::unique_ptr<ProbeEngine> probes(const ProbeSynthesizerOptions& options,
                                                const Progress& progress,
                                                const std::stop_token& stop) const = 0;
    /// Loads the model and the references.
    /// @throws mlab::Error; InvalidArgument if references are chosen by a percentile of a pool,
    ///         which needs a basis; Cancelled when `stop` is requested
    virtual std::unique_ptr<RecognitionEngine> recognition(const RecognitionMakerOptions& options,
                                                           const Progress& progress,
                                                           const std::stop_token& stop) const = 0;
    /// Loads the model, and fits the bases and SDs that are wanted and not in the cache.
    /// @throws mlab::Error; InvalidArgument for stimuli that the model cannot take, an unknown
    ///         layer, and logits of a model without classes; Cancelled when `stop` is requested
    virtual std::unique_ptr<RepresentationEngine>
    representations(const RepresentationOptions& options, const Progress& progress,
                    const std::stop_token& stop) const = 0;
    /// Loads the models and the references.
    /// @throws mlab::Error; InvalidArgument for stimuli that a model cannot take, and for half
    ///         precision
    virtual std::unique_ptr<DistortionEngine> distortions(const DistortionOptions& options,
                                                          const Progress& progress) const = 0;
    /// Loads the model. @throws mlab::Error
    virtual std::unique_ptr<MetamerEngine> metamers(const ModelSpec& model,
                                                    const StimulusFormat& format,
                                                    const ComputeOptions& compute) const = 0;
    /// Loads the network and checks that it takes the graph. @throws mlab::Error
    virtual std::unique_ptr<GraphEngine> graphs(const GraphNetworkSpec& network,
                                                Graph graph) const = 0;
    /// Trains a network to classify the nodes of the graph, in float32 on one thread: the same
    /// graph and spec give the same weights.
    /// @throws mlab::Error; InvalidArgument if the graph lacks features, labels or a split;
    ///         Cancelled when `stop` is requested
    virtual TrainedNetwork trainGraphNetwork(const GraphTrainingSpec& spec, const Graph& graph,
                                             const Progress& progress,
                                             const std::stop_token& stop) const = 0;
    /// The same, to make metamers of the graph. @throws mlab::Error
    virtual std::unique_ptr<GraphMetamerEngine> graphMetamers(const GraphNetworkSpec& network,
                                                              Graph graph) const = 0;
    /// Loads the model and runs each of its layers once for a stimulus of that form.
    /// @throws mlab::Error
    virtual ModelSummary summary(const ModelSpec& model, const StimulusFormat& format,
                                 const ComputeOptions& compute) const = 0;
    /// A picture of a stimulus for a contact sheet; of a sound, its spectrogram.
    /// @throws InvalidArgument for a sound shorter than 20 ms
    virtual RgbImage preview(const Stimulus& stimulus) const = 0;
};

} // namespace mlab::stimuli
