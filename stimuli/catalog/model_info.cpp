// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/catalog/model_info.h"

#include "core/base/diagnostic.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/number_text.h"
#include "stimuli/catalog/builtin_models.h"
#include "stimuli/catalog/network_architectures.h"
#include "stimuli/catalog/script_manifest.h"

#include <algorithm>

namespace mlab::stimuli {
namespace {

std::string didYouMean(const std::string& name, const std::vector<std::string>& known)
{
    const auto nearest = nearestName(name, known);
    return nearest ? " (did you mean \"" + *nearest + "\"?)" : "";
}

std::string listed(const std::vector<std::string>& names)
{
    std::string text;
    for (const auto& name : names) {
        text.append(text.empty() ? "" : ", ").append(name);
    }
    return text;
}

} // namespace

ModelInfo modelInfo(const ModelSpec& spec)
{
    if (spec.name.empty()) {
        if (spec.file.empty()) {
            throw InvalidArgument(
                "no model is given: name a built-in model, an architecture with its "
                "weights, or a TorchScript model file");
        }
        return readScriptManifest(spec.file).info;
    }
    if (spec.name == kBuiltInImageModel || spec.name == kCompressiveImageModel ||
        spec.name == kBuiltInSoundModel) {
        if (!spec.file.empty()) {
            throw InvalidArgument(spec.name + " has no weights; leave out " + spec.file.string());
        }
        return spec.name == kBuiltInImageModel       ? gaborScatteringInfo()
               : spec.name == kCompressiveImageModel ? gaborCompressiveInfo()
                                                     : cochleaModulationInfo(spec.cochlea);
    }
    const auto architectures = networkArchitectures();
    if (std::ranges::find(architectures, spec.name) == architectures.end()) {
        auto known = architectures;
        known.insert(known.begin(),
                     {kCompressiveImageModel, kBuiltInImageModel, kBuiltInSoundModel});
        throw InvalidArgument("unknown model \"" + spec.name + "\"" + didYouMean(spec.name, known) +
                              "; the models are " + listed(known));
    }
    if (spec.file.empty()) {
        throw InvalidArgument(spec.name + " needs a file of weights (safetensors, .pt or .pth)");
    }
    try {
        requireRegularFile(spec.file);
    } catch (const IoError& problem) { // it was named wrongly
        throw InvalidArgument(problem.what());
    }
    return networkInfo(spec.name);
}

ModelSpec modelSpec(const std::string& nameOrFile, const std::string& weights)
{
    if (nameOrFile.find_first_of("./") != std::string::npos) {
        if (!weights.empty()) {
            throw InvalidArgument("the TorchScript model " + nameOrFile +
                                  " holds its own weights; leave out " + weights);
        }
        return {.name = {}, .file = nameOrFile};
    }
    return {.name = nameOrFile, .file = weights};
}

void requireLayer(const ModelInfo& model, const std::string& layer)
{
    if (std::ranges::find(model.layers, layer) == model.layers.end()) {
        throw InvalidArgument("model " + model.name + " has no layer \"" + layer + "\"" +
                              didYouMean(layer, model.layers) + "; its layers are " +
                              listed(model.layers));
    }
}

std::string representedLayer(const ModelInfo& model, const Representation& wanted)
{
    if (wanted.space != RepresentationSpace::logits) {
        requireLayer(model, wanted.layer);
        return wanted.layer;
    }
    if (model.logitsLayer.empty()) {
        throw InvalidArgument("model " + model.name +
                              " has no classes, and so no logits; choose another space: features, "
                              "standardised, gram, pooled or angular");
    }
    if (!wanted.layer.empty() && wanted.layer != model.logitsLayer) {
        requireLayer(model, wanted.layer);
        throw InvalidArgument("layer " + wanted.layer + " of model " + model.name +
                              " does not give logits; its layer " + model.logitsLayer + " does");
    }
    return model.logitsLayer;
}

void requireImageSize(const ModelInfo& model, int imageSizePx)
{
    if (imageSizePx < model.minimumSizePx || imageSizePx % model.sizeMultiplePx != 0) {
        std::string wanted = "at least " + std::to_string(model.minimumSizePx) + " px";
        if (model.sizeMultiplePx > 1) {
            wanted = "a multiple of " + std::to_string(model.sizeMultiplePx) + " px and " + wanted;
        }
        throw InvalidArgument("model " + model.name + " takes images whose side is " + wanted +
                              ", not " + std::to_string(imageSizePx) + " px");
    }
}

StimulusFormat nearestFormat(const ModelInfo& model, const StimulusFormat& format)
{
    StimulusFormat nearest = format;
    if (auto* image = std::get_if<ImageFormat>(&nearest)) {
        const int step = model.sizeMultiplePx;
        const int least = (model.minimumSizePx + step - 1) / step * step;
        image->sizePx = std::max(least, (image->sizePx + step / 2) / step * step);
    }
    requireFormat(model, nearest);
    return nearest;
}

void requireFormat(const ModelInfo& model, const StimulusFormat& format)
{
    if (model.modality != modalityOf(format)) {
        throw InvalidArgument("model " + model.name + " is for the modality \"" +
                              toString(model.modality) + "\", but the stimuli are " +
                              describe(format));
    }
    if (const auto* image = std::get_if<ImageFormat>(&format)) {
        requireImageSize(model, image->sizePx);
        return;
    }
    const auto& sounds = std::get<SoundFormat>(format);
    requireFormat(sounds);
    if (model.durationMs > 0 && sounds.durationMs != model.durationMs) {
        throw InvalidArgument("model " + model.name + " takes sounds of " +
                              shortNumber(model.durationMs) + " ms, but the stimuli are " +
                              describe(format));
    }
}

} // namespace mlab::stimuli
