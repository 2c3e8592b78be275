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

// The blocks at the lowest, the highest, the next to lowest level, ...: a function that fails at
// all mostly fails at an end, and a row is left out before the others are asked.
std::vector<LevelCounts> endsFirst(std::vector<LevelCounts> blocks)
{
    std::ranges::sort(blocks, {}, &LevelCounts::level);
    std::vector<LevelCounts> ordered;
    ordered.reserve(blocks.size());
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        ordered.push_back(i % 2 == 0 ? blocks[i / 2] : blocks[blocks.size() - 1 - i / 2]);
    }
    return ordered;
}

/// Where rows are on the axes outside them, and the sigmoid at each block's level there.
struct RowPlace {
    const std::array<Axis, 5>& axes;
    const std::array<std::size_t, 5>& at;
    const std::vector<double>& climbed;
};

// Log densities along eta, the axis on which a block's tables lie.
class BetaBinomialRow {
public:
    static constexpr auto kAlong = kEta;
    static constexpr auto kOutside = kLapse; ///< the rate that is fixed within a row

    BetaBinomialRow(const PsychometricPosterior& posterior, const std::vector<LevelCounts>& blocks,
                    const Axis& eta)
        : guessRate_(posterior.model().guessRate), blocks_(blocks)
    {
        std::vector<double> start = eta.logPrior;
        std::map<std::pair<double, double>, std::size_t> known;
        for (const auto& block : blocks_) {
            if (block.total == 1) {
                tableOf_.push_back(kNoTable); // one answer has no variance to be over-dispersed
                continue;
            }
            const auto [entry, isNew] =
                known.try_emplace({block.correct, block.total}, tables_.size());
            if (isNew) {
                tables_.emplace_back(block, eta.values);
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

    /// Densities e^base * row[i], the highest row[i] 1, without the priors of the other axes; false
    /// if the log of each is below `least`.
    bool fill(const RowPlace& place, double least, double& base, std::vector<double>& row)
    {
        const double lapse = place.axes[kLapse].values[place.at[kLapse]];
        const double guess = guessRate_ == GuessRate::equalToLapse
                                 ? lapse
                                 : place.axes[kGuess].values[place.at[kGuess]];
        if (!(guess + lapse < 1)) {
            return false;
        }
        base = base_;
        logs_ = start_;
        std::size_t nextCheck = 1;
        for (std::size_t i = 0; i < blocks_.size(); ++i) {
            const double p = std::clamp(guess + (1 - guess - lapse) * place.climbed[i], 0.0, 1.0);
            if ((p == 0 && blocks_[i].correct > 0) ||
                (p == 1 && blocks_[i].correct < blocks_[i].total)) {
                return false; // impossible
            }
            if (tableOf_[i] == kNoTable) {
                base += std::log(blocks_[i].correct > 0 ? p : 1 - p);
            } else {
                tables_[tableOf_[i]].addTo(logs_.data(), p);
            }
            // What a block adds is never above 0 by more than a trifle: no later one can make up
            // for it.
            if (i == nextCheck) {
                if (base + *std::max_element(logs_.begin(), logs_.end()) < least) {
                    return false;
                }
                nextCheck *= 2;
            }
        }
        const float highest = *std::max_element(logs_.begin(), logs_.end());
        base += highest;
        row.resize(logs_.size());
        for (std::size_t i = 0; i < row.size(); ++i) {
            row[i] = std::exp(logs_[i] - highest);
        }
        return true;
    }

private:
    static constexpr std::size_t kNoTable = std::numeric_limits<std::size_t>::max();

    GuessRate guessRate_;
    const std::vector<LevelCounts>& blocks_;
    double base_ = 0.0;
    /// Less base_, along eta: prior and the blocks' highest likelihoods. Relative to them, floats
    /// are precise enough.
    std::vector<float> start_;
    std::vector<float> logs_; ///< the same of a row
    std::vector<LikelihoodTable> tables_;
    std::vector<std::size_t> tableOf_;
};

// Densities along the lapse rate, of counts without overdispersion. Those of single answers are
// products of probabilities, which need no logarithms.
class BinomialRow {
public:
    static constexpr auto kAlong = kLapse;
    static constexpr auto kOutside = kEta;

    BinomialRow(const PsychometricPosterior& posterior, const std::vector<LevelCounts>& blocks,
                const Axis& lapse)
        : guessRate_(posterior.model().guessRate), blocks_(blocks), lapse_(lapse),
          guess_(lapse.values.size()), room_(lapse.values.size()), factor_(lapse.values.size()),
          logs_(lapse.values.size())
    {
        for (const double logPrior : lapse.logPrior) {
            prior_.push_back(std::exp(logPrior));
        }
    }

    /// As BetaBinomialRow::fill().
    bool fill(const RowPlace& place, double least, double& base, std::vector<double>& row)
    {
        for (std::size_t i = 0; i < guess_.size(); ++i) {
            guess_[i] = guessRate_ == GuessRate::equalToLapse
                            ? lapse_.values[i]
                            : place.axes[kGuess].values[place.at[kGuess]];
            room_[i] = 1 - guess_[i] - lapse_.values[i];
            // Without room for a function, all answers are impossible.
            logs_[i] = room_[i] > 0 ? 0.0 : -kInfinity;
        }
        row = prior_;
        lowest_ = 1.0;
        hasLogs_ = false;
        std::size_t nextCheck = 1;
        for (std::size_t block = 0; block < blocks_.size(); ++block) {
            multiply(row, blocks_[block], place.climbed[block]);
            // The highest of logs and of products may be at different rates: together, a bound.
            if (block == nextCheck) {
                if (highestOf(logs_) + std::log(highestOf(row)) < least) {
                    return false;
                }
                nextCheck *= 2;
            }
        }
        if (hasLogs_) {
            fold(row);
            base = highestOf(logs_);
            for (std::size_t i = 0; i < row.size(); ++i) {
                row[i] = std::exp(logs_[i] - base);
            }
            return base > -kInfinity;
        }
        const double highest = highestOf(row);
        for (std::size_t i = 0; i < row.size(); ++i) {
            row[i] = room_[i] > 0 ? row[i] / highest : 0.0;
        }
        base = std::log(highest);
        return highest > 0;
    }

private:
    static constexpr double kSmall = 1e-150; ///< doubles hold products of two such numbers

    static double highestOf(const std::vector<double>& values)
    {
        return *std::max_element(values.begin(), values.end());
    }

    void multiply(std::vector<double>& row, const LevelCounts& block, double climbed)
    {
        const bool right = block.correct > 0;
        for (std::size_t i = 0; i < row.size(); ++i) {
            const double p = std::clamp(guess_[i] + room_[i] * climbed, 0.0, 1.0);
            factor_[i] = right ? p : 1 - p;
        }
        // The probability of one answer is linear in the lapse rate: it is lowest at an end.
        const double least = std::min(factor_.front(), factor_.back());
        if (block.total > 1 || least < kSmall) {
            const double other = right ? block.total - block.correct : 0.0;
            for (std::size_t i = 0; i < row.size(); ++i) {
                logs_[i] += (block.total - other) * std::log(factor_[i]) +
                            (other > 0 ? other * std::log1p(-factor_[i]) : 0.0);
            }
            hasLogs_ = true;
            return;
        }
        for (std::size_t i = 0; i < row.size(); ++i) {
            row[i] *= factor_[i];
        }
        lowest_ *= least;
        if (lowest_ < kSmall) {
            fold(row);
        }
    }

    void fold(std::vector<double>& row)
    {
        for (std::size_t i = 0; i < row.size(); ++i) {
            logs_[i] += std::log(row[i]);
            row[i] = 1.0;
        }
        lowest_ = 1.0;
        hasLogs_ = true;
    }

    GuessRate guessRate_;
    const std::vector<LevelCounts>& blocks_;
    const Axis& lapse_;
    std::vector<double> prior_;
    // Along the lapse rate: the lower asymptote, its distance from the upper one, the probability
    // of a block's answers, and the logs of what is not in the row's products.
    std::vector<double> guess_;
    std::vector<double> room_;
    std::vector<double> factor_;
    std::vector<double> logs_;
    bool hasLogs_ = false;
    double lowest_ = 1.0; ///< a bound on the products
};

/// visit(index, base, row): densities e^base * row[i] along Row::kAlong, at the index of the other
/// axes, the highest row[i] 1. Rows that are negligible beside the highest density seen so far are
/// left out.
template <typename Row, typename Visitor>
void walkRows(const PsychometricPosterior& posterior, const std::array<Axis, 5>& axes,
              double logReached, const Visitor& visit)
{
    const auto blocks = endsFirst(posterior.blocks());
    Row rows(posterior, blocks, axes[Row::kAlong]);
    std::array<std::size_t, 5> at = {};
    std::vector<double> climbed(blocks.size());
    std::vector<double> row;
    double highest = logReached;
    const auto along = [&](PsychometricAxis axis, const auto& visitValue) {
        for (at[axis] = 0; at[axis] < axes[axis].values.size(); ++at[axis]) {
            visitValue(axes[axis].logPrior[at[axis]]);
        }
    };
    const auto visitRow = [&](double prior) {
        double base = 0.0;
        if (!rows.fill({axes, at, climbed}, highest - kNegligible - prior, base, row)) {
            return;
        }
        base += prior;
        highest = std::max(highest, base);
        if (std::isfinite(base) && base >= highest - kNegligible) {
            visit(at, base, row);
        }
    };
    along(kWidth, [&](double ofWidth) {
        along(kThreshold, [&](double ofThreshold) {
            if (ofWidth + ofThreshold == -kInfinity) {
                return;
            }
            for (std::size_t i = 0; i < climbed.size(); ++i) {
                climbed[i] = posterior.model().sigmoid.onAxis(
                    blocks[i].level, axes[kThreshold].values[at[kThreshold]],
                    axes[kWidth].values[at[kWidth]]);
            }
            along(Row::kOutside, [&](double ofOutside) {
                along(kGuess, [&](double ofGuess) {
                    visitRow(ofWidth + ofThreshold + ofOutside + ofGuess);
                });
            });
        });
    });
}

// The mass of the grid, in units of e^(the density added first): rescaled when a higher one comes.
class Sums {
public:
    /// @param along  the axis of the rows
    Sums(const std::array<Axis, 5>& axes, PsychometricAxis along) : axes_(axes), along_(along)
    {
        for (std::size_t axis = 0; axis < 5; ++axis) {
            marginals_[axis].resize(axes[axis].values.size());
            peaks_[axis].resize(axes[axis].values.size());
        }
    }

    void add(const std::array<std::size_t, 5>& at, double base, const std::vector<double>& row)
    {
        if (base > reference_) {
            rescale(base);
            maximum_ = at;
            maximum_[along_] =
                static_cast<std::size_t>(std::max_element(row.begin(), row.end()) - row.begin());
        }
        double weight = std::exp(base - reference_);
        const double least = std::exp(-kNegligible) / weight;
        for (std::size_t axis = 0; axis < 5; ++axis) {
            weight *= axis == along_ ? 1.0 : axes_[axis].weights[at[axis]];
        }
        double sum = 0.0;
        double peak = 0.0;
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (row[i] < least) {
                continue;
            }
            const double mass = row[i] * weight * axes_[along_].weights[i];
            marginals_[along_][i] += mass;
            peaks_[along_][i] = std::max(peaks_[along_][i], mass);
            sum += mass;
            peak = std::max(peak, mass);
        }
        for (std::size_t axis = 0; axis < 5; ++axis) {
            if (axis != along_) {
                marginals_[axis][at[axis]] += sum;
                peaks_[axis][at[axis]] = std::max(peaks_[axis][at[axis]], peak);
            }
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
    PsychometricAxis along_;
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
    const auto& eta = axes[kEta].values;
    const bool isBinomial = eta.size() == 1 && std::isinf(betaPrecision(eta.front()));
    Sums sums(axes, isBinomial ? BinomialRow::kAlong : BetaBinomialRow::kAlong);
    const auto add = [&](const std::array<std::size_t, 5>& at, double base,
                         const std::vector<double>& row) { sums.add(at, base, row); };
    if (isBinomial) {
        walkRows<BinomialRow>(posterior, axes, spec.logReached, add);
    } else {
        walkRows<BetaBinomialRow>(posterior, axes, spec.logReached, add);
    }
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
