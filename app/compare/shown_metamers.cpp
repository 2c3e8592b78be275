// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compare/shown_metamers.h"

#include "app/compare/compared_trials.h"
#include "app/session/replay.h"
#include "app/session/synthesis_json.h"
#include "core/base/error.h"
#include "experiments/session/metamer_pairs.h"
#include "experiments/session/recognition_session.h"
#include "experiments/session/session.h"
#include "experiments/session/stored_trials.h"
#include "stimuli/engine/engine_module.h"
#include "stimuli/store/cache_folder.h"
#include "stimuli/store/metamer_cache.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <set>
#include <utility>

namespace mlab::app {
namespace {

using DesignPtr = std::shared_ptr<const experiments::Design>;

/// A stimulus of a trial: what made it, and its hash.
struct Showing {
    RecognitionRequest request;
    std::string sha256;
};

/// Trials with whole metamers.
struct PairKind {
    using Data = MetamerData;
    using Session = experiments::Session;

    static bool counts(const Data& data, const TrialRecord& trial)
    {
        return isCounted(data, trial);
    }
    static std::vector<std::string> hashes(const TrialRecord& trial)
    {
        return {trial.referenceSha256, trial.probeSha256};
    }
    static Session session(const DesignPtr& design, std::uint64_t seed,
                           const std::vector<std::string>& references,
                           const std::vector<TrialRecord>& trials)
    {
        return {experiments::designOfTrials(design, seed, references, trials), seed, references};
    }
    static std::vector<Showing> shown(const TrialPlan& plan, const TrialRecord& trial)
    {
        auto pair = experiments::pairOf(plan.request);
        return {{std::move(pair.reference), trial.referenceSha256},
                {std::move(pair.probe), trial.probeSha256}};
    }
};

/// Trials of recognition.
struct RecognitionKind {
    using Data = RecognitionData;
    using Session = experiments::RecognitionSession;

    static bool counts(const Data& data, const RecognitionRecord& trial)
    {
        return countedAnswer(data, trial).has_value();
    }
    static std::vector<std::string> hashes(const RecognitionRecord& trial)
    {
        return {trial.stimulusSha256};
    }
    static Session session(const DesignPtr& design, std::uint64_t seed,
                           const std::vector<std::string>& references,
                           const std::vector<RecognitionRecord>& /*trials*/)
    {
        return {design, seed, references};
    }
    static std::vector<Showing> shown(const RecognitionPlan& plan, const RecognitionRecord& trial)
    {
        return {{plan.request, trial.stimulusSha256}};
    }
};

/// The requests of a stored session whose stimuli are missing, by the text about what made them.
template <typename Kind, typename Record>
std::map<std::string, std::vector<RecognitionRequest>>
requestsOf(const std::set<std::string>& missing, const SessionHeader& header,
           const DesignPtr& design, const std::vector<data::StoredRun>& runs,
           const std::vector<Record>& trials)
{
    std::map<std::string, std::vector<RecognitionRequest>> out;
    auto session = Kind::session(design, header.seed, referenceIds(header.referencesJson), trials);
    for (const auto& trial : trials) {
        const auto plan = session.next();
        if (!plan) {
            break;
        }
        for (auto& showing : Kind::shown(*plan, trial)) {
            if (missing.contains(showing.sha256)) {
                out[computeTextOf(runs, trial.trialIndex)].push_back(std::move(showing.request));
            }
        }
        session.apply(trial);
    }
    return out;
}

} // namespace

ShownMetamers::ShownMetamers(const StudyData& study, const MetamerData& design,
                             const CompareOptions& options, const stimuli::Progress& progress,
                             const std::stop_token& stop)
{
    find<PairKind>(study, design, options, progress, stop);
}

ShownMetamers::ShownMetamers(const StudyData& study, const RecognitionData& design,
                             const CompareOptions& options, const stimuli::Progress& progress,
                             const std::stop_token& stop)
{
    find<RecognitionKind>(study, design, options, progress, stop);
}

template <typename Kind>
void ShownMetamers::find(const StudyData& study, const typename Kind::Data& design,
                         const CompareOptions& options, const stimuli::Progress& progress,
                         const std::stop_token& stop)
{
    std::set<std::string> synthesis;
    std::set<std::string> missing;
    for (const auto& participant : design.participants) {
        for (const auto& session : participant.sessions) {
            const auto& header = study.headers.at(session.id);
            if (synthesis.insert(header.synthesisJson).second) {
                loadReferences(synthesisOf(header, options.references));
            }
            for (const auto& trial : session.trials) {
                if (Kind::counts(design, trial)) {
                    const auto hashes = Kind::hashes(trial);
                    missing.insert(hashes.begin(), hashes.end());
                }
            }
        }
    }
    std::erase_if(missing, [&](const std::string& sha256) { return references_.contains(sha256); });
    progress("Looking for the metamers in the cache", 0.0);
    metamers_ =
        stimuli::MetamerCache(stimuli::metamerFolder(options.cacheFolder), stimuli::warnOnStderr)
            .stimuliOf(missing, stop);
    const auto dropFound = [&] {
        std::erase_if(missing, [&](const std::string& sha256) { return has(sha256); });
    };
    dropFound();
    for (const auto& participant : design.participants) {
        for (const auto& session : participant.sessions) {
            if (missing.empty()) {
                return;
            }
            const auto& header = study.headers.at(session.id);
            try {
                const auto ofSession = std::make_shared<const experiments::Design>(
                    designInForce(header, options.references));
                for (const auto& [computeText, requests] : requestsOf<Kind>(
                         missing, header, ofSession, study.runs.at(session.id), session.trials)) {
                    const auto engine = stimuli::engine().recognition(
                        {.spec = ofSession->synthesis,
                         .metamers = experiments::synthesisOf(*ofSession),
                         .cacheFolder = options.cacheFolder,
                         .compute = computeText.empty() ? stimuli::ComputeOptions{}
                                                        : computeFromJson(computeText)},
                        progress, stop);
                    for (auto& [request, made] : engine->make(requests, progress, stop)) {
                        metamers_.emplace(made.sha256, made.stimulus);
                    }
                    dropFound();
                }
            } catch (const Cancelled&) {
                throw;
            } catch (const Error& problem) {
                problems_.push_back(
                    "metamers of session " + session.id +
                    " are no longer in the cache and could not be made again: " + problem.what());
            }
        }
    }
    if (!missing.empty()) {
        problems_.push_back(
            "stimuli that are neither in the cache nor could be made again as they were shown: " +
            std::to_string(missing.size()) + "; use the cache that the sessions used (--cache)");
    }
}

bool ShownMetamers::has(const std::string& sha256) const
{
    return references_.contains(sha256) || metamers_.contains(sha256);
}

Stimulus ShownMetamers::stimulus(const std::string& sha256)
{
    if (const auto reference = references_.find(sha256); reference != references_.end()) {
        return reference->second.stimulus;
    }
    const auto found = metamers_.find(sha256);
    if (found == metamers_.end()) {
        throw IoError("stimulus " + sha256 + " is neither a reference nor a metamer in the cache");
    }
    return found->second;
}

stimuli::StimulusMetrics ShownMetamers::metrics(const ShownPair& pair)
{
    return stimuli::compare(stimulus(pair.referenceSha256), stimulus(pair.probeSha256));
}

std::vector<stimuli::NamedStimulus> ShownMetamers::references() const
{
    std::vector<stimuli::NamedStimulus> out;
    std::ranges::transform(references_, std::back_inserter(out),
                           [](const auto& entry) { return entry.second; });
    return out;
}

} // namespace mlab::app
