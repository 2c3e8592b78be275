// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/program/end_signals.h"
#include "app/program/exit_codes.h"
#include "app/synth/synth_commands.h"
#include "app/synth/synthesis_options.h"
#include "core/base/files.h"
#include "core/base/number_text.h"
#include "core/base/output_folder.h"
#include "stimuli/store/content_store.h"
#include "stimuli/store/probe_cache.h"

#include <iostream>
#include <memory>

namespace mlab::app {
namespace {

struct ProbeOptions {
    SynthesisOptions synthesis;
    std::string layer;
    int component = 1;
    double level = 0; ///< SD
    std::string reference;
    std::filesystem::path out;
};

int makeProbe(const ProbeOptions& options, const std::stop_token& stop)
{
    const auto spec = synthesisOf(options.synthesis);
    const auto& out = options.out;
    requireLayers(spec.model, {options.layer});
    const auto engine = probeEngine(options.synthesis, spec, {options.layer}, stop);
    const auto chosen = chosenReference(*engine, spec, options.reference);
    const auto single =
        engine->makeSingle(chosen, options.layer, options.component, options.level, stop);
    const auto record = stimuli::probeRecordJson(single.key, single.probe);
    if (!out.empty()) {
        createFolder(out);
        const std::string ending(stimuli::fileEnding(chosen.stimulus));
        stimuli::saveStimulus(out / ("reference" + ending), chosen.stimulus);
        stimuli::saveStimulus(out / ("probe" + ending), single.probe.stimulus);
        writeFileAtomically(out / "probe.json", record);
    }
    std::cout << record;
    if (!single.probe.converged) {
        std::cerr << "metamersynth: " << chosen.id
                  << " cannot make this move within the tolerance; "
                  << "level achieved " << roundedNumber(single.probe.levelAchieved)
                  << " SD, largest residual " << roundedNumber(single.probe.residualMax) << " SD\n";
        return kFailed;
    }
    return kDone;
}

} // namespace

void addProbe(CommandLine& program)
{
    auto options = std::make_shared<ProbeOptions>();
    auto& command = program.add(
        "probe", "Make one probe and print its record; exit code 1 if the move cannot be made",
        [options] {
            return runStoppable(
                [&](const std::stop_token& stop) { return makeProbe(*options, stop); });
        });
    addSynthesis(command, options->synthesis);
    command.add_option("--layer", options->layer, "Layer")->required();
    command.add_option("--component", options->component, "Number of the component, from 1")
        ->capture_default_str();
    command.add_option("--level", options->level, "Level, SD; negative for the direction minus")
        ->required();
    command
        .add_option("--reference", options->reference, "Reference ID, or a picture or sound file")
        ->required();
    command.add_option("--out", options->out,
                       "Folder for reference.png, probe.png (sounds: .wav) and probe.json");
}

} // namespace mlab::app
