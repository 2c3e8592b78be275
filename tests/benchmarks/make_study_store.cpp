// SPDX-License-Identifier: GPL-3.0-or-later
//
// Creates a trial store of simulated participants for the report. The sessions are folded as in the
// program. The observers' thresholds differ by person, layer and eccentricity; in recognition, they
// differ in how well they recognise the metamers of each layer. No stimuli are created: the level
// achieved is the level requested, plus or minus 1 %.
#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "core/base/utc_time.h"
#include "data/trial_store.h"
#include "experiments/design/design_reader.h"
#include "experiments/design/recognition_spec.h"
#include "experiments/observers/observer.h"
#include "experiments/observers/recognition_observer.h"
#include "experiments/session/recognition_session.h"
#include "experiments/session/session.h"

#include <CLI/CLI.hpp>
#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace mlab;

experiments::Observer observerFor(const experiments::Design& design, int person)
{
    RandomStream random(17, "observer", static_cast<std::uint64_t>(person));
    const double own = std::exp(0.3 * random.normal());
    std::map<std::string, experiments::ObserverParameters> parameters;
    std::map<std::string, double> ofLayer;
    for (const auto& measured : design.dimensions) {
        const auto& dimension = measured.dimension;
        // Each layer is about 1.3 times harder than the one before.
        const double layer = ofLayer
                                 .try_emplace(dimension.layer, std::pow(1.3, ofLayer.size()) *
                                                                   std::exp(0.1 * random.normal()))
                                 .first->second;
        const double threshold = 0.3 * own * layer * std::pow(dimension.eccentricityDeg / 8, 0.4) *
                                 std::exp(0.2 * random.normal());
        parameters[dimension.id()].weibull = {
            .threshold = threshold, .slope = 3.5, .chance = 0.5, .lapse = 0.02};
    }
    return {static_cast<std::uint64_t>(person), std::move(parameters)};
}

SessionHeader createSession(data::TrialStore& store, const experiments::Design& design, int person)
{
    const std::string participant = (person < 10 ? "P0" : "P") + std::to_string(person);
    SessionHeader header{.sessionId = store.nextSessionId(participant, design.name),
                         .participant = participant,
                         .designName = design.name,
                         .designSha256 = design.sha256,
                         .designText = design.text,
                         .designPath = design.path.string(),
                         .seed = static_cast<std::uint64_t>(person),
                         .modality = toString(design.modality),
                         .model = "gabor-scattering",
                         .modelSha256 = "m",
                         .basisSha256 = "b",
                         .referencesJson = "[]",
                         .synthesisJson = "{}",
                         .displayJson = "{}",
                         .observerJson = "{}",
                         .softwareVersion = kSoftwareVersion,
                         .startedAt = utcNow()};
    store.createSession(header);
    return header;
}

void runSession(data::TrialStore& store, const std::shared_ptr<const experiments::Design>& design,
                int person)
{
    const auto header = createSession(store, *design, person);
    const auto sink = store.openSession(header.sessionId, {});
    experiments::Session session(design, header.seed, {"one", "two", "three"});
    const auto observer = observerFor(*design, person);
    RandomStream random(header.seed, "level achieved");
    while (const auto plan = session.next()) {
        const double achieved = plan->request.level * (1 + 0.01 * random.normal());
        const auto answer = observer.answer(*plan, achieved);
        std::array<std::optional<double>, 3> onsetMs{};
        std::fill_n(onsetMs.begin(), plan->intervals.size(), 0.0);
        const TrialRecord record{.trialIndex = plan->trialIndex,
                                 .blockIndex = plan->blockIndex,
                                 .practice = plan->practice,
                                 .dimension = plan->dimension,
                                 .procedure = plan->procedure,
                                 .levelRequested = plan->request.level,
                                 .levelAchieved = achieved,
                                 .residualMax = 0.0,
                                 .converged = true,
                                 .referenceId = plan->request.references.front(),
                                 .referenceSha256 = "r",
                                 .probeSha256 = "p",
                                 .intervalOrder = plan->intervalOrder(),
                                 .correctAnswer = plan->correctAnswer,
                                 .response = answer.answer,
                                 .correct = answer.answer == plan->correctAnswer,
                                 .rtMs = answer.rtMs,
                                 .onsetMs = onsetMs,
                                 .droppedFrames = 0,
                                 .generationMs = 0.0,
                                 .cacheHit = false,
                                 .waitMs = 0.0,
                                 .flags = {},
                                 .startedAt = utcNow()};
        sink->commit(record);
        session.apply(record);
    }
    sink->markFinished();
}

