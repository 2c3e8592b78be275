// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/sources/builtin_images.h"

#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "stimuli/sources/builtin_noise.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace mlab::stimuli {
namespace {

/// An encoded colour; 0 to 1 is what a display shows.
struct Colour {
    float r = 0;
    float g = 0;
    float b = 0;
};

Colour operator+(Colour a, Colour b)
{
    return {a.r + b.r, a.g + b.g, a.b + b.b};
}

Colour operator*(Colour a, float k)
{
    return {a.r * k, a.g * k, a.b * k};
}

Colour mix(Colour a, Colour b, float t)
{
    return a * (1 - t) + b * t;
}

/// Rec. 709 weights on the encoded values.
float luma(Colour c)
{
    return 0.2126F * c.r + 0.7152F * c.g + 0.0722F * c.b;
}

struct Point {
    float x = 0;
    float y = 0;
};

Point operator-(Point a, Point b)
{
    return {a.x - b.x, a.y - b.y};
}

float dot(Point a, Point b)
{
    return a.x * b.x + a.y * b.y;
}

/// The coordinates of p along a unit vector and across it.
Point along(Point p, Point axis)
{
    return {dot(p, axis), axis.x * p.y - axis.y * p.x};
}

struct Canvas {
    int size = 0;
    std::vector<Colour> pixels;

    explicit Canvas(int sizePx)
        : size(sizePx), pixels(static_cast<std::size_t>(sizePx) * static_cast<std::size_t>(sizePx))
    {
    }

    std::size_t index(int x, int y) const
    {
        return static_cast<std::size_t>(y) * static_cast<std::size_t>(size) +
               static_cast<std::size_t>(x);
    }

    /// Sets every pixel to shade(p), p in [0, 1) x [0, 1) from the top left.
    template <typename Shade> void fill(const Shade& shade)
    {
        const float unit = 1.0F / static_cast<float>(size);
        auto pixel = pixels.begin();
        for (int y = 0; y < size; ++y) {
            for (int x = 0; x < size; ++x) {
                *pixel++ = shade(Point{(static_cast<float>(x) + 0.5F) * unit,
                                       (static_cast<float>(y) + 0.5F) * unit});
            }
        }
    }
};

/// Uniform choices of one image, in the order in which they are requested. Never use two in one
/// expression whose order of evaluation the language leaves open.
class Dice {
public:
    Dice(std::uint64_t seed, int index)
        : random_(seed, "builtin-image", static_cast<std::uint64_t>(index))
    {
    }

    RandomStream& stream() { return random_; }
    float between(float low, float high)
    {
        return low + (high - low) * static_cast<float>(random_.uniform());
    }
    int below(int n) { return static_cast<int>(random_.below(static_cast<std::uint64_t>(n))); }
    bool chance(float p) { return between(0, 1) < p; }
    Point point() { return {between(0, 1), between(0, 1)}; }
    Point unitVector() { return turned(between(0, 1)); }
    static Point turned(float turns)
    {
        const Point p{wave(turns + 0.25F), wave(turns)};
        const float length = std::sqrt(dot(p, p));
        return {p.x / length, p.y / length};
    }
    GradientNoise noise() { return GradientNoise(random_); }
    /// The octave gain of power spectra from f^-1.6 to f^-2.4.
    float octaveGain() { return between(0.8706F, 1.1487F); }

private:
    RandomStream random_;
};

/// Colours that are seen together out of doors.
using Theme = std::array<Colour, 6>;
constexpr std::array<Theme, 8> kThemes = {{
    // forest
    {{{.25F, .34F, .16F},
      {.38F, .47F, .22F},
      {.52F, .57F, .30F},
      {.33F, .28F, .22F},
      {.47F, .39F, .28F},
      {.66F, .68F, .45F}}},
    // autumn
    {{{.66F, .38F, .17F},
      {.56F, .25F, .15F},
      {.78F, .58F, .25F},
      {.37F, .28F, .20F},
      {.47F, .44F, .24F},
      {.62F, .55F, .44F}}},
    // coast
    {{{.74F, .67F, .54F},
      {.60F, .54F, .44F},
      {.32F, .46F, .52F},
      {.48F, .61F, .68F},
      {.42F, .41F, .39F},
      {.82F, .80F, .74F}}},
    // rock
    {{{.48F, .47F, .45F},
      {.62F, .59F, .55F},
      {.36F, .36F, .38F},
      {.55F, .47F, .39F},
      {.43F, .45F, .33F},
      {.72F, .71F, .68F}}},
    // meadow in flower
    {{{.33F, .45F, .18F},
      {.50F, .58F, .25F},
      {.76F, .42F, .50F},
      {.84F, .74F, .34F},
      {.54F, .43F, .62F},
      {.80F, .78F, .74F}}},
    // dusk
    {{{.30F, .32F, .46F},
      {.52F, .44F, .55F},
      {.80F, .56F, .46F},
      {.22F, .24F, .32F},
      {.66F, .62F, .66F},
      {.44F, .36F, .36F}}},
    // desert
    {{{.74F, .55F, .38F},
      {.62F, .42F, .28F},
      {.84F, .72F, .55F},
      {.50F, .36F, .28F},
      {.52F, .62F, .70F},
      {.58F, .56F, .40F}}},
    // winter
    {{{.74F, .77F, .80F},
      {.56F, .62F, .68F},
      {.36F, .42F, .48F},
      {.42F, .37F, .33F},
      {.62F, .58F, .53F},
      {.30F, .37F, .33F}}},
}};

class Palette {
public:
    explicit Palette(Dice& dice)
        : theme_(&kThemes[static_cast<std::size_t>(dice.below(static_cast<int>(kThemes.size())))])
    {
    }

