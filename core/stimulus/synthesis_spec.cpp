// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/stimulus/synthesis_spec.h"

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

ProbeSolver defaultSolver(const ModelSpec& model)
{
    return model.name == "gabor-compressive" ? ProbeSolver::relativeNorm : ProbeSolver::minimumNorm;
}

} // namespace mlab
