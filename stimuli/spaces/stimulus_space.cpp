// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/spaces/stimulus_space.h"

#include "stimuli/spaces/image_space.h"
#include "stimuli/spaces/sound_space.h"

#include <array>
#include <cstddef>
#include <variant>

namespace mlab::stimuli {
namespace {

// In the order of the alternatives of Stimulus and StimulusFormat.
const StimulusSpace& spaceAt(std::size_t index)
{
    static const std::array<const StimulusSpace*, std::variant_size_v<StimulusFormat>> all = {
        &imageSpace(), &soundSpace()};
    static_assert(all.size() == std::variant_size_v<Stimulus>);
    return *all.at(index);
}

} // namespace

const StimulusSpace& spaceOf(const StimulusFormat& format)
{
    return spaceAt(format.index());
}

const StimulusSpace& spaceOf(const Stimulus& stimulus)
{
    return spaceAt(stimulus.index());
}

} // namespace mlab::stimuli
