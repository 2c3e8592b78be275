// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compare/shown_stimuli.h"

#include "app/session/synthesis_json.h"
#include "core/base/error.h"
#include "stimuli/sources/stimulus_sources.h"

namespace mlab::app {

void ShownStimuli::loadReferences(const SynthesisSpec& spec)
{
    format_ = spec.format;
    try {
        std::vector<std::string> unusable;
        addReferences(spec.format,
                      stimuli::loadUsableReferences(spec.references, spec.format, unusable));
    } catch (const Error& problem) {
        problems_.push_back(std::string("the references could not be loaded: ") + problem.what() +
                            "; name the folder where they are now with --references");
    }
}

void ShownStimuli::addReferences(const StimulusFormat& format,
                                 std::vector<stimuli::NamedStimulus> references)
{
    format_ = format;
    for (auto& reference : references) {
        auto sha256 = reference.sha256;
        references_.emplace(std::move(sha256), std::move(reference));
    }
}

SynthesisSpec synthesisOf(const SessionHeader& header, const std::filesystem::path& references)
{
    auto spec = synthesisFromJson(header.synthesisJson);
    if (!references.empty()) {
        spec.references = {
            .folder = references, .count = 0, .seed = 1, .subfolders = spec.references.subfolders};
    }
    return spec;
}

} // namespace mlab::app
