// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/sources/builtin_sounds.h"

#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "stimuli/media/sound_level.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <cstddef>
#include <numbers>
#include <vector>

namespace mlab::stimuli {
namespace {

// Everything is made at this rate and then brought to the rate that is played.
constexpr double kRate = 20000;
constexpr double kTwoPi = 2 * std::numbers::pi;
constexpr double kHighestHz = 9500;
constexpr std::array<const char*, 8> kFamilies = {"rain",      "fire",   "crickets", "stream",
                                                  "harmonics", "vowels", "noise",    "mixture"};
constexpr int kMixture = 7;

using Wave = std::vector<double>;

/// Choices of one sound, in the order in which they are requested. Never use two in one expression
/// whose order of evaluation the language leaves open.
class Dice {
public:
    Dice(std::uint64_t seed, int index)
        : random_(seed, "builtin-sound", static_cast<std::uint64_t>(index))
    {
    }

    double between(double low, double high) { return low + (high - low) * random_.uniform(); }
    /// Equally likely in every octave.
    double logBetween(double low, double high)
    {
        return low * std::pow(high / low, random_.uniform());
    }
    int from(int low, int high)
    {
        return low + static_cast<int>(random_.below(static_cast<std::uint64_t>(high) -
                                                    static_cast<std::uint64_t>(low) + 1));
    }
    bool chance(double p) { return random_.uniform() < p; }
    double normal() { return random_.normal(); }
    /// Heavy-tailed, at least 1: u^-shape, at most `most`.
    double heavy(double shape, double most)
    {
        return std::min(most, std::pow(1 - random_.uniform(), -shape));
    }
    /// Time to the next of events that come at `perSecond` at random.
    double waitS(double perSecond) { return -std::log(1 - random_.uniform()) / perSecond; }

private:
    RandomStream random_;
};

double seconds(const Wave& wave)
{
    return static_cast<double>(wave.size()) / kRate;
}

std::size_t sampleAt(double timeS)
{
    return static_cast<std::size_t>(std::max(0.0, timeS) * kRate);
}

double timeOf(std::size_t sample)
{
    return static_cast<double>(sample) / kRate;
}

void normalise(Wave& wave)
{
    if (const double level = rms(wave); level > 0) {
        for (auto& x : wave) {
            x /= level;
        }
    }
}

void mixIn(Wave& to, Wave from, double gain)
{
    normalise(from);
    for (std::size_t i = 0; i < to.size(); ++i) {
        to[i] += gain * from[i];
    }
}

double gainOf(double decibels)
{
    return std::pow(10.0, decibels / 20);
}

Wave whiteNoise(Dice& dice, std::size_t samples)
{
    Wave wave(samples);
    for (auto& x : wave) {
        x = dice.normal();
    }
    return wave;
}

/// A resonance of two poles, as a filter.
class Resonator {
public:
    void tune(double hz, double bandwidthHz)
    {
        const double radius = std::exp(-std::numbers::pi * bandwidthHz / kRate);
        a1_ = 2 * radius * std::cos(kTwoPi * hz / kRate);
        a2_ = -radius * radius;
        gain_ = 1 - radius;
    }
    double operator()(double x)
    {
        const double y = gain_ * x + a1_ * y1_ + a2_ * y2_;
        y2_ = y1_;
        y1_ = y;
        return y;
    }

private:
    double a1_ = 0;
    double a2_ = 0;
    double gain_ = 1;
    double y1_ = 0;
    double y2_ = 0;
};

Wave bandNoise(Dice& dice, std::size_t samples, double hz, double bandwidthHz)
{
    Wave wave = whiteNoise(dice, samples);
    Resonator first;
    Resonator second;
    first.tune(hz, bandwidthHz);
    second.tune(hz, bandwidthHz);
    for (auto& x : wave) {
        x = second(first(x));
    }
    normalise(wave);
    return wave;
}

/// 6 dB an octave above `hz`.
void lowPass(Wave& wave, double hz)
{
    const double keep = std::exp(-kTwoPi * hz / kRate);
    double y = 0;
    for (auto& x : wave) {
        y = keep * y + (1 - keep) * x;
        x = y;
    }
}

/// A positive random envelope that changes at about `hz`, mean near 1.
Wave slowEnvelope(Dice& dice, std::size_t samples, double hz, double depth)
{
    Wave wave = whiteNoise(dice, samples);
    lowPass(wave, hz);
    lowPass(wave, hz);
    normalise(wave);
    for (auto& x : wave) {
        x = std::exp(depth * x - depth * depth / 2);
    }
    return wave;
}

void multiply(Wave& wave, const Wave& by)
{
    std::ranges::transform(wave, by, wave.begin(), std::multiplies<>());
}

/// Adds a tone that dies away and whose frequency changes by `riseHzPerS`.
void addRinging(Wave& wave, double startS, double hz, double riseHzPerS, double decayS,
                double amplitude)
{
    const double longest = 7 * decayS; // 60 dB
    const std::size_t first = sampleAt(startS);
    const std::size_t last = std::min(wave.size(), sampleAt(startS + longest));
    std::complex<double> turn = std::polar(std::exp(-1 / (decayS * kRate)), kTwoPi * hz / kRate);
    const std::complex<double> faster = std::polar(1.0, kTwoPi * riseHzPerS / (kRate * kRate));
    std::complex<double> value = amplitude;
    for (std::size_t i = first; i < last; ++i) {
        wave[i] += value.imag();
        value *= turn;
        turn *= faster;
    }
}

Wave rain(Dice& dice, std::size_t samples)
{
    Wave wave(samples);
    const double perSecond = dice.logBetween(150, 2500);
    const double lowHz = dice.logBetween(600, 2500);
    const double decayS = dice.logBetween(0.001, 0.005);
    const double hissDb = dice.between(-18, -4);
    for (double t = dice.waitS(perSecond); t < seconds(wave); t += dice.waitS(perSecond)) {
        const double hz = dice.logBetween(lowHz, 9000);
        const double decay = decayS * dice.logBetween(0.5, 2);
        const double amplitude = dice.heavy(0.5, 8);
        addRinging(wave, t, hz, 0, decay, amplitude);
    }
    normalise(wave);
    Wave hiss = whiteNoise(dice, samples);
    lowPass(hiss, dice.logBetween(1500, 8000));
    const double gustHz = dice.logBetween(0.5, 3);
    multiply(hiss, slowEnvelope(dice, samples, gustHz, 0.3));
    mixIn(wave, std::move(hiss), gainOf(hissDb));
    return wave;
}

Wave fire(Dice& dice, std::size_t samples)
{
    Wave wave(samples);
    const double perSecond = dice.logBetween(6, 40);
    const double decayS = dice.logBetween(0.0005, 0.003);
    const double rumbleDb = dice.between(-8, 4);
    const double hissDb = dice.between(-18, -8);
    for (double t = dice.waitS(perSecond); t < seconds(wave); t += dice.waitS(perSecond)) {
        const int clicks = dice.from(1, 5);
        double at = t;
        const double loudness = dice.heavy(0.6, 8);
        for (int c = 0; c < clicks; ++c) {
            const double hz = dice.logBetween(800, 7000);
            const double amplitude = loudness * dice.between(0.3, 1);
            for (int partial = 0; partial < 3; ++partial) {
                const double partialHz = hz * dice.logBetween(0.5, 1.3);
                const double decay = decayS * dice.logBetween(0.5, 2);
                addRinging(wave, at, partialHz, 0, decay, amplitude);
            }
            at += dice.between(0.001, 0.015);
        }
    }
    normalise(wave);
    Wave rumble = whiteNoise(dice, samples);
    const double rumbleHz = dice.logBetween(80, 400);
    lowPass(rumble, rumbleHz);
    lowPass(rumble, rumbleHz);
    const double flickerHz = dice.logBetween(1, 8);
    multiply(rumble, slowEnvelope(dice, samples, flickerHz, 0.5));
    mixIn(wave, std::move(rumble), gainOf(rumbleDb));
    Wave hiss = whiteNoise(dice, samples);
    multiply(hiss, slowEnvelope(dice, samples, flickerHz, 0.3));
    mixIn(wave, std::move(hiss), gainOf(hissDb));
    return wave;
}

void addInsect(Wave& wave, Dice& dice)
{
    const double hz = dice.logBetween(2200, 7000);
    const double pulsesPerSecond = dice.logBetween(14, 70);
    const bool trill = dice.chance(0.3);
    const double chirpsPerSecond = dice.logBetween(0.8, 4);
    const double chirpShare = dice.between(0.2, 0.7);
    const double duty = dice.between(0.4, 0.8);
    const double loudness = gainOf(dice.between(-12, 0));
    const double start = dice.between(0, 1);
    double phase = 0;
    double jitter = 0;
    for (std::size_t i = 0; i < wave.size(); ++i) {
        const double t = timeOf(i);
        const double pulse = std::floor(t * pulsesPerSecond);
        const double within = (t * pulsesPerSecond - pulse) / duty;
        const double chirp = pulse / pulsesPerSecond * chirpsPerSecond + start; // of whole pulses
        const bool sounding = trill || chirp - std::floor(chirp) < chirpShare;
        jitter += 0.002 * (dice.normal() - 0.05 * jitter);
        phase += kTwoPi * hz * (1 + 0.003 * jitter) / kRate;
        if (sounding && within < 1) {
            const double envelope = std::sin(std::numbers::pi * within);
            wave[i] += loudness * envelope * envelope *
                       (std::sin(phase) + (hz < 4500 ? 0.1 * std::sin(2 * phase) : 0.0));
        }
    }
}

Wave crickets(Dice& dice, std::size_t samples)
{
    Wave wave(samples);
    const int insects = dice.from(1, 4);
    for (int i = 0; i < insects; ++i) {
        addInsect(wave, dice);
    }
    normalise(wave);
    const double floorDb = dice.between(-30, -12);
    Wave night = whiteNoise(dice, samples);
    lowPass(night, dice.logBetween(300, 3000));
    mixIn(wave, std::move(night), gainOf(floorDb));
    return wave;
}

Wave stream(Dice& dice, std::size_t samples)
{
    Wave wave(samples);
    const double perSecond = dice.logBetween(30, 500);
    const double lowHz = dice.logBetween(200, 800);
    const double highHz = lowHz * dice.logBetween(3, 12);
    const double noiseDb = dice.between(-20, -6);
    for (double t = dice.waitS(perSecond); t < seconds(wave); t += dice.waitS(perSecond)) {
        const double hz = std::min(8500.0, dice.logBetween(lowHz, highHz));
        const double decay = dice.between(6, 25) / hz;
        const double rise = dice.chance(0.4) ? dice.between(0, 0.15) * hz / decay : 0.0;
        const double amplitude = dice.heavy(0.4, 5);
        addRinging(wave, t, hz, std::min(rise, (9000 - hz) / (7 * decay)), decay, amplitude);
    }
    normalise(wave);
    Wave flow = whiteNoise(dice, samples);
    lowPass(flow, dice.logBetween(200, 2000));
    const double swirlHz = dice.logBetween(1, 6);
    multiply(flow, slowEnvelope(dice, samples, swirlHz, 0.4));
    mixIn(wave, std::move(flow), gainOf(noiseDb));
    return wave;
}

/// Harmonics of a fundamental that may change, as far up as there is room: sum of
/// h^-slope sin(h phase), the sines by Chebyshev's recurrence.
class HarmonicSource {
public:
    explicit HarmonicSource(double slope)
    {
        for (int h = 1; h <= 200; ++h) {
            weights_.push_back(std::pow(h, -slope));
        }
    }
    double next(double hz)
    {
        phase_ += kTwoPi * hz / kRate;
        if (phase_ > kTwoPi) {
            phase_ -= kTwoPi;
        }
        const double twoCosine = 2 * std::cos(phase_);
        double before = 0;
        double sine = std::sin(phase_);
        double sum = 0;
        const auto count =
            std::min(weights_.size(), static_cast<std::size_t>(std::max(1.0, 9000 / hz)));
        for (std::size_t h = 0; h < count; ++h) {
            sum += weights_[h] * sine;
            const double after = twoCosine * sine - before;
            before = sine;
            sine = after;
        }
        return sum;
    }

private:
    std::vector<double> weights_;
    double phase_ = 0;
};

Wave harmonics(Dice& dice, std::size_t samples)
{
    Wave wave(samples);
    const int notes = dice.from(1, 4);
    const double slope = dice.between(0.4, 1.8);
    const double vibratoHz = dice.between(3.5, 7);
    const double vibrato = dice.chance(0.5) ? dice.between(0.002, 0.02) : 0.0;
    const double tremoloHz = dice.logBetween(2, 20);
    const double tremolo = dice.chance(0.5) ? dice.between(0.2, 0.9) : 0.0;
    const bool plucked = dice.chance(0.4);
    const double decayS = dice.logBetween(0.1, 0.8);
    HarmonicSource source(slope);
    const double noteS = seconds(wave) / notes;
    for (int note = 0; note < notes; ++note) {
        const double hz = dice.logBetween(80, 600);
        const std::size_t first = sampleAt(note * noteS);
        const std::size_t last = note + 1 == notes ? samples : sampleAt((note + 1) * noteS);
        for (std::size_t i = first; i < last; ++i) {
            const double t = timeOf(i);
            const double since = t - timeOf(first);
            const double left = timeOf(last) - t;
            const double edge = std::min({1.0, since / 0.015, left / 0.015});
            const double envelope = (plucked ? std::exp(-since / decayS) : 1.0) *
                                    (1 + tremolo * std::sin(kTwoPi * tremoloHz * t)) * edge;
            wave[i] = envelope * source.next(hz * (1 + vibrato * std::sin(kTwoPi * vibratoHz * t)));
        }
    }
    normalise(wave);
    const double breathDb = dice.between(-45, -25);
    mixIn(wave, whiteNoise(dice, samples), gainOf(breathDb));
    return wave;
}

/// First three formants, Hz: means of men's voices, Peterson & Barney (1952), table II.
using Formants = std::array<double, 3>;
constexpr std::array<Formants, 10> kVowels = {{{270, 2290, 3010},
                                               {390, 1990, 2550},
                                               {530, 1840, 2480},
                                               {660, 1720, 2410},
                                               {730, 1090, 2440},
                                               {570, 840, 2410},
                                               {440, 1020, 2240},
                                               {300, 870, 2240},
                                               {640, 1190, 2390},
                                               {490, 1350, 1690}}};

/// 0 to 1 and back with soft edges, over a syllable from 0 to 1.
double syllableEnvelope(double at)
{
    const double edge = std::min({1.0, at / 0.2, (1 - at) / 0.3});
    return edge <= 0 ? 0.0 : edge * edge * (3 - 2 * edge);
}

Wave vowels(Dice& dice, std::size_t samples)
{
    Wave wave(samples);
    Wave hiss(samples);
    const double pitchHz = dice.logBetween(90, 250);
    const double tract = (pitchHz > 150 ? 1.17 : 1.0) * dice.between(0.95, 1.05);
    const double breath = gainOf(dice.between(-40, -22));
    HarmonicSource glottis(1.0);
    std::array<Resonator, 4> resonances;
    double t = dice.between(0, 0.08);
    double pitch = pitchHz * dice.between(0.9, 1.2);
    while (t < seconds(wave)) {
        const double lengthS = dice.between(0.12, 0.35);
        const Formants from = kVowels[static_cast<std::size_t>(dice.from(0, 9))];
        const Formants to = kVowels[static_cast<std::size_t>(dice.from(0, 9))];
        const double nextPitch = pitchHz * dice.between(0.8, 1.2);
        const double loudness = gainOf(dice.between(-8, 0));
        const std::size_t first = sampleAt(t);
        const std::size_t last = std::min(samples, sampleAt(t + lengthS));
        for (std::size_t i = first; i < last; ++i) {
            const double at = (timeOf(i) - t) / lengthS;
            const double glide = 0.5 - 0.5 * std::cos(std::numbers::pi * at);
            constexpr int kSamplesBetweenTunings = 20; // 1 ms
            if ((i - first) % kSamplesBetweenTunings == 0) {
                for (std::size_t f = 0; f < 3; ++f) {
                    const double hz = tract * std::lerp(from[f], to[f], glide);
                    resonances[f].tune(hz, 50 + 0.03 * hz);
                }
                resonances[3].tune(3600 * tract, 200);
            }
            const double source =
                glottis.next(std::lerp(pitch, nextPitch, glide)) + breath * 3 * dice.normal();
            double voice = 0;
            double strength = 1;
            for (auto& resonance : resonances) {
                voice += strength * resonance(source);
                strength *= -0.8; // neighbours in opposite phase, so that none cancels between
            }
            wave[i] += loudness * syllableEnvelope(at) * voice;
        }
        t += lengthS;
        pitch = nextPitch;
        if (dice.chance(0.4)) { // a fricative
            const double hissS = dice.between(0.05, 0.15);
            const double hz = dice.logBetween(2500, 7000);
            const double strength = gainOf(dice.between(-14, -2));
            Resonator band;
            band.tune(hz, hz / 3);
            const std::size_t end = std::min(samples, sampleAt(t + hissS));
            for (std::size_t i = sampleAt(t); i < end; ++i) {
                hiss[i] +=
                    strength * syllableEnvelope((timeOf(i) - t) / hissS) * band(dice.normal());
            }
            t += hissS;
        }
        t += dice.chance(0.3) ? dice.between(0.05, 0.2) : 0.0;
    }
    normalise(wave);
    const double hissDb = dice.between(-14, -6);
    mixIn(wave, std::move(hiss), gainOf(hissDb));
    mixIn(wave, whiteNoise(dice, samples), gainOf(-50));
    return wave;
}

Wave modulatedNoise(Dice& dice, std::size_t samples)
{
    Wave wave(samples);
    const int bands = dice.from(2, 8);
    const bool together = dice.chance(0.5); // bands rise and fall together, or each alone
    const double commonHz = dice.logBetween(1, 60);
    for (int b = 0; b < bands; ++b) {
        const double hz = dice.logBetween(100, 8000);
        Wave band = bandNoise(dice, samples, hz, hz * dice.logBetween(0.1, 0.6));
        const double rateHz = together ? commonHz : dice.logBetween(1, 60);
        const double phase = together ? 0.0 : dice.between(0, kTwoPi);
        const double depth = dice.between(0, 1);
        for (std::size_t i = 0; i < samples; ++i) {
            band[i] *= 1 + depth * std::sin(kTwoPi * rateHz * timeOf(i) + phase);
        }
        mixIn(wave, std::move(band), gainOf(dice.between(-12, 0)));
    }
    return wave;
}

Wave familySound(int family, Dice& dice, std::size_t samples);

Wave mixture(Dice& dice, std::size_t samples)
{
    const int first = dice.from(0, kMixture - 1);
    const int second = (first + dice.from(1, kMixture - 1)) % kMixture;
    Wave wave = familySound(first, dice, samples);
    normalise(wave);
    const double decibels = dice.between(-12, 0);
    mixIn(wave, familySound(second, dice, samples), gainOf(decibels));
    return wave;
}

Wave familySound(int family, Dice& dice, std::size_t samples)
{
    switch (family) {
    case 0:
        return rain(dice, samples);
    case 1:
        return fire(dice, samples);
    case 2:
        return crickets(dice, samples);
    case 3:
        return stream(dice, samples);
    case 4:
        return harmonics(dice, samples);
    case 5:
        return vowels(dice, samples);
    case 6:
        return modulatedNoise(dice, samples);
    default:
        return mixture(dice, samples);
    }
}

// Peaks above 12 times the RMS are rounded off.
void limitPeaks(Wave& wave)
{
    constexpr double kMost = 12;
    normalise(wave);
    for (auto& x : wave) {
        x = kMost * std::tanh(x / kMost);
    }
}

// The band-limited waveform at another rate: a windowed sinc, which is also what leaves nothing
// above kHighestHz.
Wave atRate(const Wave& wave, double rateHz, std::size_t samples)
{
    constexpr int kHalf = 64; // samples of kRate to each side
    const double cutoff = 2 * std::min(kHighestHz, 0.475 * rateHz) / kRate;
    constexpr int kSteps = 512; // between two samples, linearly interpolated
    Wave kernel(static_cast<std::size_t>(kHalf) * kSteps + 2);
    for (std::size_t i = 0; i < kernel.size(); ++i) {
        const double x = static_cast<double>(i) / kSteps;
        const double angle = std::numbers::pi * cutoff * x;
        const double w = x / kHalf;
        const double blackman =
            w >= 1 ? 0.0
                   : 0.42 + 0.5 * std::cos(std::numbers::pi * w) + 0.08 * std::cos(kTwoPi * w);
        kernel[i] = cutoff * blackman * (i == 0 ? 1.0 : std::sin(angle) / angle);
    }
    Wave out(samples);
    const auto length = static_cast<std::ptrdiff_t>(wave.size());
    for (std::size_t i = 0; i < samples; ++i) {
        const double at = static_cast<double>(i) * kRate / rateHz;
        const auto centre = static_cast<std::ptrdiff_t>(at);
        double sum = 0;
        const auto last = std::min(length - 1, centre + kHalf);
        for (auto j = std::max<std::ptrdiff_t>(0, centre - kHalf + 1); j <= last; ++j) {
            const double place = std::abs(at - static_cast<double>(j)) * kSteps;
            const auto below = static_cast<std::size_t>(place);
            const double share = place - static_cast<double>(below);
            sum += wave[static_cast<std::size_t>(j)] *
                   (kernel[below] + share * (kernel[below + 1] - kernel[below]));
        }
        out[i] = sum;
    }
    return out;
}

void requireIndex(int index)
{
    if (index < 0) {
        throw InvalidArgument("built-in sounds are numbered from 0, not from " +
                              std::to_string(index));
    }
}

} // namespace

std::string builtinSoundId(int index)
{
    requireIndex(index);
    const auto families = static_cast<int>(kFamilies.size());
    const std::string number = std::to_string(index / families + 1);
    return std::string(kFamilies[static_cast<std::size_t>(index % families)]) + "-" +
           (number.size() < 2 ? "0" : "") + number;
}

Sound builtinSound(std::uint64_t seed, int index, const SoundFormat& format)
{
    requireIndex(index);
    requireFormat(format);
    Dice dice(seed, index);
    const std::size_t samples = sampleCount(format);
    const auto made = static_cast<std::size_t>(
        std::ceil(static_cast<double>(samples) * kRate / format.sampleRateHz));
    Wave wave = familySound(index % static_cast<int>(kFamilies.size()), dice, made);
    limitPeaks(wave);
    return equalised(atRate(wave, format.sampleRateHz, samples), format);
}

} // namespace mlab::stimuli
