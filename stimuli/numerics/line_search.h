// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace mlab::stimuli {

/// A line search for the strong Wolfe conditions (Nocedal & Wright 2006, Algorithms 3.5 and 3.6)
/// that receives values instead of calling a function, so that many searches share each evaluation:
///
///     while (search.advance(value(search.step()), slope(search.step())) == searching) {}
///
/// A value that is not finite counts as too high. Where no step satisfies the curvature condition
/// within the search's evaluations (possible at a kink), the best step of sufficient decrease is
/// accepted, after being evaluated once more.
class StrongWolfeSearch {
public:
    static constexpr double kDecrease = 1e-4; ///< c1
    static constexpr double kCurvature = 0.9; ///< c2
    static constexpr int kMaxEvaluations = 20;

    enum class State { searching, accepted, failed };

    StrongWolfeSearch() = default;
    /// @param value,slope of the function along the line at step 0; the slope must be negative
    StrongWolfeSearch(double value, double slope, double firstStep);

    /// Where the function is to be evaluated next, or what was accepted.
    double step() const { return step_; }
    /// Takes value and slope at step().
    State advance(double value, double slope);

private:
    struct Point {
        double step = 0.0;
        double value = 0.0;
        double slope = 0.0;
    };
    bool tooHigh(const Point& point) const;
    State zoom();

    Point start_;
    Point low_;  // bracketing: the trial before; zooming: the best so far
    Point high_; // zooming only
    double step_ = 0.0;
    int evaluations_ = 0;
    bool zooming_ = false;
    bool settling_ = false; // step() is accepted once it has been evaluated
};

} // namespace mlab::stimuli
