// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/metamers/recognition_maker.h"

#include "core/base/diagnostic.h"
#include "core/base/error.h"
#include "core/base/parallel.h"
#include "stimuli/catalog/model_info.h"
#include "stimuli/metamers/metamer_maker.h"
#include "stimuli/sources/stimulus_folder.h"
#include "stimuli/sources/stimulus_kind.h"
#include "stimuli/sources/stimulus_sources.h"
#include "stimuli/store/cache_folder.h"
#include "stimuli/store/metamer_settings.h"
#include "stimuli/tensors/compute.h"
#include "stimuli/worker/engine_info.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <mutex>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

namespace mlab::stimuli {
namespace {

/// An SNR counts as reached if it is this close, dB: what is shown has been rounded.
constexpr double kRoundingDb = 0.1;

MetamerSettings settingsOf(const MetamerSpec& spec, const MetamerVariant& variant)
{
    int evaluations = spec.evaluations;
    MetamerSettings settings;
    settings.tolerance = spec.tolerance;
    if (const auto& match = variant.match) {
        if (match->unit == MetamerMatch::Unit::snrDb) {
            settings.tolerance = mismatchOfSnrDb(match->value); // as the loss is normalised
        } else {
            evaluations = static_cast<int>(match->value);
        }
    }
    settings.solver = LbfgsSpec{.evaluations = evaluations};
    settings.identityGradient = false; // L-BFGS needs the true gradient of its loss
    return settings;
}

bool accepted(const Metamer& metamer, double snrDb, const std::optional<MetamerMatch>& match)
{
    if (match && match->unit == MetamerMatch::Unit::snrDb) {
        return snrDb >= match->value - kRoundingDb;
    }
    return metamer.outcome.status != MetamerStatus::failed;
}

/// As the trial table keeps it.
std::string recordText(const Metamer& metamer, const RecognitionRequest& request,
                       std::uint64_t seed, bool isAccepted)
{
    nlohmann::ordered_json layers;
    for (const auto& [layer, match] : metamer.layers) {
        layers[layer] = {{"snr_db", std::isfinite(match.snrDb) ? nlohmann::ordered_json(match.snrDb)
                                                               : nlohmann::ordered_json()},
                         {"spearman", match.spearman},
                         {"pearson", match.pearson}};
    }
    nlohmann::ordered_json json = {{"sha256", sha256Of(metamer.stimulus)}};
    if (request.variant.start.empty()) {
        json["seed"] = seed;
    } else {
        json["start"] = request.variant.start;
    }
    json["evaluations"] = metamer.outcome.evaluations;
    json["accepted"] = isAccepted;
    json["layers"] = std::move(layers);
    return json.dump();
}

std::vector<NamedStimulus> referencesOf(const SynthesisSpec& spec)
{
    if (spec.referencesWithinPercentile) {
        throw InvalidArgument("recognition does not use a pool, so its references cannot have a "
                              "percentile; leave it out");
    }
    return loadReferences(spec.references, spec.format);
}

// Empty if the record lacks the layer: then this program did not write it.
std::optional<RecognitionStimulus> shown(const Metamer& metamer, const RecognitionRequest& request,
                                         const MetamerItem& item)
{
    const auto own = std::ranges::find(metamer.layers, request.layer, &LayerMatch::layer);
    if (own == metamer.layers.end()) {
        return std::nullopt;
    }
    const double snrDb = own->match.snrDb;
    const bool isAccepted = accepted(metamer, snrDb, request.variant.match);
    return RecognitionStimulus{.stimulus = metamer.stimulus,
                               .sha256 = sha256Of(metamer.stimulus),
                               .referenceSha256 = item.reference->sha256,
                               .matchSpearman = own->match.spearman,
                               .matchSnrDb =
                                   std::isfinite(snrDb) ? std::optional(snrDb) : std::nullopt,
                               .accepted = isAccepted,
                               .metamerJson = recordText(metamer, request, item.seed, isAccepted)};
}

} // namespace

struct RecognitionMaker::State {
    explicit State(const RecognitionMakerOptions& given)
        : options(given), cache(metamerFolder(given.cacheFolder), given.warn),
          references(referencesOf(given.spec))
    {
        tellRemarks(references, options.warn);
        const auto compute = resolved(given.compute);
        atATime = compute.device == "cpu" ? static_cast<unsigned>(compute.threads) : 1;
        options.compute = compute;
        options.compute.threads = 1;
        makers.push_back(anotherMaker());
    }

