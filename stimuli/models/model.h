// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/synthesis_spec.h"
#include "stimuli/tensors/compute.h"
#include "stimuli/tensors/last_relu.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace at {
class Tensor;
}

namespace mlab::stimuli {

/// A network with named layers. Internal to stimuli/: other folders see ModelInfo only.
///
/// Weights are frozen: gradients can be taken with respect to the stimuli only. Stimuli are images
/// [N, 3, size, size] float32, RGB in [0, 1], or for the modality "audio" waveforms [N, samples]
/// float32 in [-1, 1] at the rate that is played.
class Model {
public:
    /// @throws DeviceError as resolved()
    explicit Model(const ComputeOptions& compute) : compute_(resolved(compute)) {}
    Model(const Model&) = delete;
    Model& operator=(const Model&) = delete;
    virtual ~Model() = default;

    virtual const ModelInfo& info() const = 0;
    /// Changes whenever the activations could.
    virtual std::string sha256() const = 0;
    /// Numbers that were learnt and that `layer` depends on.
    virtual std::int64_t parameterCount(const std::string& layer) const = 0;

    /// Activations of `layer`, computed no further than needed and differentiable to the stimuli.
    /// The result for one stimulus does not depend on the others, except for float32 rounding.
    /// @param stimuli on this model's device
    /// @return [N, channels], [N, channels, frames] or [N, channels, height, width] float32
    /// @throws NumericError with LibTorch's message if the stimuli do not fit the network
    at::Tensor activations(const at::Tensor& stimuli, const std::string& layer,
                           const GradientRule& rule = {}) const;

    /// Those of several layers of one stimulus, as activations() gives them, without gradients, in
    /// one forward pass where the layers follow each other: a network of the catalog. Layers of a
    /// TorchScript model are programs of their own, and those of the built-in models share little.
    std::vector<at::Tensor> activationsOf(const at::Tensor& stimuli,
                                          const std::vector<std::string>& layers) const;

    /// Whether this is a model of sounds with compressed modulations. Nearly every move along its
    /// dimensions is possible, so the solver tries longer before it gives up.
    virtual bool isCompressive() const { return false; }

    /// Number of coarser versions of `layer`. Metamer synthesis begins with them if the layer
    /// itself cannot be matched from noise; most layers have none.
    virtual int coarseVersions(const std::string& layer) const;
    /// The activations of version 1 (the coarsest) to coarseVersions(layer), as activations().
    at::Tensor coarseActivations(const at::Tensor& stimuli, const std::string& layer,
                                 int version) const;

    /// A host tensor converted for this model: on its device, in its number type.
    at::Tensor toModel(const at::Tensor& tensor) const;
    /// A tensor moved to this model's device, with its number type unchanged. A transfer uses
    /// pinned memory.
    at::Tensor toDevice(const at::Tensor& tensor) const;
    /// "auto" has been replaced by the chosen device.
    const ComputeOptions& compute() const { return compute_; }

protected:
    virtual at::Tensor forward(const at::Tensor& stimuli, const std::string& layer,
                               const GradientRule& rule) const = 0;
    /// forward() for each of the layers.
    virtual std::vector<at::Tensor> forwardAll(const at::Tensor& stimuli,
                                               const std::vector<std::string>& layers) const;
    virtual at::Tensor coarseForward(const at::Tensor& stimuli, const std::string& layer,
                                     int version) const;

private:
    at::Tensor guarded(const at::Tensor& stimuli, const std::string& layer,
                       const std::function<at::Tensor(const at::Tensor&)>& run) const;

    ComputeOptions compute_;
};

/// The activations F of one stimulus as the Gram matrix takes them, [channels, positions].
/// @param stimulus as activations() takes them, without the N, on the model's device
at::Tensor activationMatrix(const Model& model, const at::Tensor& stimulus,
                            const std::string& layer, const GradientRule& rule = {});

/// The model of a specification, its weights read and checked.
/// @throws InvalidArgument for an unknown name, an unknown layer, or stimuli that the model cannot
///         take (another modality, a size); IoError for a file that is not a model; NumericError
///         for weights that are not finite numbers
std::unique_ptr<Model> makeModel(const ModelSpec& spec, const StimulusFormat& format,
                                 const ComputeOptions& compute = {});

} // namespace mlab::stimuli
