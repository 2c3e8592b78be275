// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "core/stimulus/sound.h"
#include "tests/ui/wait_until.h"
#include "ui/audio/audio_player.h"

#include <QProcess>
#include <QProcessEnvironment>
#include <QString>
#include <QTemporaryDir>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <functional>
#include <memory>
#include <sched.h>
#include <stdexcept>
#include <string>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace mlab::ui {

/// Sound cards without hardware: a private ALSA configuration in a temporary folder.
///   labfile   writes what is played to recording(), as fast as it comes
///   lab48     converts every rate to 48 kHz, as the "default" of many computers does
///   labtimed  writes what is played to recording(), at the pace of a JACK server that must run
class VirtualCards {
public:
    VirtualCards()
    {
        std::ofstream(path("alsa.conf"))
            << "pcm.default { type null }\n" // PortAudio 19.6 requires one
            << "pcm.nothing { type null }\n"
            << "pcm.labfile { type file slave.pcm nothing file \"" << recording()
            << "\" format raw }\n"
            << "pcm.lab48 { type plug slave { pcm nothing rate 48000 } }\n"
            << "pcm.labjack { type plug slave.pcm { type jack playback_ports { 0 "
               "system:playback_1 1 system:playback_2 } } }\n"
            << "pcm.labtimed { type file slave.pcm labjack file \"" << recording()
            << "\" format raw }\n";
        qputenv("ALSA_CONFIG_PATH", QByteArray::fromStdString(path("alsa.conf")));
        // Not the user's server. All tests use one name, because JACK has eight places for servers
        // and keeps that of a killed one until another of the same name starts.
        qputenv("JACK_DEFAULT_SERVER", "mlab-test");
    }

    /// Removes all cards.
    void unplug() const
    {
        std::ofstream(path("alsa.conf")) << "pcm.default { type null slave broken }\n";
    }

    std::string recording() const { return path("played.raw"); }

    /// All samples that were played on labfile or labtimed, interleaved.
    template <typename Sample> std::vector<Sample> played() const
    {
        std::ifstream file(recording(), std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(file), {}};
        std::vector<Sample> samples(bytes.size() / sizeof(Sample));
        std::memcpy(samples.data(), bytes.data(), samples.size() * sizeof(Sample));
        return samples;
    }

private:
    std::string path(const char* name) const { return folder_.filePath(name).toStdString(); }
    QTemporaryDir folder_;
};

inline const char* const kJackApi = "JACK Audio Connection Kit";

/// JACK's dummy driver: no sound, but a real-time clock. It gets real-time priority if the system
/// grants it, as in a laboratory.
class JackServer {
public:
    explicit JackServer(int sampleRateHz = 48'000, int periodFrames = 512)
    {
        sched_param before{};
        const int policy = ::sched_getscheduler(0);
        ::sched_getparam(0, &before);
        const sched_param wanted{.sched_priority = 10};
        const bool realTime = ::sched_setscheduler(0, SCHED_FIFO, &wanted) == 0;
        ::sched_setscheduler(0, policy, &before);
        server_.setProcessChannelMode(QProcess::MergedChannels);
        server_.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
        server_.start("jackd",
                      {realTime ? "-R" : "-r", "-d", "dummy", "-r", QString::number(sampleRateHz),
                       "-p", QString::number(periodFrames)});
        const bool runs = server_.waitForStarted() && waitUntil([] {
                              return std::ranges::any_of(audioDevices(), [](const auto& device) {
                                  return device.hostApi == kJackApi;
                              });
                          });
        if (!runs) {
            server_.kill();
            server_.waitForFinished();
            throw std::runtime_error("jackd does not run: " + server_.readAll().toStdString());
        }
    }
    ~JackServer()
    {
        server_.terminate();
        if (!server_.waitForFinished()) {
            kill();
        }
    }
    JackServer(const JackServer&) = delete;
    JackServer& operator=(const JackServer&) = delete;

    /// Takes no more samples until goOn().
    void halt() { ::kill(static_cast<pid_t>(server_.processId()), SIGSTOP); }
    void goOn() { ::kill(static_cast<pid_t>(server_.processId()), SIGCONT); }

    void kill()
    {
        if (server_.state() != QProcess::NotRunning) {
            server_.kill();
            server_.waitForFinished();
        }
    }

private:
    QProcess server_;
};

/// All cores busy with threads of the generator's low priority.
class BusyCores {
public:
    BusyCores()
    {
        for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i) {
            threads_.emplace_back([](const std::stop_token& stop) {
                constexpr int kNice = 10;
                ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNice);
                volatile double value = 1;
                while (!stop.stop_requested()) {
                    value = std::sqrt(value + 2);
                }
            });
        }
    }

