// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <csignal>
#include <poll.h>
#include <spawn.h>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

extern char** environ; // NOLINT: POSIX declares it nowhere

namespace mlab {

struct Result {
    int code = -1;
    std::string out; // stdout and stderr
};

// A running program whose output is read through a pipe.
class Process {
public:
    Process(const std::vector<std::string>& command)
    {
        int ends[2];
        if (::pipe(ends) != 0) {
            throw std::runtime_error("pipe");
        }
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
        posix_spawn_file_actions_addclose(&actions, ends[0]);
        std::vector<char*> arguments;
        for (const auto& word : command) {
            arguments.push_back(const_cast<char*>(word.c_str()));
        }
        arguments.push_back(nullptr);
        const int problem =
            ::posix_spawnp(&pid_, arguments[0], &actions, nullptr, arguments.data(), environ);
        posix_spawn_file_actions_destroy(&actions);
        ::close(ends[1]);
        output_ = ends[0];
        if (problem != 0) {
            throw std::runtime_error("cannot start " + command[0]);
        }
    }
    ~Process()
    {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            wait();
        }
        ::close(output_);
    }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    // Waits for the end or for so long, whichever is first. True if it has ended.
    bool endsWithin(int milliseconds)
    {
        const auto deadline =
            std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
        while (true) {
            const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
                                  deadline - std::chrono::steady_clock::now())
                                  .count();
            pollfd watched{.fd = output_, .events = POLLIN, .revents = 0};
            if (left <= 0 || ::poll(&watched, 1, static_cast<int>(left)) == 0) {
                return false;
            }
            char buffer[4096];
            const auto got = ::read(output_, buffer, sizeof buffer);
            if (got <= 0) {
                return true;
            }
            text_.append(buffer, static_cast<std::size_t>(got));
        }
    }
    void kill() { ::kill(pid_, SIGKILL); }
    void signal(int number) { ::kill(pid_, number); }
    Result wait()
    {
        while (!endsWithin(600000)) {
        }
        int status = 0;
        ::waitpid(pid_, &status, 0);
        pid_ = -1;
        return {.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
                .out = text_};
    }
    const std::string& text() const { return text_; }

private:
    pid_t pid_ = -1;
    int output_ = -1;
    std::string text_;
};

inline Result run(const std::vector<std::string>& command)
{
    return Process(command).wait();
}

} // namespace mlab
