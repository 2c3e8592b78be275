// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/data/data_test_support.h"

#include "core/base/error.h"

#include <QCoreApplication>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>

#include <array>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

namespace mlab::data {

void expectSame(const RecognitionRecord& found, const RecognitionRecord& expected)
{
    EXPECT_EQ(found.trialIndex, expected.trialIndex);
    EXPECT_EQ(found.blockIndex, expected.blockIndex);
    EXPECT_EQ(found.practice, expected.practice);
    EXPECT_EQ(found.catchTrial, expected.catchTrial);
    EXPECT_EQ(found.condition, expected.condition);
    EXPECT_EQ(found.referenceId, expected.referenceId);
    EXPECT_EQ(found.referenceSha256, expected.referenceSha256);
    EXPECT_EQ(found.stimulusSha256, expected.stimulusSha256);
    EXPECT_EQ(found.matchSpearman, expected.matchSpearman);
    EXPECT_EQ(found.matchSnrDb, expected.matchSnrDb);
    EXPECT_EQ(found.category, expected.category);
    EXPECT_EQ(found.response, expected.response);
    EXPECT_EQ(found.correct, expected.correct);
    EXPECT_EQ(found.rtMs, expected.rtMs);
    EXPECT_EQ(found.onsetMs, expected.onsetMs);
    EXPECT_EQ(found.droppedFrames, expected.droppedFrames);
    EXPECT_EQ(found.flags, expected.flags);
    EXPECT_EQ(found.startedAt, expected.startedAt);
}

void expectSame(const TrialRecord& found, const TrialRecord& expected)
{
    SCOPED_TRACE("trial " + std::to_string(expected.trialIndex));
    EXPECT_EQ(found.trialIndex, expected.trialIndex);
    EXPECT_EQ(found.blockIndex, expected.blockIndex);
    EXPECT_EQ(found.practice, expected.practice);
    EXPECT_EQ(found.dimension, expected.dimension);
    EXPECT_EQ(found.procedure, expected.procedure);
    EXPECT_EQ(found.levelRequested, expected.levelRequested);
    EXPECT_EQ(found.levelAchieved, expected.levelAchieved);
    EXPECT_EQ(found.residualMax, expected.residualMax);
    EXPECT_EQ(found.converged, expected.converged);
    EXPECT_EQ(found.referenceId, expected.referenceId);
    EXPECT_EQ(found.referenceSha256, expected.referenceSha256);
    EXPECT_EQ(found.probeSha256, expected.probeSha256);
    EXPECT_EQ(found.intervalOrder, expected.intervalOrder);
    EXPECT_EQ(found.correctAnswer, expected.correctAnswer);
    EXPECT_EQ(found.response, expected.response);
    EXPECT_EQ(found.correct, expected.correct);
    EXPECT_EQ(found.rtMs, expected.rtMs);
    EXPECT_EQ(found.onsetMs, expected.onsetMs);
    EXPECT_EQ(found.droppedFrames, expected.droppedFrames);
    EXPECT_EQ(found.generationMs, expected.generationMs);
    EXPECT_EQ(found.cacheHit, expected.cacheHit);
    EXPECT_EQ(found.waitMs, expected.waitMs);
    EXPECT_EQ(found.flags, expected.flags);
    EXPECT_EQ(found.startedAt, expected.startedAt);
}

void expectSame(const SessionHeader& found, const SessionHeader& expected)
{
    EXPECT_EQ(found.sessionId, expected.sessionId);
    EXPECT_EQ(found.participant, expected.participant);
    EXPECT_EQ(found.designName, expected.designName);
    EXPECT_EQ(found.designSha256, expected.designSha256);
    EXPECT_EQ(found.designText, expected.designText);
    EXPECT_EQ(found.designPath, expected.designPath);
    EXPECT_EQ(found.seed, expected.seed);
    EXPECT_EQ(found.modality, expected.modality);
    EXPECT_EQ(found.model, expected.model);
    EXPECT_EQ(found.modelSha256, expected.modelSha256);
    EXPECT_EQ(found.basisSha256, expected.basisSha256);
    EXPECT_EQ(found.referencesJson, expected.referencesJson);
    EXPECT_EQ(found.synthesisJson, expected.synthesisJson);
    EXPECT_EQ(found.displayJson, expected.displayJson);
    EXPECT_EQ(found.observerJson, expected.observerJson);
    EXPECT_EQ(found.softwareVersion, expected.softwareVersion);
    EXPECT_EQ(found.startedAt, expected.startedAt);
}

std::vector<std::string> documentedColumns(const std::string& table)
{
    std::istringstream text(
        readFile(std::filesystem::path(MLAB_SOURCE_DIR) / "docs" / "columns.md"));
    std::string line;
    while (std::getline(text, line) && line != "<!-- table " + table + " -->") {
    }
    std::vector<std::string> names;
    while (std::getline(text, line) && line.starts_with("| ")) {
        names.push_back(line.substr(2, line.find(" |") - 2));
        if (names.back() == "column") { // the head, and the rule under it
            names.pop_back();
            std::getline(text, line);
        }
    }
    EXPECT_FALSE(names.empty()) << table;
    return names;
}

std::string messageOf(const std::function<void()>& work)
{
    try {
        work();
    } catch (const DatabaseError& error) {
        return error.what();
    }
    ADD_FAILURE() << "a DatabaseError was expected";
    return "";
}

std::map<std::string, std::string> StoreTest::contents() const
{
    std::map<std::string, std::string> all;
    for (const auto& entry : std::filesystem::directory_iterator(folder())) {
        all[entry.path().filename().string()] = readFile(entry.path());
    }
    return all;
}

void StoreTest::makeStore(int count)
{
    TrialStore store(file(), TrialStore::Mode::readWrite);
    store.createSession(sampleHeader());
    const auto sink = store.openSession("P07-demo-1", {});
    for (int i = 0; i < count; ++i) {
        sink->commit(sampleRecord(i));
    }
}

void StoreTest::makeVariedStore()
{
    TrialStore store(file(), TrialStore::Mode::readWrite);
    store.createSession(sampleHeader());
    store.createSession(sampleHeader("P08-words-1", "P08", "words"));
    store.createSession(sampleHeader("P09-demo-1", "P09"));
    const auto trials = store.openSession("P07-demo-1", {.computeJson = "one thread"});
    const auto recognition = store.openSession("P08-words-1", {.soundJson = "headphones"});
    for (int i = 0; i < 4; ++i) {
        trials->commit(sampleRecord(i));
        recognition->commit(sampleRecognition(i));
    }
    recognition->markRunEnded("3 underruns");
    trials->markFinished();
    trials->markRunEnded("");
}

std::size_t StoreTest::storedTrials(const std::string& sessionId) const
{
    return TrialStore(file(), TrialStore::Mode::readOnly).trials(sessionId).size();
}

RawConnection::RawConnection(const std::filesystem::path& file)
{
    if (sqlite3_open(file.c_str(), &handle_) != SQLITE_OK) {
        ADD_FAILURE() << sqlite3_errmsg(handle_);
    }
}

RawConnection::~RawConnection()
{
    sqlite3_close(handle_);
}

std::string RawConnection::run(const std::string& sql)
{
    return sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK
               ? ""
               : sqlite3_errmsg(handle_);
}

std::string RawConnection::value(const std::string& sql)
{
    std::string found;
    const auto keep = [](void* into, int /*columns*/, char** values, char** /*names*/) {
        *static_cast<std::string*>(into) = values[0] != nullptr ? values[0] : "NULL";
        return 1;
    };
    sqlite3_exec(handle_, sql.c_str(), keep, &found, nullptr);
    return found;
}

std::vector<std::vector<std::string>> RawConnection::rows(const std::string& sql)
{
    std::vector<std::vector<std::string>> found;
    const auto keep = [](void* into, int columns, char** values, char** /*names*/) {
        auto& row = static_cast<std::vector<std::vector<std::string>>*>(into)->emplace_back();
        for (int i = 0; i < columns; ++i) {
            row.emplace_back(values[i] != nullptr ? values[i] : "NULL");
        }
        return 0;
    };
    EXPECT_EQ(sqlite3_exec(handle_, sql.c_str(), keep, &found, nullptr), SQLITE_OK)
        << sql << ": " << sqlite3_errmsg(handle_);
    return found;
}

std::string onStoreConnection(const std::string& sql)
{
    const auto names = QSqlDatabase::connectionNames();
    EXPECT_EQ(names.size(), 1);
    QSqlQuery query(QSqlDatabase::database(names.front(), false));
    EXPECT_TRUE(query.exec(QString::fromStdString(sql))) << query.lastError().text().toStdString();
    return query.next() ? query.value(0).toString().toStdString() : "";
}

std::string inChild(As who, const std::function<std::string()>& work)
{
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe(ends.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        std::string answer;
        constexpr uid_t kNobody = 65534;
        try {
            if (who == As::nobody && ::geteuid() == 0 &&
                (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0)) {
                answer = "cannot give up root's rights";
            } else {
                answer = work();
            }
        } catch (const std::exception& error) {
            answer = error.what();
        }
        const auto written = ::write(ends[1], answer.data(), answer.size());
        ::_exit(written == static_cast<ssize_t>(answer.size()) ? 0 : 1);
    }
    ::close(ends[1]);
    std::string answer;
    std::array<char, 4096> buffer{};
    for (ssize_t got = 0; (got = ::read(ends[0], buffer.data(), buffer.size())) > 0;) {
        answer.append(buffer.data(), static_cast<std::size_t>(got));
    }
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
    return answer;
}

} // namespace mlab::data

int main(int argc, char** argv)
{
    testing::InitGoogleTest(&argc, argv);
    const QCoreApplication application(argc, argv);
    return RUN_ALL_TESTS();
}
