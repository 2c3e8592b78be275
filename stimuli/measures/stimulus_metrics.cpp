// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/measures/stimulus_metrics.h"

#include "core/base/error.h"

namespace mlab::stimuli {

StimulusMetrics compare(const Stimulus& reference, const Stimulus& probe)
{
    if (reference.index() != probe.index()) {
        throw InvalidArgument("an image cannot be compared with a sound");
    }
    if (const auto* image = std::get_if<ImagePtr>(&reference)) {
        return compare(**image, *std::get<ImagePtr>(probe));
    }
    return compare(*std::get<SoundPtr>(reference), *std::get<SoundPtr>(probe));
}

} // namespace mlab::stimuli
