// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/replay.h"

#include "app/program/design_input.h"
#include "app/session/design_probes.h"
#include "app/session/synthesis_json.h"
#include "core/base/error.h"
#include "core/base/number_text.h"
#include "experiments/session/metamer_pairs.h"
#include "experiments/session/recognition_session.h"
#include "experiments/session/session.h"
#include "experiments/session/stored_trials.h"
#include "stimuli/engine/engine_module.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <span>

namespace mlab::app {
namespace {

const auto kSilent = [](const std::string&, double) {};

struct Column {
    const char* name;
    std::string stored;
    std::string now;
};

std::optional<std::string> firstThatDiffers(std::initializer_list<Column> columns)
{
    const auto found = std::ranges::find_if(
        columns, [](const Column& column) { return column.stored != column.now; });
    if (found == columns.end()) {
        return std::nullopt;
    }
    return std::string(found->name) + " was stored as " + found->stored + ", is now " + found->now;
}

std::optional<std::string> differenceFrom(const Probe& probe, const TrialRecord& record)
{
    return firstThatDiffers(
        {{"reference_id", record.referenceId, probe.referenceId},
         {"reference_sha256", record.referenceSha256, probe.referenceSha256},
         {"probe_sha256", record.probeSha256, probe.probeSha256},
         {"level_achieved", shortNumber(record.levelAchieved), shortNumber(probe.levelAchieved)},
         {"residual_max", shortNumber(record.residualMax), shortNumber(probe.residualMax)},
         {"converged", record.converged ? "true" : "false", probe.converged ? "true" : "false"}});
}

std::optional<std::string> differenceFrom(const RecognitionStimulus& shown,
                                          const RecognitionRecord& record)
{
    const auto number = [](const std::optional<double>& value) {
        return value ? shortNumber(*value) : "nothing";
    };
    return firstThatDiffers(
        {{"reference_sha256", record.referenceSha256, shown.referenceSha256},
         {"stimulus_sha256", record.stimulusSha256, shown.sha256},
         {"match_spearman", number(record.matchSpearman), number(shown.matchSpearman)},
         {"match_snr_db", number(record.matchSnrDb), number(shown.matchSnrDb)}});
}

/// A session that is repeated.
struct Replayed {
    const data::TrialStore& store;
    SessionHeader header;
    std::shared_ptr<const experiments::Design> design;
    std::filesystem::path cacheFolder;
};

std::unique_ptr<stimuli::RecognitionEngine> metamerEngine(const Replayed& replayed,
                                                          const stimuli::ComputeOptions& compute)
{
    return stimuli::engine().recognition({.spec = replayed.design->synthesis,
                                          .metamers = experiments::synthesisOf(*replayed.design),
                                          .cacheFolder = replayed.cacheFolder,
                                          .compute = compute,
                                          .measureCached = true},
                                         kSilent, {});
}

/// Trials of probes: how they are read, planned, made and compared.
struct ProbeTrials {
    using Session = experiments::Session;
    using Engine = stimuli::ProbeMaker;

    static std::vector<TrialRecord> records(const Replayed& replayed)
    {
        return replayed.store.trials(replayed.header.sessionId);
    }
    static std::shared_ptr<const experiments::Design>
    design(const Replayed& replayed, const std::vector<TrialRecord>& records)
    {
        return experiments::designOfTrials(replayed.design, replayed.header.seed,
                                           referenceIds(replayed.header.referencesJson), records);
    }
    static std::unique_ptr<Engine> engine(const Replayed& replayed,
                                          const stimuli::ComputeOptions& compute)
    {
        auto maker = designProbes(*replayed.design, replayed.cacheFolder, compute, kSilent, {});
        maker->startMeasuringCached();
        return maker;
    }
    static std::optional<std::string> difference(const TrialPlan& plan,
                                                 const experiments::Design& /*design*/,
                                                 const TrialRecord& record)
    {
        return experiments::firstDifference(plan, record);
    }
    static std::optional<std::string> difference(Engine& engine, const TrialPlan& plan,
                                                 const TrialRecord& record)
    {
        return differenceFrom(engine.make(plan.request, {}), record);
    }
    static std::string remark(const TrialRecord& record)
    {
        return record.cacheHit
                   ? "; the probe came from the cache, so another program may have made "
                     "it, with other threads or another device"
                   : "";
    }
};

/// Trials of recognition. Metamers that are no longer in the cache are made again.
struct RecognitionTrials {
    using Session = experiments::RecognitionSession;
    using Engine = stimuli::RecognitionEngine;

    static std::vector<RecognitionRecord> records(const Replayed& replayed)
    {
        return replayed.store.recognitionTrials(replayed.header.sessionId);
    }
    static std::shared_ptr<const experiments::Design>
    design(const Replayed& replayed, const std::vector<RecognitionRecord>& /*records*/)
    {
        return replayed.design;
    }
    static std::unique_ptr<Engine> engine(const Replayed& replayed,
                                          const stimuli::ComputeOptions& compute)
    {
        return metamerEngine(replayed, compute);
    }
    static std::optional<std::string> difference(const RecognitionPlan& plan,
                                                 const experiments::Design& design,
                                                 const RecognitionRecord& record)
    {
        return experiments::firstDifference(plan, *design.recognition, record);
    }
    static std::optional<std::string> difference(Engine& engine, const RecognitionPlan& plan,
                                                 const RecognitionRecord& record)
    {
        const auto made = engine.make(std::span(&plan.request, 1), kSilent, {});
        return differenceFrom(made.at(plan.request), record);
    }
    static std::string remark(const RecognitionRecord& /*record*/) { return {}; }
};

/// Trials of whole metamers: planned and stored as those of probes, made as those of recognition.
struct PairTrials : ProbeTrials {
    using Engine = stimuli::RecognitionEngine;

