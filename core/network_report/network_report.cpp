// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network_report/network_report.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/fits/group_statistics.h"
#include "core/network_report/compared_people.h"
#include "core/network_report/yoked_answers.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace mlab {
namespace {

constexpr std::uint64_t kSeed = 1; // the same report every time

std::vector<NoiseTrial> asOneGroup(std::vector<NoiseTrial> trials)
{
    for (auto& trial : trials) {
        trial.group = 0;
    }
    return trials;
}

/// A fit, and what is reported of it.
struct FittedNoise {
    LayerNoise noise;
    NoiseParameters parameters; ///< with a sigma for each eccentricity
    std::vector<std::optional<double>> sigmas;
};

FittedNoise fitted(const std::vector<NoiseTrial>& trials, const NoiseModel& model,
                   std::size_t eccentricities)
{
    const auto together = asOneGroup(trials);
    const auto one = fitNoise(together, model);
    const auto each = eccentricities > 1 ? fitNoise(trials, model) : one;
    return {.noise = {.trials = one.trials,
                      .sigma = one.sigma.front(),
                      .sigma95 = sigmaInterval(together, model, one, 0),
                      .exponent = one.best.exponent,
                      .lapse = one.best.lapse,
                      .logLikelihood = each.logLikelihood,
                      .predictedLogLikelihood = {},
                      .explained = {}},
            .parameters = each.best,
            .sigmas = each.sigma};
}

/// The work on one layer.
class LayerWork {
public:
    LayerWork(const NetworkData& data, const ComparedLayer& layer, const ComparedPeople& study)
        : data_(data), layer_(layer), study_(study), yoked_(data.participants.size()),
          items_(data.participants.size())
    {
        out.participants.resize(data.participants.size());
    }

    LayerReport out;

    /// One observer for all participants, and the thresholds that follow.
    void fitAll()
    {
        guarded([&] {
            std::vector<NoiseTrial> trials;
            for (const auto& participant : data_.participants) {
                const auto own = layerTrials(data_, layer_, participant, study_.eccentricity);
                trials.insert(trials.end(), own.begin(), own.end());
            }
            growth_ = growthOf(data_, layer_);
            auto all = fitted(trials, noiseModelOf(layer_), study_.eccentricitiesDeg.size());
            out.noise = all.noise;
            out.sigmas = std::move(all.sigmas);
            out.sigmas.resize(study_.eccentricitiesDeg.size());
            predict(all.parameters);
        });
    }

    void fitOne(std::size_t participant)
    {
        guarded([&] {
            const auto& own = data_.participants[participant];
            const auto trials = layerTrials(data_, layer_, own, study_.eccentricity);
            const auto model = noiseModelOf(layer_);
            auto one = fitted(trials, model, study_.eccentricitiesDeg.size());
            if (const auto& folds = study_.folds[participant]; !folds.empty()) {
                one.noise.predictedLogLikelihood =
                    crossValidatedLogLikelihood(trials, model, folds);
                one.noise.explained = explainedLikelihood(*one.noise.predictedLogLikelihood,
                                                          study_.bounds[participant]);
            }
            const auto& people = study_.probabilities[participant];
            auto& reported = out.participants[participant];
            reported.noise = one.noise;
            yoked_[participant] =
                yokedAnswers(data_, layer_, own, trials, people, growth_, one.parameters);
            reported.kappa = errorConsistency(yoked_[participant]).kappa;
            reported.conditionalKappa = conditionalKappa(yoked_[participant]);
            items_[participant] = itemTrials(layer_, own, people, growth_);
            if (!items_[participant].empty()) {
                reported.items = itemEffect(items_[participant]);
            }
        });
    }

    /// What needs all participants.
    void pool(const LikelihoodBounds& allBounds)
    {
        guarded([&] {
            double predicted = 0.0;
            bool any = false;
            out.noise.logLikelihood = 0.0; // as the predicted one, of a fit to each participant
            std::vector<YokedTrial> yoked;
            std::vector<ItemTrial> items;
            for (std::size_t p = 0; p < out.participants.size(); ++p) {
                const auto& own = out.participants[p].noise;
                out.noise.logLikelihood += own.logLikelihood;
                predicted += own.predictedLogLikelihood.value_or(0.0);
                any = any || own.predictedLogLikelihood;
                yoked.insert(yoked.end(), yoked_[p].begin(), yoked_[p].end());
                for (auto item : items_[p]) {
                    item.cell += p * data_.dimensions.size(); // participants' references differ
                    items.push_back(item);
                }
            }
            if (any) {
                out.noise.predictedLogLikelihood = predicted;
                out.noise.explained = explainedLikelihood(predicted, allBounds);
            }
            out.kappa = errorConsistency(yoked).kappa;
            out.conditionalKappa = conditionalKappa(yoked);
            out.kappas95 =
                bootstrapConsistency(yoked, {.samples = kBootstrapSamples, .seed = kSeed});
            out.decisions = decisionCorrelation(yoked);
            if (!items.empty()) {
                out.items = itemEffect(items);
            }
        });
    }

private:
    // The other layers are still computed.
    template <typename Work> void guarded(const Work& work)
    {
        if (!out.problem.empty()) {
            return;
        }
        try {
            work();
        } catch (const InvalidArgument& problem) {
            out.problem = problem.what();
        }
    }

