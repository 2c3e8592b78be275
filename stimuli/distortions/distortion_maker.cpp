// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/distortions/distortion_maker.h"

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/base/sha256.h"
#include "stimuli/distortions/distorted_stimulus.h"
#include "stimuli/distortions/extremal_eigenvector.h"
#include "stimuli/distortions/fisher_information.h"
#include "stimuli/distortions/principal_distortions.h"
#include "stimuli/distortions/unit_vectors.h"
#include "stimuli/models/model.h"
#include "stimuli/sources/stimulus_sources.h"
#include "stimuli/spaces/stimulus_space.h"
#include "stimuli/store/cache_folder.h"
#include "stimuli/store/probe_cache.h"
#include "stimuli/tensors/compute.h"
#include "stimuli/tensors/stimulus_tensor.h"
#include "stimuli/tensors/torch_errors.h"

#include <torch/types.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <list>
#include <utility>

namespace mlab::stimuli {
namespace {

using torch::Tensor;

// Of the largest eigenvalue, added to all where networks are compared: a change that one of them
// does not see at all would make the ratio of its thresholds infinite.
constexpr double kFloor = 1e-4;

double millisecondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
        .count();
}

/// A network's Fisher information about one stimulus, along the changes that its space allows.
class Sensitivity {
public:
    Sensitivity(const Model& model, const std::string& layer, const Stimulus& stimulus)
        : space_(spaceOf(stimulus).probes(stimulus, toTensor(stimulus), ProbeSolver::minimumNorm,
                                          model.isCompressive())),
          information_(model, layer, model.toDevice(toTensor(stimulus))),
          values_(toTensor(stimulus).flatten().to(torch::kFloat64))
    {
    }

    std::int64_t size() const { return information_.size(); }
    std::int64_t units() const { return information_.units(); }

    /// In the coordinates of the space: see ProbeSpace::openGradients().
    Tensor product(const Tensor& step) const
    {
        return space_->openGradients(information_.product(changeOf(step)).unsqueeze(0), values_)[0];
    }
    Tensor changeOf(const Tensor& step) const { return space_->stepFrom(step.clone()); }
    /// e^T I e, which rounding could take below 0.
    double of(const Tensor& change) const
    {
        return std::max(0.0, torch::dot(change, information_.product(change)).item<double>());
    }

private:
    std::unique_ptr<ProbeSpace> space_;
    FisherInformation information_;
    Tensor values_; ///< on the host
};

Distortion described(const Tensor& step, const std::vector<std::unique_ptr<Sensitivity>>& networks)
{
    const auto change = networks.front()->changeOf(step);
    const auto direction = change / change.norm();
    Distortion out;
    const auto values = direction.to(torch::kFloat32).contiguous();
    out.direction = {values.data_ptr<float>(), values.data_ptr<float>() + values.numel()};
    for (const auto& network : networks) {
        out.sensitivities.push_back(network->of(direction));
        out.units.push_back(network->units());
    }
    return out;
}

Distortion eigendistortion(const std::vector<std::unique_ptr<Sensitivity>>& networks,
                           DistortionKind kind, const std::stop_token& stop)
{
    const auto& network = *networks.front();
    const auto found = extremalEigenvector(
        [&](const Tensor& step) { return network.product(step); }, network.size(),
        kind == DistortionKind::largest ? Extreme::largest : Extreme::smallest, {}, stop);
    if (found.largest == 0) {
        throw NumericError("the layer does not respond to any small change of it");
    }
    auto out = described(vectorOf(found.vector), networks);
    out.residual = found.residual;
    out.iterations = found.products;
    out.converged = found.converged;
    return out;
}

std::array<Distortion, 2> principalPair(const std::vector<std::unique_ptr<Sensitivity>>& networks,
                                        const std::stop_token& stop)
{
    std::vector<SymmetricProduct> products;
    for (const auto& network : networks) {
        const SymmetricProduct product = [&network](const Tensor& step) {
            return network->product(step);
        };
        const auto largest = extremalEigenvector(product, network->size(), Extreme::largest,
                                                 {.tolerance = 1e-2}, stop);
        products.emplace_back([product, floor = kFloor * largest.value](const Tensor& step) {
            return product(step) + floor * step;
        });
    }
    const auto found =
        principalDistortions(products, networks.front()->size(), PrincipalOptions(), stop);
    std::array<Distortion, 2> pair;
    for (std::size_t i = 0; i < 2; ++i) {
        pair[i] = described(vectorOf(found.vectors[i]), networks);
        pair[i].residual = found.growth;
        pair[i].iterations = found.steps;
        pair[i].converged = found.converged;
    }
    return pair;
}

std::string notConvergedText(const Distortion& distortion)
{
    return "the search for its distortion has not converged: residual " +
           roundedNumber(distortion.residual) + " after " + std::to_string(distortion.iterations) +
           " iterations";
}

} // namespace

