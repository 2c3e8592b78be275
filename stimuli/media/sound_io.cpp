// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/media/sound_io.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "stimuli/media/unusable_sound.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <limits>
#include <sndfile.h>
#include <soxr.h>
#include <string>

namespace mlab::stimuli {
namespace {

struct CloseFile {
    void operator()(SNDFILE* file) const noexcept { sf_close(file); }
};
using File = std::unique_ptr<SNDFILE, CloseFile>;

/// Of recordings; beyond them a header is taken to be wrong.
constexpr int kMinRateHz = 1000;
constexpr int kMaxRateHz = 1'000'000;

std::uint64_t numberIn(std::string_view bytes, bool bigEndian)
{
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const auto byte = static_cast<unsigned char>(bytes[bigEndian ? i : bytes.size() - 1 - i]);
        value = value << 8U | byte;
    }
    return value;
}

std::string bytesAt(std::ifstream& stream, std::uint64_t at, std::size_t count)
{
    std::string bytes(count, '\0');
    stream.clear();
    stream.seekg(static_cast<std::streamoff>(at));
    stream.read(bytes.data(), static_cast<std::streamsize>(count));
    bytes.resize(static_cast<std::size_t>(stream.gcount()));
    return bytes;
}

// libsndfile reads a truncated WAV file as if it were a shorter one. Its chunks say how long they
// are (RIFF; EBU Tech 3306 for RF64).
void requireWholeWav(const std::filesystem::path& file)
{
    constexpr std::uint64_t kHead = 8; // of a chunk
    const std::uint64_t there = std::filesystem::file_size(file);
    const auto requireBytes = [&](std::uint64_t at, std::uint64_t count) {
        if (count > there - at) {
            throw unusableSound(file, "it is cut off: " + std::to_string(there - at) + " of " +
                                          std::to_string(count) + " bytes are present");
        }
    };
    std::ifstream stream(file, std::ios::binary);
    const std::string riff = bytesAt(stream, 0, 12);
    const bool bigEndian = riff.starts_with("RIFX");
    // Programs that write to a pipe leave a length at 0 or the largest number. Some leave out the
    // byte that makes the last chunk even.
    constexpr std::uint64_t kUnknown = std::numeric_limits<std::uint32_t>::max();
    const auto whole = numberIn(std::string_view(riff).substr(4, 4), bigEndian);
    if (whole != 0 && whole != kUnknown) {
        requireBytes(kHead, whole - 1);
    }
    std::uint64_t longLength = kUnknown;
    for (std::uint64_t at = riff.size(); at + kHead <= there;) {
        const std::string head = bytesAt(stream, at, kHead);
        auto length = numberIn(std::string_view(head).substr(4), bigEndian);
        at += kHead;
        if (head.starts_with("data")) {
            length = length == kUnknown ? longLength : length;
            if (length != kUnknown) {
                requireBytes(at, length);
            }
            return;
        }
        if (length >= there - at) {
            return; // no samples, or libsndfile finds them where they should not be
        }
        if (const std::string lengths = bytesAt(stream, at, 16);
            head.starts_with("ds64") && lengths.size() == 16) {
            longLength = numberIn(std::string_view(lengths).substr(8), false);
        }
        at += length + length % 2;
    }
}

// libsndfile reads a truncated OGG file as if it were a shorter one. The last page of a stream is
// marked (RFC 3533, 6).
void requireWholeIfOgg(const std::filesystem::path& file)
{
    constexpr std::uint64_t kLongestPage = 65307;
    constexpr std::size_t kFlags = 5;
    constexpr std::size_t kSegmentCount = 26;
    constexpr unsigned kEndOfStream = 4;
    const std::uint64_t there = std::filesystem::file_size(file);
    std::ifstream stream(file, std::ios::binary);
    if (bytesAt(stream, 0, 4) != "OggS") {
        return;
    }
    const auto tail = std::min(there, 2 * kLongestPage);
    const std::string bytes = bytesAt(stream, there - tail, tail);
    const auto at = bytes.rfind(std::string_view("OggS\0", 5));
    if (at != std::string::npos && bytes.size() - at > kSegmentCount) {
        const auto page = std::string_view(bytes).substr(at);
        const auto segments = static_cast<unsigned char>(page[kSegmentCount]);
        const auto lengths = page.substr(kSegmentCount + 1, segments);
        std::size_t whole = kSegmentCount + 1 + segments;
        for (const char length : lengths) {
            whole += static_cast<unsigned char>(length);
        }
        if (page.size() >= whole && (static_cast<unsigned char>(page[kFlags]) & kEndOfStream)) {
            return;
        }
    }
    throw unusableSound(file, "it is cut off: the last page of its stream is missing");
}

// A file that ends before its header says so has no last sample.
void requireLastSample(const std::filesystem::path& file, SNDFILE* opened, const SF_INFO& info)
{
    const auto last = info.frames - 1;
    std::vector<double> frame(static_cast<std::size_t>(info.channels));
    if (sf_seek(opened, last, SEEK_SET) != last || sf_readf_double(opened, frame.data(), 1) != 1) {
        throw unusableSound(file, "it is cut off or corrupt: the last of its " +
                                      std::to_string(info.frames) + " samples cannot be read");
    }
}

// What the guide lists. libsndfile reads more, and does not notice where those files are cut off.
void requireAccepted(const std::filesystem::path& file, int format)
{
    const int kind = format & SF_FORMAT_TYPEMASK;
    const int coding = format & SF_FORMAT_SUBMASK;
    const bool isOgg = kind == SF_FORMAT_OGG;
    if (kind == SF_FORMAT_WAV || kind == SF_FORMAT_WAVEX || kind == SF_FORMAT_RF64 ||
        kind == SF_FORMAT_FLAC ||
        (isOgg && (coding == SF_FORMAT_VORBIS || coding == SF_FORMAT_OPUS))) {
        return;
    }
    SF_FORMAT_INFO info{.format = isOgg ? coding : kind, .name = nullptr, .extension = nullptr};
    const bool known = sf_command(nullptr, SFC_GET_FORMAT_INFO, &info, sizeof(info)) == 0;
    throw unusableSound(file, "it is a file of the format \"" +
                                  std::string(known ? info.name : "unknown") +
                                  "\"; WAV, FLAC and OGG (Vorbis, Opus) files are accepted");
}

std::vector<double> resampled(const std::vector<double>& samples, int fromHz, int toHz)
{
    if (fromHz == toHz) {
        return samples;
    }
    const auto wanted =
        static_cast<std::size_t>(std::llround(static_cast<double>(samples.size()) * toHz / fromHz));
    std::vector<double> out(wanted);
    if (out.empty()) { // soxr 0.1.3 crashes on it
        return out;
    }
    const auto numbers = soxr_io_spec(SOXR_FLOAT64_I, SOXR_FLOAT64_I);
    const auto quality = soxr_quality_spec(SOXR_VHQ, 0);
    std::size_t done = 0;
    const char* problem = soxr_oneshot(fromHz, toHz, 1, samples.data(), samples.size(), nullptr,
                                       out.data(), out.size(), &done, &numbers, &quality, nullptr);
    if (problem != nullptr) {
        throw NumericError("converting a sound from " + std::to_string(fromHz) + " to " +
                           std::to_string(toHz) + " Hz: " + problem);
    }
    return out; // what the last rounding left out stays 0
}

// What libsndfile writes to and reads from instead of a file.
struct Memory {
    std::string bytes;
    std::size_t at = 0;
};

SF_VIRTUAL_IO memoryAccess()
{
    return {
        .get_filelen =
            [](void* memory) {
                return static_cast<sf_count_t>(static_cast<Memory*>(memory)->bytes.size());
            },
        .seek =
            [](sf_count_t offset, int whence, void* memory) {
                auto& m = *static_cast<Memory*>(memory);
                const auto from = whence == SEEK_SET   ? sf_count_t{0}
                                  : whence == SEEK_CUR ? static_cast<sf_count_t>(m.at)
                                                       : static_cast<sf_count_t>(m.bytes.size());
                m.at = static_cast<std::size_t>(std::max<sf_count_t>(0, from + offset));
                return static_cast<sf_count_t>(m.at);
            },
        .read =
            [](void* to, sf_count_t count, void* memory) {
                auto& m = *static_cast<Memory*>(memory);
                const auto left = m.bytes.size() - std::min(m.at, m.bytes.size());
                const auto taken = std::min(static_cast<std::size_t>(count), left);
                std::memcpy(to, m.bytes.data() + std::min(m.at, m.bytes.size()), taken);
                m.at += taken;
                return static_cast<sf_count_t>(taken);
            },
        .write =
            [](const void* from, sf_count_t count, void* memory) {
                auto& m = *static_cast<Memory*>(memory);
                const auto bytes = static_cast<std::size_t>(count);
                m.bytes.resize(std::max(m.bytes.size(), m.at + bytes));
                std::memcpy(m.bytes.data() + m.at, from, bytes);
                m.at += bytes;
                return count;
            },
        .tell =
            [](void* memory) { return static_cast<sf_count_t>(static_cast<Memory*>(memory)->at); }};
}

} // namespace

