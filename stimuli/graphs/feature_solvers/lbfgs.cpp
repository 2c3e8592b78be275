// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/feature_solvers/continuous_solvers.h"
#include "stimuli/numerics/line_search.h"

#include <torch/autograd.h>
#include <torch/types.h>

#include <cmath>
#include <cstddef>
#include <deque>
#include <vector>

namespace mlab::stimuli {
namespace {

using torch::Tensor;
using State = StrongWolfeSearch::State;

double innerProduct(const Tensor& a, const Tensor& b)
{
    return a.flatten().dot(b.flatten()).item<double>();
}

struct Point {
    Tensor x;
    Tensor gradient; // of the objective
    double objective = 0;
    double loss = 0;
};

Point pointAt(const GapOf& gap, const Tensor& at)
{
    const auto x = at.detach().requires_grad_();
    const auto now = gap(x);
    const auto objective = now.objective();
    return {.x = x.detach(),
            .gradient = torch::autograd::grad({objective}, {x})[0],
            .objective = objective.item<double>(),
            .loss = now.loss.item<double>()};
}

/// Steps and changes of the gradient (Nocedal & Wright 2006, Algorithm 7.4).
class Memory {
public:
    bool empty() const { return pairs_.empty(); }
    void clear() { pairs_.clear(); }

    void take(const Tensor& step, const Tensor& change)
    {
        constexpr std::size_t kPairs = 10;
        constexpr double kLeastCurvature = 1e-8; // cosine of the angle between the two
        const double curvature = innerProduct(step, change);
        if (curvature >
            kLeastCurvature * std::sqrt(innerProduct(step, step) * innerProduct(change, change))) {
            pairs_.push_back({step, change, curvature});
            if (pairs_.size() > kPairs) {
                pairs_.pop_front();
            }
        }
    }

    Tensor direction(const Tensor& gradient) const
    {
        auto out = gradient.neg();
        std::vector<double> shares(pairs_.size());
        for (std::size_t i = pairs_.size(); i-- > 0;) {
            shares[i] = innerProduct(pairs_[i].step, out) / pairs_[i].curvature;
            out.sub_(pairs_[i].change, shares[i]);
        }
        if (!pairs_.empty()) {
            const auto& newest = pairs_.back();
            out.mul_(newest.curvature / innerProduct(newest.change, newest.change));
        }
        for (std::size_t i = 0; i < pairs_.size(); ++i) {
            const auto& pair = pairs_[i];
            out.add_(pair.step, shares[i] - innerProduct(pair.change, out) / pair.curvature);
        }
        return out;
    }

private:
    struct Pair {
        Tensor step;
        Tensor change;
        double curvature;
    };
    std::deque<Pair> pairs_;
};

} // namespace

Tensor solveByGraphLbfgs(const GapOf& gap, const Tensor& start, StopRule& rule)
{
    auto at = pointAt(gap, start);
    auto best = at.x;
    Memory memory;
    while (rule.goesOn(at.loss)) {
        if (rule.isBest()) {
            best = at.x;
        }
        auto direction = memory.direction(at.gradient);
        double slope = innerProduct(direction, at.gradient);
        if (!(slope < 0)) {
            rule.end(GraphStop::noProgress);
            return best;
        }
        // Without curvature, the step that would reach 0 if the objective were a parabola.
        const double first = memory.empty() ? -2 * at.objective / slope : 1.0;
        StrongWolfeSearch search(at.objective, slope, first);
        Point next;
        State state = State::searching;
        while (state == State::searching) {
            rule.poll();
            next = pointAt(gap, at.x + search.step() * direction);
            state = search.advance(next.objective, innerProduct(next.gradient, direction));
        }
        if (state == State::failed) {
            if (memory.empty()) {
                rule.end(GraphStop::noProgress);
                return best;
            }
            memory.clear();
            continue;
        }
        memory.take(next.x - at.x, next.gradient - at.gradient);
        at = std::move(next);
    }
    return rule.isBest() ? at.x : best;
}

} // namespace mlab::stimuli
