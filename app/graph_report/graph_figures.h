// SPDX-License-Identifier: GPL-3.0-or-later
//
// The figures of the page, each of some graph of the study. Internal to the report.
#pragma once

#include "app/graph_report/graph_report.h"
#include "core/page/html_page.h"

#include <vector>

namespace mlab::app {

/// S_in against S_match, one for each graph.
std::vector<PageFigure> scatterFigures(const GraphReport& report);
/// Deviation of the metamers beside the null, one for each graph and kind of measure.
std::vector<PageFigure> deviationFigures(const GraphReport& report);
/// What the metamer dimension of a node's field consists of, one for each graph with not more than
/// kMostBars layers of networks.
std::vector<PageFigure> dimensionFigures(const GraphReport& report);
/// Which networks recognise the metamers of which, one for each graph, layer and change.
std::vector<PageFigure> crossFigures(const GraphReport& report);
/// The parts of the dimension by factor, one for each graph and factor.
std::vector<PageFigure> remedyFigures(const GraphReport& report);
/// References beside metamers, one for each network, layer and change, or kMostDrawings of them.
std::vector<PageFigure> drawingFigures(const GraphReport& report);

inline constexpr std::size_t kMostBars = 40;
inline constexpr std::size_t kMostDrawings = 12;

} // namespace mlab::app
