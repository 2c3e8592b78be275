// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/comparison/layer_choice.h"

#include "core/base/error.h"
#include "core/base/random_stream.h"

#include <cstddef>
#include <utility>

namespace mlab {
namespace {

constexpr std::size_t kFewestPeople = 4;

std::vector<std::optional<double>> correlations(const PeopleThresholds& people,
                                                std::span<const ModelThresholds> layers)
{
    std::vector<std::optional<double>> out;
    for (const auto& layer : layers) {
        out.push_back(thresholdAgreement(people, layer).r);
    }
    return out;
}

} // namespace

std::optional<LayerChoice> chooseLayer(const PeopleThresholds& people,
                                       std::span<const ModelThresholds> layers, int splits,
                                       std::uint64_t seed)
{
    if (layers.empty() || splits < 1) {
        throw InvalidArgument("the choice of a layer needs layers and splits of the participants");
    }
    const std::size_t participants = people.logThresholds.size();
    if (participants < kFewestPeople) {
        return std::nullopt;
    }
    std::vector<double> chosen(layers.size(), 0.0);
    double sum = 0.0;
    int choices = 0;
    for (int split = 0; split < splits; ++split) {
        RandomStream random(seed, "layer choice", static_cast<std::uint64_t>(split));
        const auto order = random.permutation(participants);
        const std::span<const std::size_t> shuffled(order);
        const auto first =
            correlations(participantsOf(people, shuffled.first(participants / 2)), layers);
        const auto second =
            correlations(participantsOf(people, shuffled.subspan(participants / 2)), layers);
        const auto choose = [&](const auto& by, const auto& scored) {
            std::optional<std::size_t> best;
            for (std::size_t i = 0; i < by.size(); ++i) {
                if (by[i] && scored[i] && (!best || *by[i] > *by[*best])) {
                    best = i;
                }
            }
            if (best) {
                chosen[*best] += 1;
                sum += *scored[*best];
                ++choices;
            }
        };
        choose(first, second);
        choose(second, first);
    }
    if (choices == 0) {
        return std::nullopt;
    }
    for (auto& share : chosen) {
        share /= choices;
    }
    return LayerChoice{.shares = std::move(chosen), .r = sum / choices};
}

} // namespace mlab