struct DistortionMaker::State {
    explicit State(const DistortionOptions& given)
        : options(given), cache(distortionFolder(given.cacheFolder), given.warn),
          probes(probeFolder(given.cacheFolder), given.warn)
    {
    }

    const Model& model(const ModelSpec& spec);
    const DistortionLayer& announced(const std::string& layer) const;
    /// The networks that a distortion depends on, the design's own first.
    std::vector<std::pair<const Model*, std::string>> networksOf(const std::string& layer,
                                                                 DistortionKind kind) const;
    DistortionKey keyOf(const NamedStimulus& reference, const std::string& layer,
                        DistortionKind kind) const;
    void keep(const DistortionKey& key, const Distortion& distortion);
    void keepProbe(const ProbeRequest& request, const NamedStimulus& reference, double signedLevel,
                   const DistortedStimulus& made);

    DistortionOptions options;
    DistortionCache cache;
    ProbeCache probes;
    std::vector<std::pair<ModelSpec, std::unique_ptr<Model>>> models; ///< options.model first
    std::vector<NamedStimulus> references;
    /// By path, the latest first: also where the cache cannot be written.
    std::list<std::pair<std::filesystem::path, Distortion>> last;
    bool probesFailed = false; ///< to be stored, and it was said
};

const Model& DistortionMaker::State::model(const ModelSpec& spec)
{
    const auto found =
        std::ranges::find_if(models, [&](const auto& loaded) { return loaded.first == spec; });
    if (found != models.end()) {
        return *found->second;
    }
    models.emplace_back(spec, makeModel(spec, options.format, options.compute));
    return *models.back().second;
}

const DistortionLayer& DistortionMaker::State::announced(const std::string& layer) const
{
    const auto found = std::ranges::find(options.layers, layer, &DistortionLayer::layer);
    if (found == options.layers.end()) {
        throw InvalidArgument("no distortions were announced for layer \"" + layer + "\"");
    }
    return *found;
}

std::vector<std::pair<const Model*, std::string>>
DistortionMaker::State::networksOf(const std::string& layer, DistortionKind kind) const
{
    std::vector<std::pair<const Model*, std::string>> networks = {
        {models.front().second.get(), layer}};
    if (!isPrincipal(kind)) {
        return networks;
    }
    for (const auto& other : announced(layer).others) {
        const auto found = std::ranges::find_if(
            models, [&](const auto& loaded) { return loaded.first == other.model; });
        networks.emplace_back(found->second.get(), other.layer);
    }
    if (networks.size() < 2) {
        throw InvalidArgument("principal distortions of layer \"" + layer +
                              "\" need other models to compare it with");
    }
    return networks;
}

DistortionKey DistortionMaker::State::keyOf(const NamedStimulus& reference,
                                            const std::string& layer, DistortionKind kind) const
{
    DistortionKey key{.networks = {}, .referenceSha256 = reference.sha256, .kind = kind};
    for (const auto& [model, where] : networksOf(layer, kind)) {
        key.networks.push_back({.modelSha256 = model->sha256(), .layer = where});
    }
    return key;
}

void DistortionMaker::State::keep(const DistortionKey& key, const Distortion& distortion)
{
    constexpr std::size_t kKept = 48;
    last.emplace_front(cache.path(key), distortion);
    if (last.size() > kKept) {
        last.pop_back();
    }
}

