// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/diagnostic.h"
#include "core/base/error.h"
#include "experiments/design/design_reader.h"

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace mlab::app {

/// A file that a person wrote cannot be used; carries everything wrong with it.
class BadInput : public std::runtime_error {
public:
    explicit BadInput(std::vector<Diagnostic> diagnostics);
    const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }

private:
    std::vector<Diagnostic> diagnostics_;
};

/// What `read` returns. A file that cannot be read was named wrongly: its IoError becomes an
/// InvalidArgument. @throws InvalidArgument, and what else `read` throws
template <typename Read> auto readInput(const Read& read)
{
    try {
        return read();
    } catch (const IoError& problem) {
        throw InvalidArgument(problem.what());
    }
}

/// Icons are shown small, so that a larger picture is made smaller.
inline constexpr ImageFormat kIconFormat{.sizePx = 256};

/// What the engine knows, for checking designs: its models' layers, whether pictures decode.
experiments::CheckContext engineContext();

/// @param references the folder that replaces the design's own references when not empty, with
///        sub-folders if they have
/// @throws BadInput, InvalidArgument
experiments::Design loadDesign(const std::filesystem::path& file,
                               const std::optional<experiments::ScreenGeometry>& screen,
                               const std::filesystem::path& references = {});

/// @throws InvalidArgument for a design of recognition
void requireDimensions(const experiments::Design& design);
/// The layers a design measures, each once, in the design's order. @throws as requireDimensions()
std::vector<std::string> layersOf(const experiments::Design& design);

/// Where the designs that come with the program are; may be absent.
std::vector<std::filesystem::path> shippedDesigns();

} // namespace mlab::app
