// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/sources/stimulus_kind.h"

#include "stimuli/sources/image_kind.h"
#include "stimuli/sources/sound_kind.h"

#include <array>
#include <variant>

namespace mlab::stimuli {
namespace {

// In the order of the alternatives of Stimulus and StimulusFormat.
const auto& kinds()
{
    static const auto all = std::to_array<const StimulusKind*>({&imageKind(), &soundKind()});
    static_assert(std::tuple_size_v<decltype(all)> == std::variant_size_v<Stimulus>);
    static_assert(std::variant_size_v<StimulusFormat> == std::variant_size_v<Stimulus>);
    return all;
}

} // namespace

const StimulusKind& kindOf(const StimulusFormat& format)
{
    return *kinds().at(format.index());
}

const StimulusKind& kindOf(const Stimulus& stimulus)
{
    return *kinds().at(stimulus.index());
}

std::span<const StimulusKind* const> stimulusKinds()
{
    return kinds();
}

} // namespace mlab::stimuli
