// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/session_choice.h"

#include "app/program/design_input.h"
#include "app/session/synthesis_json.h"
#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/base/version.h"
#include "stimuli/catalog/model_info.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <random>

namespace mlab::app {
namespace {

std::string loudnessText(std::optional<double> levelDbSpl, double attenuationDb)
{
    return levelDbSpl          ? "at " + shortNumber(*levelDbSpl) + " dB SPL"
           : attenuationDb > 0 ? "at a volume of -" + shortNumber(attenuationDb) + " dB"
                               : "at full volume";
}

// How loud a run's sounds were played; empty where none were.
std::string loudnessOf(const std::string& soundJson)
{
    const auto json = nlohmann::json::parse(soundJson, nullptr, /*allow_exceptions=*/false);
    const auto device =
        json.find("device"); // not copied: it may be nested as deep as a text is long
    if (device == json.end() || !device->is_object() || device->empty()) {
        return {};
    }
    const auto number = [&](const char* name) {
        const auto found = device->find(name);
        return found != device->end() && found->is_number() ? std::optional(found->get<double>())
                                                            : std::nullopt;
    };
    return loudnessText(number("level_db_spl"), number("attenuation_db").value_or(0.0));
}

SessionHeader newHeader(const data::TrialStore& store, const LiveSessionOptions& options,
                        const SessionInputs& inputs)
{
    const auto& design = *inputs.design;
    return {.sessionId = store.nextSessionId(options.participant, design.name),
            .participant = options.participant,
            .designName = design.name,
            .designSha256 = design.sha256,
            .designText = design.text,
            .designPath = std::filesystem::absolute(options.designFile).string(),
            .seed = options.seed ? *options.seed : randomSeed(),
            .modality = toString(design.modality),
            .model =
                design.graphs ? std::string() : stimuli::modelInfo(design.synthesis.model).name,
            .modelSha256 = {},
            .basisSha256 = {},
            .referencesJson = {},
            .synthesisJson = {},
            .displayJson = {},
            .observerJson = inputs.observerText,
            .softwareVersion = kSoftwareVersion,
            .startedAt = {}};
}

void requireSameInputs(const SessionHeader& header, const SessionInputs& inputs)
{
    const auto refuse = [&](const std::string& why) {
        throw InvalidArgument("session " + header.sessionId +
                              " was interrupted and cannot be resumed: " + why +
                              ". Restore what it was started with, or start a new session with "
                              "--new");
    };
    if (header.designSha256 != inputs.design->sha256) {
        refuse(inputs.design->path.string() + " has been changed since it was started");
    }
    if (header.observerJson != inputs.observerText) {
        refuse(!header.simulated() ? "it was started by a person, not by a simulated participant"
                                   : "it was started by another simulated participant");
    }
}

void requireSame(const SessionHeader& header, const std::string& then, const std::string& today,
                 const char* what)
{
    if (then != today) {
        throw InvalidArgument("session " + header.sessionId + " cannot be resumed: " + what +
                              " not the same as when it was started. Start a new session with "
                              "--new");
    }
}

} // namespace

std::uint64_t randomSeed()
{
    std::random_device device;
    return device() & 0x7fffffffU;
}

SessionChoice chooseSession(const data::TrialStore& store, const LiveSessionOptions& options,
                            const SessionInputs& inputs)
{
    std::vector<data::SessionSummary> open;
    if (!options.startNew) {
        open = store.findUnfinished(options.participant, inputs.design->name);
        std::erase_if(open, [&](const data::SessionSummary& summary) {
            return options.seed && summary.header.seed != *options.seed;
        });
    }
    if (open.empty()) {
        return {.header = newHeader(store, options, inputs)};
    }
    requireSameInputs(open.back().header, inputs);
    return {.header = open.back().header, .resumed = true, .trialsDone = open.back().trialCount};
}

void requireSameEngine(const SessionChoice& session, const stimuli::EngineInfo& loaded)
{
    if (!session.resumed) {
        return;
    }
    const auto& header = session.header;
    requireSame(header, header.referencesJson, toJson(loaded.references), "the references are");
    requireSame(header, header.modelSha256, loaded.modelSha256, "the model is");
    requireSame(header, header.basisSha256, loaded.basisSha256,
                "the basis, a model that distortions compare, or a graph, is");
}

void requireSameNetwork(const SessionChoice& session, const std::string& networkJson)
{
    if (session.resumed) {
        requireSame(session.header, networkInSynthesis(session.header.synthesisJson), networkJson,
                    "the network that answers is");
    }
}

void requireSameLoudness(const data::TrialStore& store, const SessionChoice& session,
                         const experiments::PlaybackLevel& level)
{
    if (!session.resumed) {
        return;
    }
    const auto runs = store.runs(session.header.sessionId);
    const auto last = std::find_if(runs.rbegin(), runs.rend(), [&](const data::StoredRun& run) {
        return run.firstTrial < session.trialsDone; // others ended before a trial was done
    });
    if (last == runs.rend()) {
        return;
    }
    const auto then = loudnessOf(last->info.soundJson);
    const auto now = loudnessText(level.levelDbSpl, level.attenuationDb);
    if (!then.empty() && then != now) {
        throw InvalidArgument(
            "session " + session.header.sessionId + " cannot be resumed: its sounds were played " +
            then + " and would now be played " + now +
            ". Choose the same level (in the start window: the level in dB SPL, or the volume of "
            "the sound check; in a shell: --sound-level, --sound-attenuation), or start another "
            "session");
    }
}

std::optional<data::SessionSummary> finishedBefore(const LiveSessionOptions& options)
{
    std::error_code unreadable;
    if (options.startNew || !std::filesystem::exists(options.databaseFile, unreadable)) {
        return std::nullopt;
    }
    const auto design =
        loadDesign(options.designFile, std::nullopt, options.references, /*stored=*/true);
    std::optional<data::SessionSummary> finished;
    const data::TrialStore store(options.databaseFile, data::TrialStore::Mode::readWrite);
    for (auto& session : store.sessions()) {
        const auto& header = session.header;
        if (header.participant != options.participant || header.designName != design.name ||
            (options.seed && header.seed != *options.seed)) {
            continue;
        }
        if (!session.finished()) {
            return std::nullopt; // this one will be resumed
        }
        if (header.designSha256 == design.sha256) {
            finished = std::move(session);
        }
    }
    return finished;
}

} // namespace mlab::app
