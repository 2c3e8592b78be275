// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/basis_fit.h"

#include "core/error.h"
#include "stimuli/coordinates.h"
#include "stimuli/image_sources.h"

#include <torch/torch.h>

namespace mlab::stimuli {
namespace {

// The principal axes of a few hundred Gram matrices of many thousand entries, from the matrix of
// their inner products: its eigenvectors weight the Grams into the axes.
Basis principalComponents(const torch::Tensor& grams, const std::string& layer,
                          const BasisSpec& spec)
{
    const auto count = grams.size(0);
    const auto channels = grams.size(1);
    const auto mean = grams.mean(0);
    const auto centred = (grams - mean).view({count, channels * channels});
    const auto [values, vectors] =
        torch::linalg_eigh(torch::mm(centred, centred.t()).to(torch::kFloat64));
    const double total = values.sum().item<double>();

    Basis basis;
    basis.layer = layer;
    basis.method = spec.method;
    basis.channels = static_cast<int>(channels);
    basis.poolCount = static_cast<int>(count);
    std::vector<torch::Tensor> components;
    for (int k = 0; k < spec.components; ++k) {
        const double value = values[count - 1 - k].item<double>();
        if (!(value > 1e-10 * total)) {
            throw InvalidArgument("layer " + layer + " varies along " + std::to_string(k) +
                                  " components only over the pool of " + std::to_string(count) +
                                  "; ask for fewer components or give a larger pool");
        }
        // Unit axis u = A^T v / sqrt(value); over the pool its score has variance value / count.
        const auto weights =
            vectors.select(1, count - 1 - k) * (std::sqrt(static_cast<double>(count)) / value);
        auto component = torch::mv(centred.t(), weights.to(centred.dtype()));
        const auto largest = component.abs().argmax();
        if (component[largest.item<std::int64_t>()].item<float>() < 0) {
            component = -component;
        }
        components.push_back(component);
        basis.explainedVariance.push_back(value / total);
    }
    const auto flat = [](const torch::Tensor& tensor) {
        const auto values32 = tensor.to(torch::kFloat32).contiguous();
        return std::vector<float>(values32.data_ptr<float>(),
                                  values32.data_ptr<float>() + values32.numel());
    };
    basis.mean = flat(mean);
    basis.components = flat(torch::stack(components));
    return basis;
}

} // namespace

std::vector<Basis> fitBases(const Model& model, const std::vector<std::string>& layers,
                            const BasisSpec& spec, int imageSizePx, const FitProgress& progress,
                            const std::stop_token& stop)
{
    if (spec.method != "pca") {
        throw InvalidArgument("there is no basis method \"" + spec.method + "\": pca");
    }
    const torch::NoGradGuard noGradients;
    std::vector<std::vector<torch::Tensor>> grams(layers.size());
    int done = 0;
    const auto measure = [&](int /*index*/, int total, const RgbImage& picture) {
        const auto image = model.toDevice(toTensor(picture));
        for (std::size_t l = 0; l < layers.size(); ++l) {
            const auto f = activationMatrix(model, image, layers[l]);
            grams[l].push_back((torch::mm(f, f.t()) / static_cast<double>(f.size(1))).cpu());
        }
        progress(++done, total);
    };
    forEachPoolImage(spec.pool, imageSizePx, measure, stop);
    const std::size_t count = grams.empty() ? 0 : grams.front().size();
    if (count < static_cast<std::size_t>(spec.components) + 1) {
        throw InvalidArgument("a basis of " + std::to_string(spec.components) +
                              " components needs a pool of more than that many images, it has " +
                              std::to_string(count));
    }
    const std::string pool = poolHash(spec.pool, imageSizePx);
    std::vector<Basis> bases;
    for (std::size_t l = 0; l < layers.size(); ++l) {
        auto basis = principalComponents(torch::stack(grams[l]), layers[l], spec);
        grams[l].clear();
        basis.modelSha256 = model.sha256();
        basis.poolSha256 = pool;
        bases.push_back(std::move(basis));
    }
    return bases;
}

} // namespace mlab::stimuli
