// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/metamer_maker.h"

#include "core/error.h"
#include "stimuli/coordinates.h"
#include "stimuli/metamer_rounding.h"
#include "stimuli/model_info.h"
#include "stimuli/stimulus_sources.h"
#include "stimuli/torch_errors.h"

#include <torch/torch.h>

#include <charconv>

namespace mlab::stimuli {
namespace {

std::vector<float> toVector(const torch::Tensor& tensor)
{
    const auto flat = tensor.detach().cpu().to(torch::kFloat32).flatten().contiguous();
    return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

// [3, side, side] in [0, 1], to the nearest of 256 levels.
RgbImage toImage(const torch::Tensor& image)
{
    const auto bytes =
        (image.detach().cpu().permute({1, 2, 0}) * 255.0F).round_().to(torch::kUInt8).contiguous();
    const auto* first = bytes.data_ptr<std::uint8_t>();
    return {.width = static_cast<int>(image.size(2)),
            .height = static_cast<int>(image.size(1)),
            .pixels = {first, first + bytes.numel()}};
}

// The noise of a reference is its own, whatever batch it is in: numbered by its hash.
std::uint64_t noiseIndex(const NamedStimulus& reference)
{
    std::uint64_t index = 0;
    std::from_chars(reference.sha256.data(), reference.sha256.data() + 16, index, 16);
    return index;
}

std::string nameOf(const MetamerItem& item, const std::string& layer)
{
    return layer + ", " + item.reference->id + ", seed " + std::to_string(item.seed);
}

} // namespace

MetamerMaker::MetamerMaker(const ModelSpec& model, const StimulusFormat& format,
                           const ComputeOptions& compute)
    : model_(makeModel(model, format, compute)), format_(format)
{
}

MetamerMaker::~MetamerMaker() = default;

MetamerKey MetamerMaker::key(const MetamerItem& item, const std::string& layer,
                             const MetamerSettings& settings) const
{
    return {.modelSha256 = model_->sha256(),
            .referenceSha256 = item.reference->sha256,
            .layer = layer,
            .seed = item.seed,
            .settings = settings,
            .halfPrecision = model_->compute().halfPrecision};
}

std::vector<MetamerResult> MetamerMaker::make(std::span<const MetamerItem> items,
                                              const std::string& layer,
                                              const MetamerSettings& settings,
                                              const Progress& progress,
                                              const std::stop_token& stop) const
{
    requireLayer(model_->info(), layer);
    std::vector<MetamerResult> results(items.size());
    makeTogether(items, results, layer, settings, progress, stop);
    return results;
}

void MetamerMaker::makeTogether(std::span<const MetamerItem> items,
                                std::span<MetamerResult> results, const std::string& layer,
                                const MetamerSettings& settings, const Progress& progress,
                                const std::stop_token& stop) const
{
    const auto lastRelu = settings.identityGradient ? LastRelu::identity : LastRelu::plain;
    std::vector<std::size_t> usable;
    std::vector<torch::Tensor> starts;
    std::vector<torch::Tensor> targets;
    bool tooMany = false;
    try {
        for (std::size_t i = 0; i < items.size(); ++i) {
            const torch::NoGradGuard noGradients;
            const auto original = model_->toDevice(toTensor(items[i].reference->stimulus));
            const auto target = model_->activations(original.unsqueeze(0), layer);
            if (!target.isfinite().all().item<bool>() || !target.ne(0).any().item<bool>()) {
                results[i].problem = nameOf(items[i], layer) +
                                     ": the original's activations are all zero or not finite, so "
                                     "there is nothing to match";
                continue;
            }
            const auto noise =
                metamerNoise(settings.noise, items[i].seed, noiseIndex(*items[i].reference),
                             static_cast<std::size_t>(original.numel()));
            starts.push_back(torch::tensor(at::ArrayRef<float>(noise)).view(original.sizes()));
            targets.push_back(target);
            usable.push_back(i);
        }
        if (usable.empty()) {
            return;
        }
        const auto loss = matchLoss(settings.loss, torch::cat(targets));
        const auto [solved, outcomes] = solveMetamers(
            settings.solver,
            [&](const torch::Tensor& candidates) {
                return loss(model_->activations(candidates, layer, lastRelu));
            },
            model_->toDevice(torch::stack(starts)), settings.tolerance,
            [&](const MetamerProgress& at) { progress(at.done, at.total); }, stop);
        const auto images = roundKeepingMatch(
            [&](const torch::Tensor& candidates) {
                return loss(model_->activations(candidates, layer));
            },
            solved, stop);
        for (std::size_t n = 0; n < usable.size(); ++n) {
            const auto& item = items[usable[n]];
            Metamer metamer;
            metamer.stimulus =
                std::make_shared<const RgbImage>(toImage(images[static_cast<std::int64_t>(n)]));
            metamer.outcome = outcomes[n];
            const torch::NoGradGuard noGradients;
            const auto shown = model_->toDevice(toTensor(metamer.stimulus)).unsqueeze(0);
            metamer.loss = matchLoss(settings.loss, targets[n])(model_->activations(shown, layer))
                               .item<double>();
            measure(metamer, item);
            results[usable[n]].metamer = std::move(metamer);
        }
    } catch (const OutOfMemory&) {
        tooMany = true;
    } catch (const c10::Error& problem) {
        try {
            rethrow(problem, nameOf(items.front(), layer));
        } catch (const OutOfMemory&) {
            tooMany = true;
        }
    }
    if (!tooMany) {
        return;
    }
    if (items.size() == 1) {
        throw OutOfMemory(nameOf(items.front(), layer) +
                          ": the GPU's memory is not enough for a single image; use smaller images "
                          "or --device cpu");
    }
    const auto half = items.size() / 2;
    starts.clear();
    targets.clear();
    makeTogether(items.first(half), results.first(half), layer, settings, progress, stop);
    makeTogether(items.subspan(half), results.subspan(half), layer, settings, progress, stop);
}

void MetamerMaker::measure(Metamer& metamer, const MetamerItem& item) const
{
    const auto original = model_->toDevice(toTensor(item.reference->stimulus)).unsqueeze(0);
    const auto shown = model_->toDevice(toTensor(metamer.stimulus)).unsqueeze(0);
    for (const auto& layer : model_->info().layers) {
        const auto a = model_->activations(original, layer);
        const auto b = model_->activations(shown, layer);
        metamer.layers.push_back({layer, compareActivations(toVector(a), toVector(b))});
        if (layer == model_->info().logitsLayer) {
            const auto classOf = [&](const torch::Tensor& logits) {
                return model_->info()
                    .classes[static_cast<std::size_t>(logits.argmax().item<std::int64_t>())];
            };
            metamer.originalClass = classOf(a);
            metamer.metamerClass = classOf(b);
        }
    }
    metamer.metrics = compare(item.reference->stimulus, metamer.stimulus);
}

NullDistribution MetamerMaker::nullDistribution(const std::string& layer, const NullSpec& spec,
                                                const std::stop_token& stop) const
{
    requireLayer(model_->info(), layer);
    const torch::NoGradGuard noGradients;
    std::vector<std::optional<RankedActivations>> pool;
    forEachPoolStimulus(
        spec.pool, format_,
        [&](int index, int count, const Stimulus& stimulus) {
            pool.resize(static_cast<std::size_t>(count));
            const auto values =
                model_->activations(model_->toDevice(toTensor(stimulus)).unsqueeze(0), layer);
            pool[static_cast<std::size_t>(index)] = RankedActivations(toVector(values));
        },
        stop);
    std::vector<ActivationMatch> matches;
    for (const auto& [a, b] :
         randomPairs(pool.size(), static_cast<std::size_t>(spec.pairs), spec.seed)) {
        if (stop.stop_requested()) {
            throw Cancelled();
        }
        matches.push_back(compareActivations(*pool[a], *pool[b]));
    }
    return NullDistribution(matches);
}

} // namespace mlab::stimuli
