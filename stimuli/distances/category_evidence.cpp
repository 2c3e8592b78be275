// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/distances/category_evidence.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

namespace mlab::stimuli {
namespace {

double distance(RepresentationSpace space, std::span<const float> a, std::span<const double> b)
{
    double squares = 0;
    double product = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double x = a[i];
        squares += (x - b[i]) * (x - b[i]);
        product += x * b[i];
        squaresA += x * x;
        squaresB += b[i] * b[i];
    }
    if (space != RepresentationSpace::angular) {
        return std::sqrt(squares / static_cast<double>(a.size()));
    }
    const double norms = std::sqrt(squaresA * squaresB);
    return std::acos(norms > 0 ? std::clamp(product / norms, -1.0, 1.0) : 0.0) / std::numbers::pi;
}

} // namespace

std::vector<double> evidenceOfClasses(std::span<const float> logits,
                                      const std::vector<std::vector<std::size_t>>& classes)
{
    const double greatest = std::ranges::max(logits); // no sum below can overflow
    std::vector<double> evidence;
    for (const auto& members : classes) {
        // Its own greatest: a category far below the others must not have evidence of -infinity.
        double own = -std::numeric_limits<double>::infinity();
        for (const auto index : members) {
            own = std::max(own, static_cast<double>(logits[index]));
        }
        double sum = 0;
        for (const auto index : members) {
            sum += std::exp(logits[index] - own);
        }
        evidence.push_back(own - greatest + std::log(sum / static_cast<double>(members.size())));
    }
    return evidence;
}

void CategoryMeans::add(std::size_t category, const std::string& reference,
                        std::vector<float> numbers)
{
    auto& members = members_.at(category);
    members.sum.resize(numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        members.sum[i] += numbers[i];
    }
    members.byReference[reference] = std::move(numbers);
}

std::vector<double> CategoryMeans::evidence(const std::string& reference,
                                            std::span<const float> numbers) const
{
    std::vector<double> evidence;
    for (std::size_t category = 0; category < members_.size(); ++category) {
        const auto& members = members_[category];
        const auto own = members.byReference.find(reference);
        const bool without = own != members.byReference.end();
        const auto count = members.byReference.size() - (without ? 1 : 0);
        if (count == 0) {
            throw InvalidArgument("category " + std::to_string(category + 1) +
                                  " has no natural stimulus besides " + reference +
                                  ", so that the network cannot know it: give each category two or "
                                  "more references");
        }
        auto mean = members.sum;
        for (std::size_t i = 0; i < mean.size(); ++i) {
            mean[i] = (mean[i] - (without ? own->second[i] : 0.0F)) / static_cast<double>(count);
        }
        evidence.push_back(-distance(space_, numbers, mean));
    }
    return evidence;
}

} // namespace mlab::stimuli
