// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/sources/image_sources.h"

#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "core/base/sha256.h"
#include "stimuli/media/image_io.h"
#include "stimuli/sources/builtin_images.h"
#include "stimuli/sources/stimulus_folder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <string_view>
#include <utility>

namespace mlab::stimuli {
namespace {

/// Of the way squares are chosen and pictures are read; part of the pool's hash.
constexpr std::string_view kFolderVersion = "folder-v1";

/// Endings of pictures; not all are accepted, but none is passed over.
constexpr std::array<std::string_view, 25> kPictureEndings = {
    ".png",  ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp",  ".dib",  ".pgm",
    ".ppm",  ".pnm",  ".pbm", ".pam",  ".gif", ".tif",  ".tiff", ".webp", ".heic",
    ".heif", ".avif", ".jp2", ".jxl",  ".psd", ".exr",  ".tga"};

constexpr FolderKind kPictures = {.what = "image",
                                  .files = "pictures",
                                  .accepted = "PNG, JPEG, BMP, PGM and PPM files",
                                  .endings = kPictureEndings};

void requireSize(int sizePx)
{
    if (sizePx < kMinSidePx || sizePx > kMaxSidePx) {
        throw InvalidArgument("the image size is " + std::to_string(sizePx) + " pixels, where " +
                              std::to_string(kMinSidePx) + " to " + std::to_string(kMaxSidePx) +
                              " are accepted");
    }
}

/// The random choices behind one square of a pool, before the picture's size is known.
struct CropChoice {
    std::size_t file = 0;
    double scale = 0.0; ///< side over the picture's short side
    double x = 0.0;     ///< in [0, 1), of the room there is
    double y = 0.0;
    bool mirrored = false;
};

CropChoice chooseCrop(const StimulusSource& source, std::size_t fileCount, int index)
{
    RandomStream random(source.seed, "pool-crop", static_cast<std::uint64_t>(index));
    CropChoice choice;
    choice.file = random.below(fileCount);
    choice.scale = 0.5 + 0.5 * random.uniform();
    choice.x = random.uniform();
    choice.y = random.uniform();
    choice.mirrored = random.below(2) == 1;
    return choice;
}

SquareCrop placeCrop(const CropChoice& choice, const SourceImage& picture)
{
    SquareCrop crop;
    crop.side =
        static_cast<int>(std::lround(choice.scale * std::min(picture.width(), picture.height())));
    crop.left = static_cast<int>(choice.x * (picture.width() - crop.side + 1));
    crop.top = static_cast<int>(choice.y * (picture.height() - crop.side + 1));
    crop.mirrored = choice.mirrored;
    return crop;
}

} // namespace

std::vector<std::string> imageReferenceIds(const StimulusSource& source)
{
    throwFirst(countProblems(source, kPictures));
    std::vector<std::string> ids;
    if (source.folder.empty()) {
        for (int i = 0; i < source.count; ++i) {
            ids.push_back(builtinImageId(i));
        }
        return ids;
    }
    for (const auto& file : referenceFiles(source, kPictures)) {
        ids.push_back(file.id);
    }
    return ids;
}

std::vector<NamedStimulus> loadUsableReferences(const StimulusSource& source, int sizePx,
                                                std::vector<std::string>& problems)
{
    requireSize(sizePx);
    throwFirst(countProblems(source, kPictures));
    std::vector<NamedStimulus> references;
    const auto add = [&](std::string id, RgbImage image) {
        std::string sha256 = sha256Of(image);
        references.push_back({.id = std::move(id),
                              .stimulus = std::make_shared<const RgbImage>(std::move(image)),
                              .sha256 = std::move(sha256)});
    };
    if (source.folder.empty()) {
        for (int i = 0; i < source.count; ++i) {
            add(builtinImageId(i), builtinImage(source.seed, i, sizePx));
        }
        return references;
    }
    for (const auto& file : referenceFiles(source, kPictures)) {
        try {
            add(file.id, loadImage(file.path, sizePx));
        } catch (const IoError& problem) {
            problems.emplace_back(problem.what());
        }
    }
    if (references.empty()) {
        throw IoError(problems.front());
    }
    return references;
}

std::vector<NamedStimulus> loadReferences(const StimulusSource& source, int sizePx)
{
    std::vector<std::string> problems;
    auto references = loadUsableReferences(source, sizePx, problems);
    if (!problems.empty()) {
        throw IoError(problems.front());
    }
    return references;
}

std::vector<std::string> checkFolder(const StimulusSource& source)
{
    std::vector<std::string> problems = countProblems(source, kPictures);
    if (source.folder.empty()) {
        return problems;
    }
    auto listing = listFolder(source, kPictures);
    std::ranges::move(listing.problems, std::back_inserter(problems));
    std::ranges::move(nameProblems(listing.files, kPictures), std::back_inserter(problems));
    for (const auto& file : listing.files) {
        try {
            const SourceImage decodes(file.path);
        } catch (const IoError& e) {
            problems.emplace_back(e.what());
        }
    }
    return problems;
}

void forEachPoolImage(const StimulusSource& source, int sizePx,
                      const std::function<void(int index, int count, const RgbImage&)>& visit,
                      const std::stop_token& stop)
{
    requireSize(sizePx);
    throwFirst(countProblems(source, kPictures));
    if (source.folder.empty()) {
        for (int i = 0; i < source.count; ++i) {
            throwIfStopped(stop);
            visit(i, source.count, builtinImage(source.seed, i, sizePx));
        }
        return;
    }
    const auto files = listDistinctFiles(source, kPictures);
    if (source.count == 0) {
        const int count = static_cast<int>(files.size());
        for (int i = 0; i < count; ++i) {
            throwIfStopped(stop);
            visit(i, count, loadImage(files[static_cast<std::size_t>(i)].path, sizePx));
        }
        return;
    }
    std::vector<std::vector<std::pair<int, CropChoice>>> byFile(files.size());
    for (int i = 0; i < source.count; ++i) {
        const CropChoice choice = chooseCrop(source, files.size(), i);
        byFile[choice.file].emplace_back(i, choice);
    }
    for (std::size_t f = 0; f < files.size(); ++f) {
        if (byFile[f].empty()) {
            continue;
        }
        throwIfStopped(stop);
        const SourceImage picture(files[f].path);
        for (const auto& [index, choice] : byFile[f]) {
            throwIfStopped(stop);
            visit(index, source.count, picture.square(placeCrop(choice, picture), sizePx));
        }
    }
}

std::string poolHash(const StimulusSource& source, int sizePx)
{
    requireSize(sizePx);
    throwFirst(countProblems(source, kPictures));
    Sha256 hash;
    hash.update(source.folder.empty() ? kBuiltinImagesVersion : kFolderVersion);
    hash.update("|" + std::to_string(source.count) + "|" + std::to_string(source.seed) + "|" +
                std::to_string(sizePx));
    if (!source.folder.empty()) {
        for (const auto& file : listDistinctFiles(source, kPictures)) {
            hash.update("|" + sha256OfFile(file.path));
        }
    }
    return hash.hex();
}

} // namespace mlab::stimuli
