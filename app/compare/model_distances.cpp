// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compare/model_distances.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "stimuli/catalog/model_info.h"
#include "stimuli/distances/network_distances.h"
#include "stimuli/engine/engine_module.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <map>
#include <mutex>
#include <utility>

namespace mlab::app {
namespace {

/// What the distances of one model are measured with.
struct Measurement {
    const ListedModel& model;
    const SynthesisSpec& spec;
    std::span<const ShownPair> pairs;
    ShownStimuli& shown;
    const CompareOptions& options;
    const stimuli::Progress& progress;
    const std::stop_token& stop;
};

ComparedLayer emptyLayer(const ListedModel& model, const std::string& layer)
{
    return {.model = model.name,
            .layer = layer,
            .space = nameIn(kRepresentationSpaces, model.space),
            .rule = model.rule,
            .fitExponent = model.fitExponent,
            .baseline = false,
            .units = 1,
            .distances = {}};
}

LayerDistances failed(const ListedModel& model, const std::string& layer, const Error& problem)
{
    return {.layer = {}, .problem = model.name + ", layer " + layer + ": " + problem.what()};
}

/// The pairs of each reference, which are compared one after another: its representation is
/// computed once.
std::vector<std::vector<std::size_t>> byReference(std::span<const ShownPair> pairs)
{
    std::map<std::string, std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        groups[pairs[i].referenceSha256].push_back(i);
    }
    std::vector<std::vector<std::size_t>> out;
    out.reserve(groups.size());
    for (auto& [reference, own] : groups) {
        out.push_back(std::move(own));
    }
    return out;
}

/// All distances in these layers. Each thread has a network of its own and computes on one core, so
/// that the numbers do not depend on how many there are.
/// @throws Error if any of them cannot be measured
std::vector<LayerDistances> measured(const Measurement& of, const std::vector<std::string>& layers)
{
    stimuli::RepresentationOptions options{.model = of.model.model,
                                           .format = of.spec.format,
                                           .basis = of.spec.basis,
                                           .wanted = {},
                                           .cacheFolder = of.options.cacheFolder,
                                           .compute = of.options.compute};
    std::vector<LayerDistances> out;
    for (const auto& layer : layers) {
        options.wanted.push_back({.layer = layer, .space = of.model.space});
        out.push_back({.layer = emptyLayer(of.model, layer), .problem = {}});
        out.back().layer.distances.resize(of.pairs.size());
    }
    std::mutex mutex; // of the stimuli, and of what the first network fits and the others find
    const auto open = [&](const stimuli::RepresentationOptions& wanted) {
        const std::scoped_lock lock(mutex);
        return stimuli::engine().representations(
            wanted, [](const std::string&, double) {}, of.stop);
    };
    const auto groups = byReference(of.pairs);
    const auto threads = of.options.compute.threads > 0
                             ? static_cast<unsigned>(of.options.compute.threads)
                             : allCores();
    const auto workers = std::min<std::size_t>(threads, groups.size());
    std::atomic<std::size_t> next = 0;
    std::size_t done = 0; // by the mutex
    const auto load = [&](const std::string& sha256) {
        const std::scoped_lock lock(mutex);
        return of.shown.stimulus(sha256);
    };
    const auto measure = [&](stimuli::NetworkDistances& network, std::size_t pair) {
        const auto& hashes = of.pairs[pair];
        const auto found = network.between(hashes.referenceSha256, hashes.probeSha256, load);
        for (std::size_t i = 0; i < found.size(); ++i) {
            out[i].layer.distances[pair] = found[i].delta;
            if (pair == 0) {
                out[i].layer.units = found[i].units;
            }
        }
    };
    const auto tell = [&] {
        const std::scoped_lock lock(mutex);
        ++done;
        of.progress("Distances of " + of.model.name + ": " + std::to_string(done) + " of " +
                        std::to_string(of.pairs.size()),
                    static_cast<double>(done) / static_cast<double>(of.pairs.size()));
    };
    inParallel(static_cast<int>(workers), static_cast<unsigned>(workers), [&](int /*worker*/) {
        stimuli::NetworkDistances network(options, open); // stays on its thread
        for (auto group = next++; group < groups.size(); group = next++) {
            for (const auto pair : groups[group]) {
                if (of.stop.stop_requested()) {
                    throw Cancelled();
                }
                measure(network, pair);
                tell();
            }
        }
    });
    return out;
}

/// One layer after another, so that one that fails leaves the others.
std::vector<LayerDistances> eachMeasured(const Measurement& of,
                                         const std::vector<std::string>& layers)
{
    std::vector<LayerDistances> out;
    for (const auto& layer : layers) {
        try {
            out.push_back(std::move(measured(of, {layer}).front()));
        } catch (const Cancelled&) {
            throw;
        } catch (const Error& problem) {
            out.push_back(failed(of.model, layer, problem));
        }
    }
    return out;
}

} // namespace

std::vector<LayerDistances> modelDistances(const ListedModel& model, const SynthesisSpec& spec,
                                           std::span<const ShownPair> pairs, ShownStimuli& shown,
                                           const CompareOptions& options,
                                           const stimuli::Progress& progress,
                                           const std::stop_token& stop)
{
    const Measurement of{.model = model,
                         .spec = spec,
                         .pairs = pairs,
                         .shown = shown,
                         .options = options,
                         .progress = progress,
                         .stop = stop};
    std::vector<LayerDistances> out;
    std::vector<std::string> usable;
    try {
        const auto info = stimuli::modelInfo(model.model);
        stimuli::nearestFormat(info, spec.format);
        for (const auto& layer : model.layers) {
            try {
                stimuli::representedLayer(info, {.layer = layer, .space = model.space});
                usable.push_back(layer);
            } catch (const InvalidArgument& problem) {
                out.push_back(failed(model, layer, problem));
            }
        }
    } catch (const Error& problem) {
        return {{.layer = {}, .problem = model.name + ": " + problem.what()}};
    }
    if (usable.empty()) {
        return out;
    }
    std::vector<LayerDistances> found;
    try {
        found = measured(of, usable);
    } catch (const Cancelled&) {
        throw;
    } catch (const Error& problem) {
        found = usable.size() == 1 ? std::vector{failed(model, usable.front(), problem)}
                                   : eachMeasured(of, usable);
    }
    std::ranges::move(found, std::back_inserter(out));
    return out;
}

} // namespace mlab::app
