// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "stimuli/metamers/metamer_steps.h"
#include "stimuli/numerics/line_search.h"
#include "stimuli/store/metamer_settings.h"
#include "stimuli/tensors/tensor_rows.h"

#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace mlab::stimuli {
namespace {

using State = StrongWolfeSearch::State;

// The two-loop recursion (Nocedal & Wright 2006, Algorithm 7.4) of one item, not on vectors but on
// their coefficients in the basis s_0 ... s_m-1, y_0 ... y_m-1, g, whose dot products are all it
// needs (Chen, Wang & Zhou 2014). So the directions of a whole batch cost the device two batched
// products, however many pairs are kept, and the rest is a little arithmetic in float64 here.
class Memory {
public:
    explicit Memory(int pairs)
        : pairs_(pairs), basis_(2 * pairs + 1), dots_(static_cast<std::size_t>(basis_ * basis_))
    {
    }

    int slot() const { return next_; }
    bool empty() const { return stored_ == 0; }
    void clear() { stored_ = 0; }
    double gradientEnergy() const { return dot(basis_ - 1, basis_ - 1); }

    // products[basis][3]: of each basis vector with s, y and g, where s and y are already in
    // slot(). Without positive curvature the pair is not kept, and its slot is the next one's.
    template <typename Products> void take(const Products& products)
    {
        const int s = next_;
        const int y = pairs_ + next_;
        const int g = basis_ - 1;
        for (int i = 0; i < basis_; ++i) {
            set(i, s, static_cast<double>(products[i][0]));
            set(i, y, static_cast<double>(products[i][1]));
            set(i, g, static_cast<double>(products[i][2]));
        }
        constexpr double kLeastCurvature = 1e-8; // cosine of the angle between s and y
        if (dot(s, y) > kLeastCurvature * std::sqrt(dot(s, s) * dot(y, y))) {
            next_ = (next_ + 1) % pairs_;
            stored_ = std::min(stored_ + 1, pairs_);
        }
    }

    void takeGradientEnergy(double energy) { set(basis_ - 1, basis_ - 1, energy); }

    // Coefficients of -H g.
    std::vector<double> direction() const
    {
        std::vector<double> c(static_cast<std::size_t>(basis_));
        c.back() = -1;
        std::vector<double> alpha(static_cast<std::size_t>(pairs_));
        for (int age = 1; age <= stored_; ++age) {
            const int k = (next_ - age + pairs_) % pairs_;
            const double a = dotWith(k, c) / dot(k, pairs_ + k);
            at(alpha, k) = a;
            at(c, pairs_ + k) -= a;
        }
        const int newest = (next_ - 1 + pairs_) % pairs_;
        const double scale = dot(newest, pairs_ + newest) / dot(pairs_ + newest, pairs_ + newest);
        for (double& value : c) {
            value *= scale;
        }
        for (int age = stored_; age >= 1; --age) {
            const int k = (next_ - age + pairs_) % pairs_;
            const double b = dotWith(pairs_ + k, c) / dot(k, pairs_ + k);
            at(c, k) += at(alpha, k) - b;
        }
        return c;
    }

    double slope(const std::vector<double>& coefficients) const
    {
        return dotWith(basis_ - 1, coefficients);
    }

private:
    static double& at(std::vector<double>& values, int i)
    {
        return values[static_cast<std::size_t>(i)];
    }
    double dot(int i, int j) const { return dots_[static_cast<std::size_t>(i * basis_ + j)]; }
    void set(int i, int j, double value)
    {
        at(dots_, i * basis_ + j) = value;
        at(dots_, j * basis_ + i) = value;
    }
    double dotWith(int i, const std::vector<double>& c) const
    {
        double sum = 0;
        for (int j = 0; j < basis_; ++j) {
            sum += dot(i, j) * c[static_cast<std::size_t>(j)];
        }
        return sum;
    }

    int pairs_;
    int basis_;
    std::vector<double> dots_; // [basis, basis]
    int stored_ = 0;
    int next_ = 0;
};

struct Item {
    Memory memory;
    StrongWolfeSearch search{};
    double loss = 0.0;
    bool moving = true;
    bool steepest = true; // the direction is that of the gradient alone
    MetamerOutcome outcome{};

    void end(MetamerStatus status, std::string reason = {})
    {
        moving = false;
        outcome.status = status;
        outcome.reason = std::move(reason);
    }
};

// The values are x = middle + half sin u and the u are free, so that a quasi-Newton step needs no
// clamping, which would spoil the curvature it learns from.
class LbfgsRun {
public:
    LbfgsRun(const LbfgsSpec& spec, const BatchLoss& loss, const torch::Tensor& start,
             double tolerance, const ValueRange& range);