bool canUseSoundFiles()
{
    return true;
}

struct SoundFile::Handle {
    std::filesystem::path path;
    SF_INFO info{};
    File file;
};

SoundFile::SoundFile(const std::filesystem::path& file) : handle_(std::make_unique<Handle>())
{
    handle_->path = file;
    requireRegularFile(file);
    if (std::filesystem::is_empty(file)) {
        throw unusableSound(file, "the file is empty");
    }
    requireWholeIfOgg(file); // first: libsndfile leaks memory when it cannot open one
    handle_->file.reset(sf_open(file.c_str(), SFM_READ, &handle_->info));
    if (!handle_->file) {
        std::ifstream stream(file, std::ios::binary);
        constexpr std::uint64_t kHead = 512;
        if (const auto mistaken = mistakenContent(
                bytesAt(stream, 0, std::min(kHead, std::filesystem::file_size(file))));
            !mistaken.empty()) {
            throw unusableSound(file, mistaken);
        }
        throw unusableSound(file, std::string(sf_strerror(nullptr)) +
                                      " WAV, FLAC and OGG files are accepted");
    }
    const auto& info = handle_->info;
    requireAccepted(file, info.format);
    if (const int kind = info.format & SF_FORMAT_TYPEMASK;
        kind != SF_FORMAT_OGG && kind != SF_FORMAT_FLAC) {
        requireWholeWav(file);
    }
    if (info.frames < 1) {
        throw unusableSound(file, "it has no samples");
    }
    if (info.frames == SF_COUNT_MAX || info.seekable == 0) {
        throw unusableSound(file, "its length is not known; convert it to WAV or FLAC");
    }
    if (info.samplerate < kMinRateHz || info.samplerate > kMaxRateHz) {
        throw unusableSound(file, "its sample rate is " + std::to_string(info.samplerate) +
                                      " Hz; " + std::to_string(kMinRateHz) + " to " +
                                      std::to_string(kMaxRateHz) + " Hz are accepted");
    }
    requireLastSample(file, handle_->file.get(), info);
}

