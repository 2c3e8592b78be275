// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audio/audio_player.h"

#include "core/base/error.h"

#include <algorithm>
#include <alsa/asoundlib.h>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstring>
#include <jack/jack.h>
#include <limits>
#include <portaudio.h>
#include <thread>
#include <utility>

namespace mlab::ui {

namespace {

static_assert(std::atomic<double>::is_always_lock_free);
static_assert(std::atomic<std::int64_t>::is_always_lock_free);

constexpr double kNever = std::numeric_limits<double>::quiet_NaN();
/// A device that asks for no samples for this long is lost, however large its buffers are.
constexpr double kSilentMs = 500;

std::int64_t nowNs()
{
    return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

double inMs(std::int64_t ns)
{
    return static_cast<double>(ns) * 1e-6;
}

void ignoreAlsa(const char* /*file*/, int /*line*/, const char* /*function*/, int /*error*/,
                const char* /*format*/, ...) // NOLINT: ALSA's type
{
}

void ignoreJack(const char* /*message*/) {}

/// Initializes PortAudio for as long as it is in use. ALSA and JACK print pages about devices they
/// do not find; this is suppressed, because errors that matter are returned as error codes.
class Library {
public:
    Library()
    {
        snd_lib_error_set_handler(ignoreAlsa);
        jack_set_error_function(ignoreJack);
        jack_set_info_function(ignoreJack);
        const PaError problem = Pa_Initialize();
        if (problem != paNoError) {
            throw DeviceError(std::string("The sound system could not be started: ") +
                              Pa_GetErrorText(problem) + ".");
        }
    }
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
    ~Library() { Pa_Terminate(); }
};

std::string reasonOf(PaError problem)
{
    if (problem == paUnanticipatedHostError) {
        const PaHostErrorInfo* info = Pa_GetLastHostErrorInfo();
        if (info != nullptr && info->errorText != nullptr && *info->errorText != '\0') {
            return info->errorText;
        }
    }
    return Pa_GetErrorText(problem);
}

/// Streams that cannot be closed; see ~AudioPlayer(). Never destroyed, as PortAudio still knows
/// them.
std::vector<std::shared_ptr<void>>& abandoned()
{
    static auto* const kStreams = new std::vector<std::shared_ptr<void>>;
    return *kStreams;
}

std::string nameOf(const AudioOutput& output)
{
    return "The sound device \"" + output.device + "\" (" + output.hostApi + ")";
}

AudioDevice describe(PaDeviceIndex index)
{
    const PaDeviceInfo& info = *Pa_GetDeviceInfo(index);
    return {.hostApi = Pa_GetHostApiInfo(info.hostApi)->name,
            .name = info.name,
            .channels = info.maxOutputChannels,
            .sampleRateHz = info.defaultSampleRate,
            .isDefault = index == Pa_GetDefaultOutputDevice()};
}

PaDeviceIndex find(const AudioOutput& output)
{
    if (output.hostApi.empty() && output.device.empty()) {
        const PaDeviceIndex index = Pa_GetDefaultOutputDevice();
        if (index == paNoDevice) {
            throw DeviceError("No sound device was found. Connect one or start the sound server, "
                              "then try again.");
        }
        return index;
    }
    for (PaDeviceIndex index = 0; index < Pa_GetDeviceCount(); ++index) {
        const AudioDevice device = describe(index);
        if (device.channels > 0 && device.name == output.device &&
            device.hostApi == output.hostApi) {
            return index;
        }
    }
    throw DeviceError(nameOf(output) + " was not found. Connect it, or choose another device.");
}

/// PortAudio lets ALSA convert rates and samples. This asks ALSA whether the device can play the
/// format without that.
/// @throws DeviceError if it cannot
void requireUnconverted(const AudioOutput& output)
{
    // PortAudio appends the hardware's name to that of the card: "HDA Intel: ALC (hw:0,0)".
    std::string pcmName = output.device;
    if (const auto at = pcmName.rfind("(hw:"); at != std::string::npos && pcmName.back() == ')') {
        pcmName = pcmName.substr(at + 1, pcmName.size() - at - 2);
    }
    snd_pcm_t* opened = nullptr;
    constexpr int kMode = SND_PCM_NONBLOCK | SND_PCM_NO_AUTO_RESAMPLE | SND_PCM_NO_AUTO_FORMAT;
    if (const int problem = snd_pcm_open(&opened, pcmName.c_str(), SND_PCM_STREAM_PLAYBACK, kMode);
        problem < 0) {
        throw DeviceError(nameOf(output) + " could not be opened: " + snd_strerror(problem) +
                          ". Another program may be using it.");
    }
    const std::unique_ptr<snd_pcm_t, int (*)(snd_pcm_t*)> pcm(opened, snd_pcm_close);
    snd_pcm_hw_params_t* made = nullptr;
    snd_pcm_hw_params_malloc(&made);
    const std::unique_ptr<snd_pcm_hw_params_t, void (*)(snd_pcm_hw_params_t*)> can(
        made, snd_pcm_hw_params_free);
    snd_pcm_hw_params_any(pcm.get(), can.get());
    snd_pcm_hw_params_set_rate_resample(pcm.get(), can.get(), 0);
    const auto rateHz = static_cast<unsigned>(output.sampleRateHz);
    if (snd_pcm_hw_params_test_rate(pcm.get(), can.get(), rateHz, 0) < 0) {
        throw DeviceError(nameOf(output) + " cannot play " + std::to_string(rateHz) +
                          " Hz, and sounds are never resampled. Choose another device, or a design "
                          "whose sounds have a rate that this device can play.");
    }
    constexpr std::array kWide{SND_PCM_FORMAT_S32, SND_PCM_FORMAT_S24, SND_PCM_FORMAT_S24_3LE,
                               SND_PCM_FORMAT_S24_3BE, SND_PCM_FORMAT_FLOAT};
    const auto takes = [&](snd_pcm_format_t format) {
        return snd_pcm_hw_params_test_format(pcm.get(), can.get(), format) == 0;
    };
    if (!std::ranges::any_of(kWide, takes) && (output.bits > 16 || !takes(SND_PCM_FORMAT_S16))) {
        throw DeviceError(nameOf(output) + " cannot play samples of " +
                          std::to_string(output.bits) + " bits unchanged.");
    }
}

/// A timeline that is being played. Created and destroyed on the GUI thread. The callback writes
/// the atomic members, and those that only it uses.
struct Job {
    std::vector<std::int16_t> samples16; ///< if they have 16 bits
    std::vector<std::int32_t> samples32; ///< if they have 24: the top 24 of 32
    std::vector<experiments::FrameSpan> intervals;
    std::vector<std::atomic<double>> onsetMs; ///< kNever until it is known
    std::int64_t frames = 0;
    std::int64_t position = 0; ///< callback only, like the next two
    std::size_t next = 0;
    double endMs = kNever; ///< when the last frame leaves the device
    std::atomic<double> firstFrameMs = kNever;
    std::atomic<bool> over = false;
    std::atomic<int> underruns = 0;

    explicit Job(const experiments::SoundTimeline& timeline)
        : intervals(timeline.intervals), onsetMs(timeline.intervals.size()),
          frames(timeline.frames())
    {
        for (auto& onset : onsetMs) {
            onset.store(kNever, std::memory_order_relaxed);
        }
        if (timeline.bits == 16) {
            samples16.assign(timeline.samples.begin(), timeline.samples.end());
        } else {
            constexpr std::int32_t kAppended = 1 << 8;
            samples32.reserve(timeline.samples.size());
            for (const auto sample : timeline.samples) {
                samples32.push_back(sample * kAppended);
            }
        }
    }
};

} // namespace

struct AudioPlayer::Stream {
    Library library;
    AudioOutput output;
    PaStream* stream = nullptr;
    bool isJack = false;
    double latencyMs = 0;

