// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/procedures/constant.h"

#include "core/base/error.h"
#include "core/procedures/procedure_settings.h"

#include <cmath>

namespace mlab {

const std::vector<ProcedureType>& ConstantSpec::types()
{
    static const std::vector<ProcedureType> kTypes = {{.name = "constant",
                                                       .keys = {"start_level"},
                                                       .stopRule = {},
                                                       .mainKey = "start_level",
                                                       .expectsInformation = false}};
    return kTypes;
}

ConstantSpec ConstantSpec::read(const ProcedureSettings& settings)
{
    const auto stop = settings.stopRule();
    return {.level = settings.startLevel, .trials = stop.trials.value_or(stop.maxTrials)};
}

std::vector<SettingsProblem> ConstantSpec::problems(const ProcedureSettings& settings)
{
    return stopProblems(settings);
}

ConstantProcedure::ConstantProcedure(const ConstantSpec& spec) : spec_(spec)
{
    if (!std::isfinite(spec.level) || spec.level < 0 || spec.trials < 1) {
        throw InvalidArgument("constant: the level must be a number of at least 0, and there must "
                              "be at least one trial");
    }
}

} // namespace mlab
