// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/models/network.h"

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/base/sha256.h"
#include "stimuli/catalog/network_architectures.h"
#include "stimuli/tensors/last_relu.h"

#include <torch/types.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>

namespace mlab::stimuli {
namespace {

using torch::Tensor;

constexpr int kImageNetClasses = 1000;
constexpr double kBatchNormEpsilon = 1e-5; // torchvision's

/// Returns arrays by name and thereby records which ones the architecture has. Without weights it
/// returns empty tensors and only records what was requested.
class WeightSource {
public:
    WeightSource() = default;
    explicit WeightSource(std::map<std::string, FloatArray>& arrays) : arrays_(&arrays) {}

    Tensor take(const std::string& name, std::vector<std::int64_t> shape)
    {
        expected_.push_back({name, shape});
        if (arrays_ == nullptr) {
            return torch::empty(shape, torch::device(torch::kMeta));
        }
        const auto found = arrays_->find(name);
        if (found == arrays_->end()) {
            problems_.push_back("missing: " + name + " " + shapeText(shape));
            missing_.push_back(name);
            return torch::zeros(shape);
        }
        auto array = std::move(found->second);
        arrays_->erase(found);
        if (array.shape != shape) {
            problems_.push_back("misshapen: " + name + " is " + shapeText(array.shape) +
                                ", expected " + shapeText(shape));
            return torch::zeros(shape);
        }
        auto tensor = torch::from_blob(array.values.data(), shape, torch::kFloat32).clone();
        if (!tensor.isfinite().all().item<bool>()) {
            throw NumericError("the weights in " + name + " are not all finite numbers");
        }
        return tensor;
    }

    const std::vector<ExpectedWeight>& expected() const { return expected_; }

    /// @throws IoError listing what is missing, misshapen and left over
    void requireComplete(const std::string& architecture, const std::string& file) const
    {
        auto problems = problems_;
        for (const auto& [name, array] : *arrays_) {
            problems.push_back("unexpected: " + name + " " + shapeText(array.shape));
        }
        if (problems.empty()) {
            return;
        }
        std::string text = file + " does not hold the weights of " + architecture + ":";
        if (const auto prefix = prefixOfWrapper(); !prefix.empty()) {
            const auto inside = prefix.substr(0, prefix.size() - 1);
            throw IoError(text + " its names begin with \"" + prefix +
                          "\", the name of a wrapper around the network; save the network without "
                          "it: torch.save(model." +
                          inside + ".state_dict(), FILE)");
        }
        constexpr std::size_t kListed = 10;
        for (std::size_t i = 0; i < std::min(problems.size(), kListed); ++i) {
            text.append("\n  ").append(problems[i]);
        }
        if (problems.size() > kListed) {
            text.append("\n  and ")
                .append(std::to_string(problems.size() - kListed))
                .append(" more");
        }
        throw IoError(text);
    }

private:
    /// "_orig_mod." if every missing name is there behind it; "" if there is no such prefix.
    std::string prefixOfWrapper() const
    {
        if (missing_.empty()) {
            return "";
        }
        for (const auto& [name, array] : *arrays_) {
            if (!name.ends_with("." + missing_.front())) {
                continue;
            }
            const auto prefix = name.substr(0, name.size() - missing_.front().size());
            if (std::ranges::all_of(missing_, [&](const std::string& wanted) {
                    return arrays_->contains(prefix + wanted);
                })) {
                return prefix;
            }
        }
        return "";
    }

    static std::string shapeText(const std::vector<std::int64_t>& shape)
    {
        std::string text;
        for (const auto side : shape) {
            text.append(text.empty() ? "" : " x ").append(std::to_string(side));
        }
        return "[" + text + "]";
    }

    std::map<std::string, FloatArray>* arrays_ = nullptr;
    std::vector<ExpectedWeight> expected_;
    std::vector<std::string> problems_;
    std::vector<std::string> missing_; ///< the names alone
};

struct Convolution {
    Tensor weight;
    Tensor bias;
    int stride = 1;
    int padding = 0;

