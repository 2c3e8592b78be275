// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/sources/sound_sources.h"

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/base/random_stream.h"
#include "core/base/sha256.h"
#include "stimuli/media/sound_io.h"
#include "stimuli/media/sound_level.h"
#include "stimuli/media/unusable_sound.h"
#include "stimuli/sources/builtin_sounds.h"
#include "stimuli/sources/stimulus_folder.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

namespace mlab::stimuli {
namespace {

/// Of the way excerpts are chosen and sounds are read; part of the pool's hash.
constexpr std::string_view kFolderVersion = "sound-folder-v1";

constexpr std::array<std::string_view, 20> kSoundEndings = {
    ".wav", ".wave", ".flac", ".ogg", ".oga", ".opus", ".aif", ".aiff", ".aifc", ".au",
    ".snd", ".caf",  ".mp3",  ".m4a", ".aac", ".wma",  ".w64", ".rf64", ".mp2",  ".ape"};
constexpr FolderKind kSounds = {.what = "sound",
                                .files = "sounds",
                                .accepted = "WAV, FLAC and OGG files",
                                .endings = kSoundEndings};

std::int64_t samplesOf(const SoundFormat& format)
{
    return static_cast<std::int64_t>(sampleCount(format));
}

/// The last place where an excerpt of the format's length begins; 0 for a shorter file.
std::int64_t lastPlace(const SoundFile& file, const SoundFormat& format)
{
    return std::max<std::int64_t>(0, file.framesAt(format.sampleRateHz) - samplesOf(format));
}

Sound excerpt(SoundFile& file, std::int64_t first, const SoundFormat& format)
{
    return equalised(file.read(first, samplesOf(format), format.sampleRateHz), format);
}

/// The random choices behind one excerpt of a pool.
class ExcerptChoice {
public:
    ExcerptChoice(const StimulusSource& source, std::size_t fileCount, int index)
        : random_(source.seed, "pool-excerpt", static_cast<std::uint64_t>(index)),
          file_(random_.below(fileCount))
    {
    }

    std::size_t file() const { return file_; }

