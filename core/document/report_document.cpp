// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/document/report_document.h"

#include "core/base/diagnostic.h"
#include "core/base/distinct_names.h"
#include "core/base/error.h"
#include "core/document/classifier_document.h"
#include "core/document/metamer_document.h"
#include "core/document/network_document.h"
#include "core/document/recognition_document.h"
#include "core/document/report_rows.h"
#include "core/document/threshold_document.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

namespace mlab {
namespace {

struct DesignNames {
    std::vector<ReportedDesign> thresholds;
    std::vector<ReportedDesign> recognition;
    std::vector<ReportedDesign> metamers;
    std::vector<ReportedDesign> comparisons;
    std::vector<ReportedDesign> classifiers;
};

template <typename Report> std::string plainTitle(const Report& report)
{
    return report.designName + (report.simulated ? ", simulated participants" : "");
}

// Designs with the same name get their hash and a number.
DesignNames namesOf(const StudyReport& study)
{
    std::vector<std::string> plain;
    for (const auto& report : study.thresholds) {
        plain.push_back(plainTitle(report));
    }
    for (const auto& report : study.recognition) {
        plain.push_back(plainTitle(report));
    }
    for (const auto& report : study.metamers) {
        plain.push_back(plainTitle(report));
    }
    for (const auto& comparison : study.comparisons) {
        plain.push_back(plainTitle(comparison.design));
    }
    for (const auto& comparison : study.classifiers) {
        plain.push_back(plainTitle(comparison.people));
    }
    DesignNames names;
    std::size_t number = 0;
    const bool isOnly = plain.size() == 1;
    const auto designOf = [&](const auto& report, const std::string& task) {
        ++number;
        auto title = plainTitle(report);
        if (std::ranges::count(plain, title) > 1) {
            title += " (" + report.designSha256.substr(0, 8) + ", " + std::to_string(number) + ")";
        }
        return ReportedDesign{.title = std::move(title),
                              .name = report.designName,
                              .sha256 = report.designSha256,
                              .task = task,
                              .simulated = report.simulated,
                              .isOnly = isOnly};
    };
    for (const auto& report : study.thresholds) {
        names.thresholds.push_back(designOf(report, report.taskName));
    }
    for (const auto& report : study.recognition) {
        names.recognition.push_back(designOf(report, "recognition"));
    }
    for (const auto& report : study.metamers) {
        names.metamers.push_back(designOf(report, report.taskName));
    }
    for (const auto& comparison : study.comparisons) {
        names.comparisons.push_back(designOf(comparison.design, comparison.design.taskName));
    }
    for (const auto& comparison : study.classifiers) {
        names.classifiers.push_back(designOf(comparison.people, "recognition"));
    }
    return names;
}

// The same for every kind of design.
template <typename Report>
void addSessions(ReportRows& rows, const ReportedDesign& design, const Report& report)
{
    for (const auto& participant : report.participants) {
        for (const auto& session : participant.sessions) {
            rows.begin();
            rows.addDesign(design)
                .addParticipant(participant.id)
                .add("session_id", "", "session ID; the sessions of a participant are pooled",
                     session.id)
                .add("started_at", "UTC", "start of the session", session.startedAt)
                .add("finished", "", "1: the session was completed", yes(session.finished))
                .add("trials", "", "number of trials stored, including practice",
                     std::to_string(session.trials));
        }
    }
}

// What could not be compared with networks.
ReportTable problemTable(const StudyReport& study, const DesignNames& names)
{
    ReportRows rows("problems");
    const auto addProblem = [&](const ReportedDesign& design, const std::string& problem) {
        rows.begin();
        rows.add("problem", "", "what could not be compared, and why", problem);
        rows.addDesign(design);
    };
    const auto addAll = [&](const auto& comparisons, const std::vector<ReportedDesign>& designs) {
        for (std::size_t i = 0; i < comparisons.size(); ++i) {
            for (const auto& problem : comparisons[i].problems) {
                addProblem(designs[i], problem);
            }
        }
    };
    addAll(study.comparisons, names.comparisons);
    addAll(study.classifiers, names.classifiers);
    return rows.take([&](ReportRows&) {
        addProblem(
            names.comparisons.empty() ? names.classifiers.front() : names.comparisons.front(), "");
    });
}

} // namespace

std::vector<ReportTable> reportTables(const StudyReport& study)
{
    const auto names = namesOf(study);
    ReportRows sessions("sessions");
    for (std::size_t i = 0; i < study.thresholds.size(); ++i) {
        addSessions(sessions, names.thresholds[i], study.thresholds[i]);
    }
    for (std::size_t i = 0; i < study.recognition.size(); ++i) {
        addSessions(sessions, names.recognition[i], study.recognition[i]);
    }
    for (std::size_t i = 0; i < study.metamers.size(); ++i) {
        addSessions(sessions, names.metamers[i], study.metamers[i]);
    }
    for (std::size_t i = 0; i < study.comparisons.size(); ++i) {
        addSessions(sessions, names.comparisons[i], study.comparisons[i].design);
    }
    for (std::size_t i = 0; i < study.classifiers.size(); ++i) {
        addSessions(sessions, names.classifiers[i], study.classifiers[i].people);
    }
    std::vector<ReportTable> tables = {sessions.take([](ReportRows&) {})}; // always has a row
    if (!study.thresholds.empty()) {
        std::ranges::move(thresholdTables(study.thresholds, names.thresholds),
                          std::back_inserter(tables));
    }
    if (!study.recognition.empty()) {
        std::ranges::move(recognitionTables(study.recognition, names.recognition),
                          std::back_inserter(tables));
    }
    if (!study.metamers.empty()) {
        std::ranges::move(metamerTables(study.metamers, names.metamers),
                          std::back_inserter(tables));
    }
    if (!study.comparisons.empty()) {
        std::ranges::move(networkTables(study.comparisons), std::back_inserter(tables));
    }
    if (!study.classifiers.empty()) {
        std::ranges::move(classifierTables(study.classifiers, names.classifiers),
                          std::back_inserter(tables));
    }
    if (!study.comparisons.empty() || !study.classifiers.empty()) {
        tables.push_back(problemTable(study, names));
    }
    return tables;
}

std::vector<ReportSection> reportDocument(const StudyReport& study)
{
    std::vector<ReportSection> document;
    const auto names = namesOf(study);
    const bool several = study.thresholds.size() + study.recognition.size() +
                             study.metamers.size() + study.comparisons.size() +
                             study.classifiers.size() >
                         1;
    const auto prefixOf = [&](const std::string& name) {
        return several ? fileNameOf(name) + "-" : std::string();
    };
    for (std::size_t i = 0; i < study.thresholds.size(); ++i) {
        const auto& name = names.thresholds[i].title;
        std::ranges::move(thresholdSections(study.thresholds[i], i, name, prefixOf(name)),
                          std::back_inserter(document));
    }
    for (std::size_t i = 0; i < study.recognition.size(); ++i) {
        const auto& name = names.recognition[i].title;
        std::ranges::move(recognitionSections(study.recognition[i], i, name, prefixOf(name)),
                          std::back_inserter(document));
    }
    for (std::size_t i = 0; i < study.metamers.size(); ++i) {
        const auto& name = names.metamers[i].title;
        std::ranges::move(metamerSections(study.metamers[i], i, name, prefixOf(name)),
                          std::back_inserter(document));
    }
    for (std::size_t i = 0; i < study.comparisons.size(); ++i) {
        const auto& name = names.comparisons[i].title;
        std::ranges::move(networkSections(study.comparisons[i], i, name, prefixOf(name)),
                          std::back_inserter(document));
    }
    for (std::size_t i = 0; i < study.classifiers.size(); ++i) {
        const auto& name = names.classifiers[i].title;
        std::ranges::move(classifierSections(study.classifiers[i], i, name, prefixOf(name)),
                          std::back_inserter(document));
    }
    if (!study.comparisons.empty()) {
        document.push_back(networkMethods());
    }
    if (!study.classifiers.empty()) {
        document.push_back(classifierMethods());
    }
    if (!study.thresholds.empty()) {
        document.push_back(thresholdMethods());
    }
    if (!study.recognition.empty()) {
        document.push_back(recognitionMethods());
    }
    if (!study.metamers.empty()) {
        document.push_back(metamerMethods());
    }
    DistinctNames files;
    for (auto& section : document) {
        for (auto& figure : section.figures) {
            figure.name = files.take(figure.name);
        }
    }
    return document;
}

void selectParticipants(std::vector<ReportSection>& document, std::span<const std::string> ids)
{
    std::set<std::string> known;
    std::map<std::size_t, std::size_t> participants; // of the design whose first section it is
    std::vector<std::size_t> designOf;
    for (std::size_t i = 0; i < document.size(); ++i) {
        designOf.push_back(document[i].isDesign || designOf.empty() ? i : designOf.back());
        if (!document[i].participant.empty()) {
            known.insert(document[i].participant);
            ++participants[designOf.back()];
        }
    }
    for (const auto& id : ids) {
        if (!known.contains(id)) {
            const auto nearest =
                nearestName(id, std::vector<std::string>(known.begin(), known.end()));
            throw InvalidArgument("the report has no participant \"" + id + "\"" +
                                  (nearest ? "; did you mean \"" + *nearest + "\"?" : ""));
        }
    }
    for (const auto& [design, number] : participants) {
        if (ids.empty() && number > kMostParticipantSections) {
            document[design].paragraphs.push_back(
                "Single participants are left out, because there are more than " +
                std::to_string(kMostParticipantSections) +
                "; the tables beside this page have all their numbers, and --participant ID adds "
                "the section of one.");
        }
    }
    std::vector<ReportSection> kept;
    for (std::size_t i = 0; i < document.size(); ++i) {
        const auto& id = document[i].participant;
        if (id.empty() || (ids.empty() ? participants.at(designOf[i]) <= kMostParticipantSections
                                       : std::ranges::find(ids, id) != ids.end())) {
            kept.push_back(std::move(document[i]));
        }
    }
    document = std::move(kept);
}

} // namespace mlab