    bool moving() const;
    int evaluations() const { return evaluations_; }
    torch::Tensor images() const { return images_.view(shape_); }
    /// One forward and backward pass, and what each item makes of it.
    void evaluate();
    std::vector<MetamerOutcome> outcomes() const;

private:
    struct Point {
        torch::Tensor angles;   // u [N, D]
        torch::Tensor images;   // x [N, D]
        torch::Tensor losses;   // [N]
        torch::Tensor gradient; // of the objective to u [N, D]
    };
    Point at(torch::Tensor angles) const;
    double objective(double loss) const { return squared_ ? loss * loss : loss; }
    torch::Tensor onDevice(const std::vector<double>& values) const;
    torch::Tensor gradientRow() const { return vectors_.select(1, vectors_.size(1) - 1); }
    void accept(const Point& trial, const std::vector<double>& mask);
    void setDirections();
    std::vector<double> directionOf(Item& item) const;

    const BatchLoss& loss_;
    const double tolerance_;
    const bool squared_;
    const int memory_;
    const double middle_; // of the range
    const double half_;
    const std::vector<std::int64_t> shape_;
    std::vector<Item> items_;
    std::vector<char> turning_; // items that want a new direction
    torch::Tensor angles_;
    torch::Tensor images_;
    torch::Tensor losses_;
    torch::Tensor vectors_;   // [N, 2 memory + 1, D]: the s, the y, and the gradient
    torch::Tensor direction_; // [N, D]
    LossTrace trace_;
    int evaluations_ = 1;
};

LbfgsRun::LbfgsRun(const LbfgsSpec& spec, const BatchLoss& loss, const torch::Tensor& start,
                   double tolerance, const ValueRange& range)
    : loss_(loss), tolerance_(tolerance), squared_(spec.squareLoss), memory_(spec.memory),
      middle_((range.highest + range.lowest) / 2), half_((range.highest - range.lowest) / 2),
      shape_(start.sizes().vec()),
      items_(static_cast<std::size_t>(start.size(0)), Item{.memory = Memory(spec.memory)}),
      turning_(items_.size(), 1), trace_(spec.evaluations)
{
    // At the very edge a value's u has no gradient.
    constexpr double kEdge = 2e-4; // of half the range
    const auto inside =
        ((start.detach().flatten(1) - middle_) / half_).clamp_(kEdge - 1, 1 - kEdge);
    auto first = at(inside.asin_());
    angles_ = first.angles;
    images_ = first.images;
    losses_ = first.losses;
    direction_ = torch::zeros_like(angles_);
    vectors_ = torch::zeros({angles_.size(0), 2 * memory_ + 1, angles_.size(1)}, start.options());
    gradientRow().copy_(first.gradient);
    trace_.record(0, losses_);
    const auto numbers = torch::stack({losses_, rowDots(first.gradient, first.gradient)})
                             .to(torch::kCPU, torch::kFloat64);
    const auto table = numbers.accessor<double, 2>();
    for (std::size_t i = 0; i < items_.size(); ++i) {
        items_[i].loss = table[0][static_cast<std::int64_t>(i)];
        items_[i].memory.takeGradientEnergy(table[1][static_cast<std::int64_t>(i)]);
        items_[i].outcome.evaluations = 1;
    }
    setDirections();
}

bool LbfgsRun::moving() const
{
    return std::any_of(items_.begin(), items_.end(), [](const Item& item) { return item.moving; });
}

LbfgsRun::Point LbfgsRun::at(torch::Tensor angles) const
{
    auto images = angles.sin().mul_(half_).add_(middle_);
    auto [losses, gradient] = lossesWithGradients(loss_, images.view(shape_));
    const auto slope = angles.cos().mul_(half_);
    if (squared_) {
        slope.mul_(losses.mul(2).unsqueeze(1));
    }
    return {std::move(angles), std::move(images), losses, slope.mul_(gradient.flatten(1))};
}

torch::Tensor LbfgsRun::onDevice(const std::vector<double>& values) const
{
    return torch::tensor(at::ArrayRef<double>(values), torch::kFloat64)
        .to(angles_.device(), angles_.scalar_type());
}

void LbfgsRun::evaluate()
{
    std::vector<double> lengths(items_.size());
    std::transform(items_.begin(), items_.end(), lengths.begin(),
                   [](const Item& item) { return item.moving ? item.search.step() : 0.0; });
    const auto trial = at(torch::addcmul(angles_, direction_, onDevice(lengths).unsqueeze(1)));
    ++evaluations_;
    const auto numbers = torch::stack({trial.losses, rowDots(trial.gradient, direction_)})
                             .to(torch::kCPU, torch::kFloat64);
    const auto table = numbers.accessor<double, 2>();
    std::vector<double> accepted(items_.size());
    for (std::size_t i = 0; i < items_.size(); ++i) {
        auto& item = items_[i];
        turning_[i] = 0;
        if (!item.moving) {
            continue;
        }
        item.outcome.evaluations = evaluations_;
        const double loss = table[0][static_cast<std::int64_t>(i)];
        const auto state =
            item.search.advance(objective(loss), table[1][static_cast<std::int64_t>(i)]);
        if (state == State::accepted) {
            item.loss = loss;
            ++item.outcome.steps;
            accepted[i] = 1;
        } else if (state == State::failed && item.steepest) {
            item.end(MetamerStatus::failed, "no step along the gradient lowers the loss further");
        } else if (state == State::failed) {
            item.memory.clear();
        }
        turning_[i] = item.moving && state != State::searching ? 1 : 0;
    }
    accept(trial, accepted);
    trace_.record(evaluations_ - 1, losses_);
    setDirections();
}

void LbfgsRun::accept(const Point& trial, const std::vector<double>& mask)
{
    if (std::none_of(mask.begin(), mask.end(), [](double m) { return m > 0; })) {
        return;
    }
    const auto taken = onDevice(mask).to(torch::kBool);
    const auto rows = taken.unsqueeze(1);
    const auto s = trial.angles - angles_;
    const auto y = trial.gradient - gradientRow();
    angles_ = torch::where(rows, trial.angles, angles_);
    images_ = torch::where(rows, trial.images, images_);
    losses_ = torch::where(taken, trial.losses, losses_);
    gradientRow().copy_(torch::where(rows, trial.gradient, gradientRow()));
    for (std::size_t k = 0; k < items_.size(); ++k) {
        if (mask[k] > 0) {
            const auto i = static_cast<std::int64_t>(k);
            vectors_[i][items_[k].memory.slot()].copy_(s[i]);
            vectors_[i][items_[k].memory.slot() + memory_].copy_(y[i]);
        }
    }
    const auto products = torch::bmm(vectors_, torch::stack({s, y, gradientRow()}, 2))
                              .to(torch::kCPU, torch::kFloat64);
    const auto table = products.accessor<double, 3>();
    for (std::size_t k = 0; k < items_.size(); ++k) {
        if (mask[k] > 0) {
            items_[k].memory.take(table[static_cast<std::int64_t>(k)]);
        }
    }
}

void LbfgsRun::setDirections()
{
    if (std::none_of(turning_.begin(), turning_.end(), [](char t) { return t != 0; })) {
        return;
    }
    const auto basis = vectors_.size(1);
    std::vector<double> mask(items_.size());
    std::vector<double> coefficients;
    for (std::size_t i = 0; i < items_.size(); ++i) {
        auto row = turning_[i] != 0 ? directionOf(items_[i]) : std::vector<double>();
        mask[i] = row.empty() ? 0 : 1;
        row.resize(static_cast<std::size_t>(basis));
        coefficients.insert(coefficients.end(), row.begin(), row.end());
    }
    const auto fresh = torch::bmm(
        onDevice(coefficients).view({static_cast<std::int64_t>(items_.size()), 1, basis}),
        vectors_);
    direction_ =
        torch::where(onDevice(mask).to(torch::kBool).unsqueeze(1), fresh.squeeze(1), direction_);
}

// Returns the coefficients of the item's new direction and starts the line search along it; empty
// if the item has ended.
std::vector<double> LbfgsRun::directionOf(Item& item) const
{
    constexpr double kFirstMove = 0.02; // of a step along the gradient: RMS over the u
    const double energy = item.memory.gradientEnergy();
    if (!std::isfinite(item.loss) || !std::isfinite(energy)) {
        item.end(MetamerStatus::failed, "the loss or its gradient is not a finite number");
        return {};
    }
    if (item.loss <= tolerance_) {
        item.end(MetamerStatus::converged);
        return {};
    }
    if (!(energy > 0)) {
        item.end(MetamerStatus::failed, "the gradient of the loss is 0");
        return {};
    }
    std::vector<double> coefficients;
    double slope = 0;
    if (!item.memory.empty()) {
        coefficients = item.memory.direction();
        slope = item.memory.slope(coefficients);
    }
    item.steepest = !(slope < 0) || !std::isfinite(slope);
    if (item.steepest) {
        item.memory.clear();
        coefficients.assign(static_cast<std::size_t>(vectors_.size(1)), 0.0);
        coefficients.back() =
            -kFirstMove * std::sqrt(static_cast<double>(vectors_.size(2)) / energy);
        slope = coefficients.back() * energy;
    }
    item.search = StrongWolfeSearch(objective(item.loss), slope, 1.0);
    return coefficients;
}

std::vector<MetamerOutcome> LbfgsRun::outcomes() const
{
    std::vector<MetamerOutcome> outcomes;
    std::vector<int> lastSteps;
    for (const auto& item : items_) {
        outcomes.push_back(item.outcome);
        outcomes.back().loss =
            std::isfinite(item.loss) ? item.loss : std::numeric_limits<double>::infinity();
        lastSteps.push_back(item.outcome.evaluations - 1);
    }
    trace_.writeTo(outcomes, lastSteps);
    return outcomes;
}

} // namespace

std::pair<torch::Tensor, std::vector<MetamerOutcome>>
solveByLbfgs(const LbfgsSpec& spec, const BatchLoss& loss, const torch::Tensor& start,
             double tolerance, const MetamerObserver& observer, const std::stop_token& stop,
             const ValueRange& range)
{
    const torch::NoGradGuard noGradients;
    LbfgsRun run(spec, loss, start, tolerance, range);
    while (run.moving() && run.evaluations() < spec.evaluations) {
        if (stop.stop_requested()) {
            throw Cancelled();
        }
        run.evaluate();
        if (observer) {
            observer(
                {.done = run.evaluations(), .total = spec.evaluations, .stimuli = run.images()});
        }
    }
    return {run.images(), run.outcomes()};
}

} // namespace mlab::stimuli
