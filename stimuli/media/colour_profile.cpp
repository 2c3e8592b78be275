// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/media/colour_profile.h"

#include "core/base/error.h"
#include "core/base/parallel.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <lcms2.h>
#include <limits>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace mlab::stimuli {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t kHeaderBytes = 128; // of an ICC profile, ICC.1:2010, 7.2
/// The IEC 61966-2-1 curve as ICC's parametric curve of type 4.
constexpr std::array<double, 5> kSrgbCurve = {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045};

struct ReleaseContext {
    void operator()(cmsContext context) const { cmsDeleteContext(context); }
};
struct ReleaseProfile {
    void operator()(cmsHPROFILE profile) const { cmsCloseProfile(profile); }
};
struct ReleaseTransform {
    void operator()(cmsHTRANSFORM transform) const { cmsDeleteTransform(transform); }
};
struct ReleaseCurve {
    void operator()(cmsToneCurve* curve) const { cmsFreeToneCurve(curve); }
};
using Profile = std::unique_ptr<void, ReleaseProfile>;
using Transform = std::unique_ptr<void, ReleaseTransform>;
using Curve = std::unique_ptr<cmsToneCurve, ReleaseCurve>;

/// Little CMS, with its messages kept instead of printed.
class Cms {
public:
    Cms() : context_(cmsCreateContext(nullptr, &message_))
    {
        if (!context_) {
            throw IoError("there is not enough memory for its colour profile");
        }
        cmsSetLogErrorHandlerTHR(
            context_.get(), [](cmsContext context, cmsUInt32Number /*code*/, const char* text) {
                *static_cast<std::string*>(cmsGetContextUserData(context)) = text;
            });
    }
    Cms(const Cms&) = delete;
    Cms& operator=(const Cms&) = delete;
    ~Cms() = default;

    cmsContext get() const { return context_.get(); }

    [[noreturn]] void throwDamaged() const
    {
        throw IoError("its colour profile is damaged (" +
                      (message_.empty() ? std::string("it cannot be read") : message_) +
                      "); open it in an image editor and save it as sRGB");
    }

    Curve srgbCurve() const
    {
        return Curve(cmsBuildParametricToneCurve(get(), 4, kSrgbCurve.data()));
    }

private:
    std::string message_;
    std::unique_ptr<std::remove_pointer_t<cmsContext>, ReleaseContext> context_;
};

/// The conversion to sRGB of samples with a profile.
class Conversion {
public:
    explicit Conversion(Bytes icc)
    {
        if (icc.size() < kHeaderBytes) {
            cms_.throwDamaged();
        }
        std::size_t size = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            size = size << 8U | icc[i];
        }
        if (size > icc.size()) {
            throw IoError("its colour profile is cut off; open it in an image editor and save it "
                          "as sRGB");
        }
        profile_.reset(cmsOpenProfileFromMemTHR(cms_.get(), icc.data(),
                                                static_cast<cmsUInt32Number>(icc.size())));
        if (!profile_) {
            cms_.throwDamaged();
        }
        space_ = cmsGetColorSpace(profile_.get());
        const auto kind = cmsGetDeviceClass(profile_.get());
        const bool describesDevice = kind == cmsSigInputClass || kind == cmsSigDisplayClass ||
                                     kind == cmsSigOutputClass || kind == cmsSigColorSpaceClass;
        if (!describesDevice || (!isGrey() && !isRgb() && !isCmyk())) {
            throw IoError("its colour profile is not one for grey, RGB or CMYK pictures; open it "
                          "in an image editor and save it as sRGB");
        }
    }

    bool isGrey() const { return space_ == cmsSigGrayData; }
    bool isRgb() const { return space_ == cmsSigRgbData; }
    bool isCmyk() const { return space_ == cmsSigCmykData; }

    /// A transform to 16-bit samples in sRGB, or grey ones with its curve.
    Transform transform(std::size_t sampleBytes, bool toGrey, bool hasAlpha) const
    {
        const auto curve = cms_.srgbCurve();
        const Profile srgb(toGrey ? cmsCreateGrayProfileTHR(cms_.get(), cmsD50_xyY(), curve.get())
                                  : cmsCreate_sRGBProfileTHR(cms_.get()));
        const auto format = [&](cmsColorSpaceSignature space, std::size_t bytes) {
            return COLORSPACE_SH(static_cast<unsigned>(_cmsLCMScolorSpace(space))) |
                   CHANNELS_SH(cmsChannelsOf(space)) | EXTRA_SH(hasAlpha ? 1U : 0U) |
                   BYTES_SH(static_cast<unsigned>(bytes));
        };
        // Little CMS is fast and exact to 0.4 of 255 for 8 bits and matrices. Its other shortcuts
        // interpolate in coarse tables, which are wrong by up to 19 where sRGB ends and by 1.3 near
        // black.
        const bool isFast =
            sampleBytes == 1 && isRgb() && !toGrey && cmsIsMatrixShaper(profile_.get()) != 0 &&
            cmsIsCLUT(profile_.get(), INTENT_RELATIVE_COLORIMETRIC, LCMS_USED_AS_INPUT) == 0;
        Transform transform(cmsCreateTransformTHR(
            cms_.get(), profile_.get(), format(space_, sampleBytes), srgb.get(),
            format(toGrey ? cmsSigGrayData : cmsSigRgbData, 2), INTENT_RELATIVE_COLORIMETRIC,
            cmsFLAGS_BLACKPOINTCOMPENSATION | cmsFLAGS_COPY_ALPHA |
                (isFast ? 0U : cmsFLAGS_NOOPTIMIZE)));
        if (!transform) {
            cms_.throwDamaged();
        }
        return transform;
    }

    /// Whether no colour moves by more than one of 255: profiles of sRGB by different makers differ
    /// by their rounding.
    bool isSrgb() const
    {
        if (isCmyk()) {
            return false;
        }
        constexpr int kStep = 17; // 0, 17, ..., 255
        constexpr int kOneOf255 = 257;
        std::vector<std::uint8_t> colours;
        for (int i = 0; i < (isRgb() ? 4096 : 256); ++i) {
            if (isRgb()) {
                for (const int level : {i / 256, i / 16 % 16, i % 16}) {
                    colours.push_back(static_cast<std::uint8_t>(level * kStep));
                }
            } else {
                colours.push_back(static_cast<std::uint8_t>(i));
            }
        }
        std::vector<std::uint16_t> converted(colours.size());
        cmsDoTransform(transform(1, isGrey(), false).get(), colours.data(), converted.data(),
                       static_cast<cmsUInt32Number>(colours.size() / (isRgb() ? 3 : 1)));
        return std::equal(colours.begin(), colours.end(), converted.begin(),
                          [](int before, int after) {
                              return std::abs(before * kOneOf255 - after) <= kOneOf255;
                          });
    }

