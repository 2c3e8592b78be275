// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/design/semantic_checks.h"

#include <algorithm>
#include <string>

namespace mlab::experiments {
namespace {

const std::string kComponentsAt = "/basis/components";
const std::string kCandidatesAt = "/basis/candidates";
const std::string kSelectAt = "/basis/select";

void checkRanks(CheckedDesign& design)
{
    const auto& basis = design->synthesis.basis;
    if (!basis.select.empty() &&
        basis.select.size() != static_cast<std::size_t>(basis.components)) {
        design.add(kComponentsAt, "basis.select lists " + std::to_string(basis.select.size()) +
                                      " components, but basis.components is " +
                                      std::to_string(basis.components) +
                                      "; remove basis.components");
    } else if (basis.select.empty() && basis.components > basis.candidates) {
        design.add(design.writtenOr(kComponentsAt, kCandidatesAt),
                   "basis.components is " + std::to_string(basis.components) + ", but only " +
                       std::to_string(basis.candidates) +
                       " components are computed (basis.candidates)");
    }
    for (std::size_t i = 0; i < basis.select.size(); ++i) {
        if (basis.select[i] > basis.candidates) {
            design.add(childPointer(kSelectAt, i), "component " + std::to_string(basis.select[i]) +
                                                       " does not exist: ranks go from 1 to " +
                                                       std::to_string(basis.candidates) +
                                                       " (basis.candidates)");
        }
    }
}

/// The number of components that the pool must give, and the setting that asks for them.
struct Needed {
    int components = 0;
    std::string setting; ///< pointer
};

Needed neededComponents(const BasisSpec& basis)
{
    if (basis.method == BasisMethod::ica) {
        return {.components = basis.candidates, .setting = kCandidatesAt};
    }
    if (!basis.select.empty()) {
        return {.components = std::ranges::max(basis.select), .setting = kSelectAt};
    }
    return {.components = basis.components, .setting = kComponentsAt};
}

void checkPool(CheckedDesign& design)
{
    const auto& basis = design->synthesis.basis;
    const std::string poolAt =
        basis.pool.folder.empty() ? "/basis/pool/builtin/count" : "/basis/pool/count";
    const auto needed = neededComponents(basis);
    if (!design.usable({poolAt}) || basis.pool.count > needed.components) {
        return;
    }
    std::string name = needed.setting.substr(1);
    std::ranges::replace(name, '/', '.');
    design.add(design.writtenOr(poolAt, design.writtenOr(needed.setting, "/basis")),
               "a pool of " + std::to_string(basis.pool.count) + " stimuli gives at most " +
                   std::to_string(basis.pool.count - 1) + " components, but " + name +
                   (needed.setting == kSelectAt ? " names " : " is ") +
                   std::to_string(needed.components));
}

} // namespace

void checkBasis(CheckedDesign& design)
{
    if (design.usable({kComponentsAt, kCandidatesAt, "/basis/method"}) &&
        design.listUsable(kSelectAt)) {
        checkRanks(design);
        checkPool(design);
    }
}

} // namespace mlab::experiments
