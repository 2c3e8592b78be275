// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/diagnostic.h"
#include "experiments/design/design_reader.h"
#include "experiments/json/located_json.h"
#include "experiments/design/procedure_reader.h"

#include <set>
#include <string>
#include <vector>

namespace mlab::experiments {

/// Where in the file a measured dimension comes from, as JSON pointers, and its procedure there.
struct DimensionOrigin {
    std::string entry; ///< of the list "dimensions"
    ProcedureSettings procedure;
    std::string component;
    std::string eccentricity;
};

/// The checks a schema cannot make.
/// @param design    read from `document`, with defaults in place of the pointers in `unusable`;
///                  checks that would need one of those are left out
/// @param origins   of design.dimensions, in the same order
std::vector<Diagnostic> checkMeaning(const Design& design,
                                     const std::vector<DimensionOrigin>& origins,
                                     const LocatedJson& document,
                                     const std::set<std::string>& unusable,
                                     const CheckContext& context);

} // namespace mlab::experiments
