// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/batch/batch.h"

#include "app/batch/batch_clock.h"
#include "app/batch/batch_end.h"
#include "app/batch/batch_summary.h"
#include "app/batch/distortion_batch.h"
#include "app/program/exit_codes.h"
#include "core/base/error.h"
#include "core/base/number_text.h"
#include "stimuli/engine/engine_module.h"
#include "stimuli/sources/stimulus_sources.h"
#include "stimuli/store/cache_folder.h"
#include "stimuli/store/metamer_settings.h"
#include "stimuli/worker/engine_info.h"

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <set>

namespace mlab::app {
namespace {

/// One metamer of a study, in the order in which they are made.
struct MetamerJob {
    stimuli::MetamerItem item;
    std::string layer;
};

// Batches hold items of one layer and are cut from the study alone, never from what is done.
std::vector<std::vector<MetamerJob>>
batchesOf(const MetamerStudy& study, const std::vector<stimuli::NamedStimulus>& references)
{
    std::vector<std::vector<MetamerJob>> batches;
    for (const auto& layer : study.layers) {
        std::vector<MetamerJob> batch;
        for (const auto& reference : references) {
            for (const auto seed : study.seeds) {
                batch.push_back({.item = {.reference = &reference, .seed = seed}, .layer = layer});
                if (batch.size() == static_cast<std::size_t>(study.batchSize)) {
                    batches.push_back(std::move(batch));
                    batch.clear();
                }
            }
        }
        if (!batch.empty()) {
            batches.push_back(std::move(batch));
        }
    }
    return batches;
}

SummaryRow rowOf(const MetamerJob& job)
{
    SummaryRow row;
    row.kind = "metamer";
    row.layer = job.layer;
    row.referenceId = job.item.reference->id;
    row.seed = job.item.seed;
    return row;
}

SummaryRow rowOf(const ProbeMove& move, const stimuli::NamedStimulus& reference)
{
    SummaryRow row;
    row.kind = "probe";
    row.layer = move.layer;
    row.referenceId = reference.id;
    row.component = move.component;
    row.direction = std::string(toString(move.direction));
    row.level = move.level;
    return row;
}

void describe(SummaryRow& row, const stimuli::Metamer& metamer,
              const stimuli::NullDistribution& null)
{
    const auto match = std::ranges::find(metamer.layers, row.layer, &stimuli::LayerMatch::layer);
    row.metamer = metamer;
    row.match = match->match;
    row.null = null;
    row.accepted = stimuli::accepted(match->match, null, metamer.sameClass());
    // A solver that could not go on may have come near enough.
    if (!*row.accepted) {
        row.problem = "not accepted: its match does not exceed that of every random pair of "
                      "natural images, or its class differs";
        if (metamer.outcome.status == stimuli::MetamerStatus::failed) {
            row.problem += "; " + metamer.outcome.reason;
        }
    }
}

int runMetamers(const Study& study, const BatchOptions& options, const std::stop_token& stop)
{
    const auto& metamers = *study.metamers;
    const auto maker =
        stimuli::engine().metamers(study.synthesis.model, study.synthesis.format, options.compute);
    std::vector<std::string> unusable;
    const auto references =
        stimuli::loadUsableReferences(study.synthesis.references, study.synthesis.format, unusable);
    stimuli::tellRemarks(references, stimuli::warnOnStderr);
    requireFewItems(metamers.layers.size() * metamers.seeds.size(), references.size());
    stimuli::MetamerCache cache(stimuli::metamerFolder(options.cacheFolder), stimuli::warnOnStderr);
    const auto batches = batchesOf(metamers, references);
    BatchClock clock(static_cast<int>(batches.size()));
    std::vector<SummaryRow> rows;
    std::map<std::string, stimuli::NullDistribution> nulls;
    const auto nullOf = [&](const std::string& layer) -> const stimuli::NullDistribution& {
        if (!nulls.contains(layer)) {
            nulls[layer] = maker->nullDistribution(layer, metamers.null, stop);
        }
        return nulls.at(layer);
    };
    for (std::size_t b = 0; b < batches.size(); ++b) {
        const auto& batch = batches[b];
        const auto& layer = batch.front().layer;
        std::vector<std::optional<stimuli::Metamer>> made;
        for (const auto& job : batch) {
            made.push_back(
                maker->find(cache, job.item, layer, metamers.settings, /*measured=*/false));
        }
        std::vector<std::string> problems(batch.size());
        const bool missing =
            std::ranges::any_of(made, [](const auto& metamer) { return !metamer.has_value(); });
        if (missing && options.shard.holds(b)) {
            nullOf(layer); // problems with its pool show up before hours of work
            std::vector<stimuli::MetamerItem> items;
            for (const auto& job : batch) {
                items.push_back(job.item);
            }
            const auto show = [&](int done, int total) {
                clock.show("batch " + std::to_string(b + 1) + " of " +
                               std::to_string(batches.size()) + ", " + layer,
                           static_cast<double>(b) + static_cast<double>(done) / total);
            };
            try {
                auto results = maker->make(items, layer, metamers.settings, show, stop);
                for (std::size_t i = 0; i < batch.size(); ++i) {
                    problems[i] = results[i].problem;
                    if (results[i].metamer && !made[i]) {
                        cache.store(maker->key(items[i], layer, metamers.settings),
                                    *results[i].metamer);
                        made[i] = std::move(results[i].metamer);
                    }
                }
            } catch (const Cancelled&) {
                throw;
            } catch (const Error& problem) { // the other batches may still work
                for (std::size_t i = 0; i < batch.size(); ++i) {
                    if (!made[i]) {
                        problems[i] = problem.what();
                    }
                }
            }
        }
        for (std::size_t i = 0; i < batch.size(); ++i) {
            auto row = rowOf(batch[i]);
            row.isOurs = options.shard.holds(b);
            row.problem = problems[i];
            if (made[i]) {
                row.file = cache.path(maker->key(batch[i].item, layer, metamers.settings),
                                      made[i]->stimulus);
                describe(row, *made[i], nullOf(layer));
            }
            rows.push_back(std::move(row));
        }
    }
    for (const auto& problem : unusable) {
        rows.push_back(unusableReference(problem));
    }
    return finishBatch(study, options, rows, references, clock);
}

int runProbes(const Study& study, const BatchOptions& options, const std::stop_token& stop)
{
    std::vector<std::string> layers;
    for (const auto& move : study.moves) {
        if (std::ranges::find(layers, move.layer) == layers.end()) {
            layers.push_back(move.layer);
        }
    }
    BatchClock clock(static_cast<int>(study.moves.size()));
    std::vector<std::string> unusable;
    const auto engine = stimuli::engine().probes(
        {.spec = study.synthesis,
         .layers = layers,
         .cacheFolder = options.cacheFolder,
         .compute = options.compute,
         .unusableReference = [&](const std::string& problem) { unusable.push_back(problem); }},
        [&](const std::string& what, double) { clock.show(what, 0); }, stop);
    requireFewItems(study.moves.size(), engine->references().size());
    std::vector<SummaryRow> rows;
    for (std::size_t m = 0; m < study.moves.size(); ++m) {
        const auto& move = study.moves[m];
        const double level = move.direction == Direction::plus ? move.level : -move.level;
        for (const auto& reference : engine->references()) {
            auto row = rowOf(move, reference);
            row.isOurs = options.shard.holds(m);
            try {
                auto probe = row.isOurs
                                 ? std::optional(engine->makeSingle(reference, move.layer,
                                                                    move.component, level, stop))
                                 : engine->findSingle(reference, move.layer, move.component, level);
                if (probe) {
                    row.file = engine->path(*probe);
                    row.probe = std::move(probe->probe);
                    if (!row.probe->converged) {
                        row.problem =
                            "the reference cannot make this move within the tolerance; it "
                            "reaches " +
                            roundedNumber(row.probe->levelAchieved) + " SD";
                    }
                }
            } catch (const Cancelled&) {
                throw;
            } catch (const Error& problem) { // the other items may still work
                row.problem = problem.what();
            }
            rows.push_back(std::move(row));
        }
        clock.show("move " + std::to_string(m + 1) + " of " + std::to_string(study.moves.size()),
                   static_cast<double>(m + 1));
    }
    for (const auto& problem : unusable) {
        rows.push_back(unusableReference(problem));
    }
    return finishBatch(study, options, rows, engine->references(), clock);
}

} // namespace

Shard parsedShard(const std::string& text)
{
    Shard shard;
    char rest = 0;
    const int read =
        std::sscanf(text.c_str(), "%d/%d%c", &shard.index, &shard.count, &rest); // NOLINT
    if (read != 2 || shard.count < 1 || shard.index < 1 || shard.index > shard.count) {
        throw InvalidArgument("--shard " + text + " is not of the form I/N with I from 1 to N");
    }
    return shard;
}

int runBatch(const Study& study, const BatchOptions& options, const std::stop_token& stop)
{
    return study.metamers      ? runMetamers(study, options, stop)
           : study.distortions ? runDistortions(study, options, stop)
                               : runProbes(study, options, stop);
}

} // namespace mlab::app