    Sound take(SoundFile& sound, const std::filesystem::path& path, const SoundFormat& format)
    {
        constexpr int kTries = 20;
        std::string problem;
        const auto places = static_cast<std::uint64_t>(lastPlace(sound, format)) + 1;
        for (int i = 0; i < (places > 1 ? kTries : 1); ++i) {
            try {
                return excerpt(sound, static_cast<std::int64_t>(random_.below(places)), format);
            } catch (const InvalidArgument& unfit) {
                problem = unfit.what();
            }
        }
        throw unusableSound(path, (places > 1 ? std::to_string(kTries) +
                                                    " random parts of it cannot be used; the last: "
                                              : std::string()) +
                                      problem);
    }

private:
    RandomStream random_;
    std::size_t file_;
};

NamedStimulus named(std::string id, Sound sound)
{
    std::string sha256 = sha256Of(sound);
    return {.id = std::move(id),
            .stimulus = std::make_shared<const Sound>(std::move(sound)),
            .sha256 = std::move(sha256)};
}

} // namespace

Sound loadSound(const std::filesystem::path& file, const SoundFormat& format)
{
    requireFormat(format);
    SoundFile sound(file);
    try {
        return excerpt(sound, lastPlace(sound, format) / 2, format);
    } catch (const InvalidArgument& unfit) {
        throw unusableSound(file, unfit.what());
    }
}

std::vector<std::string> soundReferenceIds(const StimulusSource& source)
{
    throwFirst(countProblems(source, kSounds));
    std::vector<std::string> ids;
    if (source.folder.empty()) {
        for (int i = 0; i < source.count; ++i) {
            ids.push_back(builtinSoundId(i));
        }
        return ids;
    }
    for (const auto& file : referenceFiles(source, kSounds)) {
        ids.push_back(file.id);
    }
    return ids;
}

std::vector<NamedStimulus> loadUsableReferences(const StimulusSource& source,
                                                const SoundFormat& format,
                                                std::vector<std::string>& problems)
{
    requireFormat(format);
    throwFirst(countProblems(source, kSounds));
    std::vector<NamedStimulus> references;
    if (source.folder.empty()) {
        for (int i = 0; i < source.count; ++i) {
            references.push_back(named(builtinSoundId(i), builtinSound(source.seed, i, format)));
        }
        return references;
    }
    for (const auto& file : referenceFiles(source, kSounds)) {
        try {
            references.push_back(named(file.id, loadSound(file.path, format)));
        } catch (const IoError& problem) {
            problems.emplace_back(problem.what());
        }
    }
    if (references.empty()) {
        throw IoError(problems.front());
    }
    return references;
}

std::vector<NamedStimulus> loadReferences(const StimulusSource& source, const SoundFormat& format)
{
    std::vector<std::string> problems;
    auto references = loadUsableReferences(source, format, problems);
    if (!problems.empty()) {
        throw IoError(problems.front());
    }
    return references;
}

std::vector<std::string> checkFolder(const StimulusSource& source, const SoundFormat& format)
{
    std::vector<std::string> problems = countProblems(source, kSounds);
    if (source.folder.empty()) {
        return problems;
    }
    auto listing = listFolder(source, kSounds);
    std::ranges::move(listing.problems, std::back_inserter(problems));
    std::ranges::move(nameProblems(listing.files, kSounds), std::back_inserter(problems));
    for (const auto& file : listing.files) {
        try {
            loadSound(file.path, format);
        } catch (const IoError& e) {
            problems.emplace_back(e.what());
        }
    }
    return problems;
}

void forEachPoolSound(const StimulusSource& source, const SoundFormat& format,
                      const std::function<void(int index, int count, const Sound&)>& visit,
                      const std::stop_token& stop)
{
    requireFormat(format);
    throwFirst(countProblems(source, kSounds));
    if (source.folder.empty()) {
        for (int i = 0; i < source.count; ++i) {
            throwIfStopped(stop);
            visit(i, source.count, builtinSound(source.seed, i, format));
        }
        return;
    }
    const auto files = listDistinctFiles(source, kSounds);
    if (source.count == 0) {
        const int count = static_cast<int>(files.size());
        for (int i = 0; i < count; ++i) {
            throwIfStopped(stop);
            visit(i, count, loadSound(files[static_cast<std::size_t>(i)].path, format));
        }
        return;
    }
    std::vector<std::vector<std::pair<int, ExcerptChoice>>> byFile(files.size());
    for (int i = 0; i < source.count; ++i) {
        const ExcerptChoice choice(source, files.size(), i);
        byFile[choice.file()].emplace_back(i, choice);
    }
    for (std::size_t f = 0; f < files.size(); ++f) {
        std::optional<SoundFile> sound;
        for (auto& [index, choice] : byFile[f]) {
            throwIfStopped(stop);
            if (!sound) {
                sound.emplace(files[f].path);
            }
            visit(index, source.count, choice.take(*sound, files[f].path, format));
        }
    }
}

std::string poolHash(const StimulusSource& source, const SoundFormat& format)
{
    requireFormat(format);
    throwFirst(countProblems(source, kSounds));
    Sha256 hash;
    hash.update(source.folder.empty() ? kBuiltinSoundsVersion : kFolderVersion);
    hash.update("|" + std::to_string(source.count) + "|" + std::to_string(source.seed) + "|" +
                std::to_string(format.sampleRateHz) + "|" + shortNumber(format.durationMs) + "|" +
                std::to_string(format.bits));
    if (!source.folder.empty()) {
        for (const auto& file : listDistinctFiles(source, kSounds)) {
            hash.update("|" + sha256OfFile(file.path));
        }
    }
    return hash.hex();
}

} // namespace mlab::stimuli
