// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/probes/probe_synthesizer.h"

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/base/sha256.h"
#include "core/trial/dimension.h"
#include "stimuli/basis/kept_bases.h"
#include "stimuli/numerics/pool_distance.h"
#include "stimuli/probes/solver.h"
#include "stimuli/sources/stimulus_sources.h"
#include "stimuli/store/cache_folder.h"
#include "stimuli/tensors/stimulus_tensor.h"
#include "stimuli/tensors/torch_errors.h"
#include "stimuli/worker/engine_info.h"

#include <torch/types.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <list>
#include <map>
#include <optional>
#include <utility>

namespace mlab::stimuli {
namespace {

double millisecondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
        .count();
}

// References with their coordinates and first gradients; a few MB each, so only the last
// used are kept.
class ReferencePoints {
public:
    std::shared_ptr<const ReferencePoint> get(const CoordinateMap& map, const std::string& layer,
                                              const NamedStimulus& reference, ProbeSolver solver)
    {
        constexpr std::size_t kKept = 48;
        const auto key = layer + "/" + reference.sha256;
        const auto found = std::ranges::find(points_, key, &Entry::key);
        if (found != points_.end()) {
            points_.splice(points_.begin(), points_, found);
        } else {
            points_.push_front(
                {key, std::make_shared<ReferencePoint>(map, reference.stimulus, solver)});
            if (points_.size() > kKept) {
                points_.pop_back();
            }
        }
        return points_.front().point;
    }

private:
    struct Entry {
        std::string key;
        std::shared_ptr<const ReferencePoint> point;
    };
    std::list<Entry> points_;
};

std::vector<NamedStimulus> referencesOf(const ProbeSynthesizerOptions& options)
{
    const auto& spec = options.spec;
    if (!options.unusableReference) {
        return loadReferences(spec.references, spec.format);
    }
    std::vector<std::string> unusable;
    auto references = loadUsableReferences(spec.references, spec.format, unusable);
    std::ranges::for_each(unusable, options.unusableReference);
    return references;
}

std::vector<double> coordinatesOf(const CoordinateMap& map, const Stimulus& stimulus)
{
    const auto z = map.at(map.model().toDevice(toTensor(stimulus)));
    return {z.data_ptr<double>(), z.data_ptr<double>() + z.numel()};
}

// Takes out the references that lie outside the pool's distribution at one of the layers.
void keepWithinPercentile(double percentile, const std::map<std::string, Basis>& bases,
                          const std::map<std::string, std::unique_ptr<CoordinateMap>>& maps,
                          std::vector<NamedStimulus>& references)
{
    const auto given = references.size();
    std::string counts;
    std::vector<bool> within(given, true);
    for (const auto& [layer, basis] : bases) {
        const double limit = poolDistanceAt(basis, percentile);
        std::size_t withinLayer = 0;
        for (std::size_t i = 0; i < given; ++i) {
            const bool here =
                distanceFromPool(coordinatesOf(*maps.at(layer), references[i].stimulus)) <= limit;
            within[i] = within[i] && here;
            withinLayer += here ? 1 : 0;
        }
        counts.append(counts.empty() ? "" : ", ").append(layer).append(" ");
        counts.append(std::to_string(withinLayer));
    }
    std::vector<NamedStimulus> kept;
    for (std::size_t i = 0; i < given; ++i) {
        if (within[i]) {
            kept.push_back(std::move(references[i]));
        }
    }
    if (kept.empty()) {
        throw InvalidArgument("none of the " + std::to_string(given) +
                              " references lies within percentile " + shortNumber(percentile) +
                              " of the pool at every layer (within it: " + counts +
                              "); give more references or a higher percentile");
    }
    references = std::move(kept);
}

} // namespace

struct ProbeSynthesizer::State {
    explicit State(const ProbeSynthesizerOptions& given)
        : options(given), cache(probeFolder(given.cacheFolder), given.warn)
    {
    }

    BasisRequest basisRequest() const
    {
        return {.model = *model,
                .spec = options.spec.basis,
                .format = options.spec.format,
                .poolSha256 = poolSha256,
                .cacheFolder = options.cacheFolder,
                .warn = options.warn};
    }

    /// @throws IoError if the record says something else than the model finds in the stimulus
    void requireAsMeasured(const ProbeKey& key, const NamedStimulus& reference,
                           const CachedProbe& probe);

    ProbeSynthesizerOptions options;
    ProbeCache cache;
    std::unique_ptr<Model> model;
    std::vector<NamedStimulus> references;
    std::string poolSha256;
    std::map<std::string, Basis> bases;
    std::map<std::string, std::unique_ptr<CoordinateMap>> maps;
    ReferencePoints points;
    /// By layer and hash; without gradients, which cost much more.
    std::map<std::pair<std::string, std::string>, std::vector<double>> referenceCoordinates;
    bool cacheFailed = false; ///< and it was said
};