SoundFile::~SoundFile() = default;

int SoundFile::sampleRateHz() const
{
    return handle_->info.samplerate;
}

std::int64_t SoundFile::frames() const
{
    return handle_->info.frames;
}

std::int64_t SoundFile::framesAt(int rateHz) const
{
    return std::llround(static_cast<double>(frames()) * rateHz / sampleRateHz());
}

std::vector<double> SoundFile::read(std::int64_t first, std::int64_t count, int rateHz)
{
    const double step = static_cast<double>(sampleRateHz()) / rateHz;
    // The conversion looks to both sides of a sample; 50 ms hold all of it.
    const std::int64_t margin = rateHz == sampleRateHz() ? 0 : rateHz / 20;
    const auto from = std::clamp<std::int64_t>(
        std::llround(static_cast<double>(first - margin) * step), 0, frames());
    const auto until = std::clamp<std::int64_t>(
        std::llround(static_cast<double>(first + count + margin) * step), from, frames());
    const auto channels = static_cast<std::size_t>(handle_->info.channels);
    auto* file = handle_->file.get();
    if (sf_seek(file, from, SEEK_SET) != from) {
        throw unusableSound(handle_->path, "it is corrupt: sample " + std::to_string(from) +
                                               " of " + std::to_string(frames()) +
                                               " cannot be found");
    }
    constexpr std::int64_t kAtOnce = 1 << 14U;
    std::vector<double> block(static_cast<std::size_t>(kAtOnce) * channels);
    std::vector<double> mixed;
    mixed.reserve(static_cast<std::size_t>(until - from));
    for (std::int64_t left = until - from; left > 0;) {
        const auto got = sf_readf_double(file, block.data(), std::min(kAtOnce, left));
        if (got < 1) {
            throw unusableSound(handle_->path, "it is corrupt or cut off after " +
                                                   std::to_string(until - left) + " of " +
                                                   std::to_string(frames()) + " samples");
        }
        for (std::size_t i = 0; i < static_cast<std::size_t>(got); ++i) {
            double sum = 0;
            for (std::size_t c = 0; c < channels; ++c) {
                sum += block[i * channels + c];
            }
            mixed.push_back(sum / static_cast<double>(channels));
        }
        left -= got;
    }
    if (!std::ranges::all_of(mixed, [](double x) { return std::isfinite(x); })) {
        throw unusableSound(handle_->path, "it has samples that are not finite numbers");
    }
    auto out = resampled(mixed, sampleRateHz(), rateHz);
    const auto before =
        std::min<std::int64_t>(first - std::llround(static_cast<double>(from) / step),
                               static_cast<std::int64_t>(out.size()));
    out.erase(out.begin(), out.begin() + std::max<std::int64_t>(0, before));
    out.resize(std::min(out.size(), static_cast<std::size_t>(count)));
    return out;
}

