// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/media/tiff_decoder.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <tiffio.h>
#include <utility>
#include <vector>

namespace mlab::stimuli {
namespace {

using Bytes = std::span<const std::uint8_t>;

/// The most that libtiff may allocate at once: one strip of the largest picture needs less.
constexpr tmsize_t kMaxAllocation = tmsize_t{1} << 30U;

[[noreturn]] void throwUnsupported(const std::string& what)
{
    throw IoError("it is a TIFF " + what + "; save it as RGB with 8 or 16 bits");
}

/// A file in memory, and what libtiff found wrong with it.
struct Input {
    Bytes file;
    std::uint64_t at = 0;
    bool endedEarly = false; ///< more was read than there is
    std::string error;       ///< the first
    std::string warning;     ///< the first
};

Input& inputOf(void* handle)
{
    return *static_cast<Input*>(handle);
}

tmsize_t readInput(thandle_t handle, void* to, tmsize_t size)
{
    Input& input = inputOf(handle);
    const std::size_t left =
        input.at < input.file.size() ? input.file.size() - static_cast<std::size_t>(input.at) : 0;
    const std::size_t count = std::min(left, static_cast<std::size_t>(std::max<tmsize_t>(size, 0)));
    input.endedEarly = input.endedEarly || count < static_cast<std::size_t>(size);
    if (count > 0) {
        std::memcpy(to, &input.file[static_cast<std::size_t>(input.at)], count);
    }
    input.at += count;
    return static_cast<tmsize_t>(count);
}

tmsize_t writeNothing(thandle_t /*handle*/, void* /*from*/, tmsize_t /*size*/)
{
    return 0;
}

toff_t seekInput(thandle_t handle, toff_t offset, int whence)
{
    Input& input = inputOf(handle);
    input.at = offset + (whence == SEEK_CUR   ? input.at
                         : whence == SEEK_END ? input.file.size()
                                              : 0);
    return input.at;
}

int closeInput(thandle_t /*handle*/)
{
    return 0;
}

toff_t sizeOfInput(thandle_t handle)
{
    return inputOf(handle).file.size();
}

void keepFirst(std::string& message, const char* format, va_list arguments)
{
    if (message.empty()) {
        std::array<char, 256> text{};
        std::vsnprintf(text.data(), text.size(), format, arguments);
        message = text.data();
    }
}

struct CloseTiff {
    void operator()(TIFF* tiff) const { TIFFClose(tiff); }
};
struct FreeOptions {
    void operator()(TIFFOpenOptions* options) const { TIFFOpenOptionsFree(options); }
};

/// The directory entries of a picture that decide how its samples are read.
struct Layout {
    std::uint16_t photometric = 0;
    std::uint16_t compression = COMPRESSION_NONE;
    std::uint16_t bits = 1;
    std::uint16_t samples = 1;          ///< of each pixel in the file
    std::uint16_t colours = 1;          ///< of these, before all others
    std::optional<std::uint16_t> alpha; ///< the number of that sample
    bool isPremultiplied = false;       ///< the colours by alpha
    bool isPlanar = false;              ///< one plane for each sample
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::uint32_t blockWidth = 0; ///< of a tile, or of a strip
    std::uint32_t blockHeight = 0;
};

class Tiff {
public:
    explicit Tiff(Bytes file)
    {
        input_.file = file;
        const std::unique_ptr<TIFFOpenOptions, FreeOptions> options(TIFFOpenOptionsAlloc());
        TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), kMaxAllocation);
        TIFFOpenOptionsSetErrorHandlerExtR(
            options.get(),
            [](TIFF*, void* input, const char*, const char* format, va_list arguments) {
                keepFirst(inputOf(input).error, format, arguments);
                return 1; // and nothing is printed
            },
            &input_);
        TIFFOpenOptionsSetWarningHandlerExtR(
            options.get(),
            [](TIFF*, void* input, const char*, const char* format, va_list arguments) {
                keepFirst(inputOf(input).warning, format, arguments);
                return 1;
            },
            &input_);
        // "m": not mapped into memory, so that every access to the file is seen.
        tiff_.reset(TIFFClientOpenExt("the file", "rm", &input_, readInput, writeNothing, seekInput,
                                      closeInput, sizeOfInput, nullptr, nullptr, options.get()));
        throwIfDamaged();
        if (!tiff_) {
            throw IoError("it is a corrupt TIFF");
        }
    }

