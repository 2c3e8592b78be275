// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/metamers/metamer_rounding.h"

#include "stimuli/store/metamer_settings.h"

#include <torch/types.h>
#include <torch/utils.h>

#include <array>

namespace mlab::stimuli {

torch::Tensor roundKeepingMatch(const BatchLoss& loss, const torch::Tensor& images,
                                const std::stop_token& stop)
{
    constexpr std::array<double, 5> kFixedShares = {0.5, 0.75, 0.875, 0.95, 0.98};
    const LbfgsSpec between{.evaluations = 40};
    const auto toEightBits = [](const torch::Tensor& x) { return torch::round(x * 255.0) / 255.0; };

    auto now = images.detach().clone();
    for (const double share : kFixedShares) {
        const auto rounded = toEightBits(now);
        const auto away = (now - rounded).abs().flatten(1);
        const auto limit = std::get<0>(away.kthvalue(
            static_cast<std::int64_t>(share * static_cast<double>(away.size(1))), 1, true));
        const auto fixed = away.le(limit).view_as(now);
        now = torch::where(fixed, rounded, now);
        const auto withFixed = [&](const torch::Tensor& free) {
            return loss(torch::where(fixed, rounded, free));
        };
        now = torch::where(fixed, rounded,
                           solveMetamers(between, withFixed, now, 0.0, {}, stop).first);
    }
    const torch::NoGradGuard noGradients;
    const auto kept = toEightBits(now);
    const auto nearest = toEightBits(images);
    const auto better = loss(kept).lt(loss(nearest)).view({-1, 1, 1, 1});
    return torch::where(better, kept, nearest);
}

} // namespace mlab::stimuli
