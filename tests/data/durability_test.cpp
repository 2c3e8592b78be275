// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random_stream.h"
#include "data/session_lock.h"
#include "tests/data/data_test_support.h"
#include "tests/data/faulty_disk.h"

#include <gmock/gmock.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <iterator>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mlab::data {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class Durability : public StoreTest {
protected:
    std::string integrity() const { return RawConnection(file()).value("PRAGMA integrity_check"); }

    /// Fails the disk after 0, 1, 2, ... writes of a commit until one commit needs no more, and
    /// expects each time that the trial is stored exactly if the commit said so.
    void commitOnFailingDisk(int error, const char* reason);
};

void Durability::commitOnFailingDisk(int error, const char* reason)
{
    int refused = 0;
    int next = 0;
    TrialStore store(file(), TrialStore::Mode::readWrite);
    store.createSession(sampleHeader());
    const auto sink = store.openSession("P07-demo-1", {});
    // A checkpoint after every trial, so that the disk also fails in the middle of one.
    onStoreConnection("PRAGMA wal_autocheckpoint = 1");
    for (int good = 0;; ++good) {
        SCOPED_TRACE("after " + std::to_string(good) + " good writes");
        bool acknowledged = true;
        bool failed = false;
        {
            const FaultyDisk disk(good, error);
            try {
                sink->commit(sampleRecord(next));
            } catch (const std::exception& exception) {
                acknowledged = false;
                EXPECT_THAT(exception.what(), AllOf(HasSubstr("trial " + std::to_string(next)),
                                                    HasSubstr(file().string()), HasSubstr(reason)));
            }
            failed = FaultyDisk::hasFailed();
        }
        const auto expected = static_cast<std::size_t>(next) + (acknowledged ? 1 : 0);
        ASSERT_EQ(store.trials("P07-demo-1").size(), expected);
        ASSERT_EQ(storedTrials(), expected);
        if (!acknowledged) {
            ++refused;
            sink->commit(sampleRecord(next)); // there is room again
        }
        ++next;
        if (!failed) {
            break;
        }
    }
    EXPECT_GE(refused, 3) << "the disk must have failed within a commit";
    EXPECT_GT(next, refused + 1) << "the disk must have failed in a checkpoint, too";
    const auto trials = store.trials("P07-demo-1");
    ASSERT_EQ(trials.size(), static_cast<std::size_t>(next));
    for (int i = 0; i < next; ++i) {
        expectSame(trials[static_cast<std::size_t>(i)], sampleRecord(i));
    }
    EXPECT_EQ(integrity(), "ok");
}

TEST_F(Durability, AFullDiskLosesNothingAtWhicheverWriteItFills)
{
    commitOnFailingDisk(ENOSPC, "the disk is full; free some space, then try again");
}

TEST_F(Durability, AFailingDiskLosesNothingAtWhicheverWriteItFails)
{
    commitOnFailingDisk(EIO, "the disk reported an error");
}

TEST_F(Durability, AFileAtItsLargestSizeTakesTheTrialAfterItMayGrow)
{
    makeStore(2);
    TrialStore store(file(), TrialStore::Mode::readWrite);
    const auto sink = store.openSession("P07-demo-1", {});
    onStoreConnection("PRAGMA max_page_count = 1");
    int next = 2;
    std::string message;
    for (; next < 200 && message.empty(); ++next) {
        try {
            sink->commit(sampleRecord(next));
        } catch (const std::exception& error) {
            message = error.what();
            --next;
        }
    }
    EXPECT_THAT(message, HasSubstr("the disk is full"));
    onStoreConnection("PRAGMA max_page_count = 1000000");
    sink->commit(sampleRecord(next));
    EXPECT_EQ(storedTrials(), static_cast<std::size_t>(next) + 1);
}

