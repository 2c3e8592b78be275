// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/document/report_document.h"

#include <functional>
#include <map>
#include <span>
#include <string>

namespace mlab::app {

/// The report as one HTML page that needs no other file and can be printed.
/// @param media the stimuli of pairs, by their SHA-256 @param svgOf the picture of a figure, as an
/// SVG document
std::string reportPage(std::span<const ReportSection> document, const std::string& title,
                       const std::map<std::string, ReportMedia>& media,
                       const std::function<std::string(const ReportFigure&)>& svgOf);

} // namespace mlab::app