void ProbeSynthesizer::State::requireAsMeasured(const ProbeKey& key, const NamedStimulus& reference,
                                                const CachedProbe& probe)
{
    // Rounding differs between devices and numbers of threads: less than the solver's tolerance,
    // unless that is very small.
    const double rounding = std::max(key.toleranceSd, key.halfPrecision ? 2e-2 : 1e-3);
    const auto isSame = [&](double a, double b) { return std::abs(a - b) <= rounding; };
    const auto& map = *maps.at(key.layer);
    const auto k = static_cast<std::size_t>(key.component - 1);
    auto& start = referenceCoordinates[{key.layer, reference.sha256}];
    std::vector<double> z;
    try {
        if (start.empty()) {
            start = coordinatesOf(map, reference.stimulus);
        }
        z = coordinatesOf(map, probe.stimulus);
    } catch (const c10::Error& problem) {
        rethrow(problem, "layer " + key.layer + ", reference " + reference.id);
    }
    double level = 0.0;
    double residual = 0.0;
    for (std::size_t i = 0; i < z.size(); ++i) {
        const double moved = z[i] - start[i];
        level = i == k ? std::copysign(1.0, key.signedLevel) * moved : level;
        residual = std::max(residual, std::abs(moved - (i == k ? key.signedLevel : 0.0)));
    }
    if (!std::ranges::equal(probe.coordinates, z, isSame) || !isSame(probe.levelAchieved, level) ||
        !isSame(probe.residualMax, residual) ||
        probe.converged != (probe.residualMax <= key.toleranceSd)) {
        throw IoError("it names a level of " + roundedNumber(probe.levelAchieved) +
                      " SD and a residual of " + roundedNumber(probe.residualMax) +
                      " SD; the model finds " + roundedNumber(level) + " and " +
                      roundedNumber(residual) + " SD in its stimulus");
    }
}

ProbeSynthesizer::ProbeSynthesizer(const ProbeSynthesizerOptions& options, const Progress& progress,
                                   const std::stop_token& stop)
    : state_(std::make_unique<State>(options))
{
    try {
        state_->model = makeModel(options.spec.model, options.spec.format, options.compute);
        progress("Loading the references", 0.0);
        state_->references = referencesOf(options);
        tellRemarks(state_->references, options.warn);
        state_->poolSha256 = poolHash(options.spec.basis.pool, options.spec.format);
        state_->bases = loadOrFitBases(state_->basisRequest(), options.layers, progress, stop);
        for (const auto& [layer, basis] : state_->bases) {
            state_->maps[layer] = std::make_unique<CoordinateMap>(*state_->model, basis);
        }
        if (const auto percentile = options.spec.referencesWithinPercentile) {
            keepWithinPercentile(*percentile, state_->bases, state_->maps, state_->references);
        }
    } catch (const c10::Error& problem) {
        rethrow(problem, "starting the model");
    }
}

ProbeSynthesizer::~ProbeSynthesizer() = default;

EngineInfo ProbeSynthesizer::info() const
{
    EngineInfo info;
    info.modelSha256 = state_->model->sha256();
    info.compute = state_->model->compute();
    Sha256 all;
    for (const auto& layer : state_->options.layers) {
        all.update(basis(layer).sha256);
    }
    info.basisSha256 = all.hex();
    for (const auto& reference : state_->references) {
        info.references.push_back({.id = reference.id, .sha256 = reference.sha256});
        if (const auto* sound = std::get_if<SoundPtr>(&reference.stimulus)) {
            info.sounds.push_back(*sound);
        }
    }
    return info;
}

const std::vector<NamedStimulus>& ProbeSynthesizer::references() const
{
    return state_->references;
}

std::filesystem::path ProbeSynthesizer::basisFile(const std::string& layer) const
{
    return stimuli::basisFile(state_->basisRequest(), layer);
}

const Basis& ProbeSynthesizer::basis(const std::string& layer) const
{
    const auto found = state_->bases.find(layer);
    if (found == state_->bases.end()) {
        throw InvalidArgument("no basis was loaded for layer \"" + layer + "\"");
    }
    return found->second;
}

void ProbeSynthesizer::startMeasuringCached()
{
    state_->options.measureCached = true;
}

ProbeKey ProbeSynthesizer::keyOf(const NamedStimulus& reference, const std::string& layer,
                                 int component, double signedLevel) const
{
    const auto& solver = state_->options.spec.solver;
    return {.modelSha256 = state_->model->sha256(),
            .basisSha256 = basis(layer).sha256,
            .referenceSha256 = reference.sha256,
            .layer = layer,
            .component = component,
            .signedLevel = signedLevel,
            .solver = solver.type,
            .toleranceSd = solver.toleranceSd,
            .halfPrecision = state_->model->compute().halfPrecision,
            .compressiveSounds = state_->model->isCompressive() &&
                                 std::holds_alternative<SoundFormat>(state_->options.spec.format)};
}

