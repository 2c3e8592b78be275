// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fits/psychometric_grid.h"

#include "core/base/error.h"
#include "core/fits/beta_binomial.h"
#include "core/fits/psychometric_fit.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <utility>

namespace mlab {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
// Nats below the highest density: beyond lie 2e-5 of the mass of a normal density in five
// dimensions.
constexpr double kNegligible = 15.0;
constexpr double kSupport = 1e-5; // of the mass

// The log likelihood of one count for all values of eta at once, less its largest value, as a
// function of logit(p). It is smooth on that scale for every count, so that four-point
// interpolation replaces the gamma functions. Nodes are computed when they are first needed.
class LikelihoodTable {
public:
    LikelihoodTable(const LevelCounts& count, std::span<const double> eta)
        : count_(count), cells_(eta.size())
    {
        // The fourth derivative is about a tenth of the number of trials; this keeps the error of
        // interpolation near 1e-5.
        step_ = std::clamp(std::pow(4e-3 / count.total, 0.25), 2 * kReach / 8192, 0.1);
        perNode_ = 1 / step_;
        const auto nodes = static_cast<std::size_t>(2 * kReach / step_) + 3;
        last_ = static_cast<double>(nodes - 3);
        table_.resize(nodes * cells_);
        ready_.resize(nodes, 0);
        const double p = count.correct / count.total;
        for (const double value : eta) {
            nu_.push_back(betaPrecision(value));
            highest_.push_back(
                betaBinomialLogLikelihood(count.correct, count.total, p, nu_.back()));
        }
    }

    const std::vector<double>& highest() const { return highest_; }

    void addTo(float* __restrict sums, double p)
    {
        // In nodes; certain answers stay at the ends of the table. Written so that the index is
        // within the table whatever p is.
        const double position =
            std::min(std::max(1.0, (std::log(p / (1 - p)) + kReach) * perNode_), last_);
        const auto node = static_cast<std::size_t>(position);
        if ((ready_[node] & kCell) == 0) {
            prepare(node);
        }
        // Lagrange's weights for nodes at -1, 0, 1 and 2.
        const auto x = static_cast<float>(position - static_cast<double>(node));
        const float below = x * (x - 1) * (1.0F / 6);
        const float above = (x + 1) * (x - 2) * 0.5F;
        const float w0 = below * (2 - x);
        const float w1 = above * (x - 1);
        const float w2 = -above * x;
        const float w3 = below * (x + 1);
        const float* __restrict row = table_.data() + (node - 1) * cells_;
        const std::size_t n = cells_;
        for (std::size_t i = 0; i < n; ++i) {
            sums[i] += w0 * row[i] + w1 * row[n + i] + w2 * row[2 * n + i] + w3 * row[3 * n + i];
        }
    }

private:
    static constexpr double kReach = 20.0;             ///< logits: beyond, answers are certain
    enum Ready : std::uint8_t { kRow = 1, kCell = 2 }; ///< a node's values; those around it

    void prepare(std::size_t node)
    {
        for (std::size_t i = node - 1; i <= node + 2; ++i) {
            if ((ready_[i] & kRow) == 0) {
                fill(i);
            }
        }
        ready_[node] |= kCell;
    }

    void fill(std::size_t node)
    {
        const double logit = static_cast<double>(node) * step_ - kReach;
        const double p = 1 / (1 + std::exp(-logit));
        for (std::size_t i = 0; i < cells_; ++i) {
            table_[node * cells_ + i] = static_cast<float>(
                betaBinomialLogLikelihood(count_.correct, count_.total, p, nu_[i]) - highest_[i]);
        }
        ready_[node] |= kRow;
    }

    LevelCounts count_;
    std::size_t cells_;
    double step_ = 0.1; ///< of logits from node to node
    double perNode_ = 10.0;
    double last_ = 0.0; ///< the last node with two more after it
    std::vector<double> nu_;
    std::vector<double> highest_;
    std::vector<float> table_; ///< [nodes, eta]
    std::vector<std::uint8_t> ready_;
};

struct Axis {
    std::vector<double> values;
    std::vector<double> logPrior;
    std::vector<double> weights;
};

Axis axisOf(const PsychometricPosterior& posterior, PsychometricAxis axis, const GridSpec& spec)
{
    Axis out;
    const auto [low, high] = spec.bounds[axis];
    const auto steps = low < high ? spec.steps[axis] : 1;
    for (std::size_t i = 0; i < steps; ++i) {
        const double share =
            steps == 1 ? 0.0 : static_cast<double>(i) / static_cast<double>(steps - 1);
        out.values.push_back(i + 1 == steps && steps > 1 ? high : low + share * (high - low));
        out.logPrior.push_back(posterior.logPrior(axis, out.values.back()));
    }
    out.weights = trapezoidWeights(out.values);
    return out;
}

// Goes through the grid in rows along eta, the axis on which a block's tables lie.
class GridWalk {
public:
    GridWalk(const PsychometricPosterior& posterior, const std::array<Axis, 5>& axes,
             double logReached)
        : posterior_(posterior), axes_(axes), blocks_(endsFirst(posterior.blocks())),
          highest_(logReached)
    {
        std::vector<double> start = axes[kEta].logPrior;
        std::map<std::pair<double, double>, std::size_t> known;
        for (const auto& block : blocks_) {
            if (block.total == 1) {
                tableOf_.push_back(kNoTable); // one answer has no variance to be over-dispersed
                continue;
            }
            const auto [entry, isNew] =
                known.try_emplace({block.correct, block.total}, tables_.size());
            if (isNew) {
                tables_.emplace_back(block, axes[kEta].values);
            }
            tableOf_.push_back(entry->second);
            for (std::size_t i = 0; i < start.size(); ++i) {
                start[i] += tables_[entry->second].highest()[i];
            }
        }
        base_ = *std::max_element(start.begin(), start.end());
        for (const double value : start) {
            start_.push_back(static_cast<float>(value - base_));
        }
    }