void saveWav(const std::filesystem::path& file, const Sound& sound)
{
    if (sound.bits != 16 && sound.bits != 24) {
        throw InvalidArgument("cannot save " + file.string() + ": samples of " +
                              std::to_string(sound.bits) + " bits; only 16 or 24 are possible");
    }
    const std::int32_t limit = 1 << static_cast<unsigned>(sound.bits - 1);
    const int shift = 32 - sound.bits;
    std::vector<std::int32_t> wide; // libsndfile takes the upper bits of 32
    wide.reserve(sound.samples.size());
    for (const auto sample : sound.samples) {
        if (sample < -limit || sample >= limit) {
            throw InvalidArgument("cannot save " + file.string() + ": the sample " +
                                  std::to_string(sample) + " is beyond full scale");
        }
        wide.push_back(static_cast<std::int32_t>(static_cast<std::uint32_t>(sample)
                                                 << static_cast<unsigned>(shift)));
    }
    SF_INFO info{};
    info.samplerate = sound.sampleRateHz;
    info.channels = 1;
    info.format = SF_FORMAT_WAV | (sound.bits == 16 ? SF_FORMAT_PCM_16 : SF_FORMAT_PCM_24);
    Memory memory;
    auto access = memoryAccess();
    File writer(sf_open_virtual(&access, SFM_WRITE, &info, &memory));
    if (!writer) {
        throw IoError("cannot save " + file.string() + ": " + sf_strerror(nullptr));
    }
    const auto count = static_cast<sf_count_t>(wide.size());
    if (sf_writef_int(writer.get(), wide.data(), count) != count) {
        throw IoError("cannot save " + file.string() + ": " + sf_strerror(writer.get()));
    }
    writer.reset(); // completes the header
    writeFileAtomically(file, memory.bytes);
}

Sound loadWav(const std::filesystem::path& file)
{
    Memory memory{.bytes = readFile(file)};
    auto access = memoryAccess();
    SF_INFO info{};
    const File reader(sf_open_virtual(&access, SFM_READ, &info, &memory));
    if (!reader) {
        throw unusableSound(file, sf_strerror(nullptr));
    }
    const int kind = info.format & SF_FORMAT_SUBMASK;
    if ((info.format & SF_FORMAT_TYPEMASK) != SF_FORMAT_WAV || info.channels != 1 ||
        (kind != SF_FORMAT_PCM_16 && kind != SF_FORMAT_PCM_24)) {
        throw unusableSound(file, "it is not a WAV file of one channel and 16 or 24 bits, the "
                                  "format of stored stimuli");
    }
    requireWholeWav(file);
    Sound sound{
        .sampleRateHz = info.samplerate, .bits = kind == SF_FORMAT_PCM_16 ? 16 : 24, .samples = {}};
    sound.samples.resize(static_cast<std::size_t>(info.frames));
    if (sf_readf_int(reader.get(), sound.samples.data(), info.frames) != info.frames) {
        throw unusableSound(file, "it is cut off");
    }
    for (auto& sample : sound.samples) {
        sample >>= 32 - sound.bits;
    }
    return sound;
}

} // namespace mlab::stimuli