void DistortionMaker::State::keepProbe(const ProbeRequest& request, const NamedStimulus& reference,
                                       double signedLevel, const DistortedStimulus& made)
{
    const DistortedProbeKey key{.distortion = keyOf(reference, request.layer, *request.distortion),
                                .signedLevel = signedLevel};
    // One that is damaged, or has no record because the program was killed, is stored again.
    const auto kept = probes.stimulusOf({.keyHash = key.hash(), .metrics = {}});
    if (kept && sha256Of(*kept) == sha256Of(made.stimulus)) {
        return;
    }
    try {
        probes.store(key, {.stimulus = made.stimulus,
                           .levelAchieved = made.levelAchieved,
                           .rest = made.rest,
                           .converged = made.converged,
                           .metrics = compare(reference.stimulus, made.stimulus)});
    } catch (const IoError& problem) {
        if (!std::exchange(probesFailed, true)) {
            options.warn(std::string(problem.what()) +
                         ". Probes that cannot be stored there are still shown; free some space "
                         "and make the folder writable, or name another folder with --cache");
        }
    }
}

DistortionMaker::DistortionMaker(const DistortionOptions& options, const Progress& progress)
    : state_(std::make_unique<State>(options))
{
    if (options.compute.halfPrecision) {
        throw InvalidArgument("distortions need derivatives in single precision; leave out --half");
    }
    try {
        progress("Loading the models", 0.0);
        state_->model(options.model);
        for (const auto& layer : options.layers) {
            for (const auto& other : layer.others) {
                state_->model(other.model);
            }
        }
        progress("Loading the references", 0.0);
        if (options.unusableReference) {
            std::vector<std::string> unusable;
            state_->references = loadUsableReferences(options.references, options.format, unusable);
            std::ranges::for_each(unusable, options.unusableReference);
        } else {
            state_->references = loadReferences(options.references, options.format);
        }
        tellRemarks(state_->references, options.warn);
    } catch (const c10::Error& problem) {
        rethrow(problem, "starting the model");
    }
}

DistortionMaker::~DistortionMaker() = default;

EngineInfo DistortionMaker::info() const
{
    EngineInfo info;
    info.modelSha256 = state_->models.front().second->sha256();
    info.compute = state_->models.front().second->compute();
    Sha256 others; // in place of a basis: what the distortions depend on besides the model
    for (const auto& layer : state_->options.layers) {
        for (const auto& other : layer.others) {
            const auto found = std::ranges::find_if(
                state_->models, [&](const auto& loaded) { return loaded.first == other.model; });
            others.update(found->second->sha256()).update(other.layer);
        }
    }
    info.basisSha256 = others.hex();
    for (const auto& reference : state_->references) {
        info.references.push_back({.id = reference.id, .sha256 = reference.sha256});
        if (const auto* sound = std::get_if<SoundPtr>(&reference.stimulus)) {
            info.sounds.push_back(*sound);
        }
    }
    return info;
}

const std::vector<NamedStimulus>& DistortionMaker::references() const
{
    return state_->references;
}

std::filesystem::path DistortionMaker::path(const NamedStimulus& reference,
                                            const std::string& layer, DistortionKind kind) const
{
    return state_->cache.path(state_->keyOf(reference, layer, kind));
}

std::optional<Distortion> DistortionMaker::findDistortion(const NamedStimulus& reference,
                                                          const std::string& layer,
                                                          DistortionKind kind) const
{
    const auto key = state_->keyOf(reference, layer, kind);
    const auto file = state_->cache.path(key);
    auto& last = state_->last;
    const auto known =
        std::ranges::find(last, file, &std::pair<std::filesystem::path, Distortion>::first);
    if (known != last.end()) {
        last.splice(last.begin(), last, known);
        return last.front().second;
    }
    auto found = state_->cache.find(key);
    if (found) {
        state_->keep(key, *found);
    }
    return found;
}