    /// visit(index, base, row): log densities base + row[i] along eta, at the index of the other
    /// axes. Rows that are
    /// negligible beside the highest density seen so far are left out.
    template <typename Visitor> void run(const Visitor& visit)
    {
        const auto& model = posterior_.model();
        std::array<std::size_t, 5> at = {};
        std::vector<double> climbed(blocks_.size());
        std::vector<float> row(start_.size());
        for (at[kWidth] = 0; at[kWidth] < axes_[kWidth].values.size(); ++at[kWidth]) {
            for (at[kThreshold] = 0; at[kThreshold] < axes_[kThreshold].values.size();
                 ++at[kThreshold]) {
                const double prior =
                    axes_[kWidth].logPrior[at[kWidth]] + axes_[kThreshold].logPrior[at[kThreshold]];
                if (prior == -kInfinity) {
                    continue;
                }
                for (std::size_t i = 0; i < climbed.size(); ++i) {
                    climbed[i] = model.sigmoid.onAxis(blocks_[i].level,
                                                      axes_[kThreshold].values[at[kThreshold]],
                                                      axes_[kWidth].values[at[kWidth]]);
                }
                for (at[kLapse] = 0; at[kLapse] < axes_[kLapse].values.size(); ++at[kLapse]) {
                    const double lapse = axes_[kLapse].values[at[kLapse]];
                    for (at[kGuess] = 0; at[kGuess] < axes_[kGuess].values.size(); ++at[kGuess]) {
                        const double guess = model.guessRate == GuessRate::equalToLapse
                                                 ? lapse
                                                 : axes_[kGuess].values[at[kGuess]];
                        double base = base_ + prior + axes_[kLapse].logPrior[at[kLapse]] +
                                      axes_[kGuess].logPrior[at[kGuess]];
                        if (fillRow(row, base, climbed, guess, lapse)) {
                            visit(at, base, row);
                        }
                    }
                }
            }
        }
    }

private:
    static constexpr std::size_t kNoTable = std::numeric_limits<std::size_t>::max();

    // False if the row is negligible.
    bool fillRow(std::vector<float>& row, double& base, const std::vector<double>& climbed,
                 double guess, double lapse)
    {
        if (!(guess + lapse < 1)) {
            return false;
        }
        row = start_;
        std::size_t nextCheck = 1;
        for (std::size_t i = 0; i < climbed.size(); ++i) {
            const double p = std::clamp(guess + (1 - guess - lapse) * climbed[i], 0.0, 1.0);
            if ((p == 0 && blocks_[i].correct > 0) ||
                (p == 1 && blocks_[i].correct < blocks_[i].total)) {
                return false; // impossible
            }
            if (tableOf_[i] == kNoTable) {
                base += std::log(blocks_[i].correct > 0 ? p : 1 - p);
            } else {
                tables_[tableOf_[i]].addTo(row.data(), p);
            }
            // What a block adds is never above 0 by more than a trifle: no later one can make up
            // for it.
            if (i == nextCheck) {
                if (isNegligible(row, base)) {
                    return false;
                }
                nextCheck *= 2;
            }
        }
        const double best = base + *std::max_element(row.begin(), row.end());
        highest_ = std::max(highest_, best);
        return std::isfinite(best) && best >= highest_ - kNegligible;
    }

    // The blocks at the lowest, the highest, the next to lowest level, ...: a function that fails
    // at all mostly fails at an end, and the row is left out before the others are asked.
    static std::vector<LevelCounts> endsFirst(std::vector<LevelCounts> blocks)
    {
        std::ranges::sort(blocks, {}, &LevelCounts::level);
        std::vector<LevelCounts> ordered;
        ordered.reserve(blocks.size());
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            ordered.push_back(i % 2 == 0 ? blocks[i / 2] : blocks[blocks.size() - 1 - i / 2]);
        }
        return ordered;
    }