    // The GUI thread writes `wanted`, the callback reads it. A replaced job is freed once two more
    // callbacks have begun, so that no callback can still use it.
    std::atomic<Job*> wanted = nullptr;
    std::unique_ptr<Job> current;
    std::vector<std::pair<std::unique_ptr<Job>, std::int64_t>> retired;

    std::atomic<std::int64_t> calls = 0;
    std::atomic<std::int64_t> lastCallNs = 0;
    std::atomic<std::int64_t> worstNs = 0;
    std::atomic<int> mostFrames = 0;
    std::atomic<int> underruns = 0;

    void open(const AudioOutput& wantedOutput);
    void close() noexcept;
    void replace(std::unique_ptr<Job> job);
    bool silentFor(double ms) const { return inMs(nowNs() - lastCallNs.load()) > ms; }

    void fill(void* buffer, std::int64_t frames, double dacMs, double atMs, bool underrun) noexcept;
    static int callback(const void* input, void* buffer, unsigned long frames,
                        const PaStreamCallbackTimeInfo* time, PaStreamCallbackFlags flags,
                        void* self) noexcept;
};

int AudioPlayer::Stream::callback(const void* /*input*/, void* buffer, unsigned long frames,
                                  const PaStreamCallbackTimeInfo* time, PaStreamCallbackFlags flags,
                                  void* self) noexcept
{
    auto& stream = *static_cast<Stream*>(self);
    const std::int64_t begunNs = nowNs();
    stream.calls.fetch_add(1);
    stream.lastCallNs.store(begunNs);
    const bool underrun = (flags & paOutputUnderflow) != 0;
    if (underrun) {
        stream.underruns.fetch_add(1, std::memory_order_relaxed);
    }
    if (const auto count = static_cast<int>(frames); count > stream.mostFrames.load()) {
        stream.mostFrames.store(count);
    }
    // Each host API has its own clock. Only the buffer's time ahead can be converted to ours.
    const double aheadMs = 1000 * (time->outputBufferDacTime - time->currentTime);
    const double atMs = inMs(begunNs);
    stream.fill(buffer, static_cast<std::int64_t>(frames), atMs + std::max(0.0, aheadMs), atMs,
                underrun);
    const std::int64_t tookNs = nowNs() - begunNs;
    if (tookNs > stream.worstNs.load(std::memory_order_relaxed)) {
        stream.worstNs.store(tookNs, std::memory_order_relaxed);
    }
    return paContinue;
}

void AudioPlayer::Stream::fill(void* buffer, std::int64_t frames, double dacMs, double atMs,
                               bool underrun) noexcept
{
    const std::size_t sampleBytes = output.bits == 16 ? sizeof(std::int16_t) : sizeof(std::int32_t);
    const std::size_t frameBytes = sampleBytes * static_cast<std::size_t>(output.channels);
    auto* bytes = static_cast<std::byte*>(buffer);
    const double frameMs = 1000.0 / output.sampleRateHz;
    std::int64_t copied = 0;

    Job* job = wanted.load();
    if (job != nullptr && !job->over.load(std::memory_order_relaxed)) {
        if (job->position == 0) {
            job->firstFrameMs.store(dacMs, std::memory_order_release);
        } else if (underrun) {
            job->underruns.fetch_add(1);
        }
        copied = std::min(frames, job->frames - job->position);
        const auto* source =
            output.bits == 16 ? reinterpret_cast<const std::byte*>(job->samples16.data())  // NOLINT
                              : reinterpret_cast<const std::byte*>(job->samples32.data()); // NOLINT
        std::memcpy(bytes, source + static_cast<std::size_t>(job->position) * frameBytes,
                    static_cast<std::size_t>(copied) * frameBytes);
        while (job->next < job->intervals.size() &&
               job->intervals[job->next].onset < job->position + copied) {
            const std::int64_t within = job->intervals[job->next].onset - job->position;
            job->onsetMs[job->next].store(dacMs + static_cast<double>(within) * frameMs,
                                          std::memory_order_release);
            ++job->next;
        }
        job->position += copied;
        if (copied > 0 && job->position == job->frames) {
            job->endMs = dacMs + static_cast<double>(copied) * frameMs;
        }
        // Until the last frame has left the device, an underrun can still cut it off.
        if (atMs >= job->endMs) {
            job->over.store(true, std::memory_order_release);
        }
    }
    std::memset(bytes + static_cast<std::size_t>(copied) * frameBytes, 0,
                static_cast<std::size_t>(frames - copied) * frameBytes);
}

void AudioPlayer::Stream::open(const AudioOutput& wantedOutput)
{
    output = wantedOutput;
    const PaDeviceIndex index = find(output);
    const AudioDevice device = describe(index);
    output.hostApi = device.hostApi;
    output.device = device.name;
    if (output.bits != 16 && output.bits != 24) {
        throw InternalError("samples need 16 or 24 bits, not " + std::to_string(output.bits));
    }
    if (output.channels < 1 || output.channels > device.channels) {
        throw DeviceError(nameOf(output) + " has " + std::to_string(device.channels) +
                          " channels, not " + std::to_string(output.channels) + ".");
    }
    const PaHostApiTypeId type = Pa_GetHostApiInfo(Pa_GetDeviceInfo(index)->hostApi)->type;
    isJack = type == paJACK;
    if (isJack && !abandoned().empty()) {
        throw DeviceError("The JACK server has stopped, and this run of the program cannot connect "
                          "to another one. Start the server, end the session, start MetamerLab "
                          "again and continue the session: all answered trials are stored.");
    }
    if (type == paALSA) {
        requireUnconverted(output);
    }
    const PaStreamParameters parameters{.device = index,
                                        .channelCount = output.channels,
                                        .sampleFormat = output.bits == 16 ? paInt16 : paInt32,
                                        .suggestedLatency = output.latencyMs / 1000,
                                        .hostApiSpecificStreamInfo = nullptr};
    const PaError opened =
        Pa_OpenStream(&stream, nullptr, &parameters, output.sampleRateHz,
                      paFramesPerBufferUnspecified, paClipOff | paDitherOff, &callback, this);
    if (opened == paInvalidSampleRate) {
        throw DeviceError(nameOf(output) + " cannot play " + std::to_string(output.sampleRateHz) +
                          " Hz, and sounds are never resampled. Its default is " +
                          std::to_string(std::lround(device.sampleRateHz)) + " Hz.");
    }
    if (opened != paNoError) {
        throw DeviceError(nameOf(output) + " could not be opened: " + reasonOf(opened) + ".");
    }
    const PaStreamInfo& info = *Pa_GetStreamInfo(stream);
    latencyMs = 1000 * info.outputLatency;
    if (std::abs(info.sampleRate - output.sampleRateHz) > 1e-6) {
        const auto got = std::to_string(info.sampleRate);
        close();
        throw DeviceError(nameOf(output) + " plays at " + got + " Hz, not at " +
                          std::to_string(output.sampleRateHz) + " Hz.");
    }
    lastCallNs.store(nowNs());
    if (const PaError started = Pa_StartStream(stream); started != paNoError) {
        const std::string reason = reasonOf(started);
        close();
        throw DeviceError(nameOf(output) + " could not be started: " + reason + ".");
    }
}

void AudioPlayer::Stream::close() noexcept
{
    if (stream != nullptr) {
        Pa_AbortStream(stream);
        Pa_CloseStream(stream);
        stream = nullptr;
    }
}

void AudioPlayer::Stream::replace(std::unique_ptr<Job> job)
{
    wanted.store(job.get());
    if (current) {
        retired.emplace_back(std::move(current), calls.load());
    }
    current = std::move(job);
    std::erase_if(retired, [this](const auto& old) { return calls.load() >= old.second + 2; });
}

std::vector<AudioDevice> audioDevices()
{
    const Library library;
    std::vector<AudioDevice> devices;
    for (PaDeviceIndex index = 0; index < Pa_GetDeviceCount(); ++index) {
        if (AudioDevice device = describe(index); device.channels > 0) {
            devices.push_back(std::move(device));
        }
    }
    return devices;
}

std::string lostText(const AudioOutput& output)
{
    return nameOf(output) +
           " has stopped responding: it was unplugged, or its sound server was stopped.";
}

AudioPlayer::AudioPlayer(const AudioOutput& output) : stream_(std::make_shared<Stream>())
{
    stream_->open(output);
}

AudioPlayer::~AudioPlayer()
{
    if (!stream_->isJack) {
        stream_->close();
        return;
    }
    // PortAudio waits for a JACK stream's callback to stop the stream, for ten minutes if the
    // server has disappeared. In that case the stream is left open, and PortAudio with it.
    const std::int64_t before = stream_->calls.load();
    const std::int64_t fromNs = nowNs();
    while (stream_->calls.load() == before && inMs(nowNs() - fromNs) < kSilentMs) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    if (stream_->calls.load() != before) {
        stream_->close();
    } else {
        abandoned().push_back(stream_);
    }
}

void AudioPlayer::play(const experiments::SoundTimeline& timeline)
{
    const AudioOutput& output = stream_->output;
    if (timeline.sampleRateHz != output.sampleRateHz || timeline.bits != output.bits ||
        timeline.channels != output.channels) {
        throw InternalError(
            "sounds with " + std::to_string(timeline.sampleRateHz) + " Hz, " +
            std::to_string(timeline.bits) + " bits and " + std::to_string(timeline.channels) +
            " channels cannot be played on a device that was opened for " +
            std::to_string(output.sampleRateHz) + " Hz, " + std::to_string(output.bits) +
            " bits and " + std::to_string(output.channels));
    }
    stream_->replace(std::make_unique<Job>(timeline));
}

void AudioPlayer::stop()
{
    stream_->replace(nullptr);
}

Playback AudioPlayer::playback() const
{
    Playback state;
    const Job* job = stream_->current.get();
    if (job == nullptr) {
        return state;
    }
    state.firstFrameMs = job->firstFrameMs.load(std::memory_order_acquire);
    state.began = !std::isnan(state.firstFrameMs);
    state.over = job->over.load(std::memory_order_acquire);
    state.underruns = job->underruns.load();
    for (const auto& onset : job->onsetMs) {
        const double ms = onset.load(std::memory_order_acquire);
        state.onsetMs.push_back(std::isnan(ms) ? std::nullopt : std::optional(ms));
    }
    return state;
}

bool AudioPlayer::lost() const
{
    return Pa_IsStreamActive(stream_->stream) != 1 || stream_->silentFor(kSilentMs);
}

const AudioOutput& AudioPlayer::output() const
{
    return stream_->output;
}

double AudioPlayer::latencyMs() const
{
    return stream_->latencyMs;
}

int AudioPlayer::bufferFrames() const
{
    return stream_->mostFrames.load();
}

int AudioPlayer::underruns() const
{
    return stream_->underruns.load();
}

double AudioPlayer::callbackWorstMs() const
{
    return inMs(stream_->worstNs.load());
}

} // namespace mlab::ui
