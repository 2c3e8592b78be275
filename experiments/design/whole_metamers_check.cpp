// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/number_text.h"
#include "experiments/design/semantic_checks.h"
#include "experiments/design/whole_metamers_spec.h"

#include <string>

namespace mlab::experiments {
namespace {

const std::string kMetamersAt = "/metamers";
const std::string kMatchAt = "/metamers/match";
const std::string kTrialsAt = "/metamers/trials_per_condition";

void checkMatch(CheckedDesign& design, const WholeMetamersSpec& spec)
{
    const bool inDb = design.has(kMatchAt + "/snr_db");
    if (design.has("/procedure") && !inDb) {
        design.add("/procedure", "a procedure chooses among matches in dB (metamers.match.snr_db); "
                                 "with evaluations, every match is shown: remove this key");
    } else if (spec.adaptive && spec.matches.size() < 2) {
        design.add(kMatchAt + "/snr_db",
                   "a procedure needs at least two matches to choose from; list more, or remove "
                   "the key \"procedure\"");
    }
}

void checkProcedureKeys(CheckedDesign& design)
{
    for (const auto* key :
         {"/procedure/min_level", "/procedure/max_level", "/procedure/start_level"}) {
        design.refuse(key, "the levels of whole metamers are those of metamers.match.snr_db; "
                           "remove this key");
    }
    design.refuse("/procedure/stop", "trials_per_condition says when a condition of whole "
                                     "metamers stops; remove this key");
    const auto& origins = design.origins();
    if (origins.empty() || !design.usable({"/procedure", "/procedure/type"})) {
        return;
    }
    const auto& type = origins.front().procedure.type;
    if (design->wholeMetamers->adaptive && !procedureType(type).expectsInformation) {
        design.add(design.writtenOr("/procedure/type", "/procedure"),
                   "a " + type + " cannot choose among the matches of a list; use " +
                       "\"psi-marginal\" or another procedure that keeps a posterior");
    }
}

void checkNumberOfReferences(CheckedDesign& design, const WholeMetamersSpec& spec)
{
    if (!design.context().referenceIds ||
        !design.usable({"/references", "/references/folder", "/references/builtin",
                        "/references/builtin/count"})) {
        return;
    }
    std::size_t count = 0;
    try {
        count = design.context()
                    .referenceIds(design->synthesis.references, design->synthesis.format)
                    .size();
    } catch (const Error&) {
        return; // checkReferences() says what is wrong with the folder
    }
    const auto needed = static_cast<std::size_t>(referencesNeeded(spec));
    if (count < needed) {
        design.add(design.writtenOr(kTrialsAt, kMetamersAt),
                   "the design has " + std::to_string(count) + " references, but needs " +
                       std::to_string(needed) +
                       ", because a participant meets each at most once in a condition and other "
                       "references are needed to start from and for catch trials; add references, "
                       "or reduce trials_per_condition");
    }
}

} // namespace

void checkWholeMetamers(CheckedDesign& design)
{
    const auto& spec = design->wholeMetamers;
    if (!spec || !design.usable({kMetamersAt}) || design.partlyRefused(kMetamersAt)) {
        return;
    }
    if (spec->catchEvery == 1) {
        design.add("/metamers/catch_every", "with 1 there would be only catch trials; give 0 for "
                                            "none, or at least 2");
    }
    checkMatch(design, *spec);
    checkProcedureKeys(design);
    checkNumberOfReferences(design, *spec);
}

} // namespace mlab::experiments