    TIFF* get() const { return tiff_.get(); }

    void throwIfDamaged() const
    {
        if (input_.endedEarly) {
            throw IoError("it is a TIFF that is cut off");
        }
        if (!input_.error.empty()) {
            throw IoError("it is a corrupt TIFF (" + input_.error + ")");
        }
    }

    /// Among the pixels, libtiff warns of damage that it papers over.
    void expectNoWarnings() { input_.warning.clear(); }
    void throwIfWarned() const
    {
        throwIfDamaged();
        if (!input_.warning.empty()) {
            throw IoError("it is a corrupt TIFF (" + input_.warning + ")");
        }
    }

    template <typename Value> Value field(std::uint32_t tag) const
    {
        Value value{};
        TIFFGetFieldDefaulted(get(), tag, &value);
        return value;
    }

private:
    Input input_;
    std::unique_ptr<TIFF, CloseTiff> tiff_;
};

/// Whether the current directory is a smaller version of a picture or a mask, not a page.
bool isSecondary(const Tiff& tiff)
{
    return (tiff.field<std::uint32_t>(TIFFTAG_SUBFILETYPE) &
            (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK)) != 0;
}

void requireSinglePage(Tiff& tiff)
{
    if (isSecondary(tiff)) {
        throw IoError("its first picture is a preview, as in a camera's raw file; save it as a "
                      "TIFF with one picture");
    }
    while (TIFFReadDirectory(tiff.get()) != 0) {
        if (!isSecondary(tiff)) {
            throw IoError("it is a TIFF of several pages; a reference must be a single picture");
        }
    }
    tiff.throwIfDamaged();
    TIFFSetDirectory(tiff.get(), 0);
    tiff.throwIfDamaged();
}

/// How many samples of a pixel are colours. @throws IoError for colours that are not read
std::uint16_t coloursOf(std::uint16_t photometric)
{
    switch (photometric) {
    case PHOTOMETRIC_MINISWHITE:
    case PHOTOMETRIC_MINISBLACK:
    case PHOTOMETRIC_PALETTE:
        return 1;
    case PHOTOMETRIC_RGB:
        return 3;
    case PHOTOMETRIC_SEPARATED:
        return 4;
    case PHOTOMETRIC_YCBCR:
        throwUnsupported("of YCbCr samples that are not compressed as JPEG");
    case PHOTOMETRIC_CIELAB:
    case PHOTOMETRIC_ICCLAB:
    case PHOTOMETRIC_ITULAB:
        throwUnsupported("of Lab colours");
    case PHOTOMETRIC_LOGL:
    case PHOTOMETRIC_LOGLUV:
        throwUnsupported("of high dynamic range (LogLuv)");
    case PHOTOMETRIC_CFA:
        throwUnsupported("of a camera's raw samples");
    default:
        throwUnsupported("of an unknown kind of colours (" + std::to_string(photometric) + ")");
    }
}

void readAlpha(const Tiff& tiff, Layout& layout)
{
    std::uint16_t count = 0;
    const std::uint16_t* meanings = nullptr;
    TIFFGetFieldDefaulted(tiff.get(), TIFFTAG_EXTRASAMPLES, &count, &meanings);
    for (std::uint16_t i = 0; i < count && !layout.alpha; ++i) {
        if (meanings[i] != EXTRASAMPLE_UNSPECIFIED) {
            layout.alpha = static_cast<std::uint16_t>(layout.colours + i);
            layout.isPremultiplied = meanings[i] == EXTRASAMPLE_ASSOCALPHA;
        }
    }
    if (layout.alpha >= layout.samples) {
        throw IoError("it is a corrupt TIFF (its transparency is missing)");
    }
}

