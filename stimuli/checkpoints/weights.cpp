// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/checkpoints/weights.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/sha256.h"
#include "stimuli/checkpoints/mapped_file.h"
#include "stimuli/checkpoints/safetensors.h"
#include "stimuli/checkpoints/torch_checkpoint.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

namespace mlab::stimuli {
namespace {

using Views = std::map<std::string, ArrayView>;

Views viewArrays(std::string_view bytes, const std::string& name)
{
    constexpr std::size_t kSafetensorsBrace = 8; // behind the length of the header
    if (isZipFile(bytes) || isLegacyTorchCheckpoint(bytes)) {
        return viewTorchCheckpoint(bytes, name);
    }
    if (bytes.size() > kSafetensorsBrace && bytes[kSafetensorsBrace] == '{') {
        return viewSafetensors(bytes, name).arrays;
    }
    if (const auto mistaken = mistakenContent(bytes); !mistaken.empty()) {
        throw IoError(name + " is not a file of weights: " + mistaken);
    }
    throw IoError(name + " is not a file of weights: a safetensors file or a PyTorch checkpoint "
                         "(torch.save of model.state_dict()) is accepted");
}

/// Removes a prefix from all names if all have it.
void dropCommonPrefix(Views& views, const std::string& prefix)
{
    const bool common = std::all_of(views.begin(), views.end(), [&](const auto& item) {
        return item.first.starts_with(prefix) && item.first.size() > prefix.size();
    });
    if (!common) {
        return;
    }
    Views renamed;
    for (auto& [name, view] : views) {
        renamed.emplace(name.substr(prefix.size()), std::move(view));
    }
    views = std::move(renamed);
}

std::optional<InputNormaliser> takeNormaliser(Views& views, const std::string& prefix,
                                              const std::string& name)
{
    const auto mean = views.extract(prefix + "new_mean");
    const auto deviation = views.extract(prefix + "new_std");
    if (mean.empty() && deviation.empty()) {
        return std::nullopt;
    }
    const std::string what = name + ": the normaliser " + prefix + "new_mean, new_std ";
    InputNormaliser out;
    const auto channels = [](const auto& node) { // [channels], or [channels, 1, 1] to broadcast
        return node.empty() || node.mapped().shape.empty() ? 0 : node.mapped().shape.front();
    };
    const auto flat = [&](const auto& node) {
        return !node.empty() && elementCount(node.mapped().shape) == channels(node);
    };
    if (channels(mean) < 1 || channels(mean) > 4 || channels(mean) != channels(deviation) ||
        !flat(mean) || !flat(deviation)) {
        throw IoError(what + "does not hold one number for each colour channel");
    }
    out.mean = toFloat32(mean.mapped()).values;
    out.std = toFloat32(deviation.mapped()).values;
    for (std::size_t i = 0; i < out.mean.size(); ++i) {
        if (!std::isfinite(out.mean[i]) || !std::isfinite(out.std[i]) || out.std[i] <= 0) {
            throw IoError(what + "must be finite, and new_std above 0");
        }
    }
    return out;
}

/// Robustness: `attacker.model.*` is the same network as `model.*`, held by its attacker too.
void dropAttacker(Views& views)
{
    const std::string attacker = "attacker.model.";
    const auto held = [&](const auto& item) { return item.first.starts_with(attacker); };
    const bool twice = std::all_of(views.begin(), views.end(), [&](const auto& item) {
        return held(item) || item.first.starts_with("model.");
    });
    if (twice && !std::all_of(views.begin(), views.end(), held)) {
        std::erase_if(views, held);
    }
    dropCommonPrefix(views, attacker);
}

} // namespace

Weights loadWeights(const std::filesystem::path& file)
{
    const MappedFile mapped(file);
    const auto bytes = mapped.bytes();
    const std::string name = file.string();
    auto views = viewArrays(bytes, name);

    Weights out;
    dropCommonPrefix(views, "module.");
    out.normaliser = takeNormaliser(views, "normalizer.", name);
    const auto attackers = takeNormaliser(views, "attacker.normalize.", name);
    if (!out.normaliser) {
        out.normaliser = attackers;
    }
    dropAttacker(views);
    dropCommonPrefix(views, "model.");
    if (views.empty()) {
        throw IoError(name + " holds no weights: no array of real numbers");
    }

    auto rest = static_cast<std::int64_t>(bytes.size());
    for (const auto& [key, view] : views) {
        rest -= std::min(elementCount(view.shape).value(), rest + 1);
        if (rest < 0) {
            throw IoError(name + " is not a usable file of weights: its arrays hold more numbers "
                                 "than the file has bytes");
        }
        out.arrays.emplace(key, toFloat32(view));
    }
    out.sha256 = sha256Hex(bytes);
    return out;
}

} // namespace mlab::stimuli
