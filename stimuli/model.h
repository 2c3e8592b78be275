// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

namespace at {
class Tensor;
}

namespace mlab::stimuli {

/// A network with named layers. Internal to stimuli/: other folders see ModelInfo only.
class Model {
public:
    Model() = default;
    Model(const Model&) = delete;
    Model& operator=(const Model&) = delete;
    virtual ~Model() = default;

    /// Changes whenever the activations could.
    virtual std::string sha256() const = 0;
    /// Activations of `layer`, computed no further than needed and differentiable to the input.
    /// @param image [3, size, size] float32, RGB in [0, 1]
    /// @return [channels, positions]
    virtual at::Tensor activations(const at::Tensor& image, const std::string& layer) const = 0;
};

/// @throws InvalidArgument for an unknown name or an image size that the model cannot take.
std::unique_ptr<Model> makeModel(const std::string& name, int imageSizePx);

} // namespace mlab::stimuli