TEST_F(Durability, AStoreLockedByAnotherProgramTakesTheTrialAfterwards)
{
    makeStore(2);
    TrialStore store(file(), TrialStore::Mode::readWrite);
    const auto sink = store.openSession("P07-demo-1", {});
    onStoreConnection("PRAGMA busy_timeout = 20");
    RawConnection other(file());
    ASSERT_EQ(other.run("BEGIN EXCLUSIVE"), "");
    EXPECT_THAT(messageOf([&] { sink->commit(sampleRecord(2)); }),
                AllOf(HasSubstr("cannot store trial 2 of session P07-demo-1 in " + file().string()),
                      HasSubstr("another program has locked the file")));
    EXPECT_THAT(messageOf([&] { sink->markFinished(); }), HasSubstr("another program"));
    EXPECT_EQ(store.trials("P07-demo-1").size(), 2U);
    ASSERT_EQ(other.run("COMMIT"), "");
    sink->commit(sampleRecord(2));
    EXPECT_EQ(store.trials("P07-demo-1").size(), 3U);
}

TEST_F(Durability, ATrialIsNotWrittenIntoAFileThatNobodyWillFind)
{
    makeStore(2);
    const auto elsewhere = folder() / "moved.sqlite";
    TrialStore store(file(), TrialStore::Mode::readWrite);
    const auto sink = store.openSession("P07-demo-1", {});
    std::filesystem::rename(file(), elsewhere);
    EXPECT_THAT(messageOf([&] { sink->commit(sampleRecord(2)); }),
                HasSubstr("moved, replaced or deleted"));
    writeFileAtomically(file(), "another file");
    EXPECT_THAT(messageOf([&] { sink->commit(sampleRecord(2)); }),
                HasSubstr("moved, replaced or deleted"));
    std::filesystem::rename(elsewhere, file());
    sink->commit(sampleRecord(2));
    EXPECT_EQ(storedTrials(), 3U);
}

TEST_F(Durability, TwoProgramsCannotRunOneSession)
{
    makeStore(1);
    TrialStore store(file(), TrialStore::Mode::readWrite);
    auto sink = store.openSession("P07-demo-1", {});
    const auto second = [&] {
        return inChild(As::self, [&]() -> std::string {
            TrialStore(file(), TrialStore::Mode::readWrite).openSession("P07-demo-1", {});
            return "opened";
        });
    };
    EXPECT_THAT(second(), AllOf(HasSubstr("another program is running this session (process " +
                                          std::to_string(::getpid()) + " on "),
                                HasSubstr("then try again")));
    // Not even the same program.
    EXPECT_THAT(messageOf([&] { store.openSession("P07-demo-1", {}); }),
                HasSubstr("another program is running this session"));
    EXPECT_EQ(RawConnection(file()).value("SELECT count(*) FROM runs"), "2");
    sink->commit(sampleRecord(1));
    sink.reset();
    EXPECT_EQ(second(), "opened");
    EXPECT_EQ(contents().count("study.sqlite.P07-demo-1.lock"), 0U);
}

TEST_F(Durability, TwoSessionsRunSideBySide)
{
    TrialStore store(file(), TrialStore::Mode::readWrite);
    store.createSession(sampleHeader("P07-demo-1"));
    store.createSession(sampleHeader("P07-demo-2"));
    TrialStore otherStore(file(), TrialStore::Mode::readWrite);
    const auto one = store.openSession("P07-demo-1", {});
    const auto two = otherStore.openSession("P07-demo-2", {});
    for (int i = 0; i < 10; ++i) {
        one->commit(sampleRecord(i));
        two->commit(sampleRecord(i));
    }
    EXPECT_EQ(store.trials("P07-demo-1").size(), 10U);
    EXPECT_EQ(store.trials("P07-demo-2").size(), 10U);
}

TEST_F(Durability, ASinkOutlivesItsStore)
{
    std::unique_ptr<TrialSink> sink;
    {
        TrialStore store(file(), TrialStore::Mode::readWrite);
        store.createSession(sampleHeader());
        sink = store.openSession("P07-demo-1", {});
    }
    sink->commit(sampleRecord(0));
    sink.reset();
    EXPECT_EQ(contents().size(), 1U);
    EXPECT_EQ(storedTrials(), 1U);
}

