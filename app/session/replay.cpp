// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/replay.h"

#include "app/program/design_input.h"
#include "app/session/synthesis_json.h"
#include "core/base/error.h"
#include "core/base/number_text.h"
#include "experiments/session/recognition_session.h"
#include "experiments/session/session.h"
#include "stimuli/metamers/recognition_maker.h"
#include "stimuli/probes/probe_synthesizer.h"

#include <algorithm>
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

// The text in the store about what made the probes of a trial's run.
std::string computeTextOf(const std::vector<data::StoredRun>& runs, int trialIndex)
{
    // Of several runs that begin at one trial, the last is the one that went on to do it.
    const auto next = std::ranges::upper_bound(
        runs, trialIndex, {}, [](const data::StoredRun& run) { return run.firstTrial; });
    return next == runs.begin() ? std::string() : std::prev(next)->info.computeJson;
}

// The engine of one run after another: threads and device change the last bits of a stimulus.
template <typename Engine, typename Options> class RunEngines {
public:
    explicit RunEngines(Options options) : options_(std::move(options)) {}

    Engine& with(const std::string& computeText)
    {
        if (engine_ && computeText == computeText_) {
            return *engine_;
        }
        engine_.reset();
        computeText_ = computeText;
        remark_.clear();
        options_.compute =
            computeText.empty() ? stimuli::ComputeOptions{} : computeFromJson(computeText);
        try {
            make();
        } catch (const DeviceError&) {
            // What the cache still holds can be compared without the device that made it.
            remark_ = " (made on " + options_.compute.device +
                      ", which this machine does not have: rounding may differ)";
            options_.compute.device = "cpu";
            options_.compute.halfPrecision = false;
            make();
        }
        return *engine_;
    }
    /// What explains a difference of the present engine's probes.
    const std::string& remark() const { return remark_; }

private:
    void make() { engine_ = std::make_unique<Engine>(options_, kSilent, std::stop_token()); }

    Options options_;
    std::unique_ptr<Engine> engine_;
    std::string computeText_;
    std::string remark_;
};

// Metamers that are no longer in the cache are made again.
std::optional<std::string>
replayRecognition(const data::TrialStore& store, const SessionHeader& header,
                  const std::shared_ptr<const experiments::Design>& design,
                  const std::filesystem::path& cacheFolder,
                  const std::function<void(int done, int total)>& progress)
{
    const auto records = store.recognitionTrials(header.sessionId);
    const auto runs = store.runs(header.sessionId);
    RunEngines<stimuli::RecognitionMaker, stimuli::RecognitionMakerOptions> engines(
        {.spec = design->synthesis,
         .metamers = design->recognition->metamers,
         .cacheFolder = cacheFolder,
         .compute = {}});
    const auto info = engines.with(computeTextOf(runs, 0)).info();
    if (toJson(info.references) != header.referencesJson) {
        return "the references are not those of the session";
    }
    if (info.modelSha256 != header.modelSha256) {
        return "the model is not that of the session";
    }
    experiments::RecognitionSession session(design, header.seed,
                                            referenceIds(header.referencesJson));
    int done = 0;
    for (const auto& record : records) {
        const std::string where = "trial " + std::to_string(record.trialIndex) + ": ";
        const auto plan = session.next();
        if (!plan) {
            return where + "it was stored, but the session is finished before it";
        }
        if (const auto difference =
                experiments::firstDifference(*plan, *design->recognition, record)) {
            return where + *difference;
        }
        auto& engine = engines.with(computeTextOf(runs, record.trialIndex));
        const auto made = engine.make(std::span(&plan->request, 1), kSilent, {});
        if (const auto difference = differenceFrom(made.at(plan->request), record)) {
            return where + *difference + engines.remark();
        }
        session.apply(record);
        progress(++done, static_cast<int>(records.size()));
    }
    return std::nullopt;
}

} // namespace

std::optional<std::string> replay(const data::TrialStore& store, const std::string& sessionId,
                                  const std::filesystem::path& references,
                                  const std::filesystem::path& cacheFolder,
                                  const std::function<void(int done, int total)>& progress)
{
    const auto header = store.header(sessionId);
    auto check = experiments::checkDesign(header.designText, header.designPath,
                                          {.modelInfo = engineContext().modelInfo,
                                           .folderProblems = nullptr,
                                           .referenceIds = nullptr,
                                           .screen = std::nullopt});
    if (!check.design) {
        throw BadInput(std::move(check.diagnostics));
    }
    auto design = std::make_shared<experiments::Design>(std::move(*check.design));
    design->synthesis = synthesisFromJson(header.synthesisJson);
    if (!references.empty()) {
        auto& source = design->synthesis.references;
        source = {.folder = references, .count = 0, .seed = 1, .subfolders = source.subfolders};
    }
    if (design->recognition) {
        return replayRecognition(store, header, design, cacheFolder, progress);
    }
    const auto records = store.trials(sessionId);
    const auto runs = store.runs(sessionId);
    RunEngines<stimuli::ProbeSynthesizer, stimuli::ProbeSynthesizerOptions> engines(
        {.spec = design->synthesis,
         .layers = layersOf(*design),
         .cacheFolder = cacheFolder,
         .compute = {}});
    const auto info = engines.with(computeTextOf(runs, 0)).info();
    if (toJson(info.references) != header.referencesJson) {
        return "the references are not those of the session";
    }
    if (info.modelSha256 != header.modelSha256 || info.basisSha256 != header.basisSha256) {
        return "the model or the basis is not that of the session";
    }
    experiments::Session session(design, header.seed, referenceIds(header.referencesJson));
    int done = 0;
    for (const auto& record : records) {
        const std::string where = "trial " + std::to_string(record.trialIndex) + ": ";
        const auto plan = session.next();
        if (!plan) {
            return where + "it was stored, but the session is finished before it";
        }
        if (const auto difference = experiments::firstDifference(*plan, record)) {
            return where + *difference;
        }
        auto& engine = engines.with(computeTextOf(runs, record.trialIndex));
        if (const auto difference = differenceFrom(engine.make(plan->request, {}), record)) {
            return where + *difference + engines.remark() +
                   (record.cacheHit ? "; the probe came from the cache, so another program may "
                                      "have made it, with other threads or another device"
                                    : "");
        }
        session.apply(record);
        progress(++done, static_cast<int>(records.size()));
    }
    return std::nullopt;
}

} // namespace mlab::app