    std::unique_ptr<MetamerMaker> anotherMaker() const
    {
        return std::make_unique<MetamerMaker>(options.spec.model, options.spec.format,
                                              options.compute);
    }
    const MetamerMaker& first() const { return *makers.front(); }

    // The request's reference, once its names have been checked.
    const NamedStimulus& checked(const RecognitionRequest& request) const
    {
        if (!request.layer.empty()) {
            requireLayer(first().info(), request.layer);
        }
        if (!request.variant.start.empty()) {
            referenceNamed(request.variant.start);
        }
        return referenceNamed(request.reference);
    }

    const NamedStimulus& referenceNamed(const std::string& id) const
    {
        const auto found = std::ranges::find(references, id, &NamedStimulus::id);
        if (found == references.end()) {
            std::vector<std::string> ids;
            std::ranges::transform(references, std::back_inserter(ids), &NamedStimulus::id);
            const auto nearest = nearestName(id, ids);
            throw InvalidArgument("reference \"" + id + "\" is not among this design's " +
                                  std::to_string(ids.size()) +
                                  (nearest ? " (did you mean \"" + *nearest + "\"?)" : ""));
        }
        return *found;
    }

    MetamerItem item(const RecognitionRequest& request, const NamedStimulus& reference) const
    {
        const auto& variant = request.variant;
        return {.reference = &reference,
                .seed = options.metamers.seed + variant.seed,
                .start = variant.start.empty() ? nullptr : &referenceNamed(variant.start)};
    }

    MetamerSettings settings(const RecognitionRequest& request) const
    {
        return settingsOf(options.metamers, request.variant);
    }

    std::optional<RecognitionStimulus> there(const RecognitionRequest& request,
                                             const NamedStimulus& reference)
    {
        if (request.layer.empty()) {
            return RecognitionStimulus{.stimulus = reference.stimulus,
                                       .sha256 = reference.sha256,
                                       .referenceSha256 = reference.sha256,
                                       .matchSpearman = std::nullopt,
                                       .matchSnrDb = std::nullopt};
        }
        const auto one = item(request, reference);
        const auto kept =
            first().find(cache, one, request.layer, settings(request), options.measureCached);
        return kept ? shown(*kept, request, one) : std::nullopt;
    }

    // Called by several threads, each with a maker of its own.
    RecognitionStimulus made(const MetamerMaker& maker, const RecognitionRequest& request,
                             const NamedStimulus& reference, const MetamerMaker::Progress& progress,
                             const std::stop_token& stop)
    {
        const auto one = item(request, reference);
        MetamerResult result;
        try {
            result = std::move(
                maker.make({&one, 1}, request.layer, settings(request), progress, stop).front());
        } catch (const NumericError& problem) { // its message may not name the metamer
            result.problem = problem.what();
        }
        if (!result.metamer) {
            throw NumericError("no metamer could be made of reference " + request.reference +
                               " at layer " + request.layer + " (" + result.problem +
                               "); remove the reference or the layer from the design");
        }
        keep(maker.key(one, request.layer, settings(request)), *result.metamer);
        return shown(*result.metamer, request, one).value();
    }

    void keep(const MetamerKey& key, const Metamer& metamer)
    {
        try {
            cache.store(key, metamer);
        } catch (const IoError& problem) {
            const std::scoped_lock lock(telling);
            if (!std::exchange(cacheFailed, true)) {
                options.warn(std::string(problem.what()) +
                             ". Metamers that cannot be stored there are made again each time; "
                             "free some space and make the folder writable, or name another "
                             "folder with --cache");
            }
        }
    }