    static std::unique_ptr<Engine> engine(const Replayed& replayed,
                                          const stimuli::ComputeOptions& compute)
    {
        return metamerEngine(replayed, compute);
    }
    using ProbeTrials::difference;
    static std::optional<std::string> difference(Engine& engine, const TrialPlan& plan,
                                                 const TrialRecord& record)
    {
        const auto pair = experiments::pairOf(plan.request);
        const std::array requests = {pair.reference, pair.probe};
        const auto shown = experiments::madePair(plan.request, engine.make(requests, kSilent, {}));
        const auto difference = differenceFrom(shown, record);
        return difference
                   ? difference
                   : firstThatDiffers({{"metamers_json", record.metamersJson, shown.metamersJson}});
    }
    static std::string remark(const TrialRecord& /*record*/) { return {}; }
};

// The engine of one run after another: threads and device change the last bits of a stimulus.
template <typename Trials> class RunEngines {
public:
    explicit RunEngines(const Replayed& replayed)
        : replayed_(replayed), runs_(replayed.store.runs(replayed.header.sessionId))
    {
    }

    typename Trials::Engine& ofTrial(int trialIndex)
    {
        const auto computeText = computeTextOf(runs_, trialIndex);
        if (engine_ && computeText == computeText_) {
            return *engine_;
        }
        engine_.reset();
        computeText_ = computeText;
        remark_.clear();
        auto compute =
            computeText.empty() ? stimuli::ComputeOptions{} : computeFromJson(computeText);
        try {
            engine_ = Trials::engine(replayed_, compute);
        } catch (const DeviceError&) {
            // What the cache still holds can be compared without the device that made it.
            remark_ = " (made on " + compute.device +
                      ", which this machine does not have: rounding may differ)";
            compute.device = "cpu";
            compute.halfPrecision = false;
            engine_ = Trials::engine(replayed_, compute);
        }
        return *engine_;
    }
    /// What may explain a difference of the present engine's stimuli.
    const std::string& remark() const { return remark_; }

private:
    const Replayed& replayed_;
    std::vector<data::StoredRun> runs_;
    std::unique_ptr<typename Trials::Engine> engine_;
    std::string computeText_;
    std::string remark_;
};

template <typename Trials>
std::optional<std::string> replayed(const Replayed& replayed,
                                    const std::function<void(int done, int total)>& progress)
{
    const auto& header = replayed.header;
    RunEngines<Trials> engines(replayed);
    const auto info = engines.ofTrial(0).info();
    if (toJson(info.references) != header.referencesJson) {
        return "the references are not those of the session";
    }
    if (info.modelSha256 != header.modelSha256 || info.basisSha256 != header.basisSha256) {
        return "the model, the basis, a model that distortions compare, or a graph is not that of "
               "the session";
    }
    const auto records = Trials::records(replayed);
    typename Trials::Session session(Trials::design(replayed, records), header.seed,
                                     referenceIds(header.referencesJson));
    int done = 0;
    for (const auto& record : records) {
        const std::string where = "trial " + std::to_string(record.trialIndex) + ": ";
        const auto plan = session.next();
        if (!plan) {
            return where + "it was stored, but the session is finished before it";
        }
        if (const auto difference = Trials::difference(*plan, *replayed.design, record)) {
            return where + *difference;
        }
        auto& engine = engines.ofTrial(record.trialIndex);
        if (const auto difference = Trials::difference(engine, *plan, record)) {
            return where + *difference + engines.remark() + Trials::remark(record);
        }
        session.apply(record);
        progress(++done, static_cast<int>(records.size()));
    }
    return std::nullopt;
}

} // namespace

std::string computeTextOf(const std::vector<data::StoredRun>& runs, int trialIndex)
{
    // Of several runs that begin at one trial, the last is the one that went on to do it.
    const auto next = std::ranges::upper_bound(
        runs, trialIndex, {}, [](const data::StoredRun& run) { return run.firstTrial; });
    return next == runs.begin() ? std::string() : std::prev(next)->info.computeJson;
}

experiments::Design designInForce(const SessionHeader& header,
                                  const std::filesystem::path& references)
{
    auto check = experiments::checkDesign(header.designText, header.designPath,
                                          {.modelInfo = checkContext().modelInfo,
                                           .folderFindings = nullptr,
                                           .referenceIds = nullptr,
                                           .stored = true,
                                           .screen = std::nullopt});
    if (!check.design) {
        throw BadInput(std::move(check.diagnostics));
    }
    auto design = std::move(*check.design);
    design.synthesis = synthesisFromJson(header.synthesisJson);
    design.highestLevels = highestLevelsFromJson(header.synthesisJson, design);
    if (!references.empty()) {
        if (design.graphs) {
            throw InvalidArgument("session " + header.sessionId +
                                  " shows drawings of graphs, which have no folder of references; "
                                  "leave out --references");
        }
        auto& source = design.synthesis.references;
        source = {.folder = references, .count = 0, .seed = 1, .subfolders = source.subfolders};
    }
    return design;
}

std::optional<std::string> replay(const data::TrialStore& store, const std::string& sessionId,
                                  const std::filesystem::path& references,
                                  const std::filesystem::path& cacheFolder,
                                  const std::function<void(int done, int total)>& progress)
{
    const auto header = store.header(sessionId);
    const auto design = std::make_shared<experiments::Design>(designInForce(header, references));
    const Replayed session{
        .store = store, .header = header, .design = design, .cacheFolder = cacheFolder};
    if (design->wholeMetamers) {
        return replayed<PairTrials>(session, progress);
    }
    return design->recognition ? replayed<RecognitionTrials>(session, progress)
                               : replayed<ProbeTrials>(session, progress);
}

} // namespace mlab::app
