// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/replay.h"

#include "app/design_input.h"
#include "app/synthesis_json.h"
#include "core/error.h"
#include "experiments/session.h"
#include "stimuli/synthesizer.h"

#include <memory>

namespace mlab::app {
namespace {

std::optional<std::string> differenceFrom(const Probe& probe, const TrialRecord& record)
{
    const auto compare = [](const char* column, const std::string& stored,
                            const std::string& now) -> std::optional<std::string> {
        if (stored == now) {
            return std::nullopt;
        }
        return std::string(column) + " was stored as " + stored + ", is now " + now;
    };
    const std::array<std::optional<std::string>, 6> differences = {
        compare("reference_id", record.referenceId, probe.referenceId),
        compare("reference_sha256", record.referenceSha256, probe.referenceSha256),
        compare("probe_sha256", record.probeSha256, probe.probeSha256),
        compare("level_achieved", shortNumber(record.levelAchieved),
                shortNumber(probe.levelAchieved)),
        compare("residual_max", shortNumber(record.residualMax), shortNumber(probe.residualMax)),
        compare("converged", record.converged ? "true" : "false",
                probe.converged ? "true" : "false")};
    for (const auto& difference : differences) {
        if (difference) {
            return difference;
        }
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
    const auto records = store.trials(sessionId);
    auto check = experiments::checkDesign(header.designText, header.designPath,
                                          {.modelInfo = engineContext().modelInfo,
                                           .folderProblems = nullptr,
                                           .screen = std::nullopt});
    if (!check.design) {
        throw BadInput(std::move(check.diagnostics));
    }
    auto design = std::make_shared<experiments::Design>(std::move(*check.design));
    design->synthesis = synthesisFromJson(header.synthesisJson);
    if (!references.empty()) {
        design->synthesis.references = {.folder = references, .count = 0, .seed = 1};
    }
    stimuli::Synthesizer engine({.spec = design->synthesis,
                                 .layers = layersOf(*design),
                                 .cacheFolder = cacheFolder,
                                 .compute = {}},
                                [](const std::string&, double) {}, {});
    const auto info = engine.info();
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
        if (const auto difference = differenceFrom(engine.make(plan->request, {}), record)) {
            return where + *difference;
        }
        session.apply(record);
        progress(++done, static_cast<int>(records.size()));
    }
    return std::nullopt;
}

} // namespace mlab::app
