// SPDX-License-Identifier: GPL-3.0-or-later
//
// The built-in image models: two-layer scattering networks of Gabor filters. They need no training
// and no download (Bruna & Mallat 2013; the Gram matrices of their layers are related to the
// texture statistics of Portilla & Simoncelli 2000).
//
// gabor-scattering
//   band    [72, side, side]   modulus of even/odd Gabor pairs, 4 octaves x 6 orientations, of
//                              three opponent colour channels
//   texture [216, side, side]  the same operator on the luminance moduli, at coarser scales
//   pool    [288]              spatial means of both
//
// gabor-compressive: the same moduli m, averaged over squares of 32 pixels, each as
// sqrt(log(1 + m / s)), s being 0.02 for band and colour and 0.002 for texture, so that a Gram
// matrix holds mean log moduli. Moduli are bounded below by 0 and skewed over images; in logarithms
// most photographs can be moved by 1 SD both ways (tests/benchmarks/README.md). The average comes
// before the logarithm because single blank points would otherwise decide. Colour is a layer of its
// own, because grey pictures have none.
//   band    [24, side / 4, side / 4]   of luminance
//   colour  [48, side / 4, side / 4]   of red-green and blue-yellow
//   texture [216, side / 4, side / 4]
//   pool    [240]                      spatial means of band and texture
//
// side is an eighth of the image's.
#include "stimuli/models/gabor_scattering.h"

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "stimuli/catalog/builtin_models.h"
#include "stimuli/tensors/last_relu.h"
#include "stimuli/tensors/power_compression.h"

#include <torch/autograd.h>
#include <torch/types.h>

#include <cmath>
#include <numbers>