Distortion DistortionMaker::distortion(const NamedStimulus& reference, const std::string& layer,
                                       DistortionKind kind, const std::stop_token& stop)
{
    if (auto found = findDistortion(reference, layer, kind)) {
        return std::move(*found);
    }
    const OneThread sameOrder;
    try {
        std::vector<std::unique_ptr<Sensitivity>> networks;
        for (const auto& [model, where] : state_->networksOf(layer, kind)) {
            networks.push_back(std::make_unique<Sensitivity>(*model, where, reference.stimulus));
        }
        const auto kept = [&](DistortionKind made, const Distortion& distortion) {
            // Trials may have shown the other of a pair: one that is there stays as it is.
            if (made != kind && findDistortion(reference, layer, made)) {
                return;
            }
            const auto key = state_->keyOf(reference, layer, made);
            state_->cache.store(key, distortion);
            state_->keep(key, distortion);
        };
        if (!isPrincipal(kind)) {
            auto made = eigendistortion(networks, kind, stop);
            kept(kind, made);
            return made;
        }
        auto [first, second] = principalPair(networks, stop);
        kept(DistortionKind::principal1, first);
        kept(DistortionKind::principal2, second);
        return kind == DistortionKind::principal1 ? std::move(first) : std::move(second);
    } catch (const c10::Error& problem) {
        rethrow(problem, "layer " + layer + ", reference " + reference.id);
    } catch (const NumericError& problem) {
        throw NumericError("reference " + reference.id + ": " + problem.what());
    }
}

double DistortionMaker::predictedThreshold(const NamedStimulus& reference,
                                           const Distortion& distortion, std::size_t network) const
{
    const auto values = static_cast<double>(distortion.direction.size());
    return 100 / (fullLevelRms(reference.stimulus) *
                  std::sqrt(values * distortion.sensitivities.at(network)));
}

DistortedStimulus DistortionMaker::distorted(const NamedStimulus& reference,
                                             const Distortion& distortion, double signedLevel) const
{
    const OneThread sameOrder;
    return distortedStimulus(reference.stimulus, distortion.direction, signedLevel);
}

Probe DistortionMaker::make(const ProbeRequest& request, const std::stop_token& stop)
{
    if (!request.distortion) {
        throw InvalidArgument("a probe request names no distortion");
    }
    const auto start = std::chrono::steady_clock::now();
    const double signedLevel =
        request.direction == Direction::plus ? request.level : -request.level;
    std::optional<DistortedStimulus> best;
    const NamedStimulus* shown = nullptr;
    bool allFromCache = true;
    std::string unusable;
    const auto missed = [&](const DistortedStimulus& made) {
        return std::abs(made.levelAchieved - request.level);
    };
    for (const auto& id : request.references) {
        const auto reference = std::ranges::find(state_->references, id, &NamedStimulus::id);
        if (reference == state_->references.end()) {
            throw InvalidArgument("reference \"" + id + "\" is not in this session's set");
        }
        try {
            const bool known =
                findDistortion(*reference, request.layer, *request.distortion).has_value();
            allFromCache = allFromCache && known;
            const auto along = distortion(*reference, request.layer, *request.distortion, stop);
            if (!along.converged) {
                throw NumericError("reference " + id + ": " + notConvergedText(along));
            }
            auto made = distorted(*reference, along, signedLevel);
            if (!best || made.converged || missed(made) < missed(*best)) {
                state_->keepProbe(request, *reference, signedLevel, made);
                best = std::move(made);
                shown = &*reference;
            }
        } catch (const NumericError& problem) { // a picture of one colour, for example
            allFromCache = false;
            unusable += (unusable.empty() ? "" : "; ") + std::string(problem.what());
            continue;
        }
        if (best->converged) {
            break;
        }
    }
    if (!best && !unusable.empty()) {
        throw NumericError("no reference of this trial can make a probe (" + unusable +
                           "); remove such references, or let a trial try more of them "
                           "(references_per_trial)");
    }
    if (!best) {
        throw InvalidArgument("a probe request names no reference");
    }
    const auto hash = sha256Of(best->stimulus);
    return {.reference = shown->stimulus,
            .probe = std::move(best->stimulus),
            .referenceId = shown->id,
            .referenceSha256 = shown->sha256,
            .probeSha256 = hash,
            .levelAchieved = best->levelAchieved,
            .residualMax = best->rest,
            .converged = best->converged,
            .generationMs = allFromCache ? 0.0 : millisecondsSince(start),
            .cacheHit = allFromCache};
}

} // namespace mlab::stimuli
