// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiments/design/checked_design.h"

namespace mlab::experiments {

/// The checks of a design that a schema cannot make: each looks at one subject and reports what is
/// wrong to the CheckedDesign. Checks that would need a value which the schema has refused are
/// skipped.

/// Which keys the design's task and modality need, and which they have no use for.
void checkTask(CheckedDesign& design);
/// Whether the model exists, is for the design's modality, has the layers and takes the stimuli.
void checkModel(CheckedDesign& design);
/// Whether the references exist and there are enough of them.
void checkReferences(CheckedDesign& design);
/// Whether the pool is large enough for the requested components.
void checkBasis(CheckedDesign& design);
/// Whether each duration is at least a frame, and images fit the screen.
void checkPresentation(CheckedDesign& design);
/// Whether the dimensions have components, differ from each other, and suit the schedule.
void checkDimensions(CheckedDesign& design);
/// Whether distortions are of models that can be compared, and not mixed with components.
void checkDistortions(CheckedDesign& design);
/// Whether rewirings are of graphs that the design has and that can be drawn, and not mixed with
/// others.
void checkRewirings(CheckedDesign& design);
/// Whether the settings of each procedure fit together.
void checkProcedures(CheckedDesign& design);
/// Whether the categories of recognition differ, and have references and icons.
void checkRecognition(CheckedDesign& design);
/// Whether whole metamers have enough references, and a procedure that suits their matches.
void checkWholeMetamers(CheckedDesign& design);

/// All of them, in no particular order.
void semanticChecks(CheckedDesign& design);

} // namespace mlab::experiments