namespace mlab::stimuli {
namespace {

constexpr int kScales = 4;
constexpr int kOrientations = 6;
constexpr int kKernel = 9;
constexpr int kPad = kKernel / 2;
constexpr double kWavelength = 4.0; // px of the scale's own grid
constexpr double kSigma = 2.0;
// Smooths the modulus where there is nothing to see. A grey level is 0.004, so rounding noise in a
// flat region stays in the quadratic part and does not pass for texture. Logarithms need a lower
// one: with 0.01 a blank picture is only 1.5 SD below the mean one.
constexpr double kEnvelopeFloor = 0.01;
constexpr double kCompressiveFloor = 0.003;
// Second-order moduli are smaller, so that a smoothing of their gradients is too.
constexpr double kSecondOrderSmoothing = 1.0 / 3;
constexpr const char* kGaborIdentity =
    "gabor-scattering 1: 4 octaves, 6 orientations, 9 px kernels, "
    "wavelength 4, sigma 2, floor 0.01, binomial-5 pyramid";

constexpr const char* kCompressiveIdentity =
    "gabor-compressive 1: gabor-scattering 1 with floor 0.003, luminance and colour apart, "
    "means of 4 x 4, sqrt(log1p(m / s)), s 0.02 and 0.002";

// Where the logarithm begins, of first-order moduli and of the moduli of these, which are smaller.
constexpr double kFirstSemiSaturation = 0.02;
constexpr double kSecondSemiSaturation = 0.002;
// Grid points, each way, whose moduli are averaged before the logarithm.
constexpr std::int64_t kCompressiveBlock = 4;

torch::Tensor gaborPairs()
{
    auto kernels = torch::zeros({2 * kOrientations, 1, kKernel, kKernel}, torch::kFloat64);
    auto at = kernels.accessor<double, 4>();
    for (int o = 0; o < kOrientations; ++o) {
        const double theta = std::numbers::pi * o / kOrientations;
        double envelopeSum = 0;
        double evenSum = 0;
        double energy = 0;
        const auto envelope = [](int y, int x) {
            const double dy = y - kPad;
            const double dx = x - kPad;
            return std::exp(-(dx * dx + dy * dy) / (2 * kSigma * kSigma));
        };
        const auto phase = [&](int y, int x) {
            return 2 * std::numbers::pi / kWavelength *
                   ((x - kPad) * std::cos(theta) + (y - kPad) * std::sin(theta));
        };
        for (int y = 0; y < kKernel; ++y) {
            for (int x = 0; x < kKernel; ++x) {
                const double g = envelope(y, x);
                const double c = std::cos(phase(y, x));
                envelopeSum += g;
                evenSum += g * c;
                energy += g * c * c;
            }
        }
        // The even filter must not answer to the mean; a grating of amplitude 1 at the preferred
        // frequency gives a modulus of about 1.
        for (int y = 0; y < kKernel; ++y) {
            for (int x = 0; x < kKernel; ++x) {
                const double g = envelope(y, x);
                at[o][0][y][x] = g * (std::cos(phase(y, x)) - evenSum / envelopeSum) / energy;
                at[kOrientations + o][0][y][x] = g * std::sin(phase(y, x)) / energy;
            }
        }
    }
    return kernels.to(torch::kFloat32);
}

// A transposed convolution with stride 2 is four ordinary ones, one for each parity of the output
// pixel, interleaved by pixel_shuffle. LibTorch's own transposed convolution is several times
// slower for a single output channel.
torch::Tensor stridedAdjoint(const torch::Tensor& kernels)
{
    constexpr int kTaps = kPad + 1;
    auto phases = torch::zeros({4, 2 * kOrientations, kTaps, kTaps});
    for (int row = 0; row < kKernel; ++row) {
        for (int column = 0; column < kKernel; ++column) {
            phases.index_put_({row % 2 * 2 + column % 2, torch::indexing::Slice(),
                               kTaps - 1 - row / 2, kTaps - 1 - column / 2},
                              kernels.index({torch::indexing::Slice(), 0, row, column}));
        }
    }
    return phases;
}

// Modulus of even/odd filter pairs, with the gradient written out: autograd's own is dominated by
// the transposed convolution and by a concatenation of halves.
struct GaborModulus : torch::autograd::Function<GaborModulus> {
    static torch::Tensor forward(torch::autograd::AutogradContext* context,
                                 const torch::Tensor& padded, const torch::Tensor& kernels,
                                 const torch::Tensor& adjoint, std::int64_t stride, double floor,
                                 double smoothing)
    {
        const auto pairs = torch::conv2d(padded, kernels, {}, stride);
        const auto even = pairs.narrow(1, 0, kOrientations);
        const auto odd = pairs.narrow(1, kOrientations, kOrientations);
        const auto floored = (even * even).addcmul_(odd, odd).add_(floor * floor).sqrt_();
        const auto divisor =
            smoothing > 0 ? (floored * floored).add_(smoothing * smoothing).sqrt_() : floored;
        context->save_for_backward({pairs, divisor, kernels, adjoint});
        context->saved_data["stride"] = stride;
        context->saved_data["side"] = padded.size(-1);
        return floored - floor;
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   torch::autograd::variable_list gradients)
    {
        const auto saved = context->get_saved_variables();
        const auto& pairs = saved[0];
        const auto side = context->saved_data["side"].toInt();
        const auto share = (gradients[0] / saved[1]).unsqueeze(1);
        const auto spread =
            (pairs.view({pairs.size(0), 2, kOrientations, pairs.size(2), pairs.size(3)}) * share)
                .view(pairs.sizes());
        torch::Tensor toInput;
        if (context->saved_data["stride"].toInt() == 1) {
            toInput = torch::conv2d(spread, saved[2].flip({2, 3}).transpose(0, 1), {}, 1, 2 * kPad);
        } else {
            toInput = torch::pixel_shuffle(torch::conv2d(spread, saved[3], {}, 1, kPad), 2);
            toInput = toInput.narrow(2, 0, side).narrow(3, 0, side);
        }
        return {toInput, {}, {}, {}, {}, {}};
    }
};

torch::Tensor mirrored(const torch::Tensor& maps, std::int64_t border)
{
    return torch::reflection_pad2d(maps, {border, border, border, border});
}

class GaborScattering final : public Model {
public:
    GaborScattering(bool isCompressive, int imageSizePx, const ComputeOptions& compute);

    const ModelInfo& info() const override { return info_; }
    std::string sha256() const override
    {
        return sha256Hex(isCompressive_ ? kCompressiveIdentity : kGaborIdentity);
    }
    std::int64_t parameterCount(const std::string& /*layer*/) const override { return 0; }

protected:
    torch::Tensor forward(const torch::Tensor& images, const std::string& layer,
                          const GradientRule& rule) const override;

private:
    torch::Tensor halved(const torch::Tensor& maps) const;
    torch::Tensor modulus(const torch::Tensor& maps, double smoothing) const;
    torch::Tensor onGrid(const torch::Tensor& moduli, std::int64_t images,
                         double semiSaturation) const;

    torch::Tensor axesFor(const std::string& layer) const;

