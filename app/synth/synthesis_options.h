// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/enum_names.h"
#include "core/stimulus/stimulus.h"
#include "core/stimulus/synthesis_spec.h"
#include "stimuli/engine/probe_engine.h"
#include "stimuli/sources/named_stimulus.h"
#include "stimuli/worker/compute_options.h"

#include <CLI/CLI.hpp>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace mlab::app {

/// A model and the form of its stimuli, as options give them.
struct ModelOptions {
    std::string model = "gabor-scattering";
    std::string weights;
    std::vector<StimulusFormat> formats; ///< one for each Modality, in its order: see addFormat()
};

/// --model and --weights: a name, with a file of weights where it needs one, or a TorchScript file.
void addModel(CLI::App& command, ModelOptions& options);
/// --size, --sample-rate, --duration and --bits; each new option is given to `changed`.
void addFormat(CLI::App& command, ModelOptions& options,
               const std::function<void(CLI::Option*)>& changed);
/// Images or sounds: what the model takes. @throws mlab::Error as modelInfo()
StimulusFormat formatFor(const ModelOptions& options, const ModelSpec& model);

/// The names of an enumeration, for oneOf().
template <class Enum, std::size_t N>
std::vector<std::string> namesOf(const EnumNames<Enum, N>& names)
{
    std::vector<std::string> out;
    for (const auto& [value, name] : names) {
        out.emplace_back(name);
    }
    return out;
}

/// --device, --threads and --half.
void addCompute(CLI::App& command, stimuli::ComputeOptions& compute);

/// How probes are made: by a design, or by options for its parts.
struct SynthesisOptions {
    std::string design;
    ModelOptions model;
    SynthesisSpec spec;
    std::string method = toString(BasisSpec().method);
    std::string solver; ///< empty: defaultSolver()
    std::string references;
    std::string pool;
    int poolCount = 200;
    std::filesystem::path cache;
    stimuli::ComputeOptions compute;
};

void addSynthesis(CLI::App& command, SynthesisOptions& options);
/// @throws BadInput, mlab::Error
SynthesisSpec synthesisOf(const SynthesisOptions& options);

/// @throws InvalidArgument for a layer that the model does not have
void requireLayers(const ModelSpec& model, const std::vector<std::string>& layers);

/// Loads everything that is needed to make probes, with a progress bar.
/// @throws mlab::Error; Cancelled when `stop` is requested
std::unique_ptr<stimuli::ProbeEngine> probeEngine(const SynthesisOptions& options,
                                                  const SynthesisSpec& spec,
                                                  const std::vector<std::string>& layers,
                                                  const std::stop_token& stop);

/// A reference by its ID, or any picture or sound file.
/// @throws InvalidArgument if it is neither; mlab::Error for a file that cannot be used
stimuli::NamedStimulus chosenReference(const stimuli::ProbeEngine& engine,
                                       const SynthesisSpec& spec, const std::string& reference);

} // namespace mlab::app
