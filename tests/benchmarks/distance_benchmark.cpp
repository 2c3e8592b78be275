// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a network as an observer costs in each trial: the forward pass of a new probe, all that is
// added to it until its distance from its reference is known and kept, and a distance that is in
// the cache. Medians over the probes, one thread, same run.
#include "core/base/error.h"
#include "stimuli/distances/network_distances.h"
#include "stimuli/representations/representation_maker.h"
#include "stimuli/sources/stimulus_sources.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace mlab;
using namespace mlab::stimuli;

double millisecondsOf(const std::function<void()>& work)
{
    const auto begin = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double, std::milli> taken =
        std::chrono::steady_clock::now() - begin;
    return taken.count();
}

double median(std::vector<double> values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

void measureLayer(RepresentationOptions options, const Representation& wanted,
                  const std::vector<NamedStimulus>& stimuli)
{
    const auto open = [](const RepresentationOptions& of) {
        return std::make_unique<RepresentationMaker>(
            of, [](const std::string&, double) {}, std::stop_token());
    };
    // The mean of each channel takes next to no time beside the pass itself.
    options.wanted = {{.layer = wanted.layer, .space = RepresentationSpace::pooled}};
    const auto alone = open(options);
    options.wanted = {wanted};
    NetworkDistances network(options, open);
    network.load();
    const auto& reference = stimuli.front();
    const auto between = [&](const NamedStimulus& probe) {
        return millisecondsOf([&] {
            network.between(reference.sha256, probe.sha256, [&](const std::string& sha256) {
                return sha256 == probe.sha256 ? probe.stimulus : reference.stimulus;
            });
        });
    };
    alone->represent(reference.stimulus);
    between(reference);
    std::vector<double> pass;
    std::vector<double> added;
    std::vector<double> kept;
    for (std::size_t i = 1; i < stimuli.size(); ++i) {
        pass.push_back(millisecondsOf([&] { alone->represent(stimuli[i].stimulus); }));
        added.push_back(between(stimuli[i]) - pass.back());
        kept.push_back(between(stimuli[i]));
    }
    std::printf("| %s | %s | %s | %.1f | %.2f | %.2f |\n", options.model.name.c_str(),
                wanted.layer.c_str(),
                std::string(nameIn(kRepresentationSpaces, wanted.space)).c_str(), median(pass),
                median(added), median(kept));
    std::fflush(stdout);
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App app("Networks as observers: the time of a distance");
    RepresentationOptions options{.model = {},
                                  .format = ImageFormat{},
                                  .basis = {},
                                  .wanted = {},
                                  .cacheFolder =
                                      std::filesystem::temp_directory_path() / "distance_benchmark",
                                  .compute = {}};
    options.compute.threads = 1;
    std::string weights;
    std::vector<std::string> layers;
    int count = 21;
    app.add_option("--model", options.model.name, "Model");
    app.add_option("--weights", weights, "Its weights");
    app.add_option("--layers", layers, "Layers")->required();
    app.add_option("--count", count, "How many stimuli: a reference, and probes")
        ->check(CLI::Range(2, 1000));
    CLI11_PARSE(app, argc, argv);
    try {
        options.model.file = weights;
        std::filesystem::remove_all(options.cacheFolder);
        std::vector<std::string> unusable;
        const auto stimuli = loadUsableReferences({.folder = {}, .count = count, .seed = 7},
                                                  options.format, unusable);
        std::puts("| model | layer | space | forward pass, ms | added, ms | from the cache, ms |\n"
                  "|---|---|---|---|---|---|");
        for (const auto& layer : layers) {
            for (const auto space : {RepresentationSpace::standardised, RepresentationSpace::gram,
                                     RepresentationSpace::angular}) {
                measureLayer(options, {.layer = layer, .space = space}, stimuli);
            }
        }
        std::filesystem::remove_all(options.cacheFolder);
    } catch (const Error& problem) {
        std::fprintf(stderr, "distance_benchmark: %s\n", problem.what());
        return 1;
    }
    return 0;
}