// Each layer's metamers are harder to recognise than those of the layer before, but match equally
// well.
void runRecognition(data::TrialStore& store,
                    const std::shared_ptr<const experiments::Design>& design, int person)
{
    const auto& spec = *design->recognition;
    std::vector<std::string> references;
    for (const auto& category : spec.categories) {
        const auto& pattern = category.references.front();
        for (int i = 0; i < experiments::referencesNeeded(spec); ++i) {
            references.push_back(pattern.substr(0, pattern.find('*')) + std::to_string(i));
        }
    }
    RandomStream random(18, "recognition observer", static_cast<std::uint64_t>(person));
    experiments::RecognitionObserver::Parameters own;
    own.catchAccuracy = 0.97;
    own.seed = static_cast<std::uint64_t>(person);
    double known = 0.97;
    for (const auto& condition : experiments::conditionsOf(spec)) {
        own.accuracy[condition] = known;
        known *= 0.75 + 0.2 * random.uniform();
    }
    const experiments::RecognitionObserver observer(own);
    const auto header = createSession(store, *design, person);
    const auto sink = store.openSession(header.sessionId, {});
    experiments::RecognitionSession session(design, header.seed, references);
    while (const auto plan = session.next()) {
        const auto answer = observer.answer(*plan, spec.categories.size());
        const auto chosen = categoryIndex(answer.answer);
        const bool natural = plan->condition == kNaturalCondition;
        const RecognitionRecord record{
            .trialIndex = plan->trialIndex,
            .blockIndex = plan->blockIndex,
            .practice = plan->practice,
            .catchTrial = plan->catchTrial,
            .condition = plan->condition,
            .referenceId = plan->request.reference,
            .referenceSha256 = plan->request.reference,
            .stimulusSha256 = plan->request.reference + plan->request.layer,
            .matchSpearman = natural ? std::nullopt : std::optional(0.99),
            .matchSnrDb = natural ? std::nullopt : std::optional(30 + 5 * random.normal()),
            .category = spec.categories[plan->category].name,
            .response = spec.categories[chosen].name,
            .correct = chosen == plan->category,
            .rtMs = answer.rtMs,
            .onsetMs = 0.0,
            .droppedFrames = 0,
            .flags = {},
            .startedAt = utcNow()};
        sink->commit(record);
        session.apply(record);
    }
    sink->markFinished();
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App program("Creates a trial store of simulated participants");
    std::string file;
    std::string designFile = MLAB_SOURCE_DIR "/experiments/designs/image-mame-54.json";
    int participants = 20;
    program.add_option("DATABASE", file, "The trial store, created if it does not exist")
        ->required();
    program.add_option("--design", designFile, "The design file")->capture_default_str();
    program.add_option("--participants", participants, "Number of participants")
        ->capture_default_str();
    CLI11_PARSE(program, argc, argv);
    const QCoreApplication application(argc, argv);
    try {
        auto check = experiments::readDesign(designFile, {});
        if (!check.design) {
            throw InvalidArgument(check.diagnostics.front().text());
        }
        const auto design = std::make_shared<const experiments::Design>(std::move(*check.design));
        data::TrialStore store(file, data::TrialStore::Mode::readWrite);
        for (int person = 1; person <= participants; ++person) {
            if (design->recognition) {
                runRecognition(store, design, person);
            } else {
                runSession(store, design, person);
            }
        }
        std::printf("%zu sessions\n", store.sessions().size());
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "make_study_store: %s\n", problem.what());
        return 1;
    }
    return 0;
}
