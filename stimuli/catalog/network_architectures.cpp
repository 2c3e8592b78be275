// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/catalog/network_architectures.h"

#include "core/base/error.h"

#include <algorithm>
#include <iterator>

namespace mlab::stimuli {
namespace {

struct Architecture {
    std::string name;
    std::vector<std::string> layers; ///< the last one gives the logits
    int minimumSizePx;               ///< below it, a pooling window does not fit
};

std::vector<std::string> layersOf(const std::vector<int>& features,
                                  const std::vector<int>& classifier)
{
    std::vector<std::string> layers;
    layers.reserve(features.size() + 1 + classifier.size());
    for (const int index : features) {
        layers.push_back("features." + std::to_string(index));
    }
    layers.emplace_back("avgpool");
    for (const int index : classifier) {
        layers.push_back("classifier." + std::to_string(index));
    }
    return layers;
}

const std::vector<Architecture>& architectures()
{
    static const std::vector<Architecture> kAll = {
        {"resnet50",
         {"conv1", "maxpool", "layer1", "layer2", "layer3", "layer4", "avgpool", "fc"},
         32},
        {"vgg19",
         layersOf({1, 3, 4, 6, 8, 9, 11, 13, 15, 17, 18, 20, 22, 24, 26, 27, 29, 31, 33, 35, 36},
                  {1, 4, 6}),
         32},
        {"alexnet", layersOf({1, 2, 4, 5, 7, 9, 11, 12}, {2, 5, 6}), 63}};
    return kAll;
}

} // namespace

std::vector<std::string> networkArchitectures()
{
    std::vector<std::string> names;
    std::ranges::transform(architectures(), std::back_inserter(names), &Architecture::name);
    return names;
}

ModelInfo networkInfo(const std::string& name)
{
    const auto found = std::ranges::find(architectures(), name, &Architecture::name);
    if (found == architectures().end()) {
        throw InvalidArgument("unknown architecture \"" + name + "\"");
    }
    return {.name = name,
            .modality = Modality::image,
            .layers = found->layers,
            .minimumSizePx = found->minimumSizePx,
            .sizeMultiplePx = 1,
            .input = "RGB in [0, 1], normalised as its weights' file says",
            .classes = {},
            .logitsLayer = found->layers.back(),
            .source = {}};
}

} // namespace mlab::stimuli