Layout readLayout(Tiff& tiff)
{
    Layout layout;
    layout.width = tiff.field<std::uint32_t>(TIFFTAG_IMAGEWIDTH);
    layout.height = tiff.field<std::uint32_t>(TIFFTAG_IMAGELENGTH);
    requireUsableSize(layout.width, layout.height);
    layout.compression = tiff.field<std::uint16_t>(TIFFTAG_COMPRESSION);
    if (layout.compression == COMPRESSION_OJPEG || TIFFIsCODECConfigured(layout.compression) == 0) {
        throwUnsupported("with a compression that cannot be read (number " +
                         std::to_string(layout.compression) + ")");
    }
    if (TIFFGetField(tiff.get(), TIFFTAG_PHOTOMETRIC, &layout.photometric) == 0) {
        throw IoError("it is a corrupt TIFF (it does not say what its samples mean)");
    }
    layout.isPlanar = tiff.field<std::uint16_t>(TIFFTAG_PLANARCONFIG) == PLANARCONFIG_SEPARATE;
    if (layout.photometric == PHOTOMETRIC_YCBCR && layout.compression == COMPRESSION_JPEG &&
        !layout.isPlanar) {
        TIFFSetField(tiff.get(), TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
        layout.photometric = PHOTOMETRIC_RGB;
    }
    layout.colours = coloursOf(layout.photometric);
    layout.bits = tiff.field<std::uint16_t>(TIFFTAG_BITSPERSAMPLE);
    const auto format = tiff.field<std::uint16_t>(TIFFTAG_SAMPLEFORMAT);
    if (format == SAMPLEFORMAT_IEEEFP) {
        throwUnsupported("of floating-point samples");
    }
    if (format != SAMPLEFORMAT_UINT && format != SAMPLEFORMAT_VOID) {
        throwUnsupported("of signed or complex samples");
    }
    constexpr std::array<int, 5> kBits = {1, 2, 4, 8, 16};
    if (std::ranges::find(kBits, layout.bits) == kBits.end() ||
        (layout.photometric == PHOTOMETRIC_PALETTE && layout.bits > 8)) {
        throwUnsupported("of " + std::to_string(layout.bits) + " bits a sample");
    }
    layout.samples = tiff.field<std::uint16_t>(TIFFTAG_SAMPLESPERPIXEL);
    if (layout.samples < layout.colours) {
        throw IoError("it is a corrupt TIFF (" + std::to_string(layout.samples) +
                      " samples for each pixel, " + std::to_string(layout.colours) + " needed)");
    }
    readAlpha(tiff, layout);
    if (layout.photometric == PHOTOMETRIC_SEPARATED &&
        (layout.samples != layout.colours ||
         tiff.field<std::uint16_t>(TIFFTAG_INKSET) != INKSET_CMYK)) {
        throwUnsupported("of inks other than CMYK");
    }
    if (TIFFIsTiled(tiff.get()) != 0) {
        layout.blockWidth = tiff.field<std::uint32_t>(TIFFTAG_TILEWIDTH);
        layout.blockHeight = tiff.field<std::uint32_t>(TIFFTAG_TILELENGTH);
    } else {
        layout.blockWidth = layout.width;
        layout.blockHeight =
            std::min(layout.height, tiff.field<std::uint32_t>(TIFFTAG_ROWSPERSTRIP));
    }
    return layout;
}

/// Where the samples of one block are, and where they go.
struct Block {
    std::uint32_t left;
    std::uint32_t top;
    std::uint16_t plane; ///< 0 if the samples are interleaved
};

/// The samples of all pixels that are colours or alpha, interleaved, at their stored depth; fewer
/// than 8 bits in one byte.
template <typename Sample> class PixelReader {
public:
    PixelReader(Tiff& tiff, const Layout& layout)
        : tiff_(tiff), layout_(layout), channels_(layout.colours + (layout.alpha ? 1U : 0U)),
          blockSamples_(layout.isPlanar ? 1U : layout.samples),
          rowBytes_((std::size_t{layout.blockWidth} * blockSamples_ * layout.bits + 7) / 8),
          pixels_(std::size_t{layout.width} * layout.height * channels_)
    {
    }

    std::vector<Sample> read()
    {
        const bool isTiled = TIFFIsTiled(tiff_.get()) != 0;
        constexpr std::size_t kUsualTile = std::size_t{16} << 20U;
        const std::size_t most = std::max(kUsualTile, 4 * sizeof(Sample) * pixels_.size());
        if (layout_.blockHeight == 0 || rowBytes_ == 0 || rowBytes_ > most / layout_.blockHeight) {
            throw IoError("it is a corrupt TIFF (impossible tiles or strips)");
        }
        std::vector<std::uint8_t> buffer(rowBytes_ * layout_.blockHeight);
        const std::uint16_t planes = layout_.isPlanar ? layout_.samples : 1;
        for (std::uint16_t plane = 0; plane < planes; ++plane) {
            for (std::uint32_t top = 0; top < layout_.height; top += layout_.blockHeight) {
                const auto rows = std::min(layout_.blockHeight, layout_.height - top);
                for (std::uint32_t left = 0; left < layout_.width; left += layout_.blockWidth) {
                    const auto size =
                        static_cast<tmsize_t>(rowBytes_ * (isTiled ? layout_.blockHeight : rows));
                    const tmsize_t got =
                        isTiled
                            ? TIFFReadEncodedTile(tiff_.get(),
                                                  TIFFComputeTile(tiff_.get(), left, top, 0, plane),
                                                  buffer.data(), size)
                            : TIFFReadEncodedStrip(tiff_.get(),
                                                   TIFFComputeStrip(tiff_.get(), top, plane),
                                                   buffer.data(), size);
                    tiff_.throwIfWarned();
                    if (got != size) {
                        throw IoError("it is a corrupt TIFF (pixels are missing)");
                    }
                    for (std::uint32_t row = 0; row < rows; ++row) {
                        unpack(buffer.data() + row * rowBytes_, {left, top + row, plane});
                    }
                }
            }
        }
        return std::move(pixels_);
    }

private:
    Sample sampleAt(const std::uint8_t* row, std::size_t index) const
    {
        if constexpr (sizeof(Sample) == 2) {
            Sample sample = 0; // libtiff has put the bytes into this machine's order
            std::memcpy(&sample, row + 2 * index, 2);
            return sample;
        } else {
            const std::size_t bit = index * layout_.bits;
            const std::size_t unused = 8 - layout_.bits - bit % 8;
            return static_cast<Sample>(row[bit / 8] >> unused & ((1U << layout_.bits) - 1));
        }
    }

    /// One row of a block.
    void unpack(const std::uint8_t* row, const Block& at)
    {
        const std::size_t count = std::min(layout_.blockWidth, layout_.width - at.left);
        Sample* out = &pixels_[(std::size_t{at.top} * layout_.width + at.left) * channels_];
        for (std::size_t i = 0; i < count; ++i, out += channels_) {
            for (std::size_t s = 0; s < blockSamples_; ++s) {
                const std::size_t sample = at.plane + s;
                const std::size_t channel = sample == layout_.alpha ? layout_.colours : sample;
                if (sample < layout_.colours || sample == layout_.alpha) {
                    out[channel] = sampleAt(row, i * blockSamples_ + s);
                }
            }
        }
    }

    Tiff& tiff_;
    const Layout& layout_;
    std::size_t channels_;
    std::size_t blockSamples_; ///< of each pixel in one block
    std::size_t rowBytes_;     ///< of one row of a block
    std::vector<Sample> pixels_;
};

/// Gives a DecodedImage the samples of a vector.
template <typename Sample> auto owned(std::vector<Sample> samples)
{
    const auto owner = std::make_shared<std::vector<Sample>>(std::move(samples));
    // NOLINTNEXTLINE(modernize-avoid-c-arrays)
    return std::shared_ptr<const Sample[]>(owner, owner->data());
}

/// The colours of a palette's numbers.
void applyPalette(const Tiff& tiff, const Layout& layout, const std::vector<std::uint8_t>& pixels,
                  DecodedImage& image)
{
    std::array<const std::uint16_t*, 3> map{};
    if (TIFFGetField(tiff.get(), TIFFTAG_COLORMAP, &map[0], &map[1], &map[2]) == 0) {
        throw IoError("it is a corrupt TIFF (its palette is missing)");
    }
    const std::size_t count = std::size_t{1} << layout.bits;
    // Many programs write 8 bits where the specification asks for 16.
    const bool isEightBit = std::ranges::all_of(map, [&](const std::uint16_t* values) {
        return std::all_of(values, values + count, [](std::uint16_t value) { return value < 256; });
    });
    const std::size_t stride = layout.alpha ? 2 : 1;
    const auto most = static_cast<std::uint32_t>(count - 1);
    std::vector<std::uint16_t> colours;
    colours.reserve(pixels.size() / stride * (layout.alpha ? 4 : 3));
    for (std::size_t i = 0; i < pixels.size(); i += stride) {
        for (const auto* values : map) {
            colours.push_back(
                static_cast<std::uint16_t>(values[pixels[i]] * (isEightBit ? 257U : 1U)));
        }
        if (layout.alpha) {
            colours.push_back(static_cast<std::uint16_t>(pixels[i + 1] * 65535U / most));
        }
    }
    image.channels = layout.alpha ? 4 : 3;
    image.maxValue = std::numeric_limits<std::uint16_t>::max();
    image.words = owned(std::move(colours));
}

/// Divides the colours by alpha, with 16 bits, so that composing them rounds nothing.
template <typename Sample>
std::vector<std::uint16_t> unpremultiplied(const std::vector<Sample>& pixels, std::size_t channels,
                                           std::uint32_t most)
{
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint16_t>::max();
    std::vector<std::uint16_t> divided(pixels.size());
    for (std::size_t i = 0; i < pixels.size(); ++i) {
        const std::uint64_t alpha = pixels[i / channels * channels + channels - 1];
        const bool isAlpha = i % channels == channels - 1;
        const std::uint64_t whole = isAlpha ? most : std::max<std::uint64_t>(alpha, 1);
        divided[i] =
            static_cast<std::uint16_t>(std::min(kMost, (pixels[i] * kMost + whole / 2) / whole));
    }
    return divided;
}

template <typename Sample> void readPixels(Tiff& tiff, const Layout& layout, DecodedImage& image)
{
    auto pixels = PixelReader<Sample>(tiff, layout).read();
    if constexpr (sizeof(Sample) == 1) {
        if (layout.photometric == PHOTOMETRIC_PALETTE) {
            applyPalette(tiff, layout, pixels, image);
            return;
        }
    }
    image.channels = layout.colours + (layout.alpha ? 1 : 0);
    image.maxValue = static_cast<int>((1U << layout.bits) - 1);
    const auto channels = static_cast<std::size_t>(image.channels);
    if (layout.photometric == PHOTOMETRIC_MINISWHITE) {
        for (std::size_t i = 0; i < pixels.size(); i += channels) {
            pixels[i] = static_cast<Sample>(image.maxValue - pixels[i]);
        }
    }
    if (layout.bits < 8) { // divides 255
        const auto scale = std::numeric_limits<std::uint8_t>::max() / image.maxValue;
        std::ranges::transform(pixels, pixels.begin(),
                               [&](Sample sample) { return static_cast<Sample>(sample * scale); });
        image.maxValue = std::numeric_limits<std::uint8_t>::max();
    }
    if (layout.isPremultiplied) {
        image.words =
            owned(unpremultiplied(pixels, channels, static_cast<std::uint32_t>(image.maxValue)));
        image.maxValue = std::numeric_limits<std::uint16_t>::max();
    } else if constexpr (sizeof(Sample) == 1) {
        image.bytes = owned(std::move(pixels));
    } else {
        image.words = owned(std::move(pixels));
    }
}

} // namespace