    Tensor operator()(const Tensor& x) const
    {
        return torch::conv2d(x, weight, bias, stride, padding);
    }
};

Convolution takeConvolution(WeightSource& source, const std::string& name, int in, int out,
                            int kernel, int stride, int padding)
{
    Convolution c{.weight = source.take(name + ".weight", {out, in, kernel, kernel}),
                  .bias = source.take(name + ".bias", {out}),
                  .stride = stride,
                  .padding = padding};
    return c;
}

// A convolution without bias and the batch normalisation after it, as one convolution:
// y = (conv(x) - mean) / sqrt(variance + eps) * gain + shift.
Convolution takeNormalised(WeightSource& source, const std::string& conv, const std::string& norm,
                           int in, int out, int kernel, int stride)
{
    const auto weight = source.take(conv + ".weight", {out, in, kernel, kernel});
    const auto gain = source.take(norm + ".weight", {out});
    const auto shift = source.take(norm + ".bias", {out});
    const auto mean = source.take(norm + ".running_mean", {out});
    const auto variance = source.take(norm + ".running_var", {out});
    const auto scale = gain / torch::sqrt(variance + kBatchNormEpsilon);
    return {.weight = weight * scale.view({out, 1, 1, 1}),
            .bias = shift - mean * scale,
            .stride = stride,
            .padding = kernel / 2};
}

struct Dense {
    Tensor weight;
    Tensor bias;

    Tensor operator()(const Tensor& x) const
    {
        return torch::addmm(bias, x.flatten(1), weight.t());
    }
};

Dense takeDense(WeightSource& source, const std::string& name, int in, int out)
{
    return {.weight = source.take(name + ".weight", {out, in}),
            .bias = source.take(name + ".bias", {out})};
}

/// One stage, and whether its end is a layer.
struct Stage {
    std::string name;
    std::function<Tensor(const Tensor&, LastRelu)> run;
    std::size_t weightsUpToHere = 0; ///< how many arrays have been requested
};

using Stages = std::vector<Stage>;

/// What a network is made of, while it is put together.
class Builder {
public:
    Builder(WeightSource& source, const std::function<Tensor(const Tensor&)>& place)
        : source_(source), place_(place)
    {
    }

    /// A stage without a ReLU at its end.
    void add(const std::string& name, std::function<Tensor(const Tensor&)> run)
    {
        push(name, [run = std::move(run)](const Tensor& x, LastRelu) { return run(x); });
    }
    void addRelu(const std::string& name, std::function<Tensor(const Tensor&)> run)
    {
        push(name, [run = std::move(run)](const Tensor& x, LastRelu kind) {
            return lastRelu(run(x), kind);
        });
    }
    void push(const std::string& name, std::function<Tensor(const Tensor&, LastRelu)> run)
    {
        stages_.push_back({name, std::move(run), source_.expected().size()});
    }

    Convolution convolution(const std::string& name, int in, int out, int kernel, int stride,
                            int padding)
    {
        return placed(takeConvolution(source_, name, in, out, kernel, stride, padding));
    }
    Convolution normalised(const std::string& conv, const std::string& norm, int in, int out,
                           int kernel, int stride)
    {
        return placed(takeNormalised(source_, conv, norm, in, out, kernel, stride));
    }
    Dense dense(const std::string& name, int in, int out)
    {
        auto d = takeDense(source_, name, in, out);
        return {.weight = place_(d.weight), .bias = place_(d.bias)};
    }

    Stages stages() && { return std::move(stages_); }

private:
    Convolution placed(Convolution c) const
    {
        c.weight = place_(c.weight);
        c.bias = place_(c.bias);
        return c;
    }

    WeightSource& source_;
    const std::function<Tensor(const Tensor&)>& place_;
    Stages stages_;
};

// The bottleneck block (He et al. 2016, figure 5 right), the stride in its 3 x 3 convolution as
// torchvision has it.
struct Bottleneck {
    Convolution reduce;
    Convolution middle;
    Convolution expand;
    std::optional<Convolution> shortcut;

