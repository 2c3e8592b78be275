// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/design/semantic_checks.h"

#include <filesystem>
#include <string>
#include <system_error>

namespace mlab::experiments {
namespace {

void checkFolder(CheckedDesign& design, const StimulusSource& source, const std::string& at)
{
    if (!design.context().folderProblems || source.folder.empty()) {
        return;
    }
    std::error_code error;
    if (!std::filesystem::is_directory(source.folder, error)) {
        const bool there = std::filesystem::exists(source.folder, error);
        design.add(at, (there ? "not a folder: " : "folder not found: ") + source.folder.string() +
                           " (paths are relative to the design file)");
        return;
    }
    for (const auto& problem : design.context().folderProblems(source, design->synthesis.format)) {
        design.add(at, problem);
    }
}

} // namespace

void checkReferences(CheckedDesign& design)
{
    const auto& references = design->synthesis.references;
    checkFolder(design, references, design.writtenOr("/references/folder", ""));
    checkFolder(design, design->synthesis.basis.pool, "/basis/pool/folder");

    const std::string perTrialAt = "/references_per_trial";
    const std::string countAt = "/references/builtin/count";
    if (references.folder.empty() && design.usable({perTrialAt, countAt}) &&
        design->referencesPerTrial > references.count) {
        design.add(design.writtenOr(perTrialAt, countAt),
                   "a trial may try " + std::to_string(design->referencesPerTrial) +
                       " references (references_per_trial), but there are only " +
                       std::to_string(references.count) + " (references.builtin.count)");
    }
}

} // namespace mlab::experiments
