// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/checkpoints/float_array.h"

#include <cstdint>
#include <variant>
#include <vector>

namespace mlab::stimuli {

/// x W + b for a row x.
struct LinearMap {
    FloatArray weight;       ///< [out, in]
    std::vector<float> bias; ///< [out], or empty

    std::int64_t inputs() const { return weight.shape[1]; }
    std::int64_t outputs() const { return weight.shape[0]; }
};

// Pre-activations of node v, from rows x of its neighbours N(v); deg is their number. S has the
// entries 1 / sqrt((deg_v + 1)(deg_u + 1)) for neighbours and for v itself.

/// sum_u S_vu x_u W + b (Kipf & Welling 2017)
struct GcnLayer {
    LinearMap map;
};

/// x_v W_root + mean_{u in N(v)} x_u W_nb + b; the mean over no neighbours is 0 (Hamilton et al.
/// 2017)
struct SageLayer {
    LinearMap neighbours; ///< with the bias
    LinearMap root;
};

/// sum_u alpha_vu x_u W + b over u in N(v) and v, with alpha_vu = softmax_u of LeakyReLU_0.2(a_dst
/// . x_v W + a_src . x_u W) in each head (Velickovic et al. 2018)
struct GatLayer {
    LinearMap map;           ///< [heads * width, in], without the bias
    FloatArray source;       ///< a_src, [heads, width]
    FloatArray target;       ///< a_dst, [heads, width]
    bool averaged = false;   ///< the heads are averaged; otherwise they are concatenated
    std::vector<float> bias; ///< of the averaged or concatenated heads, or empty

    std::int64_t heads() const { return source.shape[0]; }
    std::int64_t width() const { return source.shape[1]; }
};

/// MLP((1 + eps) x_v + sum_{u in N(v)} x_u), with the network's activation between its maps
/// (Xu K et al. 2019)
struct GinLayer {
    std::vector<LinearMap> maps;
    float eps = 0;
};

/// (S^hops X W)_v + b (Wu et al. 2019)
struct SgcLayer {
    LinearMap map;
    int hops = 1;
};

using GraphLayer = std::variant<GcnLayer, SageLayer, GatLayer, GinLayer, SgcLayer>;

} // namespace mlab::stimuli
