// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/models/model.h"

#include "core/base/error.h"
#include "stimuli/catalog/builtin_models.h"
#include "stimuli/catalog/model_info.h"
#include "stimuli/models/cochlea_modulation.h"
#include "stimuli/models/gabor_scattering.h"
#include "stimuli/models/network.h"
#include "stimuli/models/script_model.h"
#include "stimuli/tensors/last_relu.h"
#include "stimuli/tensors/torch_errors.h"

#include <torch/types.h>
#include <torch/utils.h>

namespace mlab::stimuli {

torch::Tensor Model::guarded(const torch::Tensor& stimuli, const std::string& layer,
                             const std::function<torch::Tensor(const torch::Tensor&)>& run) const
{
    requireLayer(info(), layer);
    try {
        const auto input = compute_.halfPrecision ? stimuli.to(torch::kFloat16) : stimuli;
        return run(input).to(stimuli.dtype());
    } catch (const Error&) {
        throw;
    } catch (const std::exception& problem) { // TorchScript's own errors are not c10's
        rethrow(problem, "model " + info().name + ", layer " + layer);
    }
}

torch::Tensor Model::activations(const torch::Tensor& stimuli, const std::string& layer,
                                 const GradientRule& rule) const
{
    return guarded(stimuli, layer,
                   [&](const torch::Tensor& input) { return forward(input, layer, rule); });
}

std::vector<torch::Tensor> Model::activationsOf(const torch::Tensor& stimuli,
                                                const std::vector<std::string>& layers) const
{
    const torch::NoGradGuard noGradients;
    for (const auto& layer : layers) {
        requireLayer(info(), layer);
    }
    std::vector<torch::Tensor> all;
    try {
        all = forwardAll(compute_.halfPrecision ? stimuli.to(torch::kFloat16) : stimuli, layers);
    } catch (const Error&) {
        throw;
    } catch (const std::exception& problem) {
        rethrow(problem, "model " + info().name);
    }
    for (auto& activations : all) {
        activations = activations.to(stimuli.dtype());
    }
    return all;
}

std::vector<torch::Tensor> Model::forwardAll(const torch::Tensor& stimuli,
                                             const std::vector<std::string>& layers) const
{
    std::vector<torch::Tensor> all;
    all.reserve(layers.size());
    for (const auto& layer : layers) {
        all.push_back(forward(stimuli, layer, {}));
    }
    return all;
}

int Model::coarseVersions(const std::string& /*layer*/) const
{
    return 0;
}

torch::Tensor Model::coarseActivations(const torch::Tensor& stimuli, const std::string& layer,
                                       int version) const
{
    if (version < 1 || version > coarseVersions(layer)) {
        throw InvalidArgument("layer " + layer + " of model " + info().name + " has " +
                              std::to_string(coarseVersions(layer)) + " coarser versions, not " +
                              std::to_string(version));
    }
    return guarded(stimuli, layer, [&](const torch::Tensor& input) {
        return coarseForward(input, layer, version);
    });
}

torch::Tensor Model::coarseForward(const torch::Tensor& /*stimuli*/, const std::string& layer,
                                   int /*version*/) const
{
    throw InvalidArgument("layer " + layer + " of model " + info().name +
                          " has no coarser version");
}

torch::Tensor Model::toDevice(const torch::Tensor& tensor) const
{
    const torch::Device device(compute_.device);
    if (device.is_cpu()) {
        return tensor;
    }
    return tensor.contiguous().pin_memory().to(device, /*non_blocking=*/true);
}

torch::Tensor Model::toModel(const torch::Tensor& tensor) const
{
    return toDevice(tensor).to(compute_.halfPrecision ? torch::kFloat16 : torch::kFloat32);
}

torch::Tensor activationMatrix(const Model& model, const torch::Tensor& stimulus,
                               const std::string& layer, const GradientRule& rule)
{
    const auto values = model.activations(stimulus.unsqueeze(0), layer, rule);
    return values.reshape({values.size(1), -1});
}

std::unique_ptr<Model> makeModel(const ModelSpec& spec, const StimulusFormat& format,
                                 const ComputeOptions& compute)
{
    requireFormat(modelInfo(spec), format);
    if (spec.name.empty()) {
        return loadScriptModel(spec.file, format, compute);
    }
    if (spec.name == kBuiltInSoundModel) {
        return makeCochleaModulation(spec.cochlea, std::get<SoundFormat>(format), compute);
    }
    if (spec.file.empty()) {
        const int size = std::get<ImageFormat>(format).sizePx;
        return spec.name == kCompressiveImageModel ? makeGaborCompressive(size, compute)
                                                   : makeGaborScattering(size, compute);
    }
    return loadNetwork(spec.name, spec.file, compute);
}

} // namespace mlab::stimuli