private:
    Cms cms_;
    Profile profile_;
    cmsColorSpaceSignature space_{};
};

template <typename Sample>
void convert(DecodedImage& image, const Sample* samples, const Conversion& conversion, bool isCmyk)
{
    const auto width = static_cast<std::size_t>(image.width);
    const auto channels = static_cast<std::size_t>(image.channels);
    const bool isGrey = image.channels <= 2;
    const bool hasAlpha = !isCmyk && image.channels % 2 == 0;
    const auto transform = conversion.transform(sizeof(Sample), isGrey, hasAlpha);
    const std::size_t outChannels = isCmyk ? 3 : channels;
    const std::size_t outRow = width * outChannels;
    // NOLINTNEXTLINE(modernize-avoid-c-arrays)
    const std::shared_ptr<std::uint16_t[]> out(
        new std::uint16_t[outRow * static_cast<std::size_t>(image.height)]);
    std::uint16_t* const converted = out.get();
    const bool spreads = isGrey && conversion.isRgb(); // grey samples, equal red, green and blue
    inParallel(image.height, allCores(), [&](int y) {
        const auto at = static_cast<std::size_t>(y);
        const Sample* row = samples + at * width * channels;
        std::vector<Sample> spread;
        if (spreads) {
            for (std::size_t x = 0; x < width; ++x) {
                spread.insert(spread.end(), 3, row[x * channels]);
                if (hasAlpha) {
                    spread.push_back(row[x * channels + 1]);
                }
            }
            row = spread.data();
        }
        cmsDoTransform(transform.get(), row, converted + at * outRow,
                       static_cast<cmsUInt32Number>(width));
    });
    image.channels = static_cast<int>(outChannels);
    image.maxValue = std::numeric_limits<std::uint16_t>::max();
    image.words = out;
    image.bytes.reset();
}

Bytes bytesOf(const std::string& text)
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

} // namespace

DecodedImage inSrgb(StoredImage stored)
{
    DecodedImage& image = stored.image;
    if (stored.profile.empty()) {
        return image;
    }
    const Conversion conversion(bytesOf(stored.profile));
    const auto refuse = [](std::string_view samples, std::string_view profile) {
        throw IoError("it is " + std::string(samples) + " picture with a colour profile for " +
                      std::string(profile) + "; open it in an image editor and save it as sRGB");
    };
    if (stored.isCmyk && !conversion.isCmyk()) {
        refuse("a CMYK", conversion.isGrey() ? "grey" : "RGB");
    }
    if (!stored.isCmyk && conversion.isCmyk()) {
        refuse(image.channels <= 2 ? "a grey" : "an RGB", "CMYK");
    }
    if (image.channels > 2 && conversion.isGrey()) {
        refuse("an RGB", "grey");
    }
    if (conversion.isSrgb()) {
        return image;
    }
    if (image.words) {
        convert(image, image.words.get(), conversion, stored.isCmyk);
    } else {
        convert(image, image.bytes.get(), conversion, stored.isCmyk);
    }
    return image;
}

bool changesColours(std::span<const std::uint8_t> profile)
{
    return !Conversion(profile).isSrgb();
}

std::string profileOf(const std::array<double, 8>& chromaticities, double gamma)
{
    const auto& c = chromaticities;
    const Cms cms;
    const Curve curve = gamma == 0 ? cms.srgbCurve() : Curve(cmsBuildGamma(cms.get(), gamma));
    const std::array<cmsToneCurve*, 3> curves = {curve.get(), curve.get(), curve.get()};
    const cmsCIExyY white = {.x = c[0], .y = c[1], .Y = 1};
    const cmsCIExyYTRIPLE primaries = {.Red = {.x = c[2], .y = c[3], .Y = 1},
                                       .Green = {.x = c[4], .y = c[5], .Y = 1},
                                       .Blue = {.x = c[6], .y = c[7], .Y = 1}};
    const Profile profile(cmsCreateRGBProfileTHR(cms.get(), &white, &primaries, curves.data()));
    cmsUInt32Number size = 0;
    if (!profile || cmsSaveProfileToMem(profile.get(), nullptr, &size) == 0) {
        cms.throwDamaged();
    }
    std::string bytes(size, '\0');
    if (cmsSaveProfileToMem(profile.get(), bytes.data(), &size) == 0) {
        cms.throwDamaged();
    }
    return bytes;
}

} // namespace mlab::stimuli
