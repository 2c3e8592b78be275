// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/diagnostic.h"
#include "core/stimulus/synthesis_spec.h"
#include "experiments/design/design.h"
#include "experiments/design/visual_angle.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mlab::experiments {

/// What is known of the world a design is checked against. What is not set is not checked.
struct CheckContext {
    /// What is known of the model. May throw InvalidArgument where this program has none such, and
    /// IoError where its file cannot be used.
    std::function<ModelInfo(const ModelSpec& spec)> modelInfo;
    /// One sentence for each thing wrong with an existing folder of pictures (a file that does not
    /// decode, no picture in it). Not set: no folder of the design is looked for.
    std::function<std::vector<std::string>(const StimulusSource& source,
                                           const StimulusFormat& format)>
        folderProblems;
    /// The ids of a source's references, in order. Not set: whether categories have enough is not
    /// looked at. May throw as loading them would.
    std::function<std::vector<std::string>(const StimulusSource& source,
                                           const StimulusFormat& format)>
        referenceIds = {};
    /// What is wrong with the file of an icon; empty for nothing. Not set: it is not looked for.
    std::function<std::string(const std::filesystem::path& file)> iconProblem = {};
    /// A folder that stands in for the design's own references; empty for none.
    std::filesystem::path references = {};
    /// Whether durations and stimuli fit is checked for this screen.
    std::optional<ScreenGeometry> screen;
};

/// A design, or everything that is wrong with it: `design` is set exactly when there are no
/// diagnostics. Diagnostics are in the order of their lines.
struct DesignCheck {
    std::optional<Design> design;
    std::vector<Diagnostic> diagnostics;
};

/// Reads and checks a design file. Folders in it are relative to the file's own folder.
/// @throws IoError if the file cannot be read.
DesignCheck readDesign(const std::filesystem::path& file, const CheckContext& context);

/// The same for a text that is at hand already, as the trial store keeps it.
/// @param file  where the text came from: names the diagnostics, and folders are relative to it
DesignCheck checkDesign(std::string text, const std::filesystem::path& file,
                        const CheckContext& context);

} // namespace mlab::experiments
