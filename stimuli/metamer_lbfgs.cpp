// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/error.h"
#include "stimuli/line_search.h"
#include "stimuli/metamer_steps.h"
#include "stimuli/tensor_rows.h"

#include <torch/torch.h>

#include <cmath>

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

} // namespace

std::pair<torch::Tensor, std::vector<MetamerOutcome>>
solveByLbfgs(const LbfgsSpec& spec, const BatchLoss& loss, const torch::Tensor& start,
             double tolerance, const MetamerObserver& observer, const std::stop_token& stop)
{
    constexpr double kFirstMove = 0.02; // root mean square over the pixels' angles
    const torch::NoGradGuard noGradients;
    const auto n = start.size(0);
    const auto basis = 2 * spec.memory + 1;
    const bool proj = spec.projected;
    auto x = start.detach().flatten(1).clone();
    const auto d = x.size(1);
    auto u = proj ? x.clone() : x.clamp(1e-4, 1 - 1e-4).mul_(2).sub_(1).asin_();
    const auto imageOf = [&](const torch::Tensor& v) {
        return proj ? v.clamp(0, 1) : v.sin().mul_(0.5).add_(0.5);
    };
    const auto host = torch::TensorOptions().dtype(torch::kFloat64);
    const auto onDevice = [&](const torch::Tensor& t, torch::ScalarType type) {
        return t.to(start.device(), type);
    };
    const auto type = start.scalar_type();
    // value
    const auto evaluate = [&](const torch::Tensor& image, const torch::Tensor& v) {
        auto [losses, g] = lossesWithGradients(loss, image.view(start.sizes()));
        g = g.flatten(1);
        if (spec.squareLoss) {
            g = g * losses.mul(2).unsqueeze(1);
        }
        if (!proj) {
            g = g * v.cos().mul_(0.5);
        }
        return std::pair(losses, g);
    };
    const auto objective = [&](double f) { return spec.squareLoss ? f * f : f; };

    std::vector<Item> items(static_cast<std::size_t>(n), Item{.memory = Memory(spec.memory)});
    x = imageOf(u);
    auto [current, raw] = evaluate(x, u);
    const auto freeOf = [&](const torch::Tensor& image, const torch::Tensor& g) {
        return ((image.le(0) & g.gt(0)) | (image.ge(1) & g.lt(0))).logical_not();
    };
    auto free = proj ? freeOf(x, raw) : torch::Tensor();
    auto vectors = torch::zeros({n, basis, d}, start.options());
    const auto gradientRow = vectors.select(1, basis - 1);
    gradientRow.copy_(proj ? raw * free : raw);
    auto direction = torch::zeros_like(u);
    LossTrace trace(spec.evaluations);
    trace.record(0, current);
    {
        const auto first = torch::stack({current, rowDots(gradientRow, gradientRow)})
                               .to(torch::kCPU, torch::kFloat64);
        const auto values = first.accessor<double, 2>();
        for (std::int64_t i = 0; i < n; ++i) {
            auto& item = items[static_cast<std::size_t>(i)];
            item.loss = values[0][i];
            item.memory.takeGradientEnergy(values[1][i]);
            item.outcome.evaluations = 1;
        }
    }
    std::vector<char> changed(static_cast<std::size_t>(n), 1); // wants a new direction
    const auto setDirections = [&] {
        auto coefficients = torch::zeros({n, 1, basis}, host);
        auto mask = torch::zeros({n, 1}, torch::kBool);
        for (std::int64_t i = 0; i < n; ++i) {
            auto& item = items[static_cast<std::size_t>(i)];
            if (!changed[static_cast<std::size_t>(i)] || !item.moving) {
                continue;
            }
            const double energy = item.memory.gradientEnergy();
            if (!std::isfinite(item.loss) || !std::isfinite(energy)) {
                item.end(MetamerStatus::failed, "the loss or its gradient is not a finite number");
                continue;
            }
            if (item.loss <= tolerance) {
                item.end(MetamerStatus::converged);
                continue;
            }
            std::vector<double> c;
            double slope = 0;
            if (!item.memory.empty()) {
                c = item.memory.direction();
                slope = item.memory.slope(c);
                item.steepest = false;
                if (!(slope < 0) || !std::isfinite(slope)) {
                    item.memory.clear();
                }
            }
            if (item.memory.empty()) {
                item.steepest = true;
                if (!(energy > 0)) {
                    item.end(MetamerStatus::failed, "the gradient of the loss is 0");
                    continue;
                }
                c.assign(static_cast<std::size_t>(basis), 0.0);
                c.back() = -kFirstMove * std::sqrt(static_cast<double>(d) / energy);
                slope = c.back() * energy;
            }
            item.search = StrongWolfeSearch(objective(item.loss), slope, 1.0);
            coefficients[i][0] = torch::tensor(at::ArrayRef<double>(c), host);
            mask[i][0] = true;
        }
        auto fresh = torch::bmm(onDevice(coefficients, type), vectors).squeeze(1);
        if (proj) {
            fresh = fresh * free;
        }
        direction = torch::where(onDevice(mask, torch::kBool), fresh, direction);
    };
    setDirections();

    int evaluations = 1;
    while (evaluations < spec.evaluations &&
           std::any_of(items.begin(), items.end(), [](const Item& i) { return i.moving; })) {
        if (stop.stop_requested()) {
            throw Cancelled();
        }
        auto lengths = torch::zeros({n, 1}, host);
        for (std::int64_t i = 0; i < n; ++i) {
            const auto& item = items[static_cast<std::size_t>(i)];
            lengths[i][0] = item.moving ? item.search.step() : 0.0;
        }
        const auto trial = torch::addcmul(u, direction, onDevice(lengths, type));
        const auto trialImage = imageOf(trial);
        const auto [losses, gradient] = evaluate(trialImage, trial);
        const auto along = proj ? gradient * (trial.ge(0) & trial.le(1)) : gradient;
        ++evaluations;
        const auto told =
            torch::stack({losses, rowDots(along, direction)}).to(torch::kCPU, torch::kFloat64);
        const auto values = told.accessor<double, 2>();
        auto mask = torch::zeros({n, 1}, torch::kBool);
        std::vector<std::int64_t> rows;
        std::vector<std::int64_t> slots;
        bool any = false;
        for (std::int64_t i = 0; i < n; ++i) {
            auto& item = items[static_cast<std::size_t>(i)];
            changed[static_cast<std::size_t>(i)] = 0;
            if (!item.moving) {
                continue;
            }
            item.outcome.evaluations = evaluations;
            const auto state = item.search.advance(objective(values[0][i]), values[1][i]);
            if (state == State::accepted) {
                item.loss = values[0][i];
                ++item.outcome.steps;
                mask[i][0] = true;
                rows.push_back(i);
                slots.push_back(item.memory.slot());
            } else if (state == State::failed) {
                if (item.steepest) {
                    item.end(MetamerStatus::failed, "no step along the gradient lowers the loss");
                    continue;
                }
                item.memory.clear();
            }
            if (state != State::searching) {
                changed[static_cast<std::size_t>(i)] = 1;
                any = true;
            }
        }
        if (!rows.empty()) {
            mask = onDevice(mask, torch::kBool);
            const auto next = proj ? trialImage : trial;
            const auto s = next - u;
            const auto y = gradient - raw;
            u = torch::where(mask, next, u);
            x = torch::where(mask, trialImage, x);
            raw = torch::where(mask, gradient, raw);
            current = torch::where(mask.squeeze(1), losses, current);
            if (proj) {
                free = freeOf(x, raw);
            }
            gradientRow.copy_(proj ? raw * free : raw);
            for (std::size_t k = 0; k < rows.size(); ++k) {
                vectors[rows[k]][slots[k]].copy_(s[rows[k]]);
                vectors[rows[k]][slots[k] + spec.memory].copy_(y[rows[k]]);
            }
            const auto products = torch::bmm(vectors, torch::stack({s, y, gradientRow}, 2))
                                      .to(torch::kCPU, torch::kFloat64);
            const auto table = products.accessor<double, 3>();
            for (const auto i : rows) {
                items[static_cast<std::size_t>(i)].memory.take(table[i]);
            }
        }
        trace.record(evaluations - 1, current);
        if (any) {
            setDirections();
        }
        if (observer) {
            observer(
                {.done = evaluations, .total = spec.evaluations, .images = x.view(start.sizes())});
        }
    }
    std::vector<MetamerOutcome> outcomes;
    std::vector<int> lastSteps;
    for (auto& item : items) {
        item.outcome.loss =
            std::isfinite(item.loss) ? item.loss : std::numeric_limits<double>::infinity();
        lastSteps.push_back(item.outcome.evaluations - 1);
        outcomes.push_back(std::move(item.outcome));
    }
    trace.writeTo(outcomes, lastSteps);
    return {x.view(start.sizes()), std::move(outcomes)};
}

} // namespace mlab::stimuli
