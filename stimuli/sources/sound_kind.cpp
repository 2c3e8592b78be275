// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/sources/sound_kind.h"

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "stimuli/media/sound_io.h"
#include "stimuli/media/sound_level.h"
#include "stimuli/media/unusable_sound.h"
#include "stimuli/sources/builtin_sounds.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <utility>

namespace mlab::stimuli {
namespace {

/// Of the way excerpts are chosen and sounds are read; part of the pool's hash.
constexpr std::string_view kFolderVersion = "sound-folder-v1";

constexpr std::array<std::string_view, 20> kSoundEndings = {
    ".wav", ".wave", ".flac", ".ogg", ".oga", ".opus", ".aif", ".aiff", ".aifc", ".au",
    ".snd", ".caf",  ".mp3",  ".m4a", ".aac", ".wma",  ".w64", ".rf64", ".mp2",  ".ape"};
constexpr FolderKind kSounds = {
    .what = "sound", .files = "sounds", .accepted = "WAV, FLAC and OGG", .endings = kSoundEndings};

const SoundFormat& soundFormat(const StimulusFormat& format)
{
    return std::get<SoundFormat>(format);
}

Stimulus shared(Sound sound)
{
    return std::make_shared<const Sound>(std::move(sound));
}

class Recording final : public SourceFile {
public:
    Recording(std::filesystem::path path, const SoundFormat& format)
        : path_(std::move(path)), format_(format), file_(path_)
    {
    }

    Sound middleSound()
    {
        try {
            return excerpt(lastPlace() / 2);
        } catch (const InvalidArgument& unfit) {
            throw unusableSound(path_, unfit.what());
        }
    }
    Stimulus middle() override { return shared(middleSound()); }
    Stimulus randomPart(RandomStream& random) override
    {
        constexpr int kTries = 20;
        std::string problem;
        const auto places = static_cast<std::uint64_t>(lastPlace()) + 1;
        for (int i = 0; i < (places > 1 ? kTries : 1); ++i) {
            try {
                return shared(excerpt(static_cast<std::int64_t>(random.below(places))));
            } catch (const InvalidArgument& unfit) {
                problem = unfit.what();
            }
        }
        throw unusableSound(path_, (places > 1 ? std::to_string(kTries) +
                                                     " random parts of it cannot be used; the "
                                                     "last: "
                                               : std::string()) +
                                       problem);
    }
    void check() override { middleSound(); }
    std::string remark() override
    {
        return offset() == 0 ? std::string()
                             : "sound " + path_.string() + ": its constant offset of " +
                                   shortNumber(std::round(offset() * 1e4) / 1e4) +
                                   " of full scale is removed before its level is set";
    }

    /// Of the middle, and so of the whole recording; 0 for one whose middle cannot be read.
    double offset()
    {
        if (!offset_) {
            try {
                offset_ = constantOffset(middleSamples());
            } catch (const IoError&) {
                offset_ = 0;
            }
        }
        return *offset_;
    }

private:
    std::int64_t samples() const { return static_cast<std::int64_t>(sampleCount(format_)); }
    /// The last place where an excerpt of the format's length begins; 0 for a shorter file.
    std::int64_t lastPlace() const
    {
        return std::max<std::int64_t>(0, file_.framesAt(format_.sampleRateHz) - samples());
    }
    const std::vector<double>& middleSamples()
    {
        if (middle_.empty()) {
            middle_ = file_.read(lastPlace() / 2, samples(), format_.sampleRateHz);
        }
        return middle_;
    }
    Sound excerpt(std::int64_t first)
    {
        auto samples = first == lastPlace() / 2
                           ? middleSamples()
                           : file_.read(first, this->samples(), format_.sampleRateHz);
        if (offset() != 0) {
            const double mean = std::accumulate(samples.begin(), samples.end(), 0.0) /
                                static_cast<double>(std::max<std::size_t>(1, samples.size()));
            std::ranges::transform(samples, samples.begin(), [=](double x) { return x - mean; });
        }
        return equalised(std::move(samples), format_);
    }

    std::filesystem::path path_;
    SoundFormat format_;
    SoundFile file_;
    std::vector<double> middle_;   ///< once it was read
    std::optional<double> offset_; ///< once it is known
};

class SoundKind final : public StimulusKind {
public:
    const FolderKind& folder() const override { return kSounds; }

    void requireUsable(const StimulusFormat& format) const override
    {
        requireFormat(soundFormat(format));
    }
    nlohmann::ordered_json formatJson(const StimulusFormat& format) const override
    {
        const auto& sound = soundFormat(format);
        return {{"sample_rate_hz", sound.sampleRateHz},
                {"duration_ms", sound.durationMs},
                {"bits", sound.bits}};
    }

    std::string builtinId(int index) const override { return builtinSoundId(index); }
    Stimulus builtin(std::uint64_t seed, int index, const StimulusFormat& format) const override
    {
        return shared(builtinSound(seed, index, soundFormat(format)));
    }
    std::unique_ptr<SourceFile> open(const std::filesystem::path& file,
                                     const StimulusFormat& format) const override
    {
        requireUsable(format);
        return std::make_unique<Recording>(file, soundFormat(format));
    }

    std::string_view poolStream() const override { return "pool-excerpt"; }
    std::string_view poolVersion(bool builtin) const override
    {
        return builtin ? kBuiltinSoundsVersion : kFolderVersion;
    }
    std::string poolFormat(const StimulusFormat& format) const override
    {
        const auto& sound = soundFormat(format);
        return std::to_string(sound.sampleRateHz) + "|" + shortNumber(sound.durationMs) + "|" +
               std::to_string(sound.bits);
    }

    std::string poolFile(const std::filesystem::path& file,
                         const StimulusFormat& format) const override
    {
        try {
            return Recording(file, soundFormat(format)).offset() == 0 ? "" : "|offset removed";
        } catch (const IoError&) {
            return ""; // fails when it is read
        }
    }

    std::string_view fileEnding() const override { return ".wav"; }
    void write(const std::filesystem::path& file, const Stimulus& stimulus) const override
    {
        saveWav(file, *std::get<SoundPtr>(stimulus));
    }
    Stimulus read(const std::filesystem::path& file) const override
    {
        return shared(loadWav(file));
    }
    const char* hashKey() const override { return "sound_sha256"; }
    const char* fileColumn() const override { return "sound"; }
    std::string htmlElement(const std::string& address, const std::string& /*alt*/) const override
    {
        return R"(<audio controls preload="none" src=")" + address + R"("></audio>)";
    }
    nlohmann::ordered_json sizeJson(const Stimulus& stimulus) const override
    {
        const auto& sound = *std::get<SoundPtr>(stimulus);
        return {{"sample_rate_hz", sound.sampleRateHz},
                {"bits", sound.bits},
                {"samples", sound.samples.size()}};
    }
};

} // namespace

Sound loadSound(const std::filesystem::path& file, const SoundFormat& format)
{
    requireFormat(format);
    return Recording(file, format).middleSound();
}

const StimulusKind& soundKind()
{
    static const SoundKind kind;
    return kind;
}

} // namespace mlab::stimuli
