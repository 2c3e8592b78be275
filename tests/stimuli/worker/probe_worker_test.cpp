// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "stimuli/worker/engine_info.h"
#include "stimuli/worker/probe_worker.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <semaphore>
#include <string>

namespace mlab::stimuli {
namespace {

// The session's event loop: tasks posted from anywhere, run here in order.
class Loop {
public:
    ProbeWorker::Post post()
    {
        return [this](std::function<void()> task) {
            const std::scoped_lock lock(mutex_);
            tasks_.push_back(std::move(task));
            arrived_.notify_one();
        };
    }
    void runOne()
    {
        std::unique_lock lock(mutex_);
        arrived_.wait(lock, [this] { return !tasks_.empty(); });
        auto task = std::move(tasks_.front());
        tasks_.pop_front();
        lock.unlock();
        task();
    }

private:
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<std::function<void()>> tasks_;
};

ProbeRequest request(double level)
{
    return {.layer = "band",
            .component = 1,
            .direction = Direction::plus,
            .level = level,
            .references = {"a"}};
}

// What the fake engine was asked, and when it may answer.
struct Script {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::vector<double> begun;    // levels, in order
    std::vector<double> finished; // levels, in order
    std::vector<double> given;    // cancelled
    int permits = 0;              // probes that may be finished

    void permit(int n)
    {
        const std::scoped_lock lock(mutex);
        permits += n;
        changed.notify_all();
    }
    void waitForBegun(std::size_t n)
    {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return begun.size() >= n; });
    }
    void waitForGivenUp(std::size_t n)
    {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return given.size() >= n; });
    }
    void waitForFinished(std::size_t n)
    {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return finished.size() >= n; });
    }
};

class ScriptedMaker final : public ProbeMaker {
public:
    explicit ScriptedMaker(Script& script) : script_(script) {}

    EngineInfo info() const override
    {
        return {.modelSha256 = "m", .basisSha256 = "b", .references = {}, .compute = {}};
    }

    Probe make(const ProbeRequest& asked, const std::stop_token& stop) override
    {
        std::unique_lock lock(script_.mutex);
        script_.begun.push_back(asked.level);
        script_.changed.notify_all();
        if (!script_.changed.wait(lock, stop, [&] { return script_.permits > 0; })) {
            script_.given.push_back(asked.level);
            script_.changed.notify_all();
            throw Cancelled();
        }
        --script_.permits;
        script_.finished.push_back(asked.level);
        script_.changed.notify_all();
        if (asked.level < 0) {
            throw NumericError("level below zero");
        }
        Probe probe;
        probe.levelAchieved = asked.level;
        return probe;
    }

private:
    Script& script_;
};

class GeneratorTest : public testing::Test {
protected:
    std::unique_ptr<ProbeWorker> started()
    {
        auto generator = std::make_unique<ProbeWorker>(
            [this](const std::stop_token&) { return std::make_unique<ScriptedMaker>(script_); },
            loop_.post(),
            [this](const EngineInfo& info, const std::exception_ptr&) { info_ = info; });
        loop_.runOne(); // ready
        return generator;
    }

    Loop loop_;
    Script script_;
    EngineInfo info_;
};

TEST_F(GeneratorTest, MakesWhatIsWantedInTheOrderOfUrgency)
{
    const auto generator = started();
    EXPECT_EQ(info_.modelSha256, "m");
    generator->want({request(1), request(2), request(3)});
    script_.permit(3);
    script_.waitForFinished(3);
    EXPECT_EQ(script_.finished, (std::vector<double>{1, 2, 3}));
}

TEST_F(GeneratorTest, AProbeMadeAheadIsThereBeforeFetchReturns)
{
    const auto generator = started();
    generator->want({request(1), request(2)});
    script_.permit(1);
    script_.waitForBegun(2); // the first is kept, the second is at work
    bool delivered = false;
    generator->fetch(request(1),
                     [&](const ProbeReply& reply) { delivered = reply.probe->levelAchieved == 1; });
    EXPECT_TRUE(delivered);
}

