// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/representations/representation_maker.h"

#include "core/base/error.h"
#include "stimuli/basis/coordinates.h"
#include "stimuli/basis/kept_bases.h"
#include "stimuli/catalog/model_info.h"
#include "stimuli/models/model.h"
#include "stimuli/representations/unit_deviations.h"
#include "stimuli/sources/stimulus_sources.h"
#include "stimuli/tensors/compute.h"
#include "stimuli/tensors/stimulus_tensor.h"
#include "stimuli/tensors/torch_errors.h"

#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <cmath>
#include <list>
#include <map>
#include <numbers>
#include <sstream>
#include <utility>

namespace mlab::stimuli {
namespace {

using Space = RepresentationSpace;
using torch::Tensor;

/// How the activations of a layer become the numbers of a space.
struct View {
    Space space = Space::standardised;
    std::size_t layer = 0;                      ///< index into the layers that are computed
    std::unique_ptr<CoordinateMap> coordinates; ///< gram
    Tensor units;   ///< standardised: the indices of those whose SD is not 0, unless it is all
    Tensor inverse; ///< standardised: 1 / SD of these
};

// The places of the units that vary, and one over their SDs.
void standardise(View& view, const std::vector<float>& deviations, const std::string& layer)
{
    std::vector<std::int64_t> units;
    std::vector<float> inverse;
    for (std::size_t i = 0; i < deviations.size(); ++i) {
        if (deviations[i] > 0) {
            units.push_back(static_cast<std::int64_t>(i));
            inverse.push_back(1 / deviations[i]);
        }
    }
    if (units.empty()) {
        throw InvalidArgument(
            "layer " + layer +
            " does not vary over the basis's pool, so that it has no SDs for the "
            "space standardised; choose another layer or space, or a larger pool");
    }
    if (units.size() < deviations.size()) {
        view.units = torch::tensor(at::ArrayRef<std::int64_t>(units));
    }
    view.inverse = torch::tensor(at::ArrayRef<float>(inverse));
}

// @param activations [1, channels, ...]
Tensor seenIn(const View& view, const Tensor& activations)
{
    switch (view.space) {
    case Space::features:
    case Space::angular:
    case Space::logits:
        return activations.flatten().cpu();
    case Space::standardised: {
        const auto all = activations.flatten().cpu();
        return (view.units.defined() ? all.index_select(0, view.units) : all) * view.inverse;
    }
    case Space::gram:
        return view.coordinates->ofActivations(activations[0].reshape({activations.size(1), -1}));
    case Space::pooled:
        return activations[0].reshape({activations.size(1), -1}).mean(1).cpu();
    }
    throw InternalError("a space without numbers");
}

// The Euclidean norm, summed in doubles without a copy.
double wideNorm(const Tensor& values)
{
    return at::linalg_vector_norm(values, 2, {}, /*keepdim=*/false, torch::kFloat64).item<double>();
}

// arccos(cosine) / pi, in a form that is also exact for small angles (Kahan 2006). A representation
// of zeros has no direction: it is a right angle away from all others.
double angle(const Tensor& a, const Tensor& b)
{
    const double normA = wideNorm(a);
    const double normB = wideNorm(b);
    if (normA == 0 || normB == 0) {
        return normA == normB ? 0.0 : 0.5;
    }
    // A loop, because whole tensors of doubles take ten times as long.
    const auto x = a.to(torch::kFloat32).contiguous();
    const auto y = b.to(torch::kFloat32).contiguous();
    const auto* const ofA = x.data_ptr<float>();
    const auto* const ofB = y.data_ptr<float>();
    const double perA = 1 / normA;
    const double perB = 1 / normB;
    double apart = 0.0;
    double together = 0.0;
    for (std::int64_t i = 0; i < x.numel(); ++i) {
        const double u = ofA[i] * perA;
        const double v = ofB[i] * perB;
        apart += (u - v) * (u - v);
        together += (u + v) * (u + v);
    }
    return 2 / std::numbers::pi * std::atan2(std::sqrt(apart), std::sqrt(together));
}

// Differences of floats, squared and summed in doubles. A loop, as in angle().
double difference(const Tensor& a, const Tensor& b)
{
    const auto x = a.to(torch::kFloat32).contiguous();
    const auto y = b.to(torch::kFloat32).contiguous();
    const auto* const ofA = x.data_ptr<float>();
    const auto* const ofB = y.data_ptr<float>();
    double squares = 0.0;
    for (std::int64_t i = 0; i < x.numel(); ++i) {
        const double apart = double{ofA[i]} - double{ofB[i]};
        squares += apart * apart;
    }
    return std::sqrt(squares);
}

RepresentationDistance between(Space space, const Tensor& a, const Tensor& b)
{
    const auto units = static_cast<int>(a.numel());
    if (space == Space::angular) {
        return {.delta = angle(a, b), .units = units};
    }
    const double length = a.scalar_type() == torch::kFloat64 ? wideNorm(a - b) : difference(a, b);
    return {.delta = length / std::sqrt(static_cast<double>(units)), .units = units};
}

} // namespace

struct RepresentationMaker::State {
    using Seen = std::vector<Tensor>; ///< one for each view, on the host

    const Seen& of(const Stimulus& stimulus);
    Seen computed(const Stimulus& stimulus) const;
    Tensor input(const Stimulus& stimulus) const;

