// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/graph_report/graph_report.h"
#include "core/page/html_page.h"

#include <vector>

namespace mlab::app {

/// The report as people read it, with its figures.
std::vector<PageSection> graphPage(const GraphReport& report);

} // namespace mlab::app