TEST_F(GeneratorTest, AFetchGoesBeforeAllThatIsOnlyWanted)
{
    const auto generator = started();
    generator->want({request(1), request(2)});
    script_.waitForBegun(1);
    double delivered = 0;
    generator->fetch(request(7),
                     [&](const ProbeReply& reply) { delivered = reply.probe->levelAchieved; });
    script_.waitForGivenUp(1);
    script_.permit(1);
    loop_.runOne();
    EXPECT_EQ(delivered, 7);
    EXPECT_EQ(script_.given, (std::vector<double>{1}));
    script_.permit(2); // what was interrupted is made afterwards
    script_.waitForFinished(3);
    EXPECT_EQ(script_.finished, (std::vector<double>{7, 1, 2}));
}

TEST_F(GeneratorTest, WorkThatNobodyWantsAnyMoreIsGivenUp)
{
    const auto generator = started();
    generator->want({request(1), request(2)});
    script_.waitForBegun(1);
    generator->want({request(2)});
    script_.waitForGivenUp(1);
    script_.permit(1);
    script_.waitForFinished(1);
    EXPECT_EQ(script_.given, (std::vector<double>{1}));
    EXPECT_EQ(script_.finished, (std::vector<double>{2}));
}

TEST_F(GeneratorTest, WhatIsStillWantedIsNotMadeTwice)
{
    const auto generator = started();
    generator->want({request(1)});
    script_.permit(1);
    script_.waitForFinished(1);
    generator->want({request(1), request(2)});
    script_.permit(1);
    script_.waitForFinished(2);
    EXPECT_EQ(script_.begun, (std::vector<double>{1, 2}));
}

TEST_F(GeneratorTest, AnErrorReachesTheOneWhoFetches)
{
    const auto generator = started();
    script_.permit(1);
    std::string message;
    generator->fetch(request(-1), [&](const ProbeReply& reply) {
        ASSERT_TRUE(reply.error);
        EXPECT_EQ(reply.probe, nullptr);
        try {
            std::rethrow_exception(reply.error);
        } catch (const NumericError& problem) {
            message = problem.what();
        }
    });
    loop_.runOne();
    EXPECT_EQ(message, "level below zero");
}

TEST_F(GeneratorTest, AnEngineThatCannotStartSaysWhy)
{
    std::string message;
    const ProbeWorker generator(
        [](const std::stop_token&) -> std::unique_ptr<ProbeMaker> {
            throw IoError("no such folder");
        },
        loop_.post(),
        [&](const EngineInfo&, const std::exception_ptr& problem) {
            try {
                std::rethrow_exception(problem);
            } catch (const IoError& error) {
                message = error.what();
            }
        });
    loop_.runOne();
    EXPECT_EQ(message, "no such folder");
}

TEST_F(GeneratorTest, DestructionInterruptsTheJobAtWorkAndDropsTheRest)
{
    auto generator = started();
    generator->want({request(1), request(2)});
    script_.waitForBegun(1);
    generator.reset();
    EXPECT_EQ(script_.given, (std::vector<double>{1}));
    EXPECT_TRUE(script_.finished.empty());
}

TEST_F(GeneratorTest, AReplyPostedBeforeDestructionIsDroppedAfterIt)
{
    auto generator = started();
    bool called = false;
    generator->fetch(request(1), [&](const ProbeReply&) { called = true; });
    script_.permit(1);
    script_.waitForFinished(1);
    generator.reset();
    // The reply may or may not have been posted in time; if it was, running it does nothing.
    loop_.post()([] {});
    loop_.runOne();
    EXPECT_FALSE(called);
}

TEST_F(GeneratorTest, ManyListsAndFetchesInQuickSuccessionLoseNoReply)
{
    const auto generator = started();
    script_.permit(100000);
    int delivered = 0;
    for (int i = 1; i <= 500; ++i) {
        bool there = false;
        generator->want({request(i + 1), request(i + 2), request(i + 0.5)});
        generator->fetch(request(i), [&](const ProbeReply& reply) {
            there = true;
            delivered += reply.probe->levelAchieved == i ? 1 : 0;
        });
        while (!there) {
            loop_.runOne();
        }
    }
    EXPECT_EQ(delivered, 500);
}

} // namespace
} // namespace mlab::stimuli
