// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/document/report_document.h"
#include "tests/core/network_report/simulated_recognition.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace mlab {
namespace {

TEST(ClassifierReport, PeopleAreAttributedToTheNetworkTheyAnswerAs)
{
    const auto report = computeClassifierNumbers(recognised(5), 2, {});
    const auto& like = report.classifiers[0];
    const auto& blind = report.classifiers[1];
    EXPECT_NEAR(like.temperature->value, kAnswerTemperature, 0.08);
    EXPECT_GT(blind.temperature->value, 2.0); // its answers do not help
    for (const std::size_t condition : {1U, 2U, 3U}) {
        const auto& own = like.group[condition];
        EXPECT_EQ(own.people.trials, 5 * static_cast<int>(kStimuliEach));
        EXPECT_EQ(own.network.trials, static_cast<int>(kStimuliEach)) << "each stimulus once";
        EXPECT_GT(*own.agreement.consistency->kappa, 0.3);
        EXPECT_GT(own.agreement.decisions->rho, 0.5);
        EXPECT_GT(*own.agreement.alpha, 0.3);
        EXPECT_LT((*own.agreement.kappa95)[0], *own.agreement.consistency->kappa);
        EXPECT_LT(*blind.group[condition].agreement.alpha, 0.2);
        EXPECT_LT(blind.group[condition].agreement.decisions->rho, 0.4);
    }
    EXPECT_GT(*like.group[3].confusionCorrelation, 0.5);
    EXPECT_LT(*blind.group[3].confusionCorrelation, *like.group[3].confusionCorrelation);
}

TEST(ClassifierReport, TheCeilingIsOfPeopleWithEachOther)
{
    const auto report = computeClassifierNumbers(recognised(4), 1, {});
    EXPECT_EQ(report.people[3].trials, 6 * static_cast<int>(kStimuliEach)); // six pairs
    EXPECT_GT(*report.people[3].alpha, 0.2);
    EXPECT_GT(report.people[3].decisions->rho, 0.3);
    const auto single = computeClassifierNumbers(recognised(1), 1, {});
    EXPECT_EQ(single.people[3].trials, 0);
    EXPECT_FALSE(single.people[3].alpha);
}

TEST(ClassifierReport, TheOtherNetworksAreThoseThatDidNotMakeTheMetamers)
{
    auto data = recognised(3);
    data.classifiers.push_back(data.classifiers[1]); // a network that is listed twice
    data.classifiers[1].model = "second";
    data.classifiers[2].model = "second, by another layer";
    data.classifiers[1].own = data.classifiers[2].own = false;
    data.classifiers[1].network = data.classifiers[2].network = 1;
    data.classifiers[2].layer = "bottom";
    const auto report = computeClassifierNumbers(data, 1, {});
    for (std::size_t condition = 0; condition < 4; ++condition) {
        const auto share = [&](std::size_t i) {
            return report.classifiers[i].group[condition].network.share();
        };
        EXPECT_NEAR(*report.others[condition], (share(0) + (share(1) + share(2)) / 2) / 2, 1e-12);
    }
    EXPECT_GT(*report.othersR, 0.5);
    data.classifiers.erase(data.classifiers.begin());
    for (auto& classifier : data.classifiers) {
        classifier.own = true;
    }
    const auto own = computeClassifierNumbers(data, 1, {});
    EXPECT_FALSE(own.others[1]);
    EXPECT_FALSE(own.othersR);
}

TEST(ClassifierReport, RefusesDataWithoutTrialsOrNetworks)
{
    auto data = recognised(1);
    data.classifiers.clear();
    EXPECT_THROW(computeClassifierNumbers(data, 1, {}), InvalidArgument);
    data = recognised(0);
    EXPECT_THROW(computeClassifierNumbers(data, 1, {}), InvalidArgument);
}

TEST(ClassifierDocument, EveryTableHasItsColumnsAlsoWithoutNetworks)
{
    const auto whole = [](ClassifierData data) {
        RecognitionReport people;
        people.designName = "kinds";
        ClassifierComparison out{.people = std::move(people),
                                 .networks = std::move(data),
                                 .report = {},
                                 .problems = {"lost: no such model"}};
        if (!out.networks.classifiers.empty()) {
            out.report = computeClassifierNumbers(out.networks, 1, {});
        }
        StudyReport study;
        study.classifiers.push_back(std::move(out));
        return study;
    };
    auto none = recognised(1);
    none.classifiers.clear();
    const auto with = reportTables(whole(recognised(2)));
    const auto without = reportTables(whole(none));
    ASSERT_EQ(with.size(), without.size());
    for (std::size_t i = 0; i < with.size(); ++i) {
        EXPECT_EQ(with[i].columns.size(), without[i].columns.size()) << with[i].name;
        for (const auto& row : with[i].rows) {
            ASSERT_EQ(row.size(), with[i].columns.size()) << with[i].name;
        }
    }
    const auto rowsOf = [&](const std::string& name) {
        return std::ranges::find(with, name, &ReportTable::name)->rows.size();
    };
    EXPECT_EQ(rowsOf("classifier_comparison"), 2U * 4U * 3U); // and the group
    EXPECT_EQ(rowsOf("classifier_answers"), 2U * 2U * 4U * kStimuliEach);
    EXPECT_EQ(rowsOf("classifier_networks"), 4U * 4U);
    EXPECT_EQ(rowsOf("problems"), 1U);
    const auto document = reportDocument(whole(recognised(2)));
    EXPECT_EQ(document[0].tables.front().rows.front().front(), "people");
    EXPECT_EQ(document[2].title, "Metamers recognised by other networks");
    EXPECT_EQ(reportDocument(whole(none)).front().paragraphs.back(),
              "No network could be compared.");
}

} // namespace
} // namespace mlab