StoredImage decodeTiff(std::span<const std::uint8_t> file)
{
    Tiff tiff(file);
    requireSinglePage(tiff);
    const Layout layout = readLayout(tiff);
    StoredImage stored;
    std::uint32_t profileBytes = 0;
    const char* profile = nullptr;
    if (TIFFGetField(tiff.get(), TIFFTAG_ICCPROFILE, &profileBytes, &profile) != 0) {
        stored.profile.assign(profile, profileBytes);
    }
    stored.isCmyk = layout.photometric == PHOTOMETRIC_SEPARATED;
    if (stored.isCmyk && stored.profile.empty()) {
        throw IoError("it is a CMYK TIFF without a colour profile, which would say what its inks "
                      "look like; save it as RGB");
    }
    DecodedImage& image = stored.image;
    image.format = "TIFF";
    image.width = static_cast<int>(layout.width);
    image.height = static_cast<int>(layout.height);
    const auto orientation = tiff.field<std::uint16_t>(TIFFTAG_ORIENTATION);
    image.orientation = orientation >= 1 && orientation <= 8 ? orientation : 1;
    tiff.expectNoWarnings();
    if (layout.bits == 16) {
        readPixels<std::uint16_t>(tiff, layout, image);
    } else {
        readPixels<std::uint8_t>(tiff, layout, image);
    }
    return stored;
}

} // namespace mlab::stimuli
