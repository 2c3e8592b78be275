// SPDX-License-Identifier: GPL-3.0-or-later
//
// The engine module: everything that needs LibTorch, behind two C functions.
#include "stimuli/distortions/distortion_maker.h"
#include "stimuli/engine/engine_module.h"
#include "stimuli/graphs/metamers/graph_metamer_maker.h"
#include "stimuli/graphs/networks/network_on_graph.h"
#include "stimuli/graphs/training/trainer.h"
#include "stimuli/metamers/metamer_maker.h"
#include "stimuli/metamers/recognition_maker.h"
#include "stimuli/models/model_summary.h"
#include "stimuli/probes/probe_synthesizer.h"
#include "stimuli/representations/representation_maker.h"
#include "stimuli/spaces/stimulus_space.h"

#include <utility>

namespace mlab::stimuli {
namespace {

class TorchEngine final : public Engine {
public:
    std::unique_ptr<ProbeEngine> probes(const ProbeSynthesizerOptions& options,
                                        const Progress& progress,
                                        const std::stop_token& stop) const override
    {
        return std::make_unique<ProbeSynthesizer>(options, progress, stop);
    }

    std::unique_ptr<RecognitionEngine> recognition(const RecognitionMakerOptions& options,
                                                   const Progress& progress,
                                                   const std::stop_token& stop) const override
    {
        return std::make_unique<RecognitionMaker>(options, progress, stop);
    }

    std::unique_ptr<RepresentationEngine>
    representations(const RepresentationOptions& options, const Progress& progress,
                    const std::stop_token& stop) const override
    {
        return std::make_unique<RepresentationMaker>(options, progress, stop);
    }

    std::unique_ptr<DistortionEngine> distortions(const DistortionOptions& options,
                                                  const Progress& progress) const override
    {
        return std::make_unique<DistortionMaker>(options, progress);
    }

    std::unique_ptr<MetamerEngine> metamers(const ModelSpec& model, const StimulusFormat& format,
                                            const ComputeOptions& compute) const override
    {
        return std::make_unique<MetamerMaker>(model, format, compute);
    }

    std::unique_ptr<GraphEngine> graphs(const GraphNetworkSpec& network, Graph graph) const override
    {
        return std::make_unique<NetworkOnGraph>(network, std::move(graph));
    }

    TrainedNetwork trainGraphNetwork(const GraphTrainingSpec& spec, const Graph& graph,
                                     const Progress& progress,
                                     const std::stop_token& stop) const override
    {
        return trainedNetwork(spec, graph, progress, stop);
    }

    std::unique_ptr<GraphMetamerEngine> graphMetamers(const GraphNetworkSpec& network,
                                                      Graph graph) const override
    {
        return std::make_unique<GraphMetamerMaker>(network, std::move(graph));
    }

    ModelSummary summary(const ModelSpec& spec, const StimulusFormat& format,
                         const ComputeOptions& compute) const override
    {
        const auto model = makeModel(spec, format, compute);
        return {
            .info = model->info(), .sha256 = model->sha256(), .layers = summarise(*model, format)};
    }

    RgbImage preview(const Stimulus& stimulus) const override
    {
        return spaceOf(stimulus).preview(stimulus);
    }
};

} // namespace
} // namespace mlab::stimuli

extern "C" {

const char* mlab_engine_stamp() // NOLINT(readability-identifier-naming): a symbol of C
{
    static const std::string kStamp = mlab::stimuli::engineStamp();
    return kStamp.c_str();
}

const mlab::stimuli::Engine* mlab_engine() // NOLINT(readability-identifier-naming)
{
    static const mlab::stimuli::TorchEngine kEngine;
    return &kEngine;
}
}
