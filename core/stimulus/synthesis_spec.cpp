// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/stimulus/synthesis_spec.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>

namespace mlab {

std::string toString(ProbeSolver solver)
{
    return nameIn(kProbeSolvers, solver);
}

std::optional<ProbeSolver> probeSolverNamed(std::string_view name)
{
    return valueIn(kProbeSolvers, name);
}

std::string toString(BasisMethod method)
{
    return nameIn(kBasisMethods, method);
}

std::optional<BasisMethod> basisMethodNamed(std::string_view name)
{
    return valueIn(kBasisMethods, name);
}

namespace {

struct Preset {
    std::string_view name;
    CochleaSpec spec;
};

const std::array<Preset, 3>& presets()
{
    static const std::array<Preset, 3> kPresets = {{{"session", sessionCochlea()},
                                                    {"compressive", compressiveCochlea()},
                                                    {"published", CochleaSpec()}}};
    return kPresets;
}

} // namespace

CochleaSpec compressiveCochlea()
{
    auto spec = sessionCochlea();
    spec.semiSaturation = 3;
    spec.averagedFrames = 16;
    return spec;
}

CochleaSpec cochleaPreset(std::string_view name)
{
    const auto found = std::ranges::find(presets(), name, &Preset::name);
    if (found == presets().end()) {
        throw InvalidArgument("cochlea-modulation has no preset \"" + std::string(name) +
                              "\"; it has session, compressive and published");
    }
    return found->spec;
}

std::string cochleaPresetName(const CochleaSpec& spec)
{
    const auto found = std::ranges::find(presets(), spec, &Preset::spec);
    if (found == presets().end()) {
        throw InvalidArgument("these settings of cochlea-modulation are not a preset");
    }
    return std::string(found->name);
}

ProbeSolver defaultSolver(const ModelSpec& model)
{
    return model.name == "gabor-compressive" ? ProbeSolver::relativeNorm : ProbeSolver::minimumNorm;
}

} // namespace mlab
