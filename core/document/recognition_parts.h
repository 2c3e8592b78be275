// SPDX-License-Identifier: GPL-3.0-or-later
//
// The parts of the report on recognition. Internal to the document.
#pragma once

#include "core/document/report_document.h"
#include "core/document/report_parts.h"

#include <string>
#include <vector>

namespace mlab {

const ComparisonTerms& conditionTerms();
/// The names of the conditions in the comparison.
std::vector<std::string> comparedConditions(const RecognitionReport& report);

} // namespace mlab
