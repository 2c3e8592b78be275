// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/program/bad_input.h"
#include "core/trial/trial.h"
#include "experiments/design/design_reader.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mlab::app {

/// Icons are shown small, so larger pictures are scaled down.
inline constexpr ImageFormat kIconFormat{.sizePx = 256};

/// What a design is checked against: the models' layers, the folders of references, the icons.
experiments::CheckContext checkContext();

/// Reads and checks a design.
/// @param references the folder that replaces the design's references when not empty, with
///        sub-folders if they have
/// @param stored it may be the design of a stored session: see experiments::CheckContext
/// @throws BadInput, InvalidArgument
experiments::Design loadDesign(const std::filesystem::path& file,
                               const std::optional<experiments::ScreenGeometry>& screen,
                               const std::filesystem::path& references = {}, bool stored = false);

/// The design of a stored session. Folders and models are not looked for.
/// @throws InvalidArgument naming the session, if this program cannot read its design
experiments::Design storedDesign(const SessionHeader& header);

/// @throws InvalidArgument for a recognition design
void requireDimensions(const experiments::Design& design);
/// The layers that a design measures, each once, in the design's order.
/// @throws as requireDimensions()
std::vector<std::string> layersOf(const experiments::Design& design);

/// The designs that come with the program; none where they are not installed.
std::vector<std::filesystem::path> shippedDesigns();

} // namespace mlab::app