    /// Between two of the theme's colours, lighter or darker.
    Colour colour(Dice& dice) const
    {
        const auto one = static_cast<std::size_t>(dice.below(static_cast<int>(theme_->size())));
        const auto two = static_cast<std::size_t>(dice.below(static_cast<int>(theme_->size())));
        const float share = dice.between(0, 0.6F);
        return mix((*theme_)[one], (*theme_)[two], share) * dice.between(0.7F, 1.25F);
    }

    /// A list of such colours, to be picked from by a point's hash.
    std::vector<Colour> list(Dice& dice, int count) const
    {
        std::vector<Colour> colours;
        colours.reserve(static_cast<std::size_t>(count));
        for (int i = 0; i < count; ++i) {
            colours.push_back(colour(dice));
        }
        return colours;
    }

private:
    const Theme* theme_;
};

Colour pick(const std::vector<Colour>& colours, std::uint32_t hash)
{
    // The high bits choose, the low ones vary the lightness.
    const float lightness = 0.85F + 0.3F * static_cast<float>(hash & 0xffU) / 255.0F;
    return colours[(hash >> 16U) % colours.size()] * lightness;
}

// ------------------------------------------------------------------------------------------------

/// What paints a leaf, a ball or a ridge: noise stretched along an axis.
struct Texture {
    Point axis;
    float across;
    float lengthwise;
    float strength;

    static Texture random(Dice& dice, float strongest)
    {
        const float frequency = dice.between(8, 60);
        const float stretch = dice.chance(0.5F) ? 1.0F : dice.between(2, 6);
        return {dice.unitVector(), frequency, frequency / stretch, dice.between(0, strongest)};
    }

    /// Factor on the colour at p.
    float operator()(const GradientNoise& noise, Point p) const
    {
        const Point q = along(p, axis);
        return 1 + strength * noise(q.x * lengthwise, q.y * across);
    }
};

/// A disc or box, stretched and turned; in units of the image's side.
struct Leaf {
    Point centre;
    Point axis;
    float longRadius;
    float shortRadius;
    bool box;

