// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/stimulus.h"
#include "core/stimulus/synthesis_spec.h"
#include "stimuli/sources/named_stimulus.h"

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace mlab::stimuli {

// References and pools of either modality: stimuli/image_sources.h and stimuli/sound_sources.h say
// what each of these does and throws.

std::vector<NamedStimulus> loadReferences(const StimulusSource& source,
                                          const StimulusFormat& format);
std::vector<NamedStimulus> loadUsableReferences(const StimulusSource& source,
                                                const StimulusFormat& format,
                                                std::vector<std::string>& problems);
/// The ids that loadReferences() would give, in its order; no file is read.
/// @throws as loadReferences(), but for what is wrong in the files
std::vector<std::string> referenceIds(const StimulusSource& source, const StimulusFormat& format);
/// One file as a reference: its middle.
NamedStimulus loadReferenceFile(const std::filesystem::path& file, const StimulusFormat& format);
std::vector<std::string> checkFolder(const StimulusSource& source, const StimulusFormat& format);
void forEachPoolStimulus(const StimulusSource& source, const StimulusFormat& format,
                         const std::function<void(int index, int count, const Stimulus&)>& visit,
                         const std::stop_token& stop = {});
std::string poolHash(const StimulusSource& source, const StimulusFormat& format);

} // namespace mlab::stimuli
