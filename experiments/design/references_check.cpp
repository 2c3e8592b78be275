// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/design/semantic_checks.h"

#include <filesystem>
#include <string>
#include <system_error>

namespace mlab::experiments {
namespace {

FolderFindings checkFolder(CheckedDesign& design, const StimulusSource& source,
                           const std::string& at)
{
    if (!design.context().folderFindings || source.folder.empty()) {
        return {};
    }
    std::error_code error;
    if (!std::filesystem::is_directory(source.folder, error)) {
        const bool there = std::filesystem::exists(source.folder, error);
        design.add(at, (there ? "not a folder: " : "folder not found: ") + source.folder.string() +
                           " (paths are relative to the design file)");
        return {};
    }
    auto found = design.context().folderFindings(source, design->synthesis.format);
    for (const auto& problem : found.problems) {
        design.add(at, problem);
    }
    return found;
}

// Of a picture of one colour no feature can be moved, but it may be recognised.
void checkUniform(CheckedDesign& design, const FolderFindings& found, const std::string& at)
{
    if (design->recognition || found.uniform.empty()) {
        return;
    }
    if (design->wholeMetamers) {
        for (const auto& file : found.uniform) {
            design.add(at, "image " + file +
                               " has one colour throughout, so no metamer can be made of it; "
                               "remove it from the folder");
        }
        return;
    }
    if (found.uniform.size() == found.files) {
        design.add(at, "no picture can be used: each has one colour throughout, such as " +
                           found.uniform.front());
        return;
    }
    for (const auto& file : found.uniform) {
        design.remark("image " + file +
                      " has one colour throughout, so no probe can be made of it: the trial's next "
                      "reference is taken; remove it from the folder");
    }
}

} // namespace

void checkReferences(CheckedDesign& design)
{
    const auto& references = design->synthesis.references;
    const auto folderAt = design.writtenOr("/references/folder", "");
    const auto found = checkFolder(design, references, folderAt);
    checkUniform(design, found, folderAt);
    for (const auto& remark : found.remarks) {
        design.remark(remark);
    }
    checkFolder(design, design->synthesis.basis.pool, "/basis/pool/folder");

    const std::string perTrialAt = "/references_per_trial";
    const std::string countAt = "/references/builtin/count";
    if (!design->wholeMetamers && references.folder.empty() &&
        design.usable({perTrialAt, countAt}) && design->referencesPerTrial > references.count) {
        design.add(design.writtenOr(perTrialAt, countAt),
                   "a trial may try " + std::to_string(design->referencesPerTrial) +
                       " references (references_per_trial), but there are only " +
                       std::to_string(references.count) + " (references.builtin.count)");
    }
}

} // namespace mlab::experiments
