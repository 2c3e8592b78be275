// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/design/semantic_checks.h"

namespace mlab::experiments {
namespace {

void checkKeysOfTask(CheckedDesign& design)
{
    if (!design.usable({"/task"})) {
        return;
    }
    const bool recognition = design->task == Task::recognition;
    const bool metamers = !recognition && design.has("/metamers");
    const std::string missing = recognition ? "/recognition" : "/dimensions";
    if (!design.has(missing) && !metamers) {
        design.add("", "the key \"" + missing.substr(1) + "\" is missing");
    }
    if (!recognition) {
        design.refuse("/recognition", "this key is for the task \"recognition\", but the design's "
                                      "task is " +
                                          inQuotes(toString(design->task)));
    }
    if (metamers) {
        for (const auto* at :
             {"/dimensions", "/schedule", "/references_per_trial", "/references/within_percentile",
              "/basis", "/solver", "/practice/level"}) {
            design.refuse(at, "this key is not used where whole metamers are compared (the key "
                              "\"metamers\"); remove it");
        }
    }
    if (!recognition) {
        return;
    }
    for (const auto* at : {"/dimensions", "/metamers", "/procedure", "/schedule",
                           "/references_per_trial", "/references/within_percentile", "/basis",
                           "/solver", "/practice/level", "/timing/gap_ms"}) {
        design.refuse(at, "this key is not used by the task \"recognition\"; remove it");
    }
}

void checkKeysOfModality(CheckedDesign& design)
{
    if (!design.usable({"/modality"})) {
        return;
    }
    for (const auto& key : design.modality().unusedKeys()) {
        design.refuse(key.pointer, key.reason);
    }
    for (std::size_t i = 0; design.has(childPointer("/dimensions", i)); ++i) {
        const std::string entry = childPointer("/dimensions", i);
        const std::string at = childPointer(entry, "eccentricities_deg");
        if (!design.modality().onScreen()) {
            design.refuse(at, "sounds have no position on the screen; remove this key");
        } else if (!design.has(at) && design.usable({at})) {
            design.add(entry, "the key \"eccentricities_deg\" is missing");
        }
    }
}

} // namespace

void checkTask(CheckedDesign& design)
{
    checkKeysOfModality(design);
    checkKeysOfTask(design);
}

} // namespace mlab::experiments
