// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/model.h"

#include "core/error.h"
#include "stimuli/gabor_scattering.h"
#include "stimuli/model_info.h"
#include "stimuli/network.h"
#include "stimuli/script_model.h"
#include "stimuli/torch_errors.h"

#include <torch/torch.h>

namespace mlab::stimuli {

torch::Tensor Model::activations(const torch::Tensor& images, const std::string& layer,
                                 LastRelu lastRelu) const
{
    requireLayer(info(), layer);
    try {
        const auto input = compute_.halfPrecision ? images.to(torch::kFloat16) : images;
        return forward(input, layer, lastRelu).to(images.dtype());
    } catch (const Error&) {
        throw;
    } catch (const c10::Error& problem) {
        rethrow(problem, "model " + info().name + ", layer " + layer);
    } catch (const std::exception& problem) { // a TorchScript model's own errors
        throw NumericError("model " + info().name + ", layer " + layer + ": " + problem.what());
    }
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
                               const std::string& layer)
{
    const auto values = model.activations(stimulus.unsqueeze(0), layer);
    return values.reshape({values.size(1), -1});
}

std::unique_ptr<Model> makeModel(const ModelSpec& spec, const StimulusFormat& format,
                                 const ComputeOptions& compute)
{
    requireFormat(modelInfo(spec), format);
    if (spec.name.empty()) {
        return loadScriptModel(spec.file, compute);
    }
    if (spec.file.empty()) {
        return makeGaborScattering(std::get<ImageFormat>(format).sizePx, compute);
    }
    return loadNetwork(spec.name, spec.file, compute);
}

} // namespace mlab::stimuli