    bool isCompressive_;
    ModelInfo info_;
    std::int64_t grid_;
    torch::Tensor gabors_;       // [12, 1, 9, 9]: six even, then six odd
    torch::Tensor adjoint_;      // [4, 12, 5, 5]
    torch::Tensor binomial_;     // [1, 1, 5, 5]
    torch::Tensor opponentAxes_; // [3, 3], orthonormal rows: luminance, red-green, blue-yellow
};

GaborScattering::GaborScattering(bool isCompressive, int imageSizePx, const ComputeOptions& compute)
    : Model(compute), isCompressive_(isCompressive),
      info_(isCompressive ? gaborCompressiveInfo() : gaborScatteringInfo()),
      grid_(imageSizePx / (1 << (kScales - 1)))
{
    gabors_ = gaborPairs();
    adjoint_ = stridedAdjoint(gabors_);
    const auto taps = torch::tensor({1.0F, 4.0F, 6.0F, 4.0F, 1.0F}) / 16;
    binomial_ = torch::outer(taps, taps).view({1, 1, 5, 5});
    opponentAxes_ = torch::tensor({{1.0F, 1.0F, 1.0F}, {1.0F, -1.0F, 0.0F}, {1.0F, 1.0F, -2.0F}});
    opponentAxes_ = opponentAxes_ / opponentAxes_.norm(2, {1}, true);
    for (auto* constant : {&gabors_, &adjoint_, &binomial_, &opponentAxes_}) {
        *constant = toModel(*constant);
    }
}

torch::Tensor GaborScattering::halved(const torch::Tensor& maps) const
{
    return torch::conv2d(mirrored(maps, 2), binomial_, {}, 2);
}

// Moduli [maps, orientations, side', side'], at half the resolution unless that is finer than the
// grid allows: the envelope of a filter this wide has nothing above half of its sampling rate.
torch::Tensor GaborScattering::modulus(const torch::Tensor& maps, double smoothing) const
{
    const std::int64_t stride = maps.size(-1) > grid_ ? 2 : 1;
    return GaborModulus::apply(mirrored(maps, kPad), gabors_, adjoint_, stride,
                               isCompressive_ ? kCompressiveFloor : kEnvelopeFloor, smoothing);
}

// [images * maps, orientations, side', side'] -> [images, maps * orientations, grid, grid]
torch::Tensor GaborScattering::onGrid(const torch::Tensor& moduli, std::int64_t images,
                                      double semiSaturation) const
{
    const auto block = moduli.size(-1) / grid_;
    auto pooled = block > 1 ? torch::avg_pool2d(moduli, block) : moduli;
    if (isCompressive_) {
        pooled = rootLogCompression(torch::avg_pool2d(pooled, kCompressiveBlock), semiSaturation);
    }
    return pooled.reshape({images, -1, pooled.size(-2), pooled.size(-1)});
}

// [axes, 3]: the opponent channels that a layer looks at.
torch::Tensor GaborScattering::axesFor(const std::string& layer) const
{
    if (layer == "colour") {
        return opponentAxes_.narrow(0, 1, 2);
    }
    return isCompressive_ || layer == "texture" ? opponentAxes_.narrow(0, 0, 1) : opponentAxes_;
}

torch::Tensor GaborScattering::forward(const torch::Tensor& images, const std::string& layer,
                                       const GradientRule& rule) const
{
    const bool wantBand = layer != "texture";
    const auto count = images.size(0);
    const auto side = images.size(-1);
    auto channels =
        torch::matmul(axesFor(layer), images.reshape({count, 3, -1})).reshape({-1, 1, side, side});
    std::vector<torch::Tensor> band;
    std::vector<torch::Tensor> luminance; // of each scale, [images * orientations, 1, side, side]
    for (int scale = 0; scale < kScales; ++scale) {
        if (scale > 0) {
            channels = halved(channels);
        }
        const auto moduli = modulus(channels, rule.smoothing);
        luminance.push_back(moduli.view({count, -1, kOrientations, moduli.size(2), moduli.size(3)})
                                .select(1, 0)
                                .reshape({-1, 1, moduli.size(2), moduli.size(3)}));
        if (wantBand) {
            band.push_back(onGrid(moduli, count, kFirstSemiSaturation));
        }
    }
    if (layer == "band" || layer == "colour") {
        return torch::cat(band, 1);
    }
    std::vector<torch::Tensor> texture;
    for (int fine = 0; fine + 1 < kScales; ++fine) {
        // A modulus map already lies on the grid of the next coarser scale.
        auto maps = luminance[static_cast<std::size_t>(fine)];
        for (int coarse = fine + 1; coarse < kScales; ++coarse) {
            if (coarse > fine + 1) {
                maps = halved(maps);
            }
            texture.push_back(onGrid(modulus(maps, kSecondOrderSmoothing * rule.smoothing), count,
                                     kSecondSemiSaturation));
        }
    }
    if (layer == "texture") {
        return torch::cat(texture, 1);
    }
    return torch::cat({torch::cat(band, 1), torch::cat(texture, 1)}, 1).mean({2, 3});
}

} // namespace

std::unique_ptr<Model> makeGaborScattering(int imageSizePx, const ComputeOptions& compute)
{
    return std::make_unique<GaborScattering>(false, imageSizePx, compute);
}

std::unique_ptr<Model> makeGaborCompressive(int imageSizePx, const ComputeOptions& compute)
{
    return std::make_unique<GaborScattering>(true, imageSizePx, compute);
}

} // namespace mlab::stimuli
