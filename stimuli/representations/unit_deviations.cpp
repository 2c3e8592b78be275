// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/representations/unit_deviations.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/sha256.h"
#include "stimuli/checkpoints/safetensors.h"
#include "stimuli/sources/stimulus_kind.h"
#include "stimuli/sources/stimulus_sources.h"
#include "stimuli/tensors/compute.h"
#include "stimuli/tensors/stimulus_tensor.h"

#include <nlohmann/json.hpp>
#include <torch/types.h>

#include <algorithm>
#include <optional>

namespace mlab::stimuli {
namespace {

constexpr const char* kFormat = "metamerlab-unit-deviations-1";
constexpr const char* kArray = "deviations";

std::filesystem::path fileOf(const BasisRequest& request, const std::string& layer)
{
    nlohmann::ordered_json key = {{"format", kFormat},
                                  {"model_sha256", request.model.sha256()},
                                  {"pool_sha256", request.poolSha256},
                                  {"layer", layer}};
    key.update(kindOf(request.format).formatJson(request.format));
    return request.cacheFolder / "bases" / (sha256Hex(key.dump()) + ".safetensors");
}

std::string hashOf(const std::vector<float>& values)
{
    Sha256 hash;
    return hash
        .update({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)})
        .hex();
}

// A file that was damaged counts as absent: it is measured again and replaced.
std::optional<std::vector<float>> kept(const BasisRequest& request, const std::string& layer)
{
    const auto file = fileOf(request, layer);
    std::error_code unreadable;
    if (!std::filesystem::exists(file, unreadable)) {
        return std::nullopt;
    }
    try {
        auto content = decodeSafetensors(readFile(file), file.string());
        const auto array = content.arrays.find(kArray);
        if (array == content.arrays.end() ||
            content.metadata["sha256"] != hashOf(array->second.values)) {
            throw IoError(file.string() + " does not match its hash, so it was damaged or edited");
        }
        return std::move(array->second.values);
    } catch (const IoError& problem) {
        request.warn(std::string(problem.what()) + ". The pool is measured again");
        return std::nullopt;
    }
}

void keep(const BasisRequest& request, const std::string& layer, const std::vector<float>& values)
{
    const auto file = fileOf(request, layer);
    Safetensors content;
    content.metadata = {{"format", kFormat}, {"layer", layer}, {"sha256", hashOf(values)}};
    content.arrays[kArray] = {.shape = {static_cast<std::int64_t>(values.size())},
                              .values = values};
    std::error_code problem;
    std::filesystem::create_directories(file.parent_path(), problem);
    try {
        writeFileAtomically(file, encodeSafetensors(content));
    } catch (const IoError& error) {
        request.warn(std::string(error.what()) +
                     ". The pool is measured again at each start until the cache folder has space "
                     "and is writable; --cache names another folder");
    }
}

// The mean and the sum of squared differences from it, one stimulus after another (Welford 1962).
struct Moments {
    torch::Tensor mean;
    torch::Tensor squares;

    void add(const torch::Tensor& values, int count)
    {
        if (!mean.defined()) {
            mean = torch::zeros_like(values);
            squares = torch::zeros_like(values);
        }
        const auto from = values - mean;
        mean += from / count;
        squares += from * (values - mean);
    }
    std::vector<float> deviations(int count) const
    {
        const auto sd = (squares / count).sqrt().to(torch::kFloat32).contiguous();
        return {sd.data_ptr<float>(), sd.data_ptr<float>() + sd.numel()};
    }
};

} // namespace

std::map<std::string, std::vector<float>>
loadOrMeasureDeviations(const BasisRequest& request, const std::vector<std::string>& layers,
                        const Progress& progress, const std::stop_token& stop)
{
    std::map<std::string, std::vector<float>> all;
    std::vector<std::string> missing;
    for (const auto& layer : layers) {
        if (auto found = kept(request, layer)) {
            all[layer] = std::move(*found);
        } else if (std::ranges::find(missing, layer) == missing.end()) {
            missing.push_back(layer);
        }
    }
    if (missing.empty()) {
        return all;
    }
    const OneThread sameOrder;
    const auto what = std::string(kindOf(request.format).folder().what);
    std::vector<Moments> moments(missing.size());
    int done = 0;
    forEachPoolStimulus(
        request.spec.pool, request.format,
        [&](int /*index*/, int total, const Stimulus& stimulus) {
            const auto activations = request.model.activationsOf(
                request.model.toDevice(toTensor(stimulus)).unsqueeze(0), missing);
            ++done;
            for (std::size_t l = 0; l < missing.size(); ++l) {
                moments[l].add(activations[l].flatten().to(torch::kCPU, torch::kFloat64), done);
            }
            progress("Measuring the units: " + what + " " + std::to_string(done) + " of " +
                         std::to_string(total),
                     static_cast<double>(done) / total);
        },
        stop);
    for (std::size_t l = 0; l < missing.size(); ++l) {
        auto deviations = moments[l].deviations(done);
        keep(request, missing[l], deviations);
        all[missing[l]] = std::move(deviations);
    }
    return all;
}

} // namespace mlab::stimuli
