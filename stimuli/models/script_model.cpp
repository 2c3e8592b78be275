// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/models/script_model.h"

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "stimuli/tensors/last_relu.h"
#include "stimuli/tensors/small_convolution.h"
#include "stimuli/tensors/stimulus_tensor.h"
#include "stimuli/tensors/waveform_spectrum.h"

#include <nlohmann/json.hpp>
#include <torch/csrc/jit/passes/constant_propagation.h>
#include <torch/csrc/jit/passes/dead_code_elimination.h>
#include <torch/csrc/jit/passes/freeze_module.h>
#include <torch/csrc/jit/passes/frozen_conv_folding.h>
#include <torch/csrc/jit/passes/inliner.h>
#include <torch/csrc/jit/runtime/interpreter.h>
#include <torch/script.h>
#include <torch/torch.h>

#include <algorithm>
#include <caffe2/serialize/inline_container.h>
#include <map>
#include <optional>
#include <set>

namespace mlab::stimuli {
namespace {

using Json = nlohmann::json;
using torch::Tensor;

constexpr const char* kManifest = "metamerlab.json";

struct Manifest {
    ModelInfo info;
    std::vector<float> mean; ///< empty: the file does not ask for normalisation
    std::vector<float> sd;
    bool channelDimension = false; ///< sounds are [N, 1, samples], not [N, samples]
};

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& why)
{
    throw IoError("the model file " + file.string() + " cannot be used: " + why);
}

std::string numbersText(const std::vector<float>& values)
{
    std::string text;
    for (const float value : values) {
        text.append(text.empty() ? "" : ", ").append(Json(value).dump());
    }
    return text;
}

void readNormalisation(const Json& json, Manifest& manifest, const std::filesystem::path& file)
{
    const auto found = json.find("normalisation");
    const bool inside = json.value("normalised_inside", false);
    if (found == json.end()) {
        manifest.info.input = inside ? "RGB in [0, 1], normalised inside the model"
                                     : "RGB in [0, 1]; the file says nothing of a normalisation";
        return;
    }
    if (inside) {
        refuse(file, "its manifest says both normalisation and normalised_inside");
    }
    manifest.mean = found->at("mean").get<std::vector<float>>();
    manifest.sd = found->at("std").get<std::vector<float>>();
    if (manifest.mean.size() != 3 || manifest.sd.size() != 3 ||
        std::ranges::any_of(manifest.sd, [](float sd) { return !(sd > 0); })) {
        refuse(file, "normalisation in its manifest must have three numbers each for mean and std, "
                     "std above 0");
    }
    manifest.info.input = "RGB in [0, 1], normalised by mean (" + numbersText(manifest.mean) +
                          ") and SD (" + numbersText(manifest.sd) + ")";
}

void readImageInput(const Json& json, Manifest& manifest, const std::filesystem::path& file)
{
    auto& info = manifest.info;
    const auto& input = json.at("input");
    if (input.at("channels").get<int>() != 3) {
        refuse(file, "its manifest says input.channels is " + input.at("channels").dump() +
                         "; image models take 3 (RGB)");
    }
    if (input.at("range") != Json::array({0, 1})) {
        refuse(file, "its manifest says input.range is " + input.at("range").dump() +
                         "; image models take [0, 1]");
    }
    if (!input.value("any_size", false)) {
        info.minimumSizePx = info.sizeMultiplePx = input.at("native_size").get<int>();
    }
    readNormalisation(json, manifest, file);
}

void readSoundInput(const Json& json, Manifest& manifest, const std::filesystem::path& file)
{
    auto& info = manifest.info;
    const auto& input = json.at("input");
    if (input.at("channels").get<int>() != 1) {
        refuse(file, "its manifest says input.channels is " + input.at("channels").dump() +
                         "; sound models take 1");
    }
    if (input.at("range") != Json::array({-1, 1})) {
        refuse(file, "its manifest says input.range is " + input.at("range").dump() +
                         "; sound models take [-1, 1]");
    }
    info.sampleRateHz = input.at("sample_rate").get<int>();
    if (info.sampleRateHz < 1) {
        refuse(file, "its manifest says input.sample_rate is " + input.at("sample_rate").dump());
    }
    info.durationMs = input.value("duration_ms", 0.0);
    if (!(info.durationMs >= 0)) {
        refuse(file, "its manifest says input.duration_ms is " + input.at("duration_ms").dump());
    }
    manifest.channelDimension = input.value("channel_dimension", false);
    if (json.contains("normalisation") || json.contains("normalised_inside")) {
        refuse(file, "its manifest speaks of a normalisation, which sound models do inside");
    }
    info.input = "one channel in [-1, 1], resampled to " + std::to_string(info.sampleRateHz) +
                 " Hz before the model";
}

Manifest parseManifest(const std::string& text, const std::filesystem::path& file)
{
    Manifest manifest;
    auto& info = manifest.info;
    try {
        const auto json = Json::parse(text);
        info.name = json.at("name").get<std::string>();
        const auto modality = json.at("modality").get<std::string>();
        info.layers = json.at("layers").get<std::vector<std::string>>();
        info.classes = json.value("classes", std::vector<std::string>{});
        info.logitsLayer = json.value("logits_layer", std::string());
        info.source = json.value("source", std::string());
        const auto known = modalityNamed(modality);
        if (!known) {
            refuse(file, "its manifest says modality is \"" + modality +
                             "\"; there are \"image\" and \"audio\"");
        }
        info.modality = *known;
        switch (info.modality) {
        case Modality::image:
            readImageInput(json, manifest, file);
            break;
        case Modality::audio:
            readSoundInput(json, manifest, file);
            break;
        }
    } catch (const Json::exception& problem) {
        refuse(file, std::string(kManifest) + " in it: " + problem.what());
    }
    if (info.layers.empty()) {
        refuse(file, "its manifest names no layer");
    }
    if (info.logitsLayer.empty() != info.classes.empty()) {
        refuse(file, "its manifest must give both classes and logits_layer, or neither");
    }
    if (!info.logitsLayer.empty() &&
        std::ranges::find(info.layers, info.logitsLayer) == info.layers.end()) {
        refuse(file,
               "its manifest's logits_layer \"" + info.logitsLayer + "\" is not among its layers");
    }
    return manifest;
}

Manifest readManifest(const std::filesystem::path& file)
{
    if (!std::filesystem::is_regular_file(file)) {
        throw IoError("there is no model file " + file.string());
    }
    try {
        caffe2::serialize::PyTorchStreamReader archive(file.string());
        const auto record = std::string("extra/") + kManifest;
        if (!archive.hasRecord(record)) {
            refuse(file, std::string("it has no extra file ") + kManifest +
                             " that names its layers; packaging/export_model.py makes such files");
        }
        const auto [bytes, size] = archive.getRecord(record);
        return parseManifest({static_cast<const char*>(bytes.get()), size}, file);
    } catch (const c10::Error&) {
        refuse(file, "it is no TorchScript archive");
    }
}

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
                   const ComputeOptions& compute)
{
    auto graph = frozen.get_method(layer).graph()->copy();
    torch::jit::Inline(*graph);
    torch::jit::ConstantPropagation(graph);
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

class ScriptModel final : public Model {
public:
    ScriptModel(const std::filesystem::path& file, Manifest manifest, const StimulusFormat& format,
                const ComputeOptions& compute);

    const ModelInfo& info() const override { return info_; }
    std::string sha256() const override { return sha256_; }
    std::int64_t parameterCount(const std::string& layer) const override
    {
        return parameters_.at(layer);
    }

protected:
    Tensor forward(const Tensor& stimuli, const std::string& layer, LastRelu kind) const override;

private:
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

ScriptModel::ScriptModel(const std::filesystem::path& file, Manifest manifest,
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
        auto module = torch::jit::load(file.string(), torch::Device(this->compute().device));
        module.eval();
        if (compute.halfPrecision) {
            module.to(torch::kFloat16);
        }
        for (const auto& parameter : module.named_parameters(/*recurse=*/true)) {
            if (!parameter.value.isfinite().all().item<bool>()) {
                throw NumericError("the weights " + parameter.name + " of the model file " +
                                   file.string() + " are not all finite numbers");
            }
        }
        for (const auto& layer : info_.layers) {
            if (!module.find_method(layer)) {
                refuse(file, "its manifest names the layer \"" + layer +
                                 "\", for which it has no method");
            }
            parameters_[layer] = countParameters(module, layer);
        }
        module_ = torch::jit::freeze_module(module, info_.layers);
        for (const auto& layer : info_.layers) {
            layers_.emplace(layer, compiled(module_, layer, this->compute()));
        }
    } catch (const Error&) {
        throw;
    } catch (const c10::Error& problem) {
        refuse(file, problem.what_without_backtrace());
    } catch (const std::exception& problem) { // TorchScript's own errors are not c10's
        refuse(file, problem.what());
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

Tensor ScriptModel::forward(const Tensor& stimuli, const std::string& layer, LastRelu kind) const
{
    const auto& code = layers_.at(layer);
    const bool cut = kind == LastRelu::identity && code.beforeRelu.has_value();
    torch::jit::Stack stack = {module_._ivalue(), inputOf(stimuli)};
    stack.insert(stack.end(), code.inputs.begin(), code.inputs.end());
    torch::jit::InterpreterState(cut ? *code.beforeRelu : code.whole).run(stack);
    if (stack.size() != 1 || !stack[0].isTensor()) {
        throw NumericError("layer " + layer + " of model " + info_.name +
                           " does not give one tensor");
    }
    const auto result = stack[0].toTensor();
    return cut ? lastRelu(result, kind) : result;
}

} // namespace

ModelInfo scriptModelInfo(const std::filesystem::path& file)
{
    return readManifest(file).info;
}

std::unique_ptr<Model> loadScriptModel(const std::filesystem::path& file,
                                       const StimulusFormat& format, const ComputeOptions& compute)
{
    return std::make_unique<ScriptModel>(file, readManifest(file), format, compute);
}

} // namespace mlab::stimuli