TEST_F(Durability, ALockFileThatAKilledProgramLeftKeepsNobodyOut)
{
    makeStore(1);
    for (const auto* left : {"", "process 1 on elsewhere", "\xFF"}) {
        writeFileAtomically(file().string() + ".P07-demo-1.lock", left);
        TrialStore store(file(), TrialStore::Mode::readWrite);
        EXPECT_NE(store.openSession("P07-demo-1", {}), nullptr);
    }
}

// Opening the link emptied the file that it led to and wrote a process number into it.
TEST_F(Durability, ALinkOrAPipeInPlaceOfALockFileIsNeitherFollowedNorWaitedFor)
{
    makeStore(1);
    const auto precious = folder() / "precious.txt";
    const auto lock = file().string() + ".P07-demo-1.lock";
    writeFileAtomically(precious, "mine");
    const auto refusal = [&] {
        return messageOf(
            [&] { TrialStore(file(), TrialStore::Mode::readWrite).openSession("P07-demo-1", {}); });
    };
    std::filesystem::create_symlink(precious, lock);
    EXPECT_THAT(refusal(), AllOf(HasSubstr(lock), HasSubstr("it is a link, which is not followed; "
                                                            "delete it")));
    EXPECT_THAT(messageOf([&] { isLocked(file(), "P07-demo-1"); }), HasSubstr("it is a link"));
    std::filesystem::remove(lock);
    std::filesystem::create_hard_link(precious, lock);
    EXPECT_THAT(refusal(), AllOf(HasSubstr(lock), HasSubstr("second name of another file")));
    std::filesystem::remove(lock);
    ASSERT_EQ(::mkfifo(lock.c_str(), 0600), 0);
    EXPECT_THAT(refusal(), AllOf(HasSubstr(lock), HasSubstr("not a regular file")));
    EXPECT_FALSE(isLocked(file(), "P07-demo-1"));
    EXPECT_EQ(readFile(precious), "mine");
    EXPECT_EQ(RawConnection(file()).value("SELECT count(*) FROM runs"), "1");
}

TEST_F(Durability, AStoreOpenedByALinkHasTheLocksAndTheLogOfItsFile)
{
    const auto link = folder() / "elsewhere" / "link.sqlite";
    std::filesystem::create_directory(link.parent_path());
    makeStore(1);
    std::filesystem::create_symlink(file(), link);
    TrialStore store(file(), TrialStore::Mode::readWrite);
    const auto sink = store.openSession("P07-demo-1", {});
    EXPECT_TRUE(isLocked(link, "P07-demo-1"));
    EXPECT_THAT(messageOf([&] {
                    TrialStore(link, TrialStore::Mode::readWrite).openSession("P07-demo-1", {});
                }),
                HasSubstr("another program is running this session"));
    sink->commit(sampleRecord(1));
    EXPECT_EQ(TrialStore(link, TrialStore::Mode::readOnly).trials("P07-demo-1").size(), 2U);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(link.parent_path()), {}), 1);
}

TEST_F(Durability, TheLockOfASessionStaysBesideTheDatabaseWhateverItsName)
{
    const SessionLock lock(file(), "../a/b 日-1");
    EXPECT_EQ(contents().count("study.sqlite...%2Fa%2Fb%20%E6%97%A5-1.lock"), 1U);
}

/// A program that runs a session and says after each commit which trial is stored.
class Victim {
public:
    explicit Victim(const std::filesystem::path& file)
    {
        std::array<int, 2> ends{};
        EXPECT_EQ(::pipe(ends.data()), 0);
        process_ = ::fork();
        if (process_ == 0) {
            ::close(ends[0]);
            run(file, ends[1]);
        }
        ::close(ends[1]);
        acknowledged_ = ends[0];
    }
    Victim(const Victim&) = delete;
    Victim& operator=(const Victim&) = delete;
    ~Victim() { ::close(acknowledged_); }

