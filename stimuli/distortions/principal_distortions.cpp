// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/distortions/principal_distortions.h"

#include "core/base/error.h"
#include "stimuli/distortions/unit_vectors.h"

#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace mlab::stimuli {
namespace {

using torch::Tensor;

constexpr int kWindow = 10; // steps over which growth is measured

double dotProduct(const Tensor& a, const Tensor& b)
{
    return torch::dot(a, b).item<double>();
}

/// A unit vector with its products A_n e, the quadratic forms e^T A_n e, and the direction in which
/// it is moved.
struct Moving {
    Tensor vector;
    std::vector<Tensor> products;
    Tensor ascent;    // tangent gradient
    Tensor direction; // tangent, conjugate to earlier ones
    std::vector<Tensor> directionProducts;

    std::size_t networks() const { return products.size(); }
    double form(std::size_t n) const { return dotProduct(vector, products[n]); }
};

// e^T A e along the great circle cos(a) e + sin(a) d, |d| = 1.
struct Circle {
    double start = 0.0, mixed = 0.0, end = 0.0; // e^T A e, e^T A d, d^T A d

    double at(double angle) const
    {
        const double c = std::cos(angle);
        const double s = std::sin(angle);
        return c * c * start + 2 * c * s * mixed + s * s * end;
    }
};

std::vector<double> logRatios(const std::array<Moving, 2>& pair)
{
    std::vector<double> ratios;
    for (std::size_t n = 0; n < pair[0].networks(); ++n) {
        const double first = pair[0].form(n);
        const double second = pair[1].form(n);
        if (!(first > 0 && second > 0)) {
            throw NumericError("network " + std::to_string(n + 1) +
                               " does not respond to a change, so that the ratio of its thresholds "
                               "is not known");
        }
        ratios.push_back(std::log(first) - std::log(second));
    }
    return ratios;
}

double varianceOf(const std::vector<double>& values)
{
    double mean = 0.0;
    for (const double value : values) {
        mean += value / static_cast<double>(values.size());
    }
    double variance = 0.0;
    for (const double value : values) {
        variance += (value - mean) * (value - mean) / static_cast<double>(values.size());
    }
    return variance;
}

// The gradient of the variance on the sphere: mean over n of 2 (r_n - mean r) u_n, u_n being the
// gradient of ln e^T A_n e; the opposite for the second vector.
Tensor ascentOf(const Moving& moving, const std::vector<double>& ratios, double sign)
{
    double mean = 0.0;
    for (const double ratio : ratios) {
        mean += ratio / static_cast<double>(ratios.size());
    }
    auto gradient = torch::zeros_like(moving.vector);
    for (std::size_t n = 0; n < moving.networks(); ++n) {
        const double weight = sign * 2 * (ratios[n] - mean) / static_cast<double>(ratios.size());
        gradient.add_(moving.products[n], 2 * weight / moving.form(n));
    }
    return gradient - dotProduct(gradient, moving.vector) * moving.vector;
}

class Ascent {
public:
    Ascent(std::span<const SymmetricProduct> products, std::int64_t size, std::uint64_t seed)
        : products_(products)
    {
        for (std::size_t i = 0; i < 2; ++i) {
            pair_[i].vector =
                randomUnitVector(size, seed, i == 0 ? "first distortion" : "second distortion");
            pair_[i].products = productsOf(pair_[i].vector);
        }
        ratios_ = logRatios(pair_);
    }

    const std::array<Moving, 2>& pair() const { return pair_; }
    double variance() const { return varianceOf(ratios_); }

    /// Computes the products afresh, which are otherwise carried along and gather rounding.
    void refresh()
    {
        for (auto& moving : pair_) {
            moving.products = productsOf(moving.vector);
        }
        ratios_ = logRatios(pair_);
    }

    /// Goes to the best place of the great circles along the conjugate gradient.
    void step()
    {
        direct();
        std::array<double, 2> speeds = {};
        std::array<std::vector<Circle>, 2> circles;
        for (std::size_t i = 0; i < 2; ++i) {
            auto& moving = pair_[i];
            speeds[i] = moving.direction.norm().item<double>();
            if (speeds[i] == 0) {
                moving.directionProducts.assign(moving.networks(),
                                                torch::zeros_like(moving.vector));
            } else {
                moving.directionProducts = productsOf(moving.direction / speeds[i]);
            }
            for (std::size_t n = 0; n < moving.networks(); ++n) {
                circles[i].push_back(
                    {.start = moving.form(n),
                     .mixed = dotProduct(moving.vector, moving.directionProducts[n]),
                     .end = speeds[i] == 0
                                ? 0.0
                                : dotProduct(moving.direction, moving.directionProducts[n]) /
                                      speeds[i]});
            }
        }
        const double fastest = std::max(speeds[0], speeds[1]);
        if (fastest == 0) {
            return;
        }
        const double length = bestLength(circles, speeds, fastest);
        for (std::size_t i = 0; i < 2; ++i) {
            move(pair_[i], speeds[i], speeds[i] * length);
        }
        ratios_ = logRatios(pair_);
    }

private:
    std::vector<Tensor> productsOf(const Tensor& vector) const
    {
        std::vector<Tensor> all;
        for (const auto& product : products_) {
            all.push_back(product(vector));
        }
        return all;
    }

