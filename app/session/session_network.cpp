// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/session_network.h"

#include "core/base/error.h"
#include "stimuli/catalog/imagenet_categories.h"
#include "stimuli/catalog/model_info.h"
#include "stimuli/distances/category_evidence.h"
#include "stimuli/engine/engine_module.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace mlab::app {

stimuli::RepresentationOptions representationOf(const experiments::NetworkObserver& network,
                                                const experiments::Design& design,
                                                const LiveSessionOptions& options)
{
    return {.model = network.spec().model,
            .format = design.synthesis.format,
            .basis = design.synthesis.basis,
            .wanted = {network.spec().where},
            .cacheFolder = options.cacheFolder,
            .compute = options.compute};
}

std::string networkJson(const stimuli::RepresentationOptions& network)
{
    return nlohmann::ordered_json{{"sha256", stimuli::networkFingerprint(network)},
                                  {"sees", describe(stimuli::nearestFormat(
                                               stimuli::modelInfo(network.model), network.format))}}
        .dump();
}

stimuli::NetworkDistances loadedNetwork(const stimuli::RepresentationOptions& network,
                                        const stimuli::Progress& progress,
                                        const std::stop_token& stop)
{
    stimuli::NetworkDistances distances(
        network, [progress, stop](const stimuli::RepresentationOptions& options) {
            return stimuli::engine().representations(options, progress, stop);
        });
    distances.load();
    return distances;
}

std::vector<std::vector<double>> categoryEvidence(
    const stimuli::RepresentationOptions& network, const experiments::RecognitionSpec& recognition,
    const std::vector<stimuli::NamedStimulus>& references, std::span<const JudgedStimulus> shown,
    const stimuli::Progress& progress, const std::stop_token& stop)
{
    const auto eye = stimuli::engine().representations(network, progress, stop);
    const auto seen = [&](const Stimulus& stimulus) {
        if (stop.stop_requested()) {
            throw Cancelled();
        }
        return std::move(eye->represent(stimulus).front());
    };
    const auto space = network.wanted.front().space;
    std::vector<std::string> names;
    std::ranges::transform(recognition.categories, std::back_inserter(names), &Category::name);
    const auto classes = space == RepresentationSpace::logits
                             ? stimuli::classesOfCategories(names, eye->model().classes)
                             : std::vector<std::vector<std::size_t>>();
    stimuli::CategoryMeans means(space, names.size());
    if (classes.empty()) {
        for (const auto& reference : references) {
            if (const auto category = categoryOfReference(recognition.categories, reference.id)) {
                means.add(*category, reference.id, seen(reference.stimulus));
            }
        }
    }
    std::vector<std::vector<double>> evidence;
    for (const auto& [reference, stimulus] : shown) {
        const auto numbers = seen(stimulus);
        evidence.push_back(classes.empty() ? means.evidence(reference, numbers)
                                           : stimuli::evidenceOfClasses(numbers, classes));
        progress("Showing the stimuli to the network",
                 static_cast<double>(evidence.size()) / static_cast<double>(shown.size()));
    }
    return evidence;
}

CategoryEvidence categoryEvidence(const stimuli::RepresentationOptions& network,
                                  const experiments::RecognitionSpec& recognition,
                                  const std::vector<stimuli::NamedStimulus>& references,
                                  const RecognitionStimuli& shown,
                                  const stimuli::Progress& progress, const std::stop_token& stop)
{
    std::vector<JudgedStimulus> judged;
    for (const auto& [request, stimulus] : shown) {
        judged.push_back({.reference = request.reference, .stimulus = stimulus.stimulus});
    }
    auto each = categoryEvidence(network, recognition, references, judged, progress, stop);
    CategoryEvidence evidence;
    for (std::size_t i = 0; const auto& [request, stimulus] : shown) {
        evidence[request] = std::move(each[i++]);
    }
    return evidence;
}

experiments::PairDistances pairDistances(const stimuli::RepresentationOptions& network,
                                         const std::vector<ProbeRequest>& requests,
                                         const RecognitionStimuli& made,
                                         const stimuli::Progress& progress,
                                         const std::stop_token& stop)
{
    auto seen = loadedNetwork(network, progress, stop);
    experiments::PairDistances distances;
    for (std::size_t i = 0; i < requests.size(); ++i) {
        if (stop.stop_requested()) {
            throw Cancelled();
        }
        const auto pair = experiments::madePair(requests[i], made);
        auto& distance = distances[{pair.referenceSha256, pair.probeSha256}];
        distance = seen.between(pair.referenceSha256, pair.probeSha256,
                                [&](const std::string& sha256) {
                                    return sha256 == pair.probeSha256 ? pair.probe : pair.reference;
                                })
                       .front();
        progress("Showing the metamers to the network",
                 static_cast<double>(i + 1) / static_cast<double>(requests.size()));
    }
    return distances;
}

} // namespace mlab::app