    /// The next trial that is stored, or -1 if the program is dead.
    int next() const
    {
        int index = 0;
        return ::read(acknowledged_, &index, sizeof index) == sizeof index ? index : -1;
    }
    void kill() const
    {
        ::kill(process_, SIGKILL);
        int status = 0;
        ::waitpid(process_, &status, 0);
        EXPECT_TRUE(WIFSIGNALED(status)) << "the program ended before it was killed";
    }

private:
    [[noreturn]] static void run(const std::filesystem::path& file, int acknowledge)
    {
        try {
            TrialStore store(file, TrialStore::Mode::readWrite);
            if (store.sessions().empty()) {
                store.createSession(sampleHeader());
            }
            const auto sink = store.openSession("P07-demo-1", {});
            for (auto i = static_cast<int>(store.trials("P07-demo-1").size());; ++i) {
                sink->commit(sampleRecord(i));
                if (::write(acknowledge, &i, sizeof i) != sizeof i) {
                    break;
                }
            }
        } catch (const std::exception& error) {
            ::fprintf(stderr, "%s\n", error.what());
        }
        ::_exit(1);
    }

    pid_t process_ = -1;
    int acknowledged_ = -1;
};

/// Waits for a time that is not a multiple of any clock tick.
void spin(std::uint64_t microseconds)
{
    const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(microseconds);
    while (std::chrono::steady_clock::now() < end) {
    }
}

TEST_F(Durability, KilledAtAnyMomentEveryAcknowledgedTrialIsThereAndNoneIsHalfThere)
{
    RandomStream random(2025, "kill");
    int stored = 0;
    constexpr int kRounds = 25;
    for (int round = 0; round < kRounds; ++round) {
        SCOPED_TRACE("round " + std::to_string(round));
        int last = stored - 1;
        {
            const Victim victim(file());
            // Every third is killed while it opens the store and the session.
            const auto wanted = round % 3 == 0 ? 0 : 1 + static_cast<int>(random.below(12));
            for (int i = 0; i < wanted; ++i) {
                last = victim.next();
                ASSERT_GE(last, 0);
            }
            spin(random.below(wanted == 0 ? 30000 : 5000));
            victim.kill();
            for (int index = victim.next(); index >= 0; index = victim.next()) {
                last = index;
            }
        }
        TrialStore store(file(), TrialStore::Mode::readWrite);
        if (store.sessions().empty()) {
            ASSERT_EQ(last, -1);
            continue;
        }
        const auto trials = store.trials("P07-demo-1");
        // A trial may be stored without there having been time to say so.
        ASSERT_GE(static_cast<int>(trials.size()), last + 1);
        ASSERT_LE(static_cast<int>(trials.size()), last + 2);
        stored = static_cast<int>(trials.size());
        for (int i = 0; i < stored; ++i) {
            expectSame(trials[static_cast<std::size_t>(i)], sampleRecord(i));
        }
        EXPECT_EQ(integrity(), "ok");
    }
    EXPECT_GT(stored, kRounds);
}

TEST_F(Durability, KilledWhileItIsBeingMadeAStoreCanBeOpenedAgain)
{
    RandomStream random(2025, "kill early");
    constexpr int kRounds = 20;
    constexpr std::uint64_t kLongestUs = 40000;
    for (int round = 0; round < kRounds; ++round) {
        SCOPED_TRACE("round " + std::to_string(round));
        for (const auto& [name, bytes] : contents()) {
            std::filesystem::remove(folder() / name);
        }
        {
            const Victim victim(file());
            spin(random.below(kLongestUs));
            victim.kill();
        }
        TrialStore store(file(), TrialStore::Mode::readWrite);
        if (store.sessions().empty()) {
            store.createSession(sampleHeader());
        }
        const auto sink = store.openSession("P07-demo-1", {});
        sink->commit(sampleRecord(static_cast<int>(store.trials("P07-demo-1").size())));
        EXPECT_EQ(integrity(), "ok");
    }
}

