// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/design/semantic_checks.h"

namespace mlab::experiments {

void semanticChecks(CheckedDesign& design)
{
    checkModel(design);
    checkTask(design);
    checkReferences(design);
    checkBasis(design);
    checkPresentation(design);
    checkRecognition(design);
    checkWholeMetamers(design);
    checkDimensions(design);
    checkDistortions(design);
    checkRewirings(design);
    checkProcedures(design);
}

} // namespace mlab::experiments
