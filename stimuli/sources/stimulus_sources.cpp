// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/sources/stimulus_sources.h"

#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "core/base/sha256.h"
#include "stimuli/sources/stimulus_folder.h"
#include "stimuli/sources/stimulus_kind.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <memory>
#include <utility>

namespace mlab::stimuli {
namespace {

NamedStimulus named(std::string id, Stimulus stimulus)
{
    std::string sha256 = sha256Of(stimulus);
    return {.id = std::move(id),
            .stimulus = std::move(stimulus),
            .sha256 = std::move(sha256),
            .remark = {}};
}

NamedStimulus named(std::string id, SourceFile& file)
{
    auto reference = named(std::move(id), file.middle());
    reference.remark = file.remark();
    return reference;
}

/// One random part of a pool: its number, and the stream from which its file was drawn and its
/// place will be.
struct PoolPart {
    int index;
    RandomStream random;
};

} // namespace

std::vector<std::string> referenceIds(const StimulusSource& source, const StimulusFormat& format)
{
    const auto& kind = kindOf(format);
    throwFirst(countProblems(source, kind.folder()));
    std::vector<std::string> ids;
    if (source.folder.empty()) {
        for (int i = 0; i < source.count; ++i) {
            ids.push_back(kind.builtinId(i));
        }
        return ids;
    }
    for (const auto& file : referenceFiles(source, kind.folder())) {
        ids.push_back(file.id);
    }
    return ids;
}

std::vector<NamedStimulus> loadUsableReferences(const StimulusSource& source,
                                                const StimulusFormat& format,
                                                std::vector<std::string>& problems)
{
    const auto& kind = kindOf(format);
    kind.requireUsable(format);
    throwFirst(countProblems(source, kind.folder()));
    std::vector<NamedStimulus> references;
    if (source.folder.empty()) {
        for (int i = 0; i < source.count; ++i) {
            references.push_back(named(kind.builtinId(i), kind.builtin(source.seed, i, format)));
        }
        return references;
    }
    for (const auto& file : referenceFiles(source, kind.folder())) {
        try {
            references.push_back(named(file.id, *kind.open(file.path, format)));
        } catch (const IoError& problem) {
            problems.emplace_back(problem.what());
        }
    }
    if (references.empty()) {
        throw IoError(problems.front());
    }
    return references;
}

std::vector<NamedStimulus> loadReferences(const StimulusSource& source,
                                          const StimulusFormat& format)
{
    std::vector<std::string> problems;
    auto references = loadUsableReferences(source, format, problems);
    if (!problems.empty()) {
        throw IoError(problems.front());
    }
    return references;
}

NamedStimulus loadReferenceFile(const std::filesystem::path& file, const StimulusFormat& format)
{
    return named(file.stem().string(), *kindOf(format).open(file, format));
}

FolderFindings checkFolder(const StimulusSource& source, const StimulusFormat& format)
{
    const auto& kind = kindOf(format);
    FolderFindings found{.problems = countProblems(source, kind.folder())};
    if (source.folder.empty()) {
        return found;
    }
    auto listing = listFolder(source, kind.folder());
    std::ranges::move(listing.problems, std::back_inserter(found.problems));
    std::ranges::move(nameProblems(listing.files, kind.folder()),
                      std::back_inserter(found.problems));
    found.files = listing.files.size();
    for (const auto& file : listing.files) {
        try {
            const auto opened = kind.open(file.path, format);
            opened->check();
            if (const auto remark = opened->remark(); !remark.empty()) {
                found.remarks.push_back(remark);
            }
            if (opened->isUniform()) {
                found.uniform.push_back(file.path.string());
            }
        } catch (const IoError& problem) {
            found.problems.emplace_back(problem.what());
        }
    }
    return found;
}

void forEachPoolStimulus(const StimulusSource& source, const StimulusFormat& format,
                         const std::function<void(int index, int count, const Stimulus&)>& visit,
                         const std::stop_token& stop)
{
    const auto& kind = kindOf(format);
    kind.requireUsable(format);
    throwFirst(countProblems(source, kind.folder()));
    if (source.folder.empty()) {
        for (int i = 0; i < source.count; ++i) {
            throwIfStopped(stop);
            visit(i, source.count, kind.builtin(source.seed, i, format));
        }
        return;
    }
    const auto files = listDistinctFiles(source, kind.folder());
    if (source.count == 0) {
        const int count = static_cast<int>(files.size());
        for (int i = 0; i < count; ++i) {
            throwIfStopped(stop);
            const auto& path = files[static_cast<std::size_t>(i)].path;
            visit(i, count, kind.open(path, format)->middle());
        }
        return;
    }
    std::vector<std::vector<PoolPart>> byFile(files.size());
    for (int i = 0; i < source.count; ++i) {
        RandomStream random(source.seed, kind.poolStream(), static_cast<std::uint64_t>(i));
        const auto file = random.below(files.size());
        byFile[file].push_back({.index = i, .random = random});
    }
    for (std::size_t f = 0; f < files.size(); ++f) {
        std::unique_ptr<SourceFile> file;
        for (auto& part : byFile[f]) {
            throwIfStopped(stop);
            if (!file) {
                file = kind.open(files[f].path, format);
            }
            visit(part.index, source.count, file->randomPart(part.random));
        }
    }
}

std::string poolHash(const StimulusSource& source, const StimulusFormat& format)
{
    const auto& kind = kindOf(format);
    kind.requireUsable(format);
    throwFirst(countProblems(source, kind.folder()));
    Sha256 hash;
    hash.update(kind.poolVersion(source.folder.empty()));
    hash.update("|" + std::to_string(source.count) + "|" + std::to_string(source.seed) + "|" +
                kind.poolFormat(format));
    if (!source.folder.empty()) {
        for (const auto& file : listDistinctFiles(source, kind.folder())) {
            hash.update("|" + sha256OfFile(file.path) + kind.poolFile(file.path, format));
        }
    }
    return hash.hex();
}

} // namespace mlab::stimuli