    /// 1 on the outline, less inside, growing linearly outwards.
    float distance(Point p) const
    {
        const Point q = along(p - centre, axis);
        const float u = q.x / longRadius;
        const float v = q.y / shortRadius;
        const float squares = u * u + v * v;
        return box ? std::sqrt(std::sqrt(squares * squares - 2 * u * u * v * v))
                   : std::sqrt(squares);
    }
};

void deadLeaves(Dice& dice, Canvas& canvas)
{
    const Palette palette(dice);
    const GradientNoise noise = dice.noise();
    const float pixel = 1.0F / static_cast<float>(canvas.size);
    const float smallest = std::max(1.5F * pixel, dice.between(0.010F, 0.035F));
    const float largest = dice.between(0.15F, 0.45F);
    const float boxes = dice.chance(0.4F) ? dice.between(0.2F, 1) : 0;
    const float slimmest = dice.between(0.3F, 0.9F);
    const float textured = dice.between(0.1F, 0.45F);
    const Point shadowOffset = Dice::turned(dice.between(0, 1));
    const float shadow = dice.between(0, 0.5F);

    // From the front to the back, so that what is hidden costs nothing: each pixel keeps the share
    // that is still uncovered and the light that the leaves in front let through.
    std::vector<float> open(canvas.pixels.size(), 1);
    std::vector<float> light(canvas.pixels.size(), 1);
    const double enough = 0.002 * static_cast<double>(open.size());
    auto uncovered = static_cast<double>(open.size());
    constexpr int kMostLeaves = 40000;
    for (int n = 0; n < kMostLeaves && uncovered > enough; ++n) {
        // Radii distributed as r^-3 between the two limits.
        const float ratio = smallest / largest;
        const float radius = smallest / std::sqrt(1 - dice.between(0, 1) * (1 - ratio * ratio));
        Leaf leaf{};
        leaf.centre = {dice.between(-0.1F, 1.1F), dice.between(-0.1F, 1.1F)};
        leaf.axis = dice.unitVector();
        leaf.longRadius = radius;
        leaf.shortRadius = radius * dice.between(slimmest, 1);
        leaf.box = dice.chance(boxes);
        const Colour colour = palette.colour(dice);
        const Texture texture = Texture::random(dice, textured);
        const Point slope = dice.unitVector();
        const float relief = dice.between(0, 0.3F) / radius;

        const float sharpness = leaf.shortRadius / pixel;
        const bool casts = radius > 6 * pixel;
        const float reach = leaf.longRadius * (leaf.box ? 1.2F : 1) * (casts ? 1.35F : 1) + pixel;
        const auto clampToCanvas = [&](float at) {
            return std::clamp(floorInt(at / pixel), 0, canvas.size);
        };
        const int left = clampToCanvas(leaf.centre.x - reach);
        const int right = clampToCanvas(leaf.centre.x + reach + pixel);
        const int bottom = clampToCanvas(leaf.centre.y + reach + pixel);
        for (int y = clampToCanvas(leaf.centre.y - reach); y < bottom; ++y) {
            for (int x = left; x < right; ++x) {
                const std::size_t i = canvas.index(x, y);
                if (open[i] < 0.01F) {
                    continue;
                }
                const Point p{(static_cast<float>(x) + 0.5F) * pixel,
                              (static_cast<float>(y) + 0.5F) * pixel};
                const float cover =
                    std::clamp((1 - leaf.distance(p)) * sharpness + 0.5F, 0.0F, 1.0F);
                if (cover > 0) {
                    const float shade =
                        texture(noise, p) * (1 + relief * dot(p - leaf.centre, slope));
                    const float share = open[i] * cover;
                    canvas.pixels[i] = canvas.pixels[i] + colour * (share * light[i] * shade);
                    uncovered -= share;
                    open[i] -= share;
                }
                if (casts) {
                    const Point q{p.x - 0.15F * radius * shadowOffset.x,
                                  p.y - 0.15F * radius * shadowOffset.y};
                    light[i] *= 1 - shadow * smoothStep(1.2F, 0.9F, leaf.distance(q));
                }
            }
        }
    }
    const Colour ground = palette.colour(dice) * 0.6F;
    for (std::size_t i = 0; i < open.size(); ++i) {
        canvas.pixels[i] = canvas.pixels[i] + ground * (open[i] * light[i]);
    }
}

// ------------------------------------------------------------------------------------------------

/// Independent noise in luma, blue-yellow and red-green, the last two weaker, as in photographs
/// (Ruderman, Cronin & Chiao 1998).
void pinkNoise(Dice& dice, Canvas& canvas)
{
    const Colour base = Palette(dice).colour(dice);
    const float gain = dice.octaveGain();
    const Field lightness = pinkField(dice.stream(), canvas.size, canvas.size, gain);
    const Field blueYellow = pinkField(dice.stream(), canvas.size, canvas.size, gain);
    const Field redGreen = pinkField(dice.stream(), canvas.size, canvas.size, gain);
    const float contrast = 0.16F;
    const float by = contrast * dice.between(0.15F, 0.5F);
    const float rg = contrast * dice.between(0.08F, 0.3F);
    for (std::size_t i = 0; i < canvas.pixels.size(); ++i) {
        const float l = contrast * lightness.values[i];
        const float b = by * blueYellow.values[i];
        const float r = rg * redGreen.values[i];
        // Both opponent axes leave the luma as it is.
        canvas.pixels[i] = base + Colour{l + 0.25F * b + r, l + 0.03F * b - 0.3F * r, l - b};
    }
}

// ------------------------------------------------------------------------------------------------

void wood(Dice& dice, Canvas& canvas)
{
    const Palette palette(dice);
    const Colour early = palette.colour(dice);
    const Colour late = mix(palette.colour(dice), early, 0.4F) * 0.7F;
    const GradientNoise bend = dice.noise();
    const GradientNoise fibre = dice.noise();
    const Point axis = dice.unitVector();
    const float rings = dice.between(4, 16);
    const float bending = dice.between(0.3F, 1.4F);
    const float fine = dice.between(50, 90);
    const float fibres = dice.between(0.06F, 0.2F);
    canvas.fill([&](Point p) {
        const Point q = along(p, axis);
        const float phase = rings * q.y + bending * bend.fractal(0.9F * q.x, 2.2F * q.y, 3);
        const float t = phase - static_cast<float>(floorInt(phase));
        // A ring darkens slowly and ends at once.
        const float ring = t * t * smoothStep(1, 0.92F, t);
        const float grain = 1 + fibres * fibre.fractal(fine / 10 * q.x, fine * q.y, 2);
        return mix(early, late, ring) * grain;
    });
}

void grass(Dice& dice, Canvas& canvas)
{
    const Palette palette(dice);
    const std::array<Colour, 3> colours = {palette.colour(dice), palette.colour(dice),
                                           palette.colour(dice) * 0.5F};
    const GradientNoise sway = dice.noise();
    const GradientNoise blade = dice.noise();
    const GradientNoise patch = dice.noise();
    const Point axis = dice.unitVector();
    const float density = dice.between(14, 34);
    const float slimness = dice.between(5, 11);
    const float swaying = dice.between(0.04F, 0.16F);
    canvas.fill([&](Point p) {
        const Point warped{p.x + swaying * sway(2 * p.x, 2 * p.y),
                           p.y + swaying * sway(2 * p.x + 31, 2 * p.y + 7)};
        const Point q = along(warped, axis);
        float height = 0;
        for (int layer = 0; layer < 3; ++layer) {
            const float scale = density * (1 + 0.6F * static_cast<float>(layer));
            const auto shift = static_cast<float>(13 * layer);
            const float ridge =
                1 - 1.6F * std::abs(blade(scale / slimness * q.x + shift, scale * q.y - shift));
            height = std::max(height, ridge * (1 - 0.18F * static_cast<float>(layer)));
        }
        const float mottle = 0.5F + 0.5F * patch.fractal(3 * p.x, 3 * p.y, 3);
        return mix(colours[2], mix(colours[0], colours[1], mottle), height) *
               (0.6F + 0.5F * height);
    });
}

void ripples(Dice& dice, Canvas& canvas)
{
    const Palette palette(dice);
    const Colour lit = palette.colour(dice);
    const Colour shaded = mix(palette.colour(dice), lit, 0.5F) * 0.65F;
    const GradientNoise bend = dice.noise();
    const GradientNoise grit = dice.noise();
    const Point axis = dice.unitVector();
    const float frequency = dice.between(5, 18);
    const float bending = dice.between(0.3F, 1.2F);
    const float gritty = dice.between(0.02F, 0.14F);
    const float skew = dice.between(0, 0.12F);
    canvas.fill([&](Point p) {
        const Point q = along(p, axis);
        const float phase = frequency * q.y + bending * bend.fractal(2 * p.x, 2 * p.y, 2);
        const float slope = wave(phase + skew * wave(phase));
        const float fade = 0.6F + 0.4F * bend(3 * p.x + 40, 3 * p.y);
        return mix(shaded, lit, 0.5F + 0.45F * slope * fade) *
               (1 + gritty * grit.fractal(45 * p.x, 45 * p.y, 2));
    });
}

void cloth(Dice& dice, Canvas& canvas)
{
    const Palette palette(dice);
    const std::vector<Colour> warpColours = palette.list(dice, 4);
    const std::vector<Colour> weftColours = palette.list(dice, 4);
    const GradientNoise fold = dice.noise();
    const GradientNoise fluff = dice.noise();
    const Point axis = dice.unitVector();
    const float threads = dice.between(12, 30);
    const int stripe = 1 + dice.below(5);
    const float folds = dice.between(0, 0.3F);
    const auto salt = static_cast<std::uint32_t>(dice.stream()());
    canvas.fill([&](Point p) {
        const float crease = fold.fractal(1.5F * p.x, 1.5F * p.y, 2);
        const Point q = along({p.x + 0.03F * crease, p.y - 0.03F * crease}, axis);
        const float u = threads * q.x;
        const float v = threads * q.y;
        const int iu = floorInt(u);
        const int iv = floorInt(v);
        const bool warpOnTop = ((iu + iv) & 1) == 0;
        // Each thread is a cylinder that dives under its neighbours.
        const float across = warpOnTop ? u - static_cast<float>(iu) : v - static_cast<float>(iv);
        const float lengthwise =
            warpOnTop ? v - static_cast<float>(iv) : u - static_cast<float>(iu);
        const float round = 1 - 3 * (across - 0.5F) * (across - 0.5F);
        const float dive = 1 - 1.4F * (lengthwise - 0.5F) * (lengthwise - 0.5F);
        const int thread =
            floorInt(static_cast<float>(warpOnTop ? iu : iv) / static_cast<float>(stripe));
        const Colour colour = warpOnTop ? pick(warpColours, hashPoint(salt, thread, 0))
                                        : pick(weftColours, hashPoint(salt, thread, 1));
        return colour * (round * dive * (1 + folds * crease) *
                         (1 + 0.12F * fluff(6 * threads * q.x, 6 * threads * q.y)));
    });
}

void grain(Dice& dice, Canvas& canvas)
{
    constexpr std::array kKinds = {wood, grass, ripples, cloth};
    kKinds[static_cast<std::size_t>(dice.below(static_cast<int>(kKinds.size())))](dice, canvas);
}

// ------------------------------------------------------------------------------------------------

/// The two nearest of the cells' centres, one in each square of a jittered unit grid.
struct Cell {
    float nearest = std::numeric_limits<float>::max(); ///< squared distance
    float second = std::numeric_limits<float>::max();
    Point offset; ///< from the nearest centre
    std::uint32_t hash = 0;
};

Cell findCell(std::uint32_t salt, float jitter, Point p)
{
    Cell cell;
    const int ix = floorInt(p.x);
    const int iy = floorInt(p.y);
    for (int y = iy - 1; y <= iy + 1; ++y) {
        for (int x = ix - 1; x <= ix + 1; ++x) {
            const std::uint32_t hash = hashPoint(salt, x, y);
            const float hx = static_cast<float>(hash & 0xffffU) / 65536.0F - 0.5F;
            const float hy = static_cast<float>(hash >> 16U) / 65536.0F - 0.5F;
            const Point offset = p - Point{static_cast<float>(x) + 0.5F + jitter * hx,
                                           static_cast<float>(y) + 0.5F + jitter * hy};
            const float distance = dot(offset, offset);
            if (distance < cell.nearest) {
                cell.second = cell.nearest;
                cell.nearest = distance;
                cell.offset = offset;
                cell.hash = hash;
            } else {
                cell.second = std::min(cell.second, distance);
            }
        }
    }
    return cell;
}

void stones(Dice& dice, Canvas& canvas)
{
    const Palette palette(dice);
    const std::vector<Colour> colours = palette.list(dice, 5);
    const float gapLightness = dice.between(0.3F, 0.7F);
    const Colour gapColour = palette.colour(dice) * gapLightness;
    const GradientNoise wobble = dice.noise();
    const GradientNoise surface = dice.noise();
    const auto salt = static_cast<std::uint32_t>(dice.stream()());
    const Point light = dice.unitVector();
    const Point axis = dice.unitVector();
    const float cells = dice.between(4, 15);
    const float stretch = dice.between(1, 1.8F);
    const float jitter = dice.between(0.5F, 1);
    const float wobbling = dice.between(0.02F, 0.2F);
    const float gap = dice.between(0.04F, 0.16F);
    const float roundness = dice.between(0, 1);
    const float roughness = dice.between(0.05F, 0.35F);
    const float fine = dice.between(10, 40);
    const float uniformity = dice.between(0, 0.8F);
    canvas.fill([&](Point p) {
        const Point q = along(p, axis);
        const float bumps = wobble.fractal(cells * p.x, cells * p.y, 2);
        const Cell cell =
            findCell(salt, jitter,
                     {cells * q.x + wobbling * bumps, cells * stretch * q.y - wobbling * bumps});
        const float border = std::sqrt(cell.second) - std::sqrt(cell.nearest);
        const float inside = smoothStep(gap * 0.5F, gap * 1.5F, border);
        const Colour stone = mix(pick(colours, cell.hash * 0x9e3779b1U), colours[0], uniformity);
        const float dome = 1 + roundness * (0.15F - 0.6F * cell.nearest +
                                            0.7F * dot(along(cell.offset, axis), light));
        const float shade = dome * (0.75F + 0.25F * smoothStep(gap, gap + 0.3F, border)) *
                            (1 + roughness * surface.fractal(fine * p.x, fine * p.y, 3));
        return mix(gapColour * (1 + 0.3F * bumps), stone * shade, inside);
    });
}

// ------------------------------------------------------------------------------------------------

void landscape(Dice& dice, Canvas& canvas)
{
    const Palette palette(dice);
    const float tint = dice.between(0, 0.6F);
    const Colour zenith = mix({.36F, .50F, .70F}, palette.colour(dice), tint);
    const float hazeTint = dice.between(0, 0.5F);
    const Colour haze = mix({.80F, .78F, .74F}, palette.colour(dice), hazeTint);
    const Colour cloudColour = mix({.88F, .87F, .86F}, haze, dice.between(0, 0.5F));
    const Colour near = palette.colour(dice);
    const Colour groundOne = palette.colour(dice);
    const Colour groundTwo = palette.colour(dice) * 0.7F;
    const GradientNoise clouds = dice.noise();
    const GradientNoise outline = dice.noise();
    const GradientNoise cover = dice.noise();
    const float horizon = dice.between(0.35F, 0.7F);
    const float cloudiness = dice.between(-0.5F, 0.4F);
    const int ridges = 1 + dice.below(4);
    const float ruggedness = dice.between(0.04F, 0.16F);
    const float treeline = dice.between(0, 0.03F);
    const float furrows = dice.between(1.5F, 5);
    const float roughness = dice.between(0.2F, 0.6F);
    const float sunX = dice.between(0, 1);
    const auto edge = static_cast<float>(canvas.size);

    // A ridge's outline is a function of x alone.
    std::vector<float> tops;
    for (int r = 0; r < ridges; ++r) {
        const auto depth = static_cast<float>(r + 1) / static_cast<float>(ridges);
        for (int x = 0; x < canvas.size; ++x) {
            const float at = (static_cast<float>(x) + 0.5F) / edge;
            const auto shift = static_cast<float>(29 * r);
            tops.push_back(horizon - ruggedness * (1.3F - depth) * 1.6F -
                           ruggedness * outline.fractal(2.2F * at + shift, shift, 5) -
                           treeline * depth * outline(60 * at, shift + 9));
        }
    }
    canvas.fill([&](Point p) {
        if (p.y > horizon) {
            // Ground seen at a grazing angle: distance goes as one over the depth below the
            // horizon.
            const float distance = 0.25F / (p.y - horizon + 0.03F);
            const Point onGround{(p.x - 0.5F) * distance * 4, distance * 4};
            // Detail finer than the pixels of the distance is left out.
            const int octaves = std::clamp(5 - floorInt(distance), 1, 5);
            const float bumps = cover.fractal(furrows * onGround.x, onGround.y, octaves);
            const Colour ground = mix(groundOne, groundTwo, 0.5F + 0.5F * bumps) *
                                  (1 + roughness * 0.5F * cover(45 * p.x, 90 * p.y));
            return mix(ground, haze, std::clamp(distance / 14, 0.0F, 0.6F));
        }
        const float up = p.y / horizon;
        const float glow = 1 / (1 + 9 * ((p.x - sunX) * (p.x - sunX) + (1 - up) * (1 - up)));
        Colour colour = mix(mix(zenith, haze, up * up), {.95F, .88F, .76F}, 0.45F * glow);
        const float billows = clouds.fractal(2.5F * p.x, 6 * p.y, 5);
        colour = mix(colour, cloudColour * (0.85F + 0.15F * billows),
                     0.85F * smoothStep(-cloudiness, 0.8F - cloudiness, billows));
        for (int r = 0; r < ridges; ++r) {
            const auto depth = static_cast<float>(r + 1) / static_cast<float>(ridges);
            const float top = tops[static_cast<std::size_t>(r * canvas.size) +
                                   static_cast<std::size_t>(floorInt(p.x * edge))];
            const float covered = std::clamp((p.y - top) * edge + 0.5F, 0.0F, 1.0F);
            if (covered > 0) {
                const float texture =
                    1 + 0.5F * depth * cover.fractal(14 * p.x, 22 * p.y + static_cast<float>(r), 3);
                colour = mix(colour, mix(haze, near * (0.75F * texture), 0.25F + 0.65F * depth),
                             covered);
            }
        }
        return colour;
    });
}

// ------------------------------------------------------------------------------------------------

void bricks(Dice& dice, Canvas& canvas)
{
    const Palette palette(dice);
    const std::vector<Colour> colours = palette.list(dice, 3);
    const float mortarLightness = dice.between(0.6F, 1.2F);
    const Colour mortar = palette.colour(dice) * mortarLightness;
    const GradientNoise wobble = dice.noise();
    const GradientNoise surface = dice.noise();
    const GradientNoise stain = dice.noise();
    const auto salt = static_cast<std::uint32_t>(dice.stream()());
    const bool tiles = dice.chance(0.4F);
    const bool checks = tiles && dice.chance(0.6F);
    const float rows = tiles ? dice.between(3, 9) : dice.between(6, 16);
    const float aspect = tiles ? 1 : dice.between(1.8F, 3.2F);
    const float shift = tiles ? 0 : dice.between(0.3F, 0.5F);
    // Mostly upright, as things that people build are.
    const Point axis =
        Dice::turned(dice.chance(0.6F) ? dice.between(-0.02F, 0.02F) : dice.between(0, 1));
    const float joint = dice.between(0.04F, 0.12F);
    const float wear = dice.between(0, 0.08F);
    const float relief = dice.between(0.1F, 0.5F);
    const float roughness = dice.between(0.04F, 0.3F);
    const float uniformity = dice.between(0, 0.85F);
    const float stains = dice.between(0, 0.25F);
    canvas.fill([&](Point p) {
        const float wobbling = wobble.fractal(rows * p.x, rows * p.y, 2);
        const Point q = along(p, axis);
        const float v = rows * q.y + wear * wobbling;
        const int row = floorInt(v);
        const float u = rows / aspect * q.x + wear * wobbling + shift * static_cast<float>(row & 1);
        const int column = floorInt(u);
        const float fu = (u - static_cast<float>(column)) * aspect;
        const float fv = v - static_cast<float>(row);
        // Distances to the four sides, in heights of a brick.
        const float left = fu;
        const float right = aspect - fu;
        const float border = std::min({left, right, fv, 1 - fv});
        const float inside = smoothStep(joint * 0.5F, joint * 0.5F + 0.05F, border);
        // Lit from the upper left: two edges shine, two are in shadow.
        const float bevel = smoothStep(joint + 0.16F, joint, std::min(left, fv)) -
                            smoothStep(joint + 0.16F, joint, std::min(right, 1 - fv));
        Colour brick =
            checks ? colours[static_cast<std::size_t>((row + column) & 1)]
                   : mix(pick(colours, hashPoint(salt, column, row)), colours[0], uniformity);
        brick = brick * ((1 + relief * 0.5F * bevel) *
                         (1 + roughness * surface.fractal(28 * p.x, 28 * p.y, 3)));
        const Colour filling = mortar * (1 + 0.25F * surface(70 * p.x, 70 * p.y));
        return mix(filling, brick, inside) * (1 + stains * stain.fractal(2 * p.x, 2 * p.y, 3));
    });
}

// ------------------------------------------------------------------------------------------------

/// Rounds of the binomial filter [1 2 1] / 4 along rows and columns: what is out of focus.
void blur(Canvas& canvas, int rounds)
{
    const int last = canvas.size - 1;
    std::vector<Colour> line(static_cast<std::size_t>(canvas.size));
    const auto filterLine = [&](const auto& at) {
        for (int i = 0; i <= last; ++i) {
            line[static_cast<std::size_t>(i)] = canvas.pixels[at(std::max(i - 1, 0))] * 0.25F +
                                                canvas.pixels[at(i)] * 0.5F +
                                                canvas.pixels[at(std::min(i + 1, last))] * 0.25F;
        }
        for (int i = 0; i <= last; ++i) {
            canvas.pixels[at(i)] = line[static_cast<std::size_t>(i)];
        }
    };
    for (int round = 0; round < rounds; ++round) {
        for (int j = 0; j <= last; ++j) {
            filterLine([&](int i) { return canvas.index(i, j); });
            filterLine([&](int i) { return canvas.index(j, i); });
        }
    }
}

void balls(Dice& dice, Canvas& canvas)
{
    const Palette palette(dice);
    const float pixel = 1.0F / static_cast<float>(canvas.size);
    const GradientNoise noise = dice.noise();
    const GradientNoise backdrop = dice.noise();
    const Colour upper = palette.colour(dice);
    const Colour lower = palette.colour(dice);
    const Point light = Dice::turned(dice.between(0.55F, 0.95F)); // from above
    const float frontal = dice.between(0.4F, 0.9F);
    const float ambient = dice.between(0.25F, 0.5F);
    const float shine = dice.between(0, 0.35F);
    const float scale = dice.between(1, 5);
    canvas.fill([&](Point p) {
        return mix(upper, lower, p.y) * (1 + 0.35F * backdrop.fractal(scale * p.x, scale * p.y, 4));
    });
    blur(canvas, dice.below(3));

    const int count = 3 + dice.below(14);
    const float largest = dice.between(0.12F, 0.34F);
    for (int n = 0; n < count; ++n) {
        // Later ones are nearer, larger and sharper.
        const float nearness = static_cast<float>(n + 1) / static_cast<float>(count);
        const float radius = largest * (0.35F + 0.65F * nearness) * dice.between(0.6F, 1);
        const Point centre{dice.between(-0.05F, 1.05F), dice.between(-0.05F, 1.05F)};
        const Colour colour = palette.colour(dice);
        const Texture texture = Texture::random(dice, 0.35F);
        const float softness = std::max(pixel, 0.03F * (1 - nearness)) / radius;
        const float reach = 1.6F * radius;
        const auto clampToCanvas = [&](float at) {
            return std::clamp(floorInt(at / pixel), 0, canvas.size);
        };
        const int left = clampToCanvas(centre.x - reach);
        const int right = clampToCanvas(centre.x + reach + pixel);
        const int bottom = clampToCanvas(centre.y + reach + pixel);
        for (int y = clampToCanvas(centre.y - reach); y < bottom; ++y) {
            for (int x = left; x < right; ++x) {
                Colour& under = canvas.pixels[canvas.index(x, y)];
                const Point p{(static_cast<float>(x) + 0.5F) * pixel,
                              (static_cast<float>(y) + 0.5F) * pixel};
                const Point d{(p.x - centre.x) / radius, (p.y - centre.y) / radius};
                const Point fallen{d.x + 0.3F * light.x, d.y + 0.3F * light.y};
                under =
                    under * (1 - 0.45F * smoothStep(1.25F, 0.6F, std::sqrt(dot(fallen, fallen))));
                const float square = dot(d, d);
                const float cover = smoothStep(1 + softness, 1 - softness, std::sqrt(square));
                if (cover > 0) {
                    const float towards = std::sqrt(std::max(0.0F, 1 - square));
                    const float lambert = std::max(0.0F, (dot(d, light) + frontal * towards) /
                                                             std::sqrt(1 + frontal * frontal));
                    const float gloss = lambert * lambert * lambert * lambert * lambert * lambert;
                    const Colour lit =
                        colour * ((ambient + (1.15F - ambient) * lambert) * texture(noise, p)) +
                        Colour{1, 1, 1} * (shine * gloss * gloss);
                    under = mix(under, lit, cover);
                }
            }
        }
    }
}

// ------------------------------------------------------------------------------------------------

using Painter = void (*)(Dice&, Canvas&);

void mixture(Dice& dice, Canvas& canvas);

struct Family {
    std::string_view name;
    Painter paint;
};

constexpr std::array<Family, 8> kFamilies = {{{"dead-leaves", deadLeaves},
                                              {"pink-noise", pinkNoise},
                                              {"grain", grain},
                                              {"stones", stones},
                                              {"landscape", landscape},
                                              {"bricks", bricks},
                                              {"balls", balls},
                                              {"mixture", mixture}}};

void mixture(Dice& dice, Canvas& canvas)
{
    constexpr int kOthers = static_cast<int>(kFamilies.size()) - 1;
    const int one = dice.below(kOthers);
    const int two = (one + 1 + dice.below(kOthers - 1)) % kOthers;
    kFamilies[static_cast<std::size_t>(one)].paint(dice, canvas);
    Canvas front(canvas.size);
    kFamilies[static_cast<std::size_t>(two)].paint(dice, front);

    const GradientNoise outline = dice.noise();
    const Point normal = dice.unitVector();
    const Point through{dice.between(0.35F, 0.65F), dice.between(0.35F, 0.65F)};
    const float waviness = dice.between(0, 0.25F);
    const float shadow = dice.between(0, 0.5F);
    const auto sharpness = static_cast<float>(canvas.size);
    const std::vector<Colour> back = canvas.pixels;
    std::size_t i = 0;
    canvas.fill([&](Point p) {
        const float side =
            dot(p - through, normal) + waviness * outline.fractal(2 * p.x, 2 * p.y, 4);
        const float cover = std::clamp(side * sharpness + 0.5F, 0.0F, 1.0F);
        const Colour shaded = back[i] * (1 - shadow * smoothStep(-0.06F, 0, side));
        return mix(shaded, front.pixels[i++], cover);
    });
}

// ------------------------------------------------------------------------------------------------

/// Unchanged up to 0.12 from the limits 0.02 and 0.98; beyond that, approaches them asymptotically.
float compress(float value)
{
    constexpr float kLow = 0.02F;
    constexpr float kHigh = 0.98F;
    constexpr float kKnee = 0.12F;
    if (value > kHigh - kKnee) {
        const float t = (value - (kHigh - kKnee)) / kKnee;
        return kHigh - kKnee / (1 + t);
    }
    if (value < kLow + kKnee) {
        const float t = (kLow + kKnee - value) / kKnee;
        return kLow + kKnee / (1 + t);
    }
    return value;
}

/// What a photographer does: uneven light, a colour cast, exposure and contrast.
RgbImage develop(Dice& dice, Canvas& canvas)
{
    const GradientNoise light = dice.noise();
    const float unevenness = dice.between(0, 0.25F);
    const Point corner = dice.point();
    const Colour cast{dice.between(0.95F, 1.07F), 1, dice.between(0.92F, 1.05F)};
    const float exposure = dice.between(0.38F, 0.52F);
    const float contrast = dice.between(0.10F, 0.23F);

    double sum = 0;
    double squares = 0;
    auto pixel = canvas.pixels.begin();
    const float unit = 1.0F / static_cast<float>(canvas.size);
    for (int y = 0; y < canvas.size; ++y) {
        for (int x = 0; x < canvas.size; ++x, ++pixel) {
            const float bright = 1 + unevenness * light(corner.x + static_cast<float>(x) * unit,
                                                        corner.y + static_cast<float>(y) * unit);
            *pixel = {pixel->r * cast.r * bright, pixel->g * cast.g * bright,
                      pixel->b * cast.b * bright};
            const double value = luma(*pixel);
            sum += value;
            squares += value * value;
        }
    }
    const auto count = static_cast<double>(canvas.pixels.size());
    const auto mean = static_cast<float>(sum / count);
    const auto sd = static_cast<float>(std::sqrt(std::max(0.0, squares / count - mean * mean)));
    const float gain = contrast / std::max(sd, 1e-3F);
    // Bounded, so that a picture flat by nature does not become garish.
    const float chromaGain = std::min(gain, 0.9F);

    RgbImage image{.width = canvas.size, .height = canvas.size, .pixels = {}};
    image.pixels.reserve(3 * canvas.pixels.size());
    for (const Colour& c : canvas.pixels) {
        const float grey = luma(c);
        const float level = exposure + gain * (grey - mean);
        for (const float value : {c.r, c.g, c.b}) {
            const float shown = compress(level + chromaGain * (value - grey));
            image.pixels.push_back(static_cast<std::uint8_t>(std::lround(shown * 255.0F)));
        }
    }
    return image;
}

const Family& familyOf(int index)
{
    if (index < 0) {
        throw InvalidArgument("built-in images are numbered from 0, not " + std::to_string(index));
    }
    return kFamilies[static_cast<std::size_t>(index) % kFamilies.size()];
}

} // namespace

std::string builtinImageId(int index)
{
    const std::string number = std::to_string(std::int64_t{index} + 1);
    return std::string(familyOf(index).name) + (number.size() < 2 ? "-0" : "-") + number;
}

RgbImage builtinImage(std::uint64_t seed, int index, int sizePx)
{
    constexpr int kSmallest = 16;
    constexpr int kLargest = 4096;
    const Family& family = familyOf(index);
    if (sizePx < kSmallest || sizePx > kLargest) {
        throw InvalidArgument("built-in images have 16 to 4096 pixels a side, not " +
                              std::to_string(sizePx));
    }
    Dice dice(seed, index);
    Canvas canvas(sizePx);
    family.paint(dice, canvas);
    return develop(dice, canvas);
}

} // namespace mlab::stimuli