private:
    std::vector<std::jthread> threads_;
};

/// A machine that is itself held up (a virtual one whose host is busy) interrupts any sound. This
/// runs a thread on each core that only wakes up and records how late it was, with real-time
/// priority if the system grants it.
class StallWitness {
public:
    StallWitness()
    {
        for (unsigned core = 0; core < std::max(1U, std::thread::hardware_concurrency()); ++core) {
            threads_.emplace_back([this, core](const std::stop_token& stop) {
                cpu_set_t own;
                CPU_ZERO(&own);
                CPU_SET(core, &own);
                ::sched_setaffinity(0, sizeof own, &own);
                const sched_param wanted{.sched_priority = 20};
                ::sched_setscheduler(0, SCHED_FIFO, &wanted);
                auto due = std::chrono::steady_clock::now();
                while (!stop.stop_requested()) {
                    due += std::chrono::milliseconds(1);
                    std::this_thread::sleep_until(due);
                    const auto late = std::chrono::steady_clock::now() - due;
                    const double ms = std::chrono::duration<double, std::milli>(late).count();
                    if (ms > worstMs_.load()) {
                        worstMs_.store(ms);
                    }
                    due += late;
                }
            });
        }
    }

    /// The longest delay of any of them since the last call, ms.
    double worstMs() { return worstMs_.exchange(0); }

private:
    std::atomic<double> worstMs_ = 0;
    std::vector<std::jthread> threads_;
};

inline SoundPtr noiseSound(std::size_t length, std::uint64_t seed, int bits = 16,
                           int sampleRateHz = 48'000)
{
    RandomStream random(seed, "test sound");
    Sound sound{.sampleRateHz = sampleRateHz, .bits = bits, .samples = {}};
    const std::int32_t half = 1 << (bits - 1);
    for (std::size_t i = 0; i < length; ++i) {
        sound.samples.push_back(
            static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(2 * half))) - half);
    }
    sound.samples.front() = 1; // so that the beginning can be found
    return std::make_shared<const Sound>(std::move(sound));
}

/// Checks that a recording consists of the timelines one after another, sample by sample, with only
/// silence around them. `factor` is a recorded sample divided by the played one.
template <typename Sample>
std::string whatDiffers(const std::vector<Sample>& recording,
                        const std::vector<experiments::SoundTimeline>& timelines,
                        std::int64_t factor = 1)
{
    std::size_t at = 0;
    const auto skipSilence = [&] {
        while (at < recording.size() && recording[at] == 0) {
            ++at;
        }
    };
    for (std::size_t trial = 0; trial < timelines.size(); ++trial) {
        const auto& planned = timelines[trial].samples;
        const auto silent = static_cast<std::size_t>(
            std::ranges::find_if(planned, [](auto sample) { return sample != 0; }) -
            planned.begin());
        const std::size_t from = at;
        skipSilence();
        if (at - from < silent) {
            return "trial " + std::to_string(trial) + " begins too early";
        }
        at -= silent;
        for (std::size_t i = 0; i < planned.size(); ++i, ++at) {
            if (at >= recording.size() || recording[at] != planned[i] * factor) {
                return "trial " + std::to_string(trial) + " differs at sample " +
                       std::to_string(i) + " of " + std::to_string(planned.size());
            }
        }
    }
    skipSilence();
    return at == recording.size() ? std::string() : "something is played after the last trial";
}

} // namespace mlab::ui