    void predict(const NoiseParameters& noise)
    {
        const auto curve = curveOf(data_.task, layer_, noise);
        // Of same-different, people's share is of both kinds of trials.
        const double shareOfDifferent = data_.task == Task::sameDifferent
                                            ? 2 * study_.share - (1 - noise.falseAlarm)
                                            : study_.share;
        for (std::size_t k = 0; k < data_.dimensions.size(); ++k) {
            out.predicted.emplace_back();
            out.functions.emplace_back();
            out.slopes.emplace_back();
            if (!growth_[k]) {
                continue;
            }
            const PredictedFunction function(*growth_[k], curve,
                                             noise.sigmaOf(study_.eccentricity[k]), noise.exponent);
            const auto share = countedShare(function, noise);
            if (data_.ofWholeMetamers()) {
                out.predicted.back() = dPrimeFromProportionCorrect(data_.decisionModel, share(1.0));
                continue;
            }
            out.predicted.back() = function.logThreshold(shareOfDifferent);
            out.slopes.back() = function.weibullSlope(function(0.0));
            out.functions.back() = share;
        }
    }

    // As people's answers are counted: with lapses, and of same-different in both kinds of trials.
    std::function<double(double)> countedShare(PredictedFunction function,
                                               const NoiseParameters& noise) const
    {
        const double guessed = noise.lapse * chanceOf(data_.decisionModel);
        const bool both = data_.task == Task::sameDifferent;
        return [function = std::move(function), guessed, both, lapse = noise.lapse,
                ofSame = 1 - noise.falseAlarm](double level) {
            const double attentive = both ? (function(level) + ofSame) / 2 : function(level);
            return (1 - lapse) * attentive + guessed;
        };
    }

    const NetworkData& data_;
    const ComparedLayer& layer_;
    const ComparedPeople& study_;
    LayerGrowth growth_;
    std::vector<std::vector<YokedTrial>> yoked_; ///< by participant
    std::vector<std::vector<ItemTrial>> items_;
};

/// People's Weibull slopes: geometric means over the participants whose data determine them.
std::vector<std::optional<double>> slopesOf(const NetworkData& data, const ThresholdReport* people)
{
    std::vector<std::optional<double>> out;
    if (people == nullptr) {
        out.resize(data.dimensions.size());
        return out;
    }
    for (const auto& dimension : people->group) {
        out.push_back(
            dimension.logWidth
                ? std::optional(
                      1 / reportSigmoid().standard(1.0, std::exp(dimension.logWidth->mean)).scale)
                : std::nullopt);
    }
    return out;
}

ModelThresholds thresholdsOf(const LayerReport& layer)
{
    return {.logThresholds = layer.predicted, .errorVariance = 0.0};
}

/// A single participant has no ceiling, and then nothing is normalised.
void dropNormalised(LayerReport& layer)
{
    layer.agreement.normalisedR.reset();
    layer.intervals.normalisedR.reset();
}

/// A difference of d' is no ratio, and so has no decibels.
void dropDecibels(LayerReport& layer)
{
    layer.agreement.residualDb.reset();
    layer.intervals.residualDb.reset();
}

void compareThresholds(NetworkReport& report, const NetworkData& data,
                       const ThresholdReport* people, unsigned threads)
{
    const BootstrapSettings settings{
        .samples = kBootstrapSamples, .seed = kSeed, .threads = threads};
    const auto slopes = slopesOf(data, people);
    std::vector<std::size_t> usable;
    std::vector<ModelThresholds> models;
    for (std::size_t i = 0; i < report.layers.size(); ++i) {
        if (report.layers[i].problem.empty()) {
            usable.push_back(i);
            models.push_back(thresholdsOf(report.layers[i]));
        }
    }
    const auto all = bootstrapAgreement(report.people, models, settings);
    for (std::size_t m = 0; m < models.size(); ++m) {
        auto& layer = report.layers[usable[m]];
        layer.agreement = thresholdAgreement(report.people, models[m]);
        layer.intervals = all.models[m];
        layer.p = agreementP(report.people, models[m], kSeed);
        layer.slopeRatio = slopeRatio(slopes, layer.slopes);
        if (report.participants.size() < 2) {
            dropNormalised(layer);
        }
        if (data.ofWholeMetamers()) {
            dropDecibels(layer);
        }
    }
    for (std::size_t p = 0; p < report.participants.size(); ++p) {
        const auto one = participantsOf(report.people, std::vector{p});
        const auto intervals = bootstrapAgreement(one, models, settings);
        for (std::size_t m = 0; m < models.size(); ++m) {
            auto& own = report.layers[usable[m]].participants[p];
            own.r = thresholdAgreement(one, models[m]).r;
            own.r95 = intervals.models[m].r;
        }
    }
}

std::vector<ModelChoice> choicesOf(const NetworkData& data, const NetworkReport& report)
{
    std::vector<ModelChoice> out;
    for (std::size_t i = 0; i < data.layers.size(); ++i) {
        if (data.layers[i].baseline || !report.layers[i].problem.empty()) {
            continue;
        }
        auto model = std::ranges::find(out, data.layers[i].model, &ModelChoice::model);
        if (model == out.end()) {
            out.push_back({.model = data.layers[i].model, .layers = {}, .choice = {}, .best = i});
            model = std::prev(out.end());
        }
        model->layers.push_back(i);
    }
    for (auto& model : out) {
        if (model.layers.size() < 2) {
            continue;
        }
        std::vector<ModelThresholds> layers;
        for (const auto i : model.layers) {
            layers.push_back(thresholdsOf(report.layers[i]));
        }
        model.choice = chooseLayer(report.people, layers, kSplits, kSeed);
        if (model.choice) {
            const auto most = std::ranges::max_element(model.choice->shares);
            model.best =
                model.layers[static_cast<std::size_t>(most - model.choice->shares.begin())];
        }
    }
    return out;
}

std::vector<NetworkDifference> differencesOf(const NetworkReport& report, unsigned threads)
{
    std::vector<ModelThresholds> best;
    for (const auto& model : report.models) {
        best.push_back(thresholdsOf(report.layers[model.best]));
    }
    const auto all = bootstrapAgreement(
        report.people, best, {.samples = kBootstrapSamples, .seed = kSeed, .threads = threads});
    std::vector<NetworkDifference> out;
    for (const auto& difference : all.differences) {
        out.push_back({.first = report.models[difference.first].model,
                       .second = report.models[difference.second].model,
                       .p = difference.p,
                       .adjustedP = difference.adjustedP});
    }
    return out;
}

void requireUsable(const NetworkData& data)
{
    const bool trials = std::ranges::any_of(
        data.participants, [](const auto& participant) { return !participant.trials.empty(); });
    if (!trials || data.layers.empty()) {
        throw InvalidArgument("design " + data.designName +
                              " has no trials or no layers to compare");
    }
}

} // namespace

