// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/report/study_data.h"

#include "app/program/design_input.h"
#include "core/base/error.h"
#include "core/trial/task.h"
#include "data/trial_store.h"
#include "experiments/design/design_reader.h"
#include "experiments/design/recognition_spec.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace mlab::app {
namespace {

// Correct and incorrect answers alone do not determine the criterion of same-different: the
// observer is assumed to be unbiased, and the report says so.
DiscriminationTask decisionModel(Task task)
{
    return decisionModelOf(task).value_or(DiscriminationTask::sameDifferentIndependent);
}

std::string nameOf(Task task)
{
    const std::string name(toString(task));
    return task == Task::sameDifferent
               ? name + ", d' for an unbiased observer with independent observations"
               : name;
}

ThresholdData emptyThresholds(const SessionHeader& header, const experiments::Design& design)
{
    ThresholdData data{.designName = header.designName,
                       .designSha256 = header.designSha256,
                       .simulated = header.simulated(),
                       .modality = toString(design.modality),
                       .taskName = nameOf(design.task),
                       .task = decisionModel(design.task),
                       .dimensions = {},
                       .participants = {},
                       .measures = {}};
    for (const auto& measured : design.dimensions) {
        data.dimensions.push_back(measured.dimension);
    }
    return data;
}

RecognitionData emptyRecognition(const SessionHeader& header, const experiments::Design& design)
{
    RecognitionData data{.designName = header.designName,
                         .designSha256 = header.designSha256,
                         .simulated = header.simulated(),
                         .modality = toString(design.modality),
                         .categories = {},
                         .conditions = experiments::conditionsOf(*design.recognition),
                         .participants = {}};
    for (const auto& category : design.recognition->categories) {
        data.categories.push_back(category.name);
    }
    return data;
}

MetamerData emptyMetamers(const SessionHeader& header, const experiments::Design& design)
{
    MetamerData data{.designName = header.designName,
                     .designSha256 = header.designSha256,
                     .simulated = header.simulated(),
                     .modality = toString(design.modality),
                     .taskName = nameOf(design.task),
                     .task = decisionModel(design.task),
                     .conditions = {},
                     .participants = {}};
    for (const auto& measured : design.dimensions) {
        data.conditions.push_back(measured.dimension);
    }
    return data;
}

template <typename Record>
void addSession(std::vector<ParticipantData<Record>>& participants,
                const data::SessionSummary& summary, std::vector<Record> trials)
{
    const auto& header = summary.header;
    auto participant =
        std::ranges::find(participants, header.participant, &ParticipantData<Record>::id);
    if (participant == participants.end()) {
        participants.push_back({.id = header.participant, .sessions = {}});
        participant = std::prev(participants.end());
    }
    participant->sessions.push_back({.id = header.sessionId,
                                     .startedAt = header.startedAt,
                                     .finished = summary.finished(),
                                     .trials = std::move(trials)});
}

// Designs whose sessions have no trials yet are not reported.
template <typename Data> void dropEmpty(std::vector<Data>& all)
{
    std::erase_if(all, [](const Data& data) {
        return std::ranges::all_of(data.participants, [](const auto& participant) {
            return std::ranges::all_of(participant.sessions,
                                       [](const auto& session) { return session.trials.empty(); });
        });
    });
}

} // namespace

StudyData readStudy(const std::filesystem::path& database)
{
    auto tables = data::TrialStore(database, data::TrialStore::Mode::readOnly).tables();
    if (tables.sessions.empty()) {
        throw InvalidArgument(database.string() +
                              " has no session yet. Run one with \"metamerlab run\".");
    }
    if (tables.trials.empty() && tables.recognitionTrials.empty()) {
        throw InvalidArgument("no session in " + database.string() +
                              " has a trial yet, so there is nothing to report");
    }
    std::map<std::string, std::vector<TrialRecord>> trials;
    for (const auto& row : tables.trials) {
        trials[row.session.sessionId].push_back(row.record);
    }
    std::map<std::string, std::vector<RecognitionRecord>> recognitionTrials;
    for (const auto& row : tables.recognitionTrials) {
        recognitionTrials[row.session.sessionId].push_back(row.record);
    }
    enum class Kind { thresholds, recognition, metamers };
    struct Place {
        Kind kind = Kind::thresholds;
        std::size_t index = 0;
    };
    StudyData study;
    std::map<std::tuple<std::string, std::string, std::string, bool>, Place> places;
    for (const auto& summary : tables.sessions) {
        const auto& header = summary.header;
        study.headers[header.sessionId] = header;
        const auto [entry, isNew] = places.try_emplace(
            {header.designSha256, header.modelSha256, header.basisSha256, header.simulated()},
            Place{});
        auto& place = entry->second;
        if (isNew) {
            const auto design = storedDesign(header);
            if (design.recognition) {
                place = {.kind = Kind::recognition, .index = study.recognition.size()};
                study.recognition.push_back(emptyRecognition(header, design));
            } else if (design.wholeMetamers) {
                place = {.kind = Kind::metamers, .index = study.metamers.size()};
                study.metamers.push_back(emptyMetamers(header, design));
                study.metamerReferences.push_back(design.synthesis);
            } else {
                place = {.kind = Kind::thresholds, .index = study.thresholds.size()};
                study.thresholds.push_back(emptyThresholds(header, design));
            }
        }
        if (place.kind == Kind::recognition) {
            addSession(study.recognition[place.index].participants, summary,
                       std::move(recognitionTrials[header.sessionId]));
        } else {
            addSession(place.kind == Kind::metamers ? study.metamers[place.index].participants
                                                    : study.thresholds[place.index].participants,
                       summary, std::move(trials[header.sessionId]));
        }
    }
    study.runs = std::move(tables.runs);
    dropEmpty(study.thresholds);
    dropEmpty(study.recognition);
    dropEmpty(study.metamers);
    return study;
}

} // namespace mlab::app
