// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/report_warning.h"

#include <span>
#include <string>
#include <vector>

namespace mlab {

/// A warning as text: a sentence without an initial capital letter and without a full stop.
std::string warningText(const ReportWarning& warning);

std::vector<std::string> warningTexts(std::span<const ReportWarning> warnings);
std::vector<std::string> warningTexts(std::span<const FitWarning> warnings);

/// With "; " between them.
std::string joinedWarnings(std::span<const ReportWarning> warnings);

} // namespace mlab