LogThresholds meanSensitivities(const NetworkReport& report)
{
    LogThresholds out;
    for (std::size_t k = 0; k < report.people.groups.size(); ++k) {
        std::vector<double> values;
        for (const auto& own : report.people.logThresholds) {
            if (own[k]) {
                values.push_back(*own[k]);
            }
        }
        const auto mean = meanOf(values);
        out.push_back(mean ? std::optional(mean->mean) : std::nullopt);
    }
    return out;
}

NetworkReport computeNetworkReport(const NetworkData& given, const ThresholdReport* people,
                                   unsigned threads,
                                   const std::function<void(int done, int total)>& progress)
{
    requireUsable(given);
    auto data = given;
    std::erase_if(data.participants, [](const auto& one) { return one.trials.empty(); });
    const auto participants = data.participants.size();
    const auto layers = data.layers.size();
    ComparedPeople study(data, people);
    std::vector<LayerWork> work;
    for (const auto& layer : data.layers) {
        work.emplace_back(data, layer, study);
    }
    const auto total = static_cast<int>(participants + 3 * layers);
    int before = 0;
    const auto run = [&](std::size_t count, const std::function<void(std::size_t)>& one) {
        inParallel(
            static_cast<int>(count), threads, [&](int i) { one(static_cast<std::size_t>(i)); },
            [&](int done, int /*all*/) {
                if (progress) {
                    progress(before + done, total);
                }
            });
        before += static_cast<int>(count);
    };
    run(participants, [&](std::size_t p) { study.fit(p); });
    run(layers, [&](std::size_t i) { work[i].fitAll(); });
    // A layer's participants follow one another, so that no two threads write to one problem.
    run(layers, [&](std::size_t i) {
        for (std::size_t p = 0; p < participants; ++p) {
            work[i].fitOne(p);
        }
    });

    NetworkReport out{.participants = {},
                      .eccentricitiesDeg = study.eccentricitiesDeg,
                      .people = study.people,
                      .means = meanThresholds(study.people),
                      .splitHalf = splitHalfReliability(study.people, kSplits, kSeed),
                      .ceiling = noiseCeiling(study.people),
                      .bounds = study.bounds,
                      .allBounds = {},
                      .layers = {},
                      .models = {},
                      .differences = {}};
    for (const auto& participant : data.participants) {
        out.participants.push_back(participant.id);
    }
    for (const auto& bounds : study.bounds) {
        out.allBounds += bounds;
    }
    run(layers, [&](std::size_t i) { work[i].pool(out.allBounds); });
    for (auto& layer : work) {
        out.layers.push_back(std::move(layer.out));
    }
    compareThresholds(out, data, people, threads);
    out.models = choicesOf(data, out);
    out.differences = differencesOf(out, threads);
    return out;
}

} // namespace mlab