    Tensor operator()(const Tensor& x, LastRelu kind) const
    {
        const auto inner = expand(torch::relu(middle(torch::relu(reduce(x)))));
        return lastRelu(inner + (shortcut ? (*shortcut)(x) : x), kind);
    }
};

void buildResnet50(Builder& net, int classes)
{
    constexpr int kExpansion = 4;
    constexpr std::array<int, 4> kBlocks = {3, 4, 6, 3};
    net.addRelu("conv1", net.normalised("conv1", "bn1", 3, 64, 7, 2));
    net.add("maxpool", [](const Tensor& x) { return torch::max_pool2d(x, 3, 2, 1); });
    int channels = 64;
    for (int stage = 0; stage < 4; ++stage) {
        const std::string name = "layer" + std::to_string(stage + 1);
        const int width = 64 << stage;
        std::vector<Bottleneck> blocks;
        for (int block = 0; block < kBlocks[static_cast<std::size_t>(stage)]; ++block) {
            const std::string at = name + "." + std::to_string(block) + ".";
            const int stride = stage > 0 && block == 0 ? 2 : 1;
            Bottleneck b{
                .reduce = net.normalised(at + "conv1", at + "bn1", channels, width, 1, 1),
                .middle = net.normalised(at + "conv2", at + "bn2", width, width, 3, stride),
                .expand = net.normalised(at + "conv3", at + "bn3", width, width * kExpansion, 1, 1),
                .shortcut = {}};
            if (block == 0) {
                b.shortcut = net.normalised(at + "downsample.0", at + "downsample.1", channels,
                                            width * kExpansion, 1, stride);
            }
            blocks.push_back(std::move(b));
            channels = width * kExpansion;
        }
        net.push(name, [blocks = std::move(blocks)](Tensor x, LastRelu kind) {
            for (std::size_t i = 0; i < blocks.size(); ++i) {
                x = blocks[i](x, i + 1 == blocks.size() ? kind : LastRelu::plain);
            }
            return x;
        });
    }
    net.add("avgpool", [](const Tensor& x) { return x.mean({2, 3}); });
    net.add("fc", net.dense("fc", channels, classes));
}

std::string features(int index)
{
    return "features." + std::to_string(index);
}

std::string classifier(int index)
{
    return "classifier." + std::to_string(index);
}

void buildVgg19(Builder& net, int classes)
{
    constexpr std::array<int, 21> kPlan = {64,  64,  0,   128, 128, 0,   256, 256, 256, 256, 0,
                                           512, 512, 512, 512, 0,   512, 512, 512, 512, 0};
    int index = 0;
    int channels = 3;
    for (const int width : kPlan) {
        if (width == 0) {
            net.add(features(index), [](const Tensor& x) { return torch::max_pool2d(x, 2, 2); });
            index += 1;
        } else {
            net.addRelu(features(index + 1),
                        net.convolution(features(index), channels, width, 3, 1, 1));
            index += 2;
            channels = width;
        }
    }
    net.add("avgpool", [](const Tensor& x) { return torch::adaptive_avg_pool2d(x, {7, 7}); });
    net.addRelu(classifier(1), net.dense(classifier(0), channels * 7 * 7, 4096));
    net.addRelu(classifier(4), net.dense(classifier(3), 4096, 4096));
    net.add(classifier(6), net.dense(classifier(6), 4096, classes));
}

void buildAlexnet(Builder& net, int classes)
{
    const auto pool = [](const Tensor& x) { return torch::max_pool2d(x, 3, 2); };
    net.addRelu(features(1), net.convolution(features(0), 3, 64, 11, 4, 2));
    net.add(features(2), pool);
    net.addRelu(features(4), net.convolution(features(3), 64, 192, 5, 1, 2));
    net.add(features(5), pool);
    net.addRelu(features(7), net.convolution(features(6), 192, 384, 3, 1, 1));
    net.addRelu(features(9), net.convolution(features(8), 384, 256, 3, 1, 1));
    net.addRelu(features(11), net.convolution(features(10), 256, 256, 3, 1, 1));
    net.add(features(12), pool);
    net.add("avgpool", [](const Tensor& x) { return torch::adaptive_avg_pool2d(x, {6, 6}); });
    net.addRelu(classifier(2), net.dense(classifier(1), 256 * 6 * 6, 4096));
    net.addRelu(classifier(5), net.dense(classifier(4), 4096, 4096));
    net.add(classifier(6), net.dense(classifier(6), 4096, classes));
}

struct Architecture {
    std::string name;
    void (*build)(Builder&, int classes);
    std::string logitsWeight;
};

const std::vector<Architecture>& architectures()
{
    static const std::vector<Architecture> kAll = {
        {"resnet50", buildResnet50, "fc.weight"},
        {"vgg19", buildVgg19, "classifier.6.weight"},
        {"alexnet", buildAlexnet, "classifier.6.weight"}};
    return kAll;
}

const Architecture& architecture(const std::string& name)
{
    const auto found = std::ranges::find(architectures(), name, &Architecture::name);
    if (found == architectures().end()) {
        throw InvalidArgument("unknown architecture \"" + name + "\"");
    }
    return *found;
}

Tensor unplaced(const Tensor& tensor)
{
    return tensor;
}

std::string normalisationText(const InputNormaliser& normaliser)
{
    const auto numbers = [](const std::vector<float>& values) {
        std::string text;
        for (const float value : values) {
            text.append(text.empty() ? "" : ", ")
                .append(shortNumber(std::round(value * 1e4) / 1e4));
        }
        return text;
    };
    return "RGB in [0, 1], normalised by mean (" + numbers(normaliser.mean) + ") and SD (" +
           numbers(normaliser.std) + ")";
}

// Of the photographs of ImageNet; what torchvision's weights expect.
const InputNormaliser kImageNetNormaliser{.mean = {0.485F, 0.456F, 0.406F},
                                          .std = {0.229F, 0.224F, 0.225F}};

class Network final : public Model {
public:
    Network(const Architecture& architecture, Weights weights, const std::string& name,
            const ComputeOptions& compute);

