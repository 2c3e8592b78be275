// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/synthesis_spec.h"

namespace mlab::stimuli {

/// @throws InvalidArgument naming the setting that is wrong
void requireUsable(const CochleaSpec& spec);

/// Channels of the filter bank: overlap low-pass ones, the band-pass ones, overlap high-pass ones.
int cochlearChannels(const CochleaSpec& spec);

} // namespace mlab::stimuli
