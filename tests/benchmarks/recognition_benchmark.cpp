// SPDX-License-Identifier: GPL-3.0-or-later
//
// How long the metamers of a recognition session take and how well they match: built-in sounds or
// images, every layer, several numbers of evaluations; each alone, as sessions make them, or in
// batches. Processor time is given beside wall time, for machines that do other things too.
#include "core/base/error.h"
#include "stimuli/metamers/metamer_maker.h"
#include "stimuli/catalog/model_info.h"
#include "stimuli/sources/stimulus_sources.h"
#include "stimuli/store/metamer_settings.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

namespace {

using namespace mlab;
using namespace mlab::stimuli;

double processorSeconds()
{
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    const auto half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

void measure(const MetamerMaker& maker, const std::vector<NamedStimulus>& references,
             const std::string& layer, int evaluations, std::size_t batch)
{
    MetamerSettings settings;
    settings.solver = LbfgsSpec{.evaluations = evaluations};
    settings.identityGradient = false;
    std::vector<double> spearman;
    std::vector<double> snrDb;
    std::vector<double> solvedDb; // before the rounding to pixels or samples
    double used = 0;
    std::vector<MetamerItem> items;
    for (const auto& reference : references) {
        items.push_back({.reference = &reference, .seed = 1});
    }
    const double processor = processorSeconds();
    const auto begin = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < items.size(); i += batch) {
        const std::span some(items.data() + i, std::min(batch, items.size() - i));
        for (const auto& result : maker.make(some, layer, settings, [](int, int) {}, {})) {
            if (!result.metamer) {
                std::printf("%s\n", result.problem.c_str());
                continue;
            }
            const auto own = std::ranges::find(result.metamer->layers, layer, &LayerMatch::layer);
            spearman.push_back(own->match.spearman);
            snrDb.push_back(own->match.snrDb);
            solvedDb.push_back(-20 * std::log10(result.metamer->outcome.loss));
            used += result.metamer->outcome.evaluations;
        }
    }
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
    const auto count = static_cast<double>(items.size());
    if (spearman.empty()) {
        return;
    }
    std::printf("%-12s %5d evaluations (%.0f used), batch %zu: %.1f s a metamer, %.1f s of "
                "processor; Spearman median %.4f lowest %.4f; SNR median %.1f lowest %.1f dB, "
                "before rounding %.1f "
                "and %.1f dB\n",
                layer.c_str(), evaluations, used / static_cast<double>(spearman.size()), batch,
                wall.count() / count, (processorSeconds() - processor) / count, median(spearman),
                std::ranges::min(spearman), median(snrDb), std::ranges::min(snrDb),
                median(solvedDb), std::ranges::min(solvedDb));
    std::fflush(stdout);
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App app("Metamers of recognition sessions: time and match");
    bool sounds = false;
    SoundFormat sound{.sampleRateHz = 48'000, .durationMs = 1'000, .bits = 16};
    ImageFormat image;
    int count = 6;
    std::size_t batch = 1;
    int threads = 0;
    std::vector<std::string> layers;
    std::vector<int> evaluations = {200, 500, 1'000, 2'000};
    app.add_flag("--sounds", sounds, "Sounds by cochlea-modulation, not images");
    app.add_option("--duration", sound.durationMs, "Of sounds, ms");
    app.add_option("--size", image.sizePx, "Side of images, px");
    app.add_option("--count", count, "Built-in references");
    app.add_option("--batch", batch, "Metamers made together");
    app.add_option("--threads", threads, "LibTorch threads (0: one for each core)");
    app.add_option("--layers", layers, "Layers (default: all)");
    app.add_option("--evaluations", evaluations, "At most, of loss and gradient");
    CLI11_PARSE(app, argc, argv);
    try {
        const auto spec = modelSpec(sounds ? "cochlea-modulation" : "gabor-scattering", "");
        const auto format = sounds ? StimulusFormat(sound) : StimulusFormat(image);
        const MetamerMaker maker(spec, format, {.device = "cpu", .threads = threads});
        const auto references = loadReferences({.folder = {}, .count = count, .seed = 7}, format);
        std::printf("%s, %d references, %d threads\n", describe(format).c_str(), count,
                    maker.compute().threads);
        for (const auto& layer : layers.empty() ? maker.info().layers : layers) {
            for (const int most : evaluations) {
                measure(maker, references, layer, most, batch);
            }
        }
    } catch (const Error& problem) {
        std::fprintf(stderr, "recognition_benchmark: %s\n", problem.what());
        return 1;
    }
    return 0;
}
