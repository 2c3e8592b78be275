// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/models/script_model.h"

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "stimuli/catalog/script_manifest.h"
#include "stimuli/checkpoints/mapped_file.h"
#include "stimuli/models/script_archive.h"
#include "stimuli/tensors/last_relu.h"
#include "stimuli/tensors/small_convolution.h"
#include "stimuli/tensors/stimulus_tensor.h"
#include "stimuli/tensors/torch_errors.h"
#include "stimuli/tensors/waveform_spectrum.h"

#include <torch/csrc/jit/passes/constant_propagation.h>
#include <torch/csrc/jit/passes/dead_code_elimination.h>
#include <torch/csrc/jit/passes/freeze_module.h>
#include <torch/csrc/jit/passes/frozen_conv_folding.h>
#include <torch/csrc/jit/passes/inliner.h>
#include <torch/csrc/jit/runtime/interpreter.h>
#include <torch/script.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace mlab::stimuli {
namespace {

using torch::Tensor;

/// The computation of one layer, as a graph with nothing left to look up.
struct LayerCode {
    torch::jit::Code whole;
    /// Up to the ReLU that ends the layer; absent where none does.
    std::optional<torch::jit::Code> beforeRelu;
    std::vector<Tensor> inputs; ///< of both, after the images
};

bool isRelu(const torch::jit::Node& node)
{
    return node.kind() == c10::aten::relu || node.kind() == c10::aten::relu_;
}

LayerCode compiled(const torch::jit::Module& frozen, const std::string& layer,
                   const std::string& file, const ComputeOptions& compute)
{
    auto graph = frozen.get_method(layer).graph()->copy();
    torch::jit::Inline(*graph);
    torch::jit::ConstantPropagation(graph);
    requireBoundedLoops(graph, file, layer);
    torch::jit::FoldFrozenConvBatchnorm(graph);
    std::vector<Tensor> inputs;
    if (torch::Device(compute.device).is_cpu()) {
        inputs = useOneDnnForSmallImages(graph);
    }
    torch::jit::EliminateDeadCode(graph);
    LayerCode code{
        .whole = torch::jit::Code(graph, layer), .beforeRelu = {}, .inputs = std::move(inputs)};
    if (auto* relu = graph->outputs()[0]->node(); isRelu(*relu)) {
        auto shortened = graph->copy();
        relu = shortened->outputs()[0]->node();
        shortened->eraseOutput(0);
        shortened->registerOutput(relu->input(0));
        relu->destroy();
        code.beforeRelu = torch::jit::Code(shortened, layer);
    }
    return code;
}

// Names of the parameters that a method reaches, from its graph before anything is folded.
std::int64_t countParameters(const torch::jit::Module& module, const std::string& layer)
{
    auto graph = module.get_method(layer).graph()->copy();
    torch::jit::Inline(*graph);
    std::map<const torch::jit::Value*, std::string> paths = {{graph->inputs()[0], ""}};
    std::set<std::string> used;
    for (const auto* node : graph->nodes()) {
        if (node->kind() == c10::prim::GetAttr && paths.contains(node->input(0))) {
            const auto& parent = paths.at(node->input(0));
            const auto path = (parent.empty() ? "" : parent + ".") + node->s(c10::attr::name);
            paths[node->output(0)] = path;
            used.insert(path);
        }
    }
    std::int64_t count = 0;
    for (const auto& parameter : module.named_parameters(/*recurse=*/true)) {
        count += used.contains(parameter.name) ? parameter.value.numel() : 0;
    }
    return count;
}

void requireFinite(const torch::jit::Module& module, const std::string& file)
{
    const auto require = [&](const char* kind, const std::string& name, const Tensor& values) {
        if (!values.isfinite().all().item<bool>()) {
            throw NumericError("the " + std::string(kind) + " " + name + " of the model file " +
                               file + " are not all finite numbers");
        }
    };
    for (const auto& parameter : module.named_parameters(/*recurse=*/true)) {
        require("weights", parameter.name, parameter.value);
    }
    for (const auto& buffer : module.named_buffers(/*recurse=*/true)) {
        require("values of the buffer", buffer.name, buffer.value);
    }
}

/// Stimuli are float32 or float16, also where a model was saved with float64. Counters and indices
/// stay integers.
void convertReals(const torch::jit::Module& module, torch::ScalarType type)
{
    const auto convert = [&](Tensor values) {
        if (values.is_floating_point()) {
            values.set_data(values.to(type));
        }
    };
    for (const auto& parameter : module.parameters(/*recurse=*/true)) {
        convert(parameter);
    }
    for (const auto& buffer : module.buffers(/*recurse=*/true)) {
        convert(buffer);
    }
}

class ScriptModel final : public Model {
public:
    ScriptModel(const std::filesystem::path& file, ScriptManifest manifest,
                const StimulusFormat& format, const ComputeOptions& compute);

