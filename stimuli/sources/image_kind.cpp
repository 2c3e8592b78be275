// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/sources/image_kind.h"

#include "core/base/error.h"
#include "stimuli/media/image_io.h"
#include "stimuli/sources/builtin_images.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace mlab::stimuli {
namespace {

/// Of the way squares are chosen and pictures are read; part of the pool's hash.
constexpr std::string_view kFolderVersion = "folder-v1";

/// Endings of pictures; not all are accepted, but none is silently skipped.
constexpr std::array<std::string_view, 25> kPictureEndings = {
    ".png",  ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp",  ".dib",  ".pgm",
    ".ppm",  ".pnm",  ".pbm", ".pam",  ".gif", ".tif",  ".tiff", ".webp", ".heic",
    ".heif", ".avif", ".jp2", ".jxl",  ".psd", ".exr",  ".tga"};

constexpr FolderKind kPictures = {.what = "image",
                                  .files = "pictures",
                                  .accepted = kAcceptedPictures,
                                  .endings = kPictureEndings};

Stimulus shared(RgbImage image)
{
    return std::make_shared<const RgbImage>(std::move(image));
}

int sizeOf(const StimulusFormat& format)
{
    return std::get<ImageFormat>(format).sizePx;
}

class Picture final : public SourceFile {
public:
    Picture(const std::filesystem::path& file, int sizePx) : picture_(file), sizePx_(sizePx) {}

    Stimulus middle() override { return shared(picture_.square(picture_.centre(), sizePx_)); }
    Stimulus randomPart(RandomStream& random) override
    {
        const double scale = 0.5 + 0.5 * random.uniform(); // side over the picture's short side
        const double x = random.uniform();                 // of the room there is
        const double y = random.uniform();
        const bool mirrored = random.below(2) == 1;
        SquareCrop crop;
        crop.side =
            static_cast<int>(std::lround(scale * std::min(picture_.width(), picture_.height())));
        crop.left = static_cast<int>(x * (picture_.width() - crop.side + 1));
        crop.top = static_cast<int>(y * (picture_.height() - crop.side + 1));
        crop.mirrored = mirrored;
        return shared(picture_.square(crop, sizePx_));
    }
    void check() override {} // it was decoded when it was opened
    bool isUniform() override { return picture_.isUniform(picture_.centre()); }

private:
    SourceImage picture_;
    int sizePx_;
};

class ImageKind final : public StimulusKind {
public:
    const FolderKind& folder() const override { return kPictures; }

    void requireUsable(const StimulusFormat& format) const override
    {
        const int sizePx = sizeOf(format);
        if (sizePx < kMinSidePx || sizePx > kMaxSidePx) {
            throw InvalidArgument("the image size is " + std::to_string(sizePx) + " pixels; " +
                                  std::to_string(kMinSidePx) + " to " + std::to_string(kMaxSidePx) +
                                  " are accepted");
        }
    }
    nlohmann::ordered_json formatJson(const StimulusFormat& format) const override
    {
        return {{"image_size_px", sizeOf(format)}};
    }

    std::string builtinId(int index) const override { return builtinImageId(index); }
    Stimulus builtin(std::uint64_t seed, int index, const StimulusFormat& format) const override
    {
        return shared(builtinImage(seed, index, sizeOf(format)));
    }
    std::unique_ptr<SourceFile> open(const std::filesystem::path& file,
                                     const StimulusFormat& format) const override
    {
        return std::make_unique<Picture>(file, sizeOf(format));
    }

    std::string_view poolStream() const override { return "pool-crop"; }
    std::string_view poolVersion(bool builtin) const override
    {
        return builtin ? kBuiltinImagesVersion : kFolderVersion;
    }
    std::string poolFormat(const StimulusFormat& format) const override
    {
        return std::to_string(sizeOf(format));
    }

    std::string poolFile(const std::filesystem::path& file,
                         const StimulusFormat& /*format*/) const override
    {
        try {
            return hasForeignColours(file) ? "|converted to sRGB" : "";
        } catch (const IoError&) {
            return ""; // fails when it is read
        }
    }

    std::string_view fileEnding() const override { return ".png"; }
    void write(const std::filesystem::path& file, const Stimulus& stimulus) const override
    {
        savePng(file, *std::get<ImagePtr>(stimulus));
    }
    Stimulus read(const std::filesystem::path& file) const override
    {
        return shared(loadPng(file));
    }
    const char* hashKey() const override { return "image_sha256"; }
    const char* fileColumn() const override { return "picture"; }
    std::string htmlElement(const std::string& address, const std::string& alt) const override
    {
        return "<img src=\"" + address + "\" alt=\"" + alt + "\">";
    }
    nlohmann::ordered_json sizeJson(const Stimulus& stimulus) const override
    {
        const auto& image = *std::get<ImagePtr>(stimulus);
        return {{"width_px", image.width}, {"height_px", image.height}};
    }
};

} // namespace

const StimulusKind& imageKind()
{
    static const ImageKind kind;
    return kind;
}

} // namespace mlab::stimuli
