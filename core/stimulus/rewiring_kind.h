// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/enum_names.h"

namespace mlab {

/// Which double edge swaps make a probe of a graph.
enum class RewiringKind {
    degrees, ///< all: every node keeps its degree
    /// those within stable colours: every node also keeps the colours of its neighbours, so that no
    /// message-passing network can tell the graphs apart
    colours,
};
inline constexpr EnumNames<RewiringKind, 2> kRewiringKinds{
    {{RewiringKind::degrees, "degrees"}, {RewiringKind::colours, "colours"}}};

} // namespace mlab