    StimulusFormat given;
    StimulusFormat seen;
    std::unique_ptr<Model> model;
    std::vector<std::string> layers;
    std::vector<View> views;
    std::list<std::pair<std::string, Seen>> last; ///< by the stimulus's hash, the latest first
};

// The stimulus as the model takes it, [1, ...].
Tensor RepresentationMaker::State::input(const Stimulus& stimulus) const
{
    const auto values = toTensor(stimulus).unsqueeze(0);
    const auto form = blankStimulus(given);
    if (values.sizes() != form.sizes()) {
        std::ostringstream found;
        found << values.sizes() << " instead of " << form.sizes();
        throw InvalidArgument("a stimulus does not have the form of the others, " +
                              describe(given) + ": its shape is " + found.str());
    }
    if (seen == given) {
        return model->toDevice(values);
    }
    // Not rounded to 8 bits again: rounding would hide small differences.
    const auto side = std::get<ImageFormat>(seen).sizePx;
    return model->toDevice(
        at::_upsample_bicubic2d_aa(values, {side, side}, /*align_corners=*/false).clamp_(0, 1));
}

RepresentationMaker::State::Seen
RepresentationMaker::State::computed(const Stimulus& stimulus) const
{
    const OneThread sameOrder;
    try {
        const torch::NoGradGuard noGradients;
        const auto activations = model->activationsOf(input(stimulus), layers);
        Seen all;
        for (const auto& view : views) {
            all.push_back(seenIn(view, activations[view.layer]));
            // A sum that is finite has finite terms.
            if (!std::isfinite(all.back().sum(torch::kFloat64).item<double>())) {
                throw NumericError("layer " + layers[view.layer] + " of model " +
                                   model->info().name + " gives a number that is not finite");
            }
        }
        return all;
    } catch (const c10::Error& problem) {
        rethrow(problem, "model " + model->info().name);
    }
}

const RepresentationMaker::State::Seen& RepresentationMaker::State::of(const Stimulus& stimulus)
{
    constexpr std::int64_t kMostNumbers = std::int64_t{64} << 20U; // 256 MB
    const auto hash = sha256Of(stimulus);
    const auto found = std::ranges::find(last, hash, &std::pair<std::string, Seen>::first);
    if (found != last.end()) {
        last.splice(last.begin(), last, found);
    } else {
        last.emplace_front(hash, computed(stimulus));
        std::int64_t numbers = 1; // not 0 where nothing is wanted
        for (const auto& one : last.front().second) {
            numbers += one.numel();
        }
        const auto kept =
            static_cast<std::size_t>(std::max<std::int64_t>(2, kMostNumbers / numbers));
        while (last.size() > kept) {
            last.pop_back();
        }
    }
    return last.front().second;
}

RepresentationMaker::RepresentationMaker(const RepresentationOptions& options,
                                         const Progress& progress, const std::stop_token& stop)
    : state_(std::make_unique<State>())
{
    const auto info = modelInfo(options.model); // before anything is loaded
    state_->given = options.format;
    state_->seen = nearestFormat(info, options.format);
    std::map<Space, std::vector<std::string>> layersOf;
    for (const auto& wanted : options.wanted) {
        const auto layer = representedLayer(info, wanted);
        auto place = std::ranges::find(state_->layers, layer);
        if (place == state_->layers.end()) {
            place = state_->layers.insert(place, layer);
        }
        state_->views.emplace_back();
        state_->views.back().space = wanted.space;
        state_->views.back().layer = static_cast<std::size_t>(place - state_->layers.begin());
        layersOf[wanted.space].push_back(layer);
    }
    try {
        state_->model = makeModel(options.model, state_->seen, options.compute);
        const bool needsPool =
            layersOf.contains(Space::gram) || layersOf.contains(Space::standardised);
        const BasisRequest pool{.model = *state_->model,
                                .spec = options.basis,
                                .format = state_->seen,
                                .poolSha256 =
                                    needsPool ? poolHash(options.basis.pool, state_->seen) : "",
                                .cacheFolder = options.cacheFolder,
                                .warn = options.warn};
        const auto bases = loadOrFitBases(pool, layersOf[Space::gram], progress, stop);
        const auto deviations =
            loadOrMeasureDeviations(pool, layersOf[Space::standardised], progress, stop);
        for (auto& view : state_->views) {
            const auto& layer = state_->layers[view.layer];
            if (view.space == Space::gram) {
                view.coordinates = std::make_unique<CoordinateMap>(*state_->model, bases.at(layer));
            } else if (view.space == Space::standardised) {
                standardise(view, deviations.at(layer), layer);
            }
        }
    } catch (const c10::Error& problem) {
        rethrow(problem, "starting the model");
    }
}

RepresentationMaker::~RepresentationMaker() = default;

const ModelInfo& RepresentationMaker::model() const
{
    return state_->model->info();
}

const StimulusFormat& RepresentationMaker::seen() const
{
    return state_->seen;
}

std::vector<std::vector<float>> RepresentationMaker::represent(const Stimulus& stimulus)
{
    std::vector<std::vector<float>> all;
    for (const auto& numbers : state_->of(stimulus)) {
        const auto narrow = numbers.to(torch::kFloat32).contiguous();
        all.emplace_back(narrow.data_ptr<float>(), narrow.data_ptr<float>() + narrow.numel());
    }
    return all;
}

std::vector<RepresentationDistance> RepresentationMaker::distances(const Stimulus& a,
                                                                   const Stimulus& b)
{
    const auto first = state_->of(a); // a copy: the next call may forget it
    const auto& second = state_->of(b);
    const OneThread sameOrder;
    std::vector<RepresentationDistance> all;
    for (std::size_t v = 0; v < state_->views.size(); ++v) {
        all.push_back(between(state_->views[v].space, first[v], second[v]));
    }
    return all;
}

} // namespace mlab::stimuli
