// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/diagnostic.h"
#include "core/stimulus/folder_findings.h"
#include "core/stimulus/synthesis_spec.h"
#include "experiments/design/design.h"
#include "experiments/design/visual_angle.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mlab::experiments {

/// What a design is checked against. Members that are not set are not checked.
struct CheckContext {
    /// The properties of a model. May throw InvalidArgument if the program has no such model, and
    /// IoError if its file cannot be used.
    std::function<ModelInfo(const ModelSpec& spec)> modelInfo = {};
    /// What is in an existing folder of stimuli.
    std::function<FolderFindings(const StimulusSource& source, const StimulusFormat& format)>
        folderFindings = {};
    /// The ids of a source's references, in order, to check whether categories have enough of them.
    /// May throw as loading them would.
    std::function<std::vector<std::string>(const StimulusSource& source,
                                           const StimulusFormat& format)>
        referenceIds = {};
    /// The problem of an icon's file; empty if there is none.
    std::function<std::string(const std::filesystem::path& file)> iconProblem = {};
    /// Why a graph of a design cannot be read or drawn; empty if it can.
    std::function<std::string(const GraphSource& source, const GraphDrawingSpec& drawing,
                              int sizePx)>
        graphProblem = {};
    /// A folder that replaces the design's own references; empty for none.
    std::filesystem::path references = {};
    /// The design is that of a stored session: what is only futile goes into Design::futile.
    bool stored = false;
    /// The screen that durations and stimuli must fit.
    std::optional<ScreenGeometry> screen = {};
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

/// The same for a text that has been read already, such as the one in a trial store.
/// @param file  where the text came from: for the diagnostics, and folders are relative to it
DesignCheck checkDesign(std::string text, const std::filesystem::path& file,
                        const CheckContext& context);

} // namespace mlab::experiments