    bool isNegligible(const std::vector<float>& row, double base) const
    {
        const auto least = static_cast<float>(highest_ - kNegligible - base);
        for (const float value : row) {
            if (value >= least) {
                return false;
            }
        }
        return true;
    }

    const PsychometricPosterior& posterior_;
    const std::array<Axis, 5>& axes_;
    std::vector<LevelCounts> blocks_;
    double base_ = 0.0;
    /// Less base_, along eta: prior and the blocks' highest likelihoods. Relative to them, floats
    /// are precise enough.
    std::vector<float> start_;
    std::vector<LikelihoodTable> tables_;
    std::vector<std::size_t> tableOf_;
    double highest_;
};

// The mass of the grid, in units of e^(the density added first): rescaled when a higher one comes.
class Sums {
public:
    explicit Sums(const std::array<Axis, 5>& axes) : axes_(axes)
    {
        for (std::size_t axis = 0; axis < 5; ++axis) {
            marginals_[axis].resize(axes[axis].values.size());
            peaks_[axis].resize(axes[axis].values.size());
        }
    }

    void add(const std::array<std::size_t, 5>& at, double base, const std::vector<float>& row)
    {
        const auto best = std::max_element(row.begin(), row.end());
        if (base + *best > reference_) {
            rescale(base + *best);
            maximum_ = at;
            maximum_[kEta] = static_cast<std::size_t>(best - row.begin());
        }
        double weight = 1.0;
        for (const auto axis : {kGuess, kLapse, kThreshold, kWidth}) {
            weight *= axes_[axis].weights[at[axis]];
        }
        double sum = 0.0;
        double peak = 0.0;
        const auto shift = static_cast<float>(base - reference_);
        for (std::size_t i = 0; i < row.size(); ++i) {
            const float below = row[i] + shift;
            if (below < -kNegligible) {
                continue;
            }
            const double mass = std::exp(below) * weight * axes_[kEta].weights[i];
            marginals_[kEta][i] += mass;
            peaks_[kEta][i] = std::max(peaks_[kEta][i], mass);
            sum += mass;
            peak = std::max(peak, mass);
        }
        for (const auto axis : {kGuess, kLapse, kThreshold, kWidth}) {
            marginals_[axis][at[axis]] += sum;
            peaks_[axis][at[axis]] = std::max(peaks_[axis][at[axis]], peak);
        }
        total_ += sum;
    }

    bool empty() const { return total_ == 0.0; }

    PosteriorOnGrid result() const
    {
        PosteriorOnGrid out;
        out.logMaximum = reference_;
        for (std::size_t axis = 0; axis < 5; ++axis) {
            out.values[axis] = axes_[axis].values;
            out.marginals[axis] = marginals_[axis];
            out.maximum[axis] = axes_[axis].values[maximum_[axis]];
            auto& support = out.support[axis];
            support = {maximum_[axis], maximum_[axis]};
            for (std::size_t i = 0; i < out.values[axis].size(); ++i) {
                out.marginals[axis][i] /= total_;
                out.mean[axis] += out.marginals[axis][i] * out.values[axis][i];
                if (peaks_[axis][i] >= kSupport * total_) {
                    support = {std::min(support[0], i), std::max(support[1], i)};
                }
            }
        }
        return out;
    }

private:
    void rescale(double reference)
    {
        const double factor = std::exp(reference_ - reference);
        for (std::size_t axis = 0; axis < 5; ++axis) {
            for (std::size_t i = 0; i < marginals_[axis].size(); ++i) {
                marginals_[axis][i] *= factor;
                peaks_[axis][i] *= factor;
            }
        }
        total_ *= factor;
        reference_ = reference;
    }

    const std::array<Axis, 5>& axes_;
    std::array<std::vector<double>, 5> marginals_;
    std::array<std::vector<double>, 5> peaks_; ///< the largest mass of one point at each value
    std::array<std::size_t, 5> maximum_ = {};
    double reference_ = -kInfinity;
    double total_ = 0.0;
};

} // namespace

PosteriorOnGrid integrateOnGrid(const PsychometricPosterior& posterior, const GridSpec& spec)
{
    std::array<Axis, 5> axes;
    for (const auto axis : {kEta, kGuess, kLapse, kThreshold, kWidth}) {
        axes[axis] = axisOf(posterior, axis, spec);
    }
    GridWalk walk(posterior, axes, spec.logReached);
    Sums sums(axes);
    walk.run([&](const std::array<std::size_t, 5>& at, double base, const std::vector<float>& row) {
        sums.add(at, base, row);
    });
    if (sums.empty() && spec.logReached > -kInfinity) {
        // The highest density lies between the grid's values.
        auto unaided = spec;
        unaided.logReached = -kInfinity;
        return integrateOnGrid(posterior, unaided);
    }
    if (sums.empty()) {
        throw NumericError("no psychometric function with the fixed parameters can produce these "
                           "answers");
    }
    return sums.result();
}

} // namespace mlab
