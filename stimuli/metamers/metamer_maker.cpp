// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/metamers/metamer_maker.h"

#include "core/base/error.h"
#include "stimuli/catalog/model_info.h"
#include "stimuli/metamers/metamer_losses.h"
#include "stimuli/metamers/metamer_rounding.h"
#include "stimuli/numerics/metamer_noise.h"
#include "stimuli/sources/stimulus_sources.h"
#include "stimuli/spaces/stimulus_space.h"
#include "stimuli/store/metamer_settings.h"
#include "stimuli/tensors/last_relu.h"
#include "stimuli/tensors/stimulus_tensor.h"
#include "stimuli/tensors/torch_errors.h"

#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace mlab::stimuli {
namespace {

std::vector<float> toFloats(const torch::Tensor& tensor)
{
    const auto flat = tensor.detach().cpu().to(torch::kFloat32).flatten().contiguous();
    return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

// A reference has the same noise in every batch: it is numbered by the reference's hash.
std::uint64_t noiseIndex(const NamedStimulus& reference)
{
    std::uint64_t index = 0;
    std::from_chars(reference.sha256.data(), reference.sha256.data() + 16, index, 16);
    return index;
}

// A coarse version of a layer gets a tenth of a solver's steps.
MetamerSolverSpec briefly(MetamerSolverSpec solver)
{
    constexpr int kShare = 10;
    int& budget = budgetOf(solver);
    budget = std::max(1, budget / kShare);
    return solver;
}

// Whether they differ by rounding only: the correlations, and the norm of the difference as a share
// of the original's.
bool isSame(const LayerMatch& a, const LayerMatch& b, double rounding)
{
    const auto difference = [](double snrDb) { // none where the SNR is infinite
        return std::isfinite(snrDb) ? std::pow(10.0, -snrDb / 20) : 0.0;
    };
    return a.layer == b.layer && std::abs(a.match.spearman - b.match.spearman) <= rounding &&
           std::abs(a.match.pearson - b.match.pearson) <= rounding &&
           std::abs(difference(a.match.snrDb) - difference(b.match.snrDb)) <= rounding;
}

std::string nameOf(const MetamerItem& item, const std::string& layer)
{
    return layer + ", " + item.reference->id +
           (item.start == nullptr ? ", seed " + std::to_string(item.seed)
                                  : ", from " + item.start->id);
}

} // namespace

MetamerMaker::MetamerMaker(const ModelSpec& model, const StimulusFormat& format,
                           const ComputeOptions& compute)
    : model_(makeModel(model, format, compute)), format_(format),
      space_(spaceOf(format).metamers(format, model_->info().sampleRateHz,
                                      model_->toDevice(torch::empty({0}))))
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
            .halfPrecision = model_->compute().halfPrecision,
            .startSha256 = item.start == nullptr ? std::string() : item.start->sha256};
}

std::optional<Metamer> MetamerMaker::find(MetamerCache& cache, const MetamerItem& item,
                                          const std::string& layer, const MetamerSettings& settings,
                                          bool measured) const
{
    return cache.find(key(item, layer, settings), [&](const Metamer& kept, bool hashed) {
        if (hashed && !measured) {
            return;
        }
        const double rounding = model_->compute().halfPrecision ? 2e-2 : 1e-3;
        Metamer found;
        found.stimulus = kept.stimulus;
        try {
            const torch::NoGradGuard noGradients;
            measure(found, item);
        } catch (const c10::Error& problem) {
            rethrow(problem, nameOf(item, layer));
        }
        if (!std::ranges::equal(
                kept.layers, found.layers,
                [&](const LayerMatch& a, const LayerMatch& b) { return isSame(a, b, rounding); }) ||
            kept.originalClass != found.originalClass || kept.metamerClass != found.metamerClass) {
            throw IoError("the match that it names is not what the model finds in its stimulus");
        }
    });
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
    std::vector<torch::Tensor> originals;
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
                                     "they cannot be matched";
                continue;
            }
            const auto values =
                items[i].start == nullptr
                    ? metamerNoise(settings.noise, items[i].seed, noiseIndex(*items[i].reference),
                                   static_cast<std::size_t>(original.numel()))
                    : toFloats(toTensor(items[i].start->stimulus));
            starts.push_back(space_->start(values, original));
            originals.push_back(original);
            targets.push_back(target);
            usable.push_back(i);
        }
        if (usable.empty()) {
            return;
        }
        const auto loss = matchLoss(settings.loss, torch::cat(targets));
        const auto begin = model_->toDevice(torch::stack(starts));
        const auto references = torch::stack(originals);
        const auto prepared =
            settings.identityGradient
                ? begin
                : onCoarseVersions(begin, references, layer, settings, progress, stop);
        const auto [solved, outcomes] = solveMetamers(
            settings.solver,
            [&](const torch::Tensor& values) {
                return loss(
                    model_->activations(space_->shaped(values, references), layer, lastRelu));
            },
            prepared, settings.tolerance,
            [&](const MetamerProgress& at) { progress(at.done, at.total); }, stop, space_->range());
        const auto written = space_->roundingSpoilsMatch()
                                 ? roundKeepingMatch(
                                       [&](const torch::Tensor& candidates) {
                                           return loss(model_->activations(candidates, layer));
                                       },
                                       solved, stop)
                                 : solved;
        for (std::size_t n = 0; n < usable.size(); ++n) {
            const auto& item = items[usable[n]];
            Metamer metamer;
            const auto at = static_cast<std::int64_t>(n);
            try {
                metamer.stimulus = space_->finished(written[at], begin[at], originals[n]);
            } catch (const NumericError& problem) {
                results[usable[n]].problem = nameOf(item, layer) + ": " + problem.what();
                continue;
            }
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
    originals.clear();
    targets.clear();
    makeTogether(items.first(half), results.first(half), layer, settings, progress, stop);
    makeTogether(items.subspan(half), results.subspan(half), layer, settings, progress, stop);
}

torch::Tensor
MetamerMaker::onCoarseVersions(const torch::Tensor& begin, const torch::Tensor& references,
                               const std::string& layer, const MetamerSettings& settings,
                               const Progress& progress, const std::stop_token& stop) const
{
    auto values = begin;
    for (int version = 1; version <= model_->coarseVersions(layer); ++version) {
        const auto activations = [&](const torch::Tensor& stimuli) {
            return model_->coarseActivations(stimuli, layer, version);
        };
        torch::Tensor target;
        {
            const torch::NoGradGuard noGradients;
            target = activations(references);
        }
        const auto loss = matchLoss(settings.loss, target);
        values = solveMetamers(
                     briefly(settings.solver),
                     [&](const torch::Tensor& x) {
                         return loss(activations(space_->shaped(x, references)));
                     },
                     values, settings.tolerance,
                     [&](const MetamerProgress& at) { progress(at.done, at.total); }, stop,
                     space_->range())
                     .first;
    }
    return values;
}

void MetamerMaker::measure(Metamer& metamer, const MetamerItem& item) const
{
    const auto original = model_->toDevice(toTensor(item.reference->stimulus)).unsqueeze(0);
    const auto shown = model_->toDevice(toTensor(metamer.stimulus)).unsqueeze(0);
    for (const auto& layer : model_->info().layers) {
        const auto a = model_->activations(original, layer);
        const auto b = model_->activations(shown, layer);
        metamer.layers.push_back({layer, compareActivations(toFloats(a), toFloats(b))});
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
            pool[static_cast<std::size_t>(index)] = RankedActivations(toFloats(values));
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
