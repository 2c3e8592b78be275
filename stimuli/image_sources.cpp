// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/image_sources.h"

#include "core/error.h"
#include "core/random_stream.h"
#include "core/sha256.h"
#include "stimuli/builtin_images.h"
#include "stimuli/image_io.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <map>
#include <string_view>
#include <system_error>
#include <utility>

namespace mlab::stimuli {
namespace {

using Paths = std::vector<std::filesystem::path>;

/// Of the way squares are chosen and pictures are read; part of the pool's hash.
constexpr std::string_view kFolderVersion = "folder-v1";

/// Endings of pictures; not all are accepted, but none is passed over.
constexpr std::array<std::string_view, 25> kPictureEndings = {
    ".png",  ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp",  ".dib",  ".pgm",
    ".ppm",  ".pnm",  ".pbm", ".pam",  ".gif", ".tif",  ".tiff", ".webp", ".heic",
    ".heif", ".avif", ".jp2", ".jxl",  ".psd", ".exr",  ".tga"};

bool looksLikePicture(const std::filesystem::path& file)
{
    std::string ending = file.extension().string();
    // Not std::tolower, which follows the locale.
    std::transform(ending.begin(), ending.end(), ending.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return !file.filename().string().starts_with('.') &&
           std::find(kPictureEndings.begin(), kPictureEndings.end(), ending) !=
               kPictureEndings.end();
}

/// The folder's pictures, by the bytes of their names.
Paths listPictures(const std::filesystem::path& folder)
{
    std::error_code failed;
    Paths files;
    for (std::filesystem::directory_iterator i(folder, failed), end; !failed && i != end;
         i.increment(failed)) {
        std::error_code ignored; // a dangling link is no folder, and fails when it is read
        if (looksLikePicture(i->path()) && !i->is_directory(ignored)) {
            files.push_back(i->path());
        }
    }
    if (failed) {
        throw IoError("cannot list image folder " + folder.string() + ": " + failed.message());
    }
    if (files.empty()) {
        throw IoError("image folder " + folder.string() +
                      " holds no pictures; PNG, JPEG, BMP, PGM and PPM files are accepted");
    }
    std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) {
        return a.filename().string() < b.filename().string();
    });
    return files;
}

/// What is wrong with the names: an id must mean one picture.
std::vector<std::string> nameProblems(const Paths& files)
{
    std::vector<std::string> problems;
    std::map<std::string, std::filesystem::path> byId;
    for (const auto& file : files) {
        const auto [known, isNew] = byId.emplace(file.stem().string(), file);
        if (!isNew) {
            problems.push_back("image folder " + file.parent_path().string() + " holds both " +
                               known->second.filename().string() + " and " +
                               file.filename().string() + ", which would share the id \"" +
                               known->first + "\"; rename one");
        }
    }
    return problems;
}

std::vector<std::string> countProblems(const StimulusSource& source)
{
    if (source.count < 0 || (source.folder.empty() && source.count == 0)) {
        return {"the number of images is " + std::to_string(source.count) + ", where " +
                (source.folder.empty() ? "at least 1 is needed" : "0 (all) or more is needed")};
    }
    return {};
}

void throwFirst(const std::vector<std::string>& problems)
{
    if (!problems.empty()) {
        throw InvalidArgument(problems.front());
    }
}

void requireSize(int sizePx)
{
    if (sizePx < kMinSidePx || sizePx > kMaxSidePx) {
        throw InvalidArgument("the image size is " + std::to_string(sizePx) + " pixels, where " +
                              std::to_string(kMinSidePx) + " to " + std::to_string(kMaxSidePx) +
                              " are accepted");
    }
}

void throwIfStopped(const std::stop_token& stop)
{
    if (stop.stop_requested()) {
        throw Cancelled();
    }
}

Paths listDistinctPictures(const std::filesystem::path& folder)
{
    Paths files = listPictures(folder);
    throwFirst(nameProblems(files));
    return files;
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

std::vector<NamedImage> loadUsableReferences(const StimulusSource& source, int sizePx,
                                             std::vector<std::string>& problems)
{
    requireSize(sizePx);
    throwFirst(countProblems(source));
    std::vector<NamedImage> references;
    const auto add = [&](std::string id, RgbImage image) {
        std::string sha256 = sha256Of(image);
        references.push_back({std::move(id), std::move(image), std::move(sha256)});
    };
    if (source.folder.empty()) {
        for (int i = 0; i < source.count; ++i) {
            add(builtinImageId(i), builtinImage(source.seed, i, sizePx));
        }
        return references;
    }
    Paths files = listDistinctPictures(source.folder);
    const auto count = static_cast<std::size_t>(source.count);
    if (count > files.size()) {
        throw InvalidArgument(std::to_string(count) +
                              " references are asked for, but image folder " +
                              source.folder.string() + " holds " + std::to_string(files.size()) +
                              " (a count of 0 takes all)");
    }
    files.resize(count == 0 ? files.size() : count);
    for (const auto& file : files) {
        try {
            add(file.stem().string(), loadImage(file, sizePx));
        } catch (const IoError& problem) {
            problems.emplace_back(problem.what());
        }
    }
    if (references.empty()) {
        throw IoError(problems.front());
    }
    return references;
}

std::vector<NamedImage> loadReferences(const StimulusSource& source, int sizePx)
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
    std::vector<std::string> problems = countProblems(source);
    if (source.folder.empty()) {
        return problems;
    }
    Paths files;
    try {
        files = listPictures(source.folder);
    } catch (const IoError& e) {
        problems.emplace_back(e.what());
        return problems;
    }
    const auto names = nameProblems(files);
    problems.insert(problems.end(), names.begin(), names.end());
    for (const auto& file : files) {
        try {
            const SourceImage decodes(file);
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
    throwFirst(countProblems(source));
    if (source.folder.empty()) {
        for (int i = 0; i < source.count; ++i) {
            throwIfStopped(stop);
            visit(i, source.count, builtinImage(source.seed, i, sizePx));
        }
        return;
    }
    const Paths files = listDistinctPictures(source.folder);
    if (source.count == 0) {
        const int count = static_cast<int>(files.size());
        for (int i = 0; i < count; ++i) {
            throwIfStopped(stop);
            visit(i, count, loadImage(files[static_cast<std::size_t>(i)], sizePx));
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
        const SourceImage picture(files[f]);
        for (const auto& [index, choice] : byFile[f]) {
            throwIfStopped(stop);
            visit(index, source.count, picture.square(placeCrop(choice, picture), sizePx));
        }
    }
}

std::string poolHash(const StimulusSource& source, int sizePx)
{
    requireSize(sizePx);
    throwFirst(countProblems(source));
    Sha256 hash;
    hash.update(source.folder.empty() ? kBuiltinImagesVersion : kFolderVersion);
    hash.update("|" + std::to_string(source.count) + "|" + std::to_string(source.seed) + "|" +
                std::to_string(sizePx));
    if (!source.folder.empty()) {
        for (const auto& file : listDistinctPictures(source.folder)) {
            hash.update("|" + sha256OfFile(file));
        }
    }
    return hash.hex();
}

} // namespace mlab::stimuli