std::optional<ProbeSynthesizer::Single> ProbeSynthesizer::findSingle(const NamedStimulus& reference,
                                                                     const std::string& layer,
                                                                     int component,
                                                                     double signedLevel) const
{
    const auto key = keyOf(reference, layer, component, signedLevel);
    auto kept = state_->cache.find(key, [&](const CachedProbe& probe, bool hashed) {
        if (!hashed || state_->options.measureCached) {
            state_->requireAsMeasured(key, reference, probe);
        }
    });
    if (!kept) {
        return std::nullopt;
    }
    return Single{.key = key, .probe = std::move(*kept), .cacheHit = true};
}

std::filesystem::path ProbeSynthesizer::path(const Single& single) const
{
    return state_->cache.path(single.key, single.probe.stimulus);
}

ProbeSynthesizer::Single ProbeSynthesizer::makeSingle(const NamedStimulus& reference,
                                                      const std::string& layer, int component,
                                                      double signedLevel,
                                                      const std::stop_token& stop)
{
    if (auto kept = findSingle(reference, layer, component, signedLevel)) {
        return std::move(*kept);
    }
    const auto& solver = state_->options.spec.solver;
    Single single{.key = keyOf(reference, layer, component, signedLevel), .probe = {}};
    const auto start = std::chrono::steady_clock::now();
    try {
        const auto& map = *state_->maps.at(layer);
        const auto point = state_->points.get(map, layer, reference, solver.type);
        auto solution = solve(solver, map, *point, component - 1, signedLevel, stop);
        single.probe = {.stimulus = std::move(solution.stimulus),
                        .sha256 = {},
                        .coordinates = std::move(solution.coordinates),
                        .levelAchieved = solution.levelAchieved,
                        .residualMax = solution.residualMax,
                        .converged = solution.converged,
                        .iterations = solution.iterations,
                        .gradientPasses = solution.gradientPasses,
                        .generationMs = millisecondsSince(start),
                        .metrics = {}};
    } catch (const c10::Error& problem) {
        rethrow(problem, "layer " + layer + ", reference " + reference.id);
    }
    single.probe.sha256 = sha256Of(single.probe.stimulus);
    single.probe.metrics = compare(reference.stimulus, single.probe.stimulus);
    try {
        state_->cache.store(single.key, single.probe);
    } catch (const IoError& problem) {
        if (!std::exchange(state_->cacheFailed, true)) {
            state_->options.warn(std::string(problem.what()) +
                                 ". Probes that cannot be stored there are still shown; free some "
                                 "space and make the folder writable, or name another folder with "
                                 "--cache");
        }
    }
    return single;
}

Probe ProbeSynthesizer::make(const ProbeRequest& request, const std::stop_token& stop)
{
    const auto start = std::chrono::steady_clock::now();
    const double signedLevel =
        request.direction == Direction::plus ? request.level : -request.level;
    std::optional<Single> best;
    const NamedStimulus* shown = nullptr;
    bool allFromCache = true;
    std::string unusable;
    for (const auto& id : request.references) {
        const auto reference = std::ranges::find(state_->references, id, &NamedStimulus::id);
        if (reference == state_->references.end()) {
            throw InvalidArgument("reference \"" + id + "\" is not in this session's set");
        }
        try {
            auto single =
                makeSingle(*reference, request.layer, request.component, signedLevel, stop);
            allFromCache = allFromCache && single.cacheHit;
            if (!best || single.probe.residualMax < best->probe.residualMax) {
                best = std::move(single);
                shown = &*reference;
            }
        } catch (const NumericError& problem) { // a picture of one colour, for example
            allFromCache = false;
            unusable += (unusable.empty() ? "" : "; ") + id + ": " + problem.what();
            continue;
        }
        if (best->probe.converged) {
            break;
        }
    }
    if (!best && !unusable.empty()) {
        throw NumericError("no reference of this trial can make a probe (" + unusable +
                           "); remove such references, or let a trial try more of them "
                           "(references_per_trial)");
    }
    if (!best) {
        throw InvalidArgument("a probe request names no reference");
    }
    return {.reference = shown->stimulus,
            .probe = std::move(best->probe.stimulus),
            .referenceId = shown->id,
            .referenceSha256 = shown->sha256,
            .probeSha256 = best->probe.sha256,
            .levelAchieved = best->probe.levelAchieved,
            .residualMax = best->probe.residualMax,
            .converged = best->probe.converged,
            .generationMs = allFromCache ? 0.0 : millisecondsSince(start),
            .cacheHit = allFromCache};
}

} // namespace mlab::stimuli
