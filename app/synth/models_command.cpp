// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/program/exit_codes.h"
#include "app/synth/synth_commands.h"
#include "app/synth/synthesis_options.h"
#include "stimuli/catalog/model_info.h"
#include "stimuli/engine/engine_module.h"

#include <cstdint>
#include <iomanip>
#include <iostream>
#include <memory>

namespace mlab::app {
namespace {

std::string shapeText(const std::vector<std::int64_t>& shape)
{
    std::string text;
    for (const auto side : shape) {
        text.append(text.empty() ? "" : " x ").append(std::to_string(side));
    }
    return text;
}

struct ModelsOptions {
    ModelOptions model;
    stimuli::ComputeOptions compute;
};

int describeModel(const ModelsOptions& options)
{
    const auto spec = stimuli::modelSpec(options.model.model, options.model.weights);
    const auto format = formatFor(options.model, spec);
    const auto model = stimuli::engine().summary(spec, format, options.compute);
    const auto& info = model.info;
    std::cout << info.name << " (" << toString(info.modality) << "), sha256 " << model.sha256
              << "\n"
              << "input: " << info.input << "; here " << describe(format) << "\n";
    if (!info.source.empty()) {
        std::cout << "source: " << info.source << "\n";
    }
    if (info.logitsLayer.empty()) {
        std::cout << "classes: none, it does not classify\n";
    } else {
        std::cout << "classes: " << info.classes.size() << ", by layer " << info.logitsLayer
                  << "\n";
    }
    std::cout << std::left << std::setw(16) << "layer" << std::setw(18) << "shape" << std::right
              << std::setw(16) << "multiply-adds" << std::setw(14) << "parameters\n";
    for (const auto& layer : model.layers) {
        std::cout << std::left << std::setw(16) << layer.name << std::setw(18)
                  << shapeText(layer.shape) << std::right << std::setw(16) << layer.multiplyAdds
                  << std::setw(13) << layer.parameters << "\n";
    }
    return kDone;
}

} // namespace

void addModels(CommandLine& program)
{
    auto options = std::make_shared<ModelsOptions>();
    auto& command = program.add("models",
                                "List a model's layers with their shapes, and the multiply-adds "
                                "and parameters up to each",
                                [options] { return describeModel(*options); });
    addModel(command, options->model);
    addFormat(command, options->model, [](CLI::Option* option) { option->capture_default_str(); });
    addCompute(command, options->compute);
}

} // namespace mlab::app