/// Files as in an archive: only their owner may write there.
class ForeignFolder : public Durability {
protected:
    static void allow(const std::filesystem::path& path, bool isFolder, bool write)
    {
        namespace fs = std::filesystem;
        auto mode = fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read;
        if (isFolder) {
            mode |= fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec;
        }
        if (write) {
            mode |= fs::perms::owner_write | fs::perms::group_write | fs::perms::others_write;
        }
        fs::permissions(path, mode);
    }
    void TearDown() override { allow(folder(), true, true); }

    std::string trialsRead() const
    {
        return inChild(As::nobody, [&] {
            return std::to_string(
                TrialStore(file(), TrialStore::Mode::readOnly).trials("P07-demo-1").size());
        });
    }
    std::string opened() const
    {
        return inChild(As::nobody, [&]() -> std::string {
            const TrialStore store(file(), TrialStore::Mode::readWrite);
            return "opened";
        });
    }
};

TEST_F(ForeignFolder, AClosedStoreCanBeReadWhereNothingMayBeWritten)
{
    makeStore(4);
    allow(file(), false, false);
    allow(folder(), true, false);
    const auto before = contents();
    EXPECT_EQ(trialsRead(), "4");
    EXPECT_EQ(contents(), before);
}

TEST_F(ForeignFolder, TrialsOfAKilledProgramAreReadOrTheReasonIsGiven)
{
    {
        const Victim victim(file());
        for (int i = 0; i < 4; ++i) {
            ASSERT_EQ(victim.next(), i);
        }
        victim.kill();
    }
    for (const auto& entry : std::filesystem::directory_iterator(folder())) {
        allow(entry.path(), false, false);
    }
    allow(folder(), true, false);
    const auto before = contents();
    ASSERT_GT(before.at("study.sqlite-wal").size(), 0U);
    EXPECT_GE(std::stoi(trialsRead()), 4);
    EXPECT_EQ(contents(), before);

    std::filesystem::remove(file().string() + "-shm");
    EXPECT_THAT(trialsRead(), AllOf(HasSubstr(file().string()), HasSubstr("write")));
}

TEST_F(ForeignFolder, ACopiedStoreCanBeReadElsewhere)
{
    makeStore(4);
    const auto copy = folder() / "archive #1?%20" / "copy.sqlite";
    std::filesystem::create_directory(copy.parent_path());
    std::filesystem::copy_file(file(), copy);
    allow(copy.parent_path(), true, false);
    allow(folder(), true, false);
    EXPECT_EQ(
        inChild(As::nobody,
                [&] {
                    return std::to_string(
                        TrialStore(copy, TrialStore::Mode::readOnly).trials("P07-demo-1").size());
                }),
        "4");
}

TEST_F(ForeignFolder, AReadOnlyFileIsRefusedWhenItIsOpenedForRunning)
{
    makeStore(1);
    allow(file(), false, false);
    allow(folder(), true, true);
    const auto before = contents();
    EXPECT_THAT(opened(), AllOf(HasSubstr(file().string()), HasSubstr("is read-only")));
    EXPECT_EQ(contents().at("study.sqlite"), before.at("study.sqlite"));
}

TEST_F(ForeignFolder, AReadOnlyFolderIsRefusedWhenItIsOpenedForRunning)
{
    makeStore(1);
    allow(file(), false, true);
    allow(folder(), true, false);
    const auto before = contents();
    EXPECT_THAT(opened(), AllOf(HasSubstr(file().string()), HasSubstr("is read-only")));
    EXPECT_EQ(contents(), before);

    std::filesystem::remove(file());
    EXPECT_THAT(opened(), AllOf(HasSubstr(file().string()), HasSubstr("write to that folder")));
    EXPECT_TRUE(contents().empty());
}

} // namespace
} // namespace mlab::data
