// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/recognition_maker.h"

#include "core/diagnostic.h"
#include "core/error.h"
#include "stimuli/cache_folder.h"
#include "stimuli/metamer_maker.h"
#include "stimuli/model_info.h"
#include "stimuli/stimulus_folder.h"
#include "stimuli/stimulus_sources.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <utility>

namespace mlab::stimuli {
namespace {

MetamerSettings settingsOf(const MetamerSpec& spec)
{
    MetamerSettings settings;
    settings.solver = LbfgsSpec{.evaluations = spec.evaluations};
    settings.tolerance = spec.tolerance;
    settings.identityGradient = false; // with it L-BFGS is given no gradient of its loss
    return settings;
}

std::vector<NamedStimulus> referencesOf(const SynthesisSpec& spec)
{
    if (spec.referencesWithinPercentile) {
        throw InvalidArgument("recognition has no pool for its references to be near to; leave out "
                              "their percentile");
    }
    return loadReferences(spec.references, spec.format);
}

// Nothing where a record does not know the layer: it is not one of ours.
std::optional<RecognitionStimulus> shown(const Metamer& metamer, const std::string& layer,
                                         const NamedStimulus& reference)
{
    const auto own = std::ranges::find(metamer.layers, layer, &LayerMatch::layer);
    if (own == metamer.layers.end()) {
        return std::nullopt;
    }
    const double snrDb = own->match.snrDb;
    return RecognitionStimulus{.stimulus = metamer.stimulus,
                               .sha256 = sha256Of(metamer.stimulus),
                               .referenceSha256 = reference.sha256,
                               .matchSpearman = own->match.spearman,
                               .matchSnrDb =
                                   std::isfinite(snrDb) ? std::optional(snrDb) : std::nullopt};
}

} // namespace

struct RecognitionMaker::State {
    explicit State(const RecognitionMakerOptions& given)
        : options(given), settings(settingsOf(given.metamers)),
          cache(metamerFolder(given.cacheFolder)),
          maker(given.spec.model, given.spec.format, given.compute),
          references(referencesOf(given.spec))
    {
    }

    // The reference of a request that names what there is.
    const NamedStimulus& checked(const RecognitionRequest& request) const
    {
        if (!request.layer.empty()) {
            requireLayer(maker.info(), request.layer);
        }
        const auto found = std::ranges::find(references, request.reference, &NamedStimulus::id);
        if (found == references.end()) {
            std::vector<std::string> ids;
            std::ranges::transform(references, std::back_inserter(ids), &NamedStimulus::id);
            const auto nearest = nearestName(request.reference, ids);
            throw InvalidArgument("there is no reference \"" + request.reference +
                                  "\" among this design's " + std::to_string(ids.size()) +
                                  (nearest ? " (did you mean \"" + *nearest + "\"?)" : ""));
        }
        return *found;
    }

    MetamerItem item(const NamedStimulus& reference) const
    {
        return {.reference = &reference, .seed = options.metamers.seed};
    }

    std::optional<RecognitionStimulus> there(const RecognitionRequest& request,
                                             const NamedStimulus& reference) const
    {
        if (request.layer.empty()) {
            return RecognitionStimulus{.stimulus = reference.stimulus,
                                       .sha256 = reference.sha256,
                                       .referenceSha256 = reference.sha256,
                                       .matchSpearman = std::nullopt,
                                       .matchSnrDb = std::nullopt};
        }
        const auto kept = cache.find(maker.key(item(reference), request.layer, settings));
        return kept ? shown(*kept, request.layer, reference) : std::nullopt;
    }

    RecognitionStimulus made(const RecognitionRequest& request, const NamedStimulus& reference,
                             const MetamerMaker::Progress& progress, const std::stop_token& stop)
    {
        const auto one = item(reference);
        MetamerResult result;
        try {
            result =
                std::move(maker.make({&one, 1}, request.layer, settings, progress, stop).front());
        } catch (const NumericError& problem) { // it need not say of what
            result.problem = problem.what();
        }
        if (!result.metamer) {
            throw NumericError("no metamer can be made of reference " + request.reference +
                               " at layer " + request.layer + " (" + result.problem +
                               "); take the reference or the layer out of the design");
        }
        keep(one, request.layer, *result.metamer);
        return shown(*result.metamer, request.layer, reference).value();
    }

    void keep(const MetamerItem& item, const std::string& layer, const Metamer& metamer)
    {
        try {
            cache.store(maker.key(item, layer, settings), metamer);
        } catch (const IoError& problem) {
            if (!std::exchange(cacheFailed, true)) {
                options.warn(std::string(problem.what()) +
                             ". Metamers that cannot be kept there are made again each time; make "
                             "room and let the folder be written, or name another with --cache");
            }
        }
    }

    RecognitionMakerOptions options;
    MetamerSettings settings;
    MetamerCache cache;
    MetamerMaker maker;
    std::vector<NamedStimulus> references;
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
    info.modelSha256 = state_->maker.modelSha256();
    info.compute = state_->maker.compute();
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
    return state_->there(request, state_->checked(request)).has_value();
}

RecognitionStimuli RecognitionMaker::make(std::span<const RecognitionRequest> requests,
                                          const Progress& progress, const std::stop_token& stop)
{
    std::vector<const NamedStimulus*> references;
    for (const auto& request : requests) {
        references.push_back(&state_->checked(request));
    }
    RecognitionStimuli stimuli;
    std::vector<std::pair<RecognitionRequest, const NamedStimulus*>> missing;
    for (std::size_t i = 0; i < requests.size(); ++i) {
        throwIfStopped(stop);
        const auto& request = requests[i];
        if (auto stimulus = state_->there(request, *references[i])) {
            stimuli[request] = std::move(*stimulus);
        } else if (std::ranges::find(missing, request, [](const auto& m) { return m.first; }) ==
                   missing.end()) {
            missing.emplace_back(request, references[i]);
        }
    }
    const std::string what = std::holds_alternative<ImageFormat>(state_->options.spec.format)
                                 ? "Making images"
                                 : "Making sounds";
    const auto total = static_cast<double>(missing.size());
    for (std::size_t m = 0; m < missing.size(); ++m) {
        const auto& [request, reference] = missing[m];
        const std::string text =
            what + ": " + std::to_string(m + 1) + " of " + std::to_string(missing.size());
        const auto before = static_cast<double>(m);
        progress(text, before / total);
        double within = 0; // coarse versions of a layer come first and count from 0 themselves
        const auto show = [&](int done, int atMost) {
            within = std::max(within, static_cast<double>(done) / atMost);
            progress(text, (before + within) / total);
        };
        stimuli[request] = state_->made(request, *reference, show, stop);
        progress(text, (before + 1) / total);
    }
    return stimuli;
}

} // namespace mlab::stimuli