    RecognitionMakerOptions options;
    MetamerCache cache;
    std::vector<NamedStimulus> references;
    unsigned atATime = 1; ///< metamers
    /// One or more, at most `atATime`: a model is only for one thread at a time.
    std::vector<std::unique_ptr<MetamerMaker>> makers;
    std::mutex telling;       ///< held for what tells the caller
    bool cacheFailed = false; ///< and it was said
};

RecognitionMaker::RecognitionMaker(const RecognitionMakerOptions& options, const Progress& progress,
                                   const std::stop_token& stop)
{
    progress("Loading the references", 0.0);
    state_ = std::make_unique<State>(options);
    throwIfStopped(stop);
}

RecognitionMaker::~RecognitionMaker() = default;

EngineInfo RecognitionMaker::info() const
{
    EngineInfo info;
    info.modelSha256 = state_->first().modelSha256();
    info.compute = state_->first().compute();
    for (const auto& reference : state_->references) {
        info.references.push_back({.id = reference.id, .sha256 = reference.sha256});
    }
    return info;
}

const std::vector<NamedStimulus>& RecognitionMaker::references() const
{
    return state_->references;
}

bool RecognitionMaker::isThere(const RecognitionRequest& request) const
{
    const auto& reference = state_->checked(request);
    const auto isAsStored = [](const Metamer& /*kept*/, bool /*hashed*/) {};
    return request.layer.empty() ||
           state_->cache
               .find(state_->first().key(state_->item(request, reference), request.layer,
                                         state_->settings(request)),
                     isAsStored)
               .has_value();
}

RecognitionStimuli RecognitionMaker::make(std::span<const RecognitionRequest> requests,
                                          const Progress& progress, const std::stop_token& stop)
{
    RecognitionStimuli stimuli;
    makeEach(
        requests,
        [&](const RecognitionRequest& request, const RecognitionStimulus* stimulus,
            const std::string& problem) {
            if (stimulus == nullptr) {
                throw NumericError(problem);
            }
            stimuli[request] = *stimulus;
        },
        progress, stop);
    return stimuli;
}

void RecognitionMaker::makeEach(std::span<const RecognitionRequest> requests, const Take& take,
                                const Progress& progress, const std::stop_token& stop)
{
    struct Missing {
        RecognitionRequest request;
        const NamedStimulus* reference = nullptr;
        double share = 0; ///< of it that is done
    };
    std::vector<Missing> missing;
    std::set<RecognitionRequest> met;
    for (const auto& request : requests) {
        throwIfStopped(stop);
        if (!met.insert(request).second) {
            continue;
        }
        const auto& reference = state_->checked(request);
        if (const auto stimulus = state_->there(request, reference)) {
            take(request, &*stimulus, {});
        } else {
            missing.push_back({.request = request, .reference = &reference});
        }
    }
    const auto workers = std::min<std::size_t>(state_->atATime, missing.size());
    while (state_->makers.size() < workers) {
        state_->makers.push_back(state_->anotherMaker());
    }
    std::vector<const MetamerMaker*> idle;
    for (const auto& maker : state_->makers) {
        idle.push_back(maker.get());
    }
    const std::string what =
        "Making " + std::string(kindOf(state_->options.spec.format).folder().what) + "s: ";
    const auto total = std::to_string(missing.size());
    std::stop_source ending;
    const std::stop_callback forward(stop, [&] { ending.request_stop(); });
    int done = 0;
    // With `telling` held.
    const auto show = [&] {
        const double sum =
            std::accumulate(missing.begin(), missing.end(), 0.0,
                            [](double before, const Missing& one) { return before + one.share; });
        progress(what + std::to_string(done) + " of " + total,
                 sum / static_cast<double>(missing.size()));
    };
    inParallel(static_cast<int>(missing.size()), static_cast<unsigned>(workers), [&](int index) {
        auto& one = missing[static_cast<std::size_t>(index)];
        std::unique_lock lock(state_->telling);
        const auto* maker = idle.back();
        idle.pop_back();
        show();
        lock.unlock();
        const auto within = [&](int evaluations, int atMost) {
            const std::scoped_lock held(state_->telling);
            // Coarse versions of a layer come first and count from 0 themselves.
            one.share = std::max(one.share, static_cast<double>(evaluations) / atMost);
            show();
        };
        std::optional<RecognitionStimulus> stimulus;
        std::string problem;
        try {
            stimulus =
                state_->made(*maker, one.request, *one.reference, within, ending.get_token());
        } catch (const NumericError& error) {
            problem = error.what();
        }
        lock.lock();
        idle.push_back(maker);
        ++done;
        one.share = 1;
        try {
            take(one.request, stimulus ? &*stimulus : nullptr, problem);
        } catch (...) {
            ending.request_stop(); // so that the others do not continue for minutes
            throw;
        }
        show();
    });
}

} // namespace mlab::stimuli
