// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/metamers/metamer_losses.h"

#include "core/base/error.h"
#include "stimuli/store/metamer_settings.h"
#include "stimuli/tensors/tensor_rows.h"

#include <torch/autograd.h>
#include <torch/types.h>

namespace mlab::stimuli {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::tensor_list;

// sum d^2 of each row or its root, bit-identical for every batch size; at 0 the root has a gradient
// of 0, not NaN.
struct SquaredRows : Function<SquaredRows> {
    static torch::Tensor forward(AutogradContext* context, const torch::Tensor& rows, bool root)
    {
        auto result = rowDots(rows, rows);
        if (root) {
            result.sqrt_();
        }
        context->saved_data["root"] = root;
        context->save_for_backward({rows, result});
        return result;
    }

    static tensor_list backward(AutogradContext* context, tensor_list gradients)
    {
        const auto saved = context->get_saved_variables();
        auto scale = 2 * gradients[0];
        if (context->saved_data["root"].toBool()) {
            scale =
                torch::where(saved[1] > 0, gradients[0] / saved[1], torch::zeros_like(saved[1]));
        }
        return {saved[0] * scale.unsqueeze(1), torch::Tensor()};
    }
};

} // namespace

std::function<torch::Tensor(const torch::Tensor&)> matchLoss(MatchLoss kind,
                                                             const torch::Tensor& target)
{
    const auto wanted = target.detach().flatten(1);
    if (!wanted.isfinite().all().item<bool>()) {
        throw NumericError("the target activations are not all finite numbers");
    }
    const bool relative = kind == MatchLoss::normalised || kind == MatchLoss::relativeSquaredError;
    const bool root = kind == MatchLoss::normalised || kind == MatchLoss::l2;
    auto scale = torch::ones({wanted.size(0)}, wanted.options());
    if (relative) {
        const auto energy = rowDots(wanted, wanted);
        if (!energy.gt(0).all().item<bool>()) {
            throw NumericError("a target's activations are all zero, so no loss relative to them "
                               "exists; choose another layer or the squared-error loss");
        }
        scale = root ? energy.rsqrt() : energy.reciprocal();
    } else if (kind == MatchLoss::meanSquaredError) {
        scale.div_(wanted.size(1));
    }
    return [wanted, scale, root](const torch::Tensor& activations) {
        return SquaredRows::apply(activations.flatten(1) - wanted, root) * scale;
    };
}

} // namespace mlab::stimuli
