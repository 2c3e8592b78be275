// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/program/design_input.h"

#include "app/program/drawn_graphs.h"
#include "stimuli/catalog/model_info.h"
#include "stimuli/sources/stimulus_sources.h"

#include <algorithm>

namespace mlab::app {

experiments::CheckContext checkContext()
{
    return {.modelInfo = stimuli::modelInfo,
            .folderFindings =
                [](const StimulusSource& source, const StimulusFormat& format) {
                    return stimuli::checkFolder(source, format);
                },
            .referenceIds = stimuli::referenceIds,
            .iconProblem = [](const std::filesystem::path& file) -> std::string {
                try {
                    stimuli::loadReferenceFile(file, kIconFormat);
                    return {};
                } catch (const Error& problem) {
                    return problem.what();
                }
            },
            .graphProblem = graphProblem,
            .references = {},
            .screen = std::nullopt};
}

experiments::Design loadDesign(const std::filesystem::path& file,
                               const std::optional<experiments::ScreenGeometry>& screen,
                               const std::filesystem::path& references, bool stored)
{
    auto context = checkContext();
    context.screen = screen;
    context.stored = stored;
    if (!references.empty()) {
        std::error_code unreadable;
        if (!std::filesystem::is_directory(references, unreadable)) {
            throw InvalidArgument("--references " + references.string() + " is not a folder");
        }
        context.references = std::filesystem::absolute(references);
    }
    auto check = readInput([&] { return experiments::readDesign(file, context); });
    if (!check.design) {
        throw BadInput(std::move(check.diagnostics));
    }
    return std::move(*check.design);
}

experiments::Design storedDesign(const SessionHeader& header)
{
    experiments::CheckContext context;
    context.stored = true;
    auto check = experiments::checkDesign(header.designText, header.designPath, context);
    if (!check.design) {
        throw InvalidArgument("the stored design of session " + header.sessionId +
                              " could not be read: " + check.diagnostics.front().text());
    }
    return std::move(*check.design);
}

void requireDimensions(const experiments::Design& design)
{
    if (design.recognition) {
        throw InvalidArgument(design.path.string() +
                              " is a recognition design: it measures no dimensions");
    }
}

std::vector<std::string> layersOf(const experiments::Design& design)
{
    requireDimensions(design);
    std::vector<std::string> layers;
    for (const auto& measured : design.dimensions) {
        if (std::ranges::find(layers, measured.dimension.layer) == layers.end()) {
            layers.push_back(measured.dimension.layer);
        }
    }
    return layers;
}

std::vector<std::filesystem::path> shippedDesigns()
{
    const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe");
    std::vector<std::filesystem::path> designs;
    std::error_code unreadable;
    for (const auto& folder : {self.parent_path().parent_path() / "share/metamerlab/designs",
                               std::filesystem::path(MLAB_SOURCE_DESIGNS)}) {
        if (!designs.empty() || !std::filesystem::is_directory(folder, unreadable)) {
            continue;
        }
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            if (entry.path().extension() == ".json") {
                designs.push_back(entry.path());
            }
        }
    }
    // The first is what the start window proposes: a short one that needs no sound card.
    std::ranges::sort(designs, {}, [](const std::filesystem::path& design) {
        return std::pair(design.stem() != "image-demo", design);
    });
    return designs;
}

} // namespace mlab::app