    const ModelInfo& info() const override { return info_; }
    std::string sha256() const override { return sha256_; }
    std::int64_t parameterCount(const std::string& layer) const override
    {
        return parameters_.at(layer);
    }

protected:
    Tensor forward(const Tensor& stimuli, const std::string& layer,
                   const GradientRule& rule) const override;

private:
    /// @throws IoError if a class has no logit, or a logit no class
    void requireALogitForEachClass(const std::filesystem::path& file,
                                   const StimulusFormat& format) const;
    Tensor inputOf(const Tensor& stimuli) const;

    ModelInfo info_;
    std::string sha256_;
    Tensor mean_; ///< [1, 3, 1, 1]; undefined: none
    Tensor sd_;
    std::optional<RateChange> change_; ///< sounds only
    bool channelDimension_;
    torch::jit::Module module_;
    std::map<std::string, LayerCode> layers_;
    std::map<std::string, std::int64_t> parameters_;
};

ScriptModel::ScriptModel(const std::filesystem::path& file, ScriptManifest manifest,
                         const StimulusFormat& format, const ComputeOptions& compute)
    : Model(compute), info_(std::move(manifest.info)), sha256_(sha256OfFile(file)),
      channelDimension_(manifest.channelDimension)
{
    if (const auto* sounds = std::get_if<SoundFormat>(&format)) {
        change_ = RateChange::between(*sounds, info_.sampleRateHz, info_.sampleRateHz);
        if (sounds->sampleRateHz != info_.sampleRateHz) { // what it computes depends on the rate
            sha256_ = sha256Hex(sha256_ + " at " + std::to_string(sounds->sampleRateHz));
        }
    }
    if (!manifest.mean.empty()) {
        mean_ = toModel(torch::tensor(at::ArrayRef<float>(manifest.mean))).view({1, 3, 1, 1});
        sd_ = toModel(torch::tensor(at::ArrayRef<float>(manifest.sd))).view({1, 3, 1, 1});
    }
    try {
        const MappedFile mapped(file);
        auto module = loadCheckedScript(mapped.bytes(), file.string(), this->compute().device);
        module.eval();
        requireFinite(module, file.string());
        convertReals(module, compute.halfPrecision ? torch::kFloat16 : torch::kFloat32);
        for (const auto& layer : info_.layers) {
            if (!module.find_method(layer)) {
                refuseModelFile(file, "its manifest names the layer \"" + layer +
                                          "\", for which it has no method");
            }
            parameters_[layer] = countParameters(module, layer);
        }
        module_ = torch::jit::freeze_module(module, info_.layers);
        for (const auto& layer : info_.layers) {
            layers_.emplace(layer, compiled(module_, layer, file.string(), this->compute()));
        }
    } catch (const Error&) {
        throw;
    } catch (const std::exception& problem) { // TorchScript's own errors are not c10's
        refuseModelFile(file, reasonOf(problem));
    }
    if (!info_.logitsLayer.empty()) {
        requireALogitForEachClass(file, format);
    }
}

void ScriptModel::requireALogitForEachClass(const std::filesystem::path& file,
                                            const StimulusFormat& format) const
{
    const torch::NoGradGuard noGradients;
    const auto logits = activations(toDevice(blankStimulus(format)), info_.logitsLayer).numel();
    const auto classes = static_cast<std::int64_t>(info_.classes.size());
    if (logits != classes) {
        refuseModelFile(file, "its manifest names " + std::to_string(classes) +
                                  (classes == 1 ? " class" : " classes") + ", but its layer " +
                                  info_.logitsLayer + " gives " + std::to_string(logits) +
                                  " numbers; there must be one class for each");
    }
}

Tensor ScriptModel::inputOf(const Tensor& stimuli) const
{
    if (change_) {
        const auto sounds = waveformAtModelRate(stimuli, *change_);
        return channelDimension_ ? sounds.unsqueeze(1) : sounds;
    }
    return mean_.defined() ? (stimuli - mean_) / sd_ : stimuli;
}

Tensor ScriptModel::forward(const Tensor& stimuli, const std::string& layer,
                            const GradientRule& rule) const
{
    const auto& code = layers_.at(layer);
    const bool cut = rule.lastRelu == LastRelu::identity && code.beforeRelu.has_value();
    torch::jit::Stack stack = {module_._ivalue(), inputOf(stimuli)};
    stack.insert(stack.end(), code.inputs.begin(), code.inputs.end());
    torch::jit::InterpreterState(cut ? *code.beforeRelu : code.whole).run(stack);
    if (stack.size() != 1 || !stack[0].isTensor()) {
        throw NumericError("layer " + layer + " of model " + info_.name +
                           " does not give one tensor");
    }
    const auto result = stack[0].toTensor();
    return cut ? lastRelu(result, rule.lastRelu) : result;
}

} // namespace

std::unique_ptr<Model> loadScriptModel(const std::filesystem::path& file,
                                       const StimulusFormat& format, const ComputeOptions& compute)
{
    return std::make_unique<ScriptModel>(file, readScriptManifest(file), format, compute);
}

} // namespace mlab::stimuli
