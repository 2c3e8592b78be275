// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/presentation/headphone_check.h"

#include "core/base/error.h"
#include "core/base/random_stream.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>

namespace mlab::experiments {

namespace {

constexpr double kIntervalMs = 1000;
constexpr double kGapMs = 500;
constexpr int kIntervals = 3;

/// Noise; in `right` a band of 6 % around 600 Hz may be in antiphase.
struct EarPair {
    std::vector<double> left;
    std::vector<double> right;
};

EarPair noisePair(std::size_t length, int rateHz, bool antiphase, RandomStream random)
{
    EarPair noise;
    noise.left.resize(length);
    for (double& sample : noise.left) {
        sample = random.normal();
    }
    noise.right = noise.left;
    if (!antiphase) {
        return noise;
    }
    // A phase shift of 180 degrees is a change of sign: the band's content is subtracted twice.
    const double resolutionHz = static_cast<double>(rateHz) / static_cast<double>(length);
    const auto bin = [&](double hz) { return std::lround(hz / resolutionHz); };
    for (long k = bin(600 * 0.94); k <= bin(600 * 1.06); ++k) {
        const auto step = std::polar(1.0, 2 * std::numbers::pi * static_cast<double>(k) /
                                              static_cast<double>(length));
        std::complex<double> turn = 1;
        std::complex<double> held = 0;
        for (const double sample : noise.left) {
            held += sample * std::conj(turn);
            turn *= step;
        }
        held *= 2 * 2.0 / static_cast<double>(length);
        turn = 1;
        for (double& sample : noise.right) {
            sample -= (held * turn).real();
            turn *= step;
        }
    }
    return noise;
}

SoundTimeline antiphaseSound(const HeadphoneTrial& trial, const OutputForm& form, double levelDbFs)
{
    constexpr double kFrequencyHz = 200;
    constexpr double kRampMs = 100;
    constexpr double kQuieterDb = 6;
    SoundTimeline all{.sampleRateHz = form.sampleRateHz,
                      .bits = form.bits,
                      .channels = 2,
                      .samples = {},
                      .intervals = {}};
    const auto gap = static_cast<std::size_t>(framesOf(kGapMs, form.sampleRateHz));
    for (int i = 0; i < kIntervals; ++i) {
        SoundTimeline one = tone(kFrequencyHz, kIntervalMs, kRampMs,
                                 i == trial.target ? levelDbFs - kQuieterDb : levelDbFs, form);
        if (i == trial.decoy) {
            for (std::size_t at = 1; at < one.samples.size(); at += 2) {
                one.samples[at] = -one.samples[at];
            }
        }
        if (i > 0) {
            all.samples.resize(all.samples.size() + 2 * gap);
        }
        const std::int64_t onset = all.frames();
        all.samples.insert(all.samples.end(), one.samples.begin(), one.samples.end());
        all.intervals.push_back({.onset = onset, .offset = all.frames()});
    }
    return all;
}

SoundTimeline hugginsSound(const HeadphoneTrial& trial, const OutputForm& form, double levelDbFs,
                           std::uint64_t seed, std::uint64_t index)
{
    constexpr double kRampMs = 10;
    const auto length = framesOf(kIntervalMs, form.sampleRateHz);
    const auto ramp = framesOf(kRampMs, form.sampleRateHz);
    const std::int64_t gap = framesOf(kGapMs, form.sampleRateHz);
    const double full = std::ldexp(1.0, form.bits - 1);
    const double rms = full * std::sqrt(0.5) * std::pow(10.0, levelDbFs / 20);
    SoundTimeline all{.sampleRateHz = form.sampleRateHz,
                      .bits = form.bits,
                      .channels = 2,
                      .samples = std::vector<std::int32_t>(
                          static_cast<std::size_t>(2 * (kIntervals * length + 2 * gap))),
                      .intervals = {}};
    for (int i = 0; i < kIntervals; ++i) {
        const EarPair noise =
            noisePair(static_cast<std::size_t>(length), form.sampleRateHz, i == trial.target,
                      RandomStream(seed, "headphone check noise",
                                   kIntervals * index + static_cast<std::uint64_t>(i)));
        const std::int64_t onset = i * (length + gap);
        all.intervals.push_back({.onset = onset, .offset = onset + length});
        for (std::int64_t t = 0; t < length; ++t) {
            const std::int64_t edge = std::min(t, length - 1 - t);
            const double factor = rms * (edge < ramp ? rampAt(edge, ramp) : 1);
            const auto at = static_cast<std::size_t>(t);
            for (const auto& [channel, ear] : {std::pair{0, &noise.left}, {1, &noise.right}}) {
                const double value = std::round(factor * (*ear)[at]);
                if (std::abs(value) >= full) {
                    throw InvalidArgument("the noise of the headphone check would be clipped at "
                                          "this level; set a lower one");
                }
                all.samples[static_cast<std::size_t>(2 * (onset + t) + channel)] =
                    static_cast<std::int32_t>(value);
            }
        }
    }
    return all;
}

std::vector<int> fromOne(std::vector<int> numbers)
{
    for (int& number : numbers) {
        ++number;
    }
    return numbers;
}

nlohmann::ordered_json jsonOf(const HeadphoneResult& result)
{
    nlohmann::ordered_json json{
        {"method", toString(result.method)},  {"targets", fromOne(result.targets)},
        {"answers", fromOne(result.answers)}, {"correct", result.correct()},
        {"passed", result.passed()},          {"started_at", result.startedAt}};
    if (result.afterFailure) {
        json["after_failure"] =
            *result.afterFailure == AfterFailure::repeat ? "repeat" : "continue";
    }
    return json;
}

} // namespace

int headphonePassMark(HeadphoneMethod method)
{
    return method == HeadphoneMethod::antiphase ? 5 : 6;
}

std::vector<HeadphoneTrial> headphoneTrials(HeadphoneMethod method, std::uint64_t seed)
{
    std::vector<HeadphoneTrial> all;
    for (int target = 0; target < kIntervals; ++target) {
        for (int step = 1; step < kIntervals; ++step) {
            all.push_back({.target = target,
                           .decoy = method == HeadphoneMethod::antiphase
                                        ? (target + step) % kIntervals
                                        : target});
        }
    }
    RandomStream random(seed, "headphone check");
    std::vector<HeadphoneTrial> shuffled;
    for (const std::size_t i : random.permutation(all.size())) {
        shuffled.push_back(all[i]);
    }
    return shuffled;
}

SoundTimeline headphoneSound(HeadphoneMethod method, const HeadphoneTrial& trial,
                             const OutputForm& form, double levelDbFs, std::uint64_t seed,
                             std::uint64_t index)
{
    if (form.channels != 2) {
        throw InvalidArgument("a headphone check needs two channels, left and right");
    }
    return method == HeadphoneMethod::antiphase ? antiphaseSound(trial, form, levelDbFs)
                                                : hugginsSound(trial, form, levelDbFs, seed, index);
}

int HeadphoneResult::correct() const
{
    int count = 0;
    for (std::size_t i = 0; i < answers.size() && i < targets.size(); ++i) {
        count += answers[i] == targets[i] ? 1 : 0;
    }
    return count;
}

bool HeadphoneResult::passed() const
{
    return answers.size() == kHeadphoneTrials && correct() >= headphonePassMark(method);
}

std::string toJson(std::span<const HeadphoneResult> checks)
{
    auto json = jsonOf(checks.back());
    for (const auto& earlier : checks.first(checks.size() - 1)) {
        json["earlier_checks"].push_back(jsonOf(earlier));
    }
    return json.dump();
}

} // namespace mlab::experiments