    // Polak and Ribiere's conjugate direction, started afresh where it would not ascend.
    void direct()
    {
        double now = 0.0;
        double change = 0.0;
        double before = 0.0;
        std::array<Tensor, 2> ascents;
        for (std::size_t i = 0; i < 2; ++i) {
            ascents[i] = ascentOf(pair_[i], ratios_, i == 0 ? 1.0 : -1.0);
            now += dotProduct(ascents[i], ascents[i]);
            if (pair_[i].ascent.defined()) {
                change += dotProduct(ascents[i], ascents[i] - pair_[i].ascent);
                before += dotProduct(pair_[i].ascent, pair_[i].ascent);
            }
        }
        const double conjugate = before > 0 ? std::max(0.0, change / before) : 0.0;
        double rise = now;
        for (std::size_t i = 0; i < 2; ++i) {
            auto& moving = pair_[i];
            const auto old =
                moving.direction.defined() ? moving.direction : torch::zeros_like(moving.vector);
            moving.ascent = ascents[i];
            moving.direction = moving.ascent + conjugate * old;
            moving.direction -= dotProduct(moving.direction, moving.vector) * moving.vector;
            rise += dotProduct(moving.direction, moving.ascent) -
                    dotProduct(moving.ascent, moving.ascent);
        }
        if (!(rise > 0)) {
            for (auto& moving : pair_) {
                moving.direction = moving.ascent;
            }
        }
    }

    static double bestLength(const std::array<std::vector<Circle>, 2>& circles,
                             const std::array<double, 2>& speeds, double fastest)
    {
        const auto varianceAt = [&](double length) {
            std::vector<double> ratios;
            for (std::size_t n = 0; n < circles[0].size(); ++n) {
                const double first = circles[0][n].at(speeds[0] * length);
                const double second = circles[1][n].at(speeds[1] * length);
                if (!(first > 0 && second > 0)) {
                    return -1.0; // rounding: no place to go to
                }
                ratios.push_back(std::log(first) - std::log(second));
            }
            return varianceOf(ratios);
        };
        // A quarter turn of the faster vector, in steps of a factor of 1.5.
        constexpr int kPlaces = 40;
        constexpr double kFactor = 1.5;
        double best = 0.0;
        double most = varianceAt(0.0);
        double length = std::numbers::pi / 2 / fastest;
        for (int i = 0; i < kPlaces; ++i, length /= kFactor) {
            if (const double variance = varianceAt(length); variance > most) {
                most = variance;
                best = length;
            }
        }
        // Golden section between its neighbours.
        double low = best / kFactor;
        double high = best * kFactor;
        const double share = std::numbers::phi - 1;
        for (int i = 0; i < 40; ++i) {
            const double left = high - share * (high - low);
            const double right = low + share * (high - low);
            (varianceAt(left) > varianceAt(right) ? high : low) =
                varianceAt(left) > varianceAt(right) ? right : left;
        }
        const double middle = (low + high) / 2;
        return varianceAt(middle) > most ? middle : best;
    }

    // The products move with the vector; the direction and the gradient turn with the circle.
    static void move(Moving& moving, double speed, double angle)
    {
        if (speed == 0) {
            return;
        }
        const double c = std::cos(angle);
        const double s = std::sin(angle);
        const auto way = moving.direction / speed;
        const auto start = moving.vector;
        moving.vector = c * start + s * way;
        for (std::size_t n = 0; n < moving.networks(); ++n) {
            moving.products[n] = c * moving.products[n] + s * moving.directionProducts[n];
        }
        const double along = dotProduct(moving.ascent, way);
        moving.ascent = moving.ascent + (c - 1) * along * way - s * along * start;
        moving.direction = speed * (c * way - s * start);
        const double length = moving.vector.norm().item<double>(); // 1 but for rounding
        moving.vector /= length;
        for (auto& product : moving.products) {
            product /= length;
        }
    }

    std::span<const SymmetricProduct> products_;
    std::array<Moving, 2> pair_;
    std::vector<double> ratios_;
};

} // namespace

PrincipalDistortions principalDistortions(std::span<const SymmetricProduct> products,
                                          std::int64_t size, const PrincipalOptions& options,
                                          const std::stop_token& stop)
{
    if (products.size() < 2) {
        throw InvalidArgument("principal distortions compare two or more networks");
    }
    const torch::NoGradGuard noGradients;
    Ascent ascent(products, size, options.seed);
    std::vector<double> variances = {ascent.variance()};
    PrincipalDistortions found;
    for (; found.steps < options.mostSteps && !found.converged; ++found.steps) {
        if (stop.stop_requested()) {
            throw Cancelled();
        }
        constexpr int kStepsWithoutProducts = 50;
        if (found.steps % kStepsWithoutProducts == 0 && found.steps > 0) {
            ascent.refresh();
        }
        ascent.step();
        variances.push_back(ascent.variance());
        const auto done = variances.size();
        if (done <= kWindow) {
            found.growth = 1.0;
        } else if (variances.back() > 0) {
            found.growth = (variances.back() - variances[done - 1 - kWindow]) / variances.back();
        } else {
            throw NumericError("the networks respond alike to every change that was tried, so that "
                               "no change tells them apart; compare other layers or models");
        }
        found.converged = found.growth <= options.tolerance;
    }
    found.variance = variances.back();
    auto pair = ascent.pair();
    // Which of the two is first is a matter of the start; the first network decides.
    const auto ratios = logRatios(pair);
    double mean = 0.0;
    for (const double ratio : ratios) {
        mean += ratio / static_cast<double>(ratios.size());
    }
    if (ratios.front() < mean) {
        std::swap(pair[0], pair[1]);
    }
    for (std::size_t n = 0; n < products.size(); ++n) {
        found.sensitivities.push_back({pair[0].form(n), pair[1].form(n)});
    }
    for (std::size_t i = 0; i < 2; ++i) {
        found.vectors[i] = withLargestPositive(pair[i].vector);
    }
    return found;
}

} // namespace mlab::stimuli
