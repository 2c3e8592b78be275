// SPDX-License-Identifier: GPL-3.0-or-later
//
// Creates a trial store of simulated participants for the report. The sessions are folded as in the
// program. The observers' thresholds differ by person, layer and eccentricity; in recognition, they
// differ in how well they recognise the metamers of each layer. No stimuli are created: the level
// achieved is the level requested, plus or minus 1 %.
#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "core/base/utc_time.h"
#include "core/base/version.h"
#include "data/columns.h"
#include "data/database.h"
#include "data/row_hashes.h"
#include "data/schema.h"
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
#include <functional>
#include <limits>
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

/// Fills a new store in one transaction. A TrialStore would check all rows before each session and
/// write each trial to the disk.
class StoreFiller {
public:
    explicit StoreFiller(const std::string& file) : database_(file, data::Database::Mode::readWrite)
    {
        data::prepareSchema(database_);
    }

    void fill(const std::function<void()>& work) { database_.write(kDoing, work); }

    void begin(const SessionHeader& header)
    {
        data::SessionSummary session;
        session.header = header;
        session.number = 1;
        insert(data::sessionTable(), session);
        const auto run =
            insertHashed(database_, "runs",
                         "INSERT INTO runs (session_id, first_trial, started_at, software_version, "
                         "display_json, host_name, system, process_id) "
                         "VALUES (CAST(? AS TEXT), 0, '', '', '{}', '', '', 0)",
                         {header.sessionId}, kDoing);
        insertHashed(database_, "run_ends",
                     "INSERT INTO run_ends (run_id, ended_at, sound_json) "
                     "VALUES (?, CAST(? AS TEXT), '')",
                     {run, utcNow()}, kDoing);
    }
    template <typename TableRow>
    void insert(const data::Table<TableRow>& table, const TableRow& row)
    {
        insertHashed(database_, table.name, table.insertSql(), table.toRow(row), kDoing);
    }
    void finish(const SessionHeader& header)
    {
        insertHashed(database_, "session_ends",
                     "INSERT INTO session_ends (session_id, finished_at) "
                     "VALUES (CAST(? AS TEXT), CAST(? AS TEXT))",
                     {header.sessionId, utcNow()}, kDoing);
    }

private:
    static constexpr const char* kDoing = "create the store";
    data::Database database_;
};

SessionHeader createSession(StoreFiller& store, const experiments::Design& design, int person)
{
    const std::string participant = (person < 10 ? "P0" : "P") + std::to_string(person);
    SessionHeader header{.sessionId = participant + "-" + design.name + "-1",
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
    store.begin(header);
    return header;
}

void runSession(StoreFiller& store, const std::shared_ptr<const experiments::Design>& design,
                int person, int trials)
{
    const auto header = createSession(store, *design, person);
    experiments::Session session(design, header.seed, {"one", "two", "three"});
    const auto observer = observerFor(*design, person);
    RandomStream random(header.seed, "level achieved");
    while (const auto plan = session.next()) {
        if (plan->trialIndex == trials) {
            return;
        }
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
        store.insert(data::trialTable(), {header, record, kSoftwareVersion});
        session.apply(record);
    }
    store.finish(header);
}

// Each layer's metamers are harder to recognise than those of the layer before, but match equally
// well.
void runRecognition(StoreFiller& store, const std::shared_ptr<const experiments::Design>& design,
                    int person, int trials)
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
    experiments::RecognitionSession session(design, header.seed, references);
    while (const auto plan = session.next()) {
        if (plan->trialIndex == trials) {
            return;
        }
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
        store.insert(data::recognitionTable(), {header, record, kSoftwareVersion});
        session.apply(record);
    }
    store.finish(header);
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App program("Creates a trial store of simulated participants");
    std::string file;
    std::string designFile = MLAB_SOURCE_DIR "/experiments/designs/image-mame-54.json";
    int participants = 20;
    int trials = std::numeric_limits<int>::max();
    program.add_option("DATABASE", file, "The trial store, created if it does not exist")
        ->required();
    program.add_option("--design", designFile, "The design file")->capture_default_str();
    program.add_option("--participants", participants, "Number of participants")
        ->capture_default_str();
    program.add_option("--trials", trials, "Interrupt each session after this many trials");
    CLI11_PARSE(program, argc, argv);
    const QCoreApplication application(argc, argv);
    try {
        auto check = experiments::readDesign(designFile, {});
        if (!check.design) {
            throw InvalidArgument(check.diagnostics.front().text());
        }
        const auto design = std::make_shared<const experiments::Design>(std::move(*check.design));
        StoreFiller store(file);
        store.fill([&] {
            for (int person = 1; person <= participants; ++person) {
                if (design->recognition) {
                    runRecognition(store, design, person, trials);
                } else {
                    runSession(store, design, person, trials);
                }
            }
        });
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "make_study_store: %s\n", problem.what());
        return 1;
    }
    return 0;
}
