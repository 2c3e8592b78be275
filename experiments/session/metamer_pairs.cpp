// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/session/metamer_pairs.h"

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "experiments/session/session_randomization.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>

namespace mlab::experiments {
namespace {

/// So many unaccepted metamers are named in a message.
constexpr std::size_t kMostNamed = 5;

MetamerMatch matchOf(const ProbeRequest& request)
{
    if (request.metamers->match) {
        return *request.metamers->match;
    }
    // As the design gave it: the level was computed from it, and the match names a file.
    constexpr double kDigits = 1e6;
    const double snrDb = snrDbOfMismatch(request.level);
    return {.unit = MetamerMatch::Unit::snrDb, .value = std::round(snrDb * kDigits) / kDigits};
}

RecognitionRequest natural(const std::string& reference)
{
    return {.reference = reference, .layer = {}};
}

/// The `index`-th metamer of the request's reference.
RecognitionRequest metamer(const ProbeRequest& request, std::size_t index)
{
    const bool fromNoise = request.metamers->start == SynthesisStart::noise;
    return {.reference = request.references.front(),
            .layer = request.layer,
            .variant = {.seed = fromNoise ? index : 0,
                        .start = fromNoise ? "" : request.references.at(1 + index),
                        .match = matchOf(request)}};
}

void add(std::set<RecognitionRequest>& all, const ProbeRequest& request)
{
    auto pair = pairOf(request);
    all.insert(std::move(pair.reference));
    all.insert(std::move(pair.probe));
}

class PairSource final : public ProbeSource {
public:
    PairSource(RecognitionStimuli stimuli, PairDistances distances)
        : stimuli_(std::move(stimuli)), distances_(std::move(distances))
    {
    }

    void want(std::vector<ProbeRequest> /*requests*/) override {}
    void fetch(const ProbeRequest& request, Done done) override
    {
        auto pair = madePair(request, stimuli_);
        if (const auto found = distances_.find({pair.referenceSha256, pair.probeSha256});
            found != distances_.end()) {
            pair.networkDistance = found->second;
        }
        done({.probe = std::make_shared<const Probe>(std::move(pair)), .error = {}});
    }

private:
    RecognitionStimuli stimuli_;
    PairDistances distances_;
};

} // namespace

MetamerPair pairOf(const ProbeRequest& request)
{
    switch (request.metamers->comparison) {
    case Comparison::originalOriginal:
        return {.reference = natural(request.references.at(0)),
                .probe = natural(request.references.at(1))};
    case Comparison::synthesisedSynthesised:
        return {.reference = metamer(request, 0), .probe = metamer(request, 1)};
    case Comparison::originalSynthesised:
        break;
    }
    return {.reference = natural(request.references.front()), .probe = metamer(request, 0)};
}

std::vector<RecognitionRequest> stimuliToCome(const Session& session)
{
    std::set<RecognitionRequest> all;
    for (const auto& request : session.requestsToCome()) {
        add(all, request);
    }
    return {all.begin(), all.end()};
}

std::vector<RecognitionRequest> stimuliOf(const Design& design,
                                          const std::vector<std::string>& referenceIds)
{
    std::set<RecognitionRequest> all;
    for (const auto& [condition, procedure] : design.dimensions) {
        for (const auto& match : design.wholeMetamers->matches) {
            if (condition.metamers->match && condition.metamers->match != match) {
                continue;
            }
            for (std::size_t reference = 0; reference < referenceIds.size(); ++reference) {
                add(all, metamerRequest(condition, levelOf(match), referenceIds, reference));
            }
        }
    }
    return {all.begin(), all.end()};
}

Probe madePair(const ProbeRequest& request, const RecognitionStimuli& stimuli)
{
    const auto found = [&](const RecognitionRequest& one) -> const RecognitionStimulus& {
        const auto at = stimuli.find(one);
        if (at == stimuli.end()) {
            throw InternalError("a session of whole metamers needs all its stimuli before it "
                                "starts; one of reference " +
                                one.reference + " is missing");
        }
        return at->second;
    };
    const auto wanted = pairOf(request);
    const auto& reference = found(wanted.reference);
    const auto& probe = found(wanted.probe);
    Probe out{.reference = reference.stimulus,
              .probe = probe.stimulus,
              .referenceId = request.references.front(),
              .referenceSha256 = reference.sha256,
              .probeSha256 = probe.sha256,
              .converged = reference.accepted && probe.accepted,
              .cacheHit = true};
    if (request.metamers->comparison == Comparison::originalOriginal) {
        out.levelAchieved = request.level;
        return out;
    }
    for (const auto* one : {&reference, &probe}) {
        if (one->metamerJson.empty()) {
            continue;
        }
        // Without an SNR nothing differs.
        out.levelAchieved =
            std::max(out.levelAchieved, one->matchSnrDb ? mismatchOfSnrDb(*one->matchSnrDb) : 0.0);
        out.metamersJson += (out.metamersJson.empty() ? "[" : ",") + one->metamerJson;
    }
    out.metamersJson += "]";
    return out;
}

std::unique_ptr<ProbeSource> pairSource(RecognitionStimuli stimuli, PairDistances distances)
{
    return std::make_unique<PairSource>(std::move(stimuli), std::move(distances));
}

std::string notAcceptedText(const RecognitionRequest& request, const RecognitionStimulus& made)
{
    std::string text = request.reference + " at layer " + request.layer + ": ";
    if (const auto& match = request.variant.match) {
        text += match->text() + " asked for, ";
    }
    return text + (made.matchSnrDb ? fixedNumber(*made.matchSnrDb, 1) + " dB" : "everything") +
           " reached";
}

void requireAccepted(const Session& session, const RecognitionStimuli& stimuli)
{
    if (session.design().wholeMetamers->showNotAccepted) {
        return;
    }
    std::string named;
    std::size_t count = 0;
    for (const auto& request : stimuliToCome(session)) {
        const auto& made = stimuli.at(request);
        if (!made.accepted && ++count <= kMostNamed) {
            named += "\n  " + notAcceptedText(request, made);
        }
    }
    if (count > 0) {
        throw InvalidArgument(
            std::to_string(count) + (count == 1 ? " metamer is" : " metamers are") +
            " not accepted, because the synthesis ended before the match that was asked for. Ask "
            "for less (metamers.match), allow more evaluations (metamers.max_evaluations), remove "
            "the references, or set metamers.show_not_accepted" +
            named + (count > kMostNamed ? "\n  and others" : ""));
    }
}

} // namespace mlab::experiments
