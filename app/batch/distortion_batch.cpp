// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/batch/distortion_batch.h"

#include "app/batch/batch_end.h"
#include "core/base/error.h"
#include "core/base/number_text.h"
#include "stimuli/engine/engine_module.h"
#include "stimuli/measures/stimulus_metrics.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

namespace mlab::app {
namespace {

/// A distortion of one reference.
struct DistortionItem {
    const stimuli::NamedStimulus& reference;
    const std::string& layer;
    DistortionKind kind;
};

SummaryRow rowOf(const DistortionItem& item, Direction direction, double level)
{
    SummaryRow row;
    row.kind = "distortion";
    row.layer = item.layer;
    row.distortionKind = nameIn(kDistortionKinds, item.kind);
    row.referenceId = item.reference.id;
    row.direction = std::string(toString(direction));
    row.level = level;
    return row;
}

void describe(SummaryRow& row, const stimuli::DistortionEngine& engine, const DistortionItem& item,
              const stimuli::Distortion& distortion, bool isShown)
{
    const auto file = engine.path(item.reference, item.layer, item.kind);
    std::error_code unreadable;
    if (!std::filesystem::exists(file, unreadable)) {
        row.problem = "it was made, but cannot be kept in the cache folder; free some space there, "
                      "make it writable, or name another folder with --cache";
        return;
    }
    const double level = row.direction == toString(Direction::plus) ? row.level : -row.level;
    ShownDistortion shown{.distortion = distortion,
                          .shown = engine.distorted(item.reference, distortion, level),
                          .predictedThresholds = {},
                          .metrics = {}};
    for (std::size_t network = 0; network < distortion.sensitivities.size(); ++network) {
        shown.predictedThresholds.push_back(
            engine.predictedThreshold(item.reference, distortion, network));
    }
    shown.metrics = stimuli::compare(item.reference.stimulus, shown.shown.stimulus);
    row.file = file;
    if (!distortion.converged) {
        row.problem = "the search for the distortion has not converged: residual " +
                      roundedNumber(distortion.residual) + " after " +
                      std::to_string(distortion.iterations) + " iterations";
    } else if (isShown && !shown.shown.converged) {
        row.problem = "the reference cannot be changed that far; it reaches " +
                      roundedNumber(shown.shown.levelAchieved) + " %";
    }
    shown.distortion.direction = {}; // the file has it; those of many items would fill the memory
    row.distortion = std::move(shown);
}

} // namespace

int runDistortions(const Study& study, const BatchOptions& options, const std::stop_token& stop)
{
    const auto& [entries, level] = *study.distortions;
    std::size_t kinds = 0;
    for (const auto& entry : entries) {
        kinds += entry.kinds.size();
    }
    std::vector<std::string> unusable;
    const auto engine = stimuli::engine().distortions(
        {.model = study.synthesis.model,
         .format = study.synthesis.format,
         .references = study.synthesis.references,
         .layers = experiments::layersOf(entries),
         .cacheFolder = options.cacheFolder,
         .compute = options.compute,
         .unusableReference = [&](const std::string& problem) { unusable.push_back(problem); }},
        [](const std::string&, double) {});
    const auto& references = engine->references();
    requireFewItems(2 * kinds, references.size());
    const std::size_t jobs = entries.size() * references.size();
    BatchClock clock(static_cast<int>(jobs));
    std::vector<SummaryRow> rows;
    std::size_t job = 0;
    for (const auto& entry : entries) {
        for (const auto& reference : references) {
            const bool isOurs = options.shard.holds(job);
            clock.show(entry.layer.layer + ", " + reference.id, static_cast<double>(job++));
            for (const auto kind : entry.kinds) {
                const DistortionItem item{
                    .reference = reference, .layer = entry.layer.layer, .kind = kind};
                std::optional<stimuli::Distortion> distortion;
                std::string problem;
                try {
                    distortion = isOurs ? engine->distortion(reference, item.layer, kind, stop)
                                        : engine->findDistortion(reference, item.layer, kind);
                } catch (const Cancelled&) {
                    throw;
                } catch (const Error& error) { // the other items may still work
                    problem = error.what();
                }
                for (const auto direction : {Direction::plus, Direction::minus}) {
                    auto row = rowOf(item, direction, level);
                    row.isOurs = isOurs;
                    row.problem = problem;
                    if (distortion) {
                        describe(row, *engine, item, *distortion, !options.outFolder.empty());
                    }
                    rows.push_back(std::move(row));
                }
            }
        }
    }
    for (const auto& problem : unusable) {
        rows.push_back(unusableReference(problem));
    }
    return finishBatch(study, options, rows, references, clock);
}

Study distortionStudyOf(const experiments::Design& design)
{
    DistortionStudy distortions{.entries = {}, .level = 1.0};
    for (const auto& layer : design.distortions) {
        experiments::DistortionEntry entry{.layer = layer, .kinds = {}, .pointer = {}};
        for (const auto& [dimension, procedure] : design.dimensions) {
            if (dimension.layer == layer.layer &&
                std::ranges::find(entry.kinds, *dimension.distortion) == entry.kinds.end()) {
                entry.kinds.push_back(*dimension.distortion);
            }
        }
        distortions.entries.push_back(std::move(entry));
    }
    return {.name = design.name,
            .synthesis = design.synthesis,
            .metamers = std::nullopt,
            .moves = {},
            .distortions = std::move(distortions)};
}

} // namespace mlab::app
