// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/batch/design_batch.h"

#include "app/batch/batch_clock.h"
#include "app/program/exit_codes.h"
#include "core/base/error.h"
#include "core/base/number_text.h"
#include "experiments/session/metamer_pairs.h"
#include "experiments/session/recognition_session.h"
#include "stimuli/engine/engine_module.h"

#include <algorithm>
#include <iostream>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace mlab::app {
namespace {

/// The metamers of one layer, for its line.
struct LayerTally {
    int there = 0;
    int made = 0;
    int failed = 0;
    int notAccepted = 0;
    std::vector<double> spearman;
    std::vector<double> snrDb;
};

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    const auto half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

void print(const std::string& layer, const LayerTally& tally)
{
    std::cout << layer << ": " << tally.there << " in the cache, " << tally.made << " made, "
              << tally.failed << " failed";
    if (tally.notAccepted > 0) {
        std::cout << ", " << tally.notAccepted << " not accepted";
    }
    if (!tally.spearman.empty()) {
        std::cout << "; match: Spearman median " << fixedNumber(median(tally.spearman), 4)
                  << ", lowest " << fixedNumber(std::ranges::min(tally.spearman), 4)
                  << "; SNR median " << fixedNumber(median(tally.snrDb), 1) << " dB, lowest "
                  << fixedNumber(std::ranges::min(tally.snrDb), 1) << " dB";
    }
    std::cout << "\n";
}

const std::vector<std::string>& metamerLayers(const experiments::Design& design)
{
    return design.recognition ? design.recognition->layers : design.wholeMetamers->layers;
}

std::vector<RecognitionRequest> wholeMetamersOf(const experiments::Design& design,
                                                const std::vector<std::uint64_t>& seeds,
                                                const std::vector<std::string>& references)
{
    const auto shared = std::make_shared<const experiments::Design>(design);
    std::set<RecognitionRequest> shown;
    for (const auto seed : seeds) {
        for (auto& request : experiments::stimuliToCome({shared, seed, references})) {
            shown.insert(std::move(request));
        }
    }
    auto requests = experiments::stimuliOf(design, references);
    std::erase_if(requests, [&](const RecognitionRequest& request) {
        return request.layer.empty() || (!seeds.empty() && !shown.contains(request));
    });
    return requests;
}

// By layer, in the design's order, and then by reference.
std::vector<RecognitionRequest> recognisedOf(const experiments::Design& design,
                                             const std::vector<std::uint64_t>& seeds,
                                             const std::vector<std::string>& references)
{
    const auto shared = std::make_shared<const experiments::Design>(design);
    // Too few references are reported before hours of work.
    const experiments::RecognitionSession usable(shared, 0, references);
    const std::set<std::string> examples(usable.examples().begin(), usable.examples().end());
    std::set<RecognitionRequest> shown;
    for (const auto seed : seeds) {
        for (auto& request : experiments::RecognitionSession(shared, seed, references).stimuli()) {
            shown.insert(std::move(request));
        }
    }
    std::vector<RecognitionRequest> requests;
    for (const auto& layer : design.recognition->layers) {
        for (const auto& reference : references) {
            const RecognitionRequest request{.reference = reference, .layer = layer};
            if (seeds.empty() ? categoryOfReference(design.recognition->categories, reference) &&
                                    !examples.contains(reference) // they are shown as they are
                              : shown.contains(request)) {
                requests.push_back(request);
            }
        }
    }
    return requests;
}

} // namespace

int runDesignBatch(const experiments::Design& design, const DesignBatchOptions& options,
                   const std::stop_token& stop)
{
    if (!design.recognition && !design.wholeMetamers) {
        throw InvalidArgument(
            design.path.string() +
            " is a design neither of recognition nor of whole metamers nor "
            "of distortions; in others, the stimuli that a session shows depend on the answers");
    }
    const auto maker = stimuli::engine().recognition(
        {.spec = design.synthesis,
         .metamers = experiments::synthesisOf(design),
         .cacheFolder = options.cacheFolder,
         .compute = options.compute},
        [](const std::string&, double) {}, stop);
    std::vector<std::string> references;
    for (const auto& reference : maker->references()) {
        references.push_back(reference.id);
    }
    const auto all = design.recognition ? recognisedOf(design, options.seeds, references)
                                        : wholeMetamersOf(design, options.seeds, references);
    std::vector<RecognitionRequest> requests;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (options.shard.holds(i)) {
            requests.push_back(all[i]);
        }
    }
    std::set<RecognitionRequest> there;
    for (const auto& request : requests) {
        if (maker->isThere(request)) {
            there.insert(request);
        }
    }
    const auto missing = requests.size() - there.size();
    BatchClock clock(static_cast<int>(missing));
    std::map<std::string, LayerTally> tallies;
    const auto take = [&](const RecognitionRequest& request, const RecognitionStimulus* stimulus,
                          const std::string& problem) {
        auto& tally = tallies[request.layer];
        if (stimulus == nullptr) { // the others may still work
            clock.say(problem);
            ++tally.failed;
            return;
        }
        if (!stimulus->accepted) {
            ++tally.notAccepted;
            clock.say(experiments::notAcceptedText(request, *stimulus));
        }
        tally.spearman.push_back(*stimulus->matchSpearman);
        tally.snrDb.push_back( // absent where nothing differs
            stimulus->matchSnrDb.value_or(std::numeric_limits<double>::infinity()));
        const bool wasThere = there.contains(request);
        ++(wasThere ? tally.there : tally.made);
        if (!wasThere && !maker->isThere(request)) {
            clock.clear();
            throw IoError("a metamer was made, but could not be kept in " +
                          options.cacheFolder.string());
        }
    };
    maker->makeEach(
        requests, take,
        [&](const std::string& what, double share) {
            clock.show(what, share * static_cast<double>(missing));
        },
        stop);
    clock.clear();
    bool isAll = true;
    for (const auto& layer : metamerLayers(design)) {
        print(layer, tallies[layer]);
        isAll = isAll && tallies[layer].failed == 0;
    }
    return isAll ? kDone : kFailed;
}

} // namespace mlab::app