    const ModelInfo& info() const override { return info_; }
    std::string sha256() const override { return sha256_; }
    std::int64_t parameterCount(const std::string& layer) const override;

protected:
    Tensor forward(const Tensor& images, const std::string& layer,
                   const GradientRule& rule) const override;
    std::vector<Tensor> forwardAll(const Tensor& images,
                                   const std::vector<std::string>& layers) const override;

private:
    ModelInfo info_;
    std::string sha256_;
    Stages stages_;
    std::vector<ExpectedWeight> weights_;
    Tensor mean_; // [1, 3, 1, 1]
    Tensor sd_;
};

Network::Network(const Architecture& architecture, Weights weights, const std::string& name,
                 const ComputeOptions& compute)
    : Model(compute), info_(networkInfo(architecture.name))
{
    const auto normaliser = weights.normaliser.value_or(kImageNetNormaliser);
    info_.input = normalisationText(normaliser);
    info_.source = name;
    Sha256 hash;
    sha256_ = hash.update(architecture.name).update(weights.sha256).update(info_.input).hex();
    mean_ = toModel(torch::tensor(at::ArrayRef<float>(normaliser.mean))).view({1, 3, 1, 1});
    sd_ = toModel(torch::tensor(at::ArrayRef<float>(normaliser.std))).view({1, 3, 1, 1});

    int classes = kImageNetClasses;
    if (const auto logits = weights.arrays.find(architecture.logitsWeight);
        logits != weights.arrays.end() && !logits->second.shape.empty()) {
        classes = static_cast<int>(logits->second.shape.front()); // a network trained for others
    }
    WeightSource source(weights.arrays);
    const std::function<Tensor(const Tensor&)> place = [this](const Tensor& t) {
        return toModel(t);
    };
    Builder builder(source, place);
    architecture.build(builder, classes);
    source.requireComplete(architecture.name, name);
    stages_ = std::move(builder).stages();
    if (!std::ranges::equal(stages_, info_.layers, {}, &Stage::name)) {
        throw InternalError("the catalog lists other layers of " + architecture.name +
                            " than those that were built");
    }
    weights_ = source.expected();
    for (int i = 0; i < classes; ++i) {
        info_.classes.push_back(std::to_string(i)); // a state_dict does not name them
    }
}

Tensor Network::forward(const Tensor& images, const std::string& layer,
                        const GradientRule& rule) const
{
    auto x = (images - mean_) / sd_;
    for (const auto& stage : stages_) {
        const bool last = stage.name == layer;
        x = stage.run(x, last ? rule.lastRelu : LastRelu::plain);
        if (last) {
            break;
        }
    }
    return x;
}

std::vector<Tensor> Network::forwardAll(const Tensor& images,
                                        const std::vector<std::string>& layers) const
{
    std::vector<Tensor> all(layers.size());
    std::size_t missing = layers.size();
    auto x = (images - mean_) / sd_;
    for (auto stage = stages_.begin(); missing > 0; ++stage) {
        x = stage->run(x, LastRelu::plain);
        for (std::size_t l = 0; l < layers.size(); ++l) {
            if (layers[l] == stage->name) {
                all[l] = x;
                --missing;
            }
        }
    }
    return all;
}

std::int64_t Network::parameterCount(const std::string& layer) const
{
    const auto stage = std::ranges::find(stages_, layer, &Stage::name);
    std::int64_t count = 0;
    for (std::size_t i = 0; i < stage->weightsUpToHere; ++i) {
        const auto& [name, shape] = weights_[i];
        if (name.find(".running_") != std::string::npos) {
            continue; // measured, not learnt
        }
        std::int64_t size = 1;
        for (const auto side : shape) {
            size *= side;
        }
        count += size;
    }
    return count;
}

} // namespace

std::vector<ExpectedWeight> expectedWeights(const std::string& name, int classes)
{
    WeightSource source;
    const std::function<Tensor(const Tensor&)> place = unplaced;
    Builder builder(source, place);
    architecture(name).build(builder, classes);
    return source.expected();
}

std::unique_ptr<Model> makeNetwork(const std::string& architectureName, Weights weights,
                                   const std::string& name, const ComputeOptions& compute)
{
    return std::make_unique<Network>(architecture(architectureName), std::move(weights), name,
                                     compute);
}

std::unique_ptr<Model> loadNetwork(const std::string& name,
                                   const std::filesystem::path& weightsFile,
                                   const ComputeOptions& compute)
{
    return makeNetwork(name, loadWeights(weightsFile), weightsFile.string(), compute);
}

} // namespace mlab::stimuli
