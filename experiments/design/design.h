// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/diagnostic.h"
#include "core/procedures/procedure.h"
#include "core/stimulus/distortion_spec.h"
#include "core/stimulus/synthesis_spec.h"
#include "core/trial/dimension.h"
#include "core/trial/task.h"
#include "experiments/design/drawn_graphs.h"
#include "experiments/design/headphone_method.h"
#include "experiments/design/recognition_spec.h"
#include "experiments/design/whole_metamers_spec.h"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mlab::experiments {

/// One dimension to measure, with the procedure that measures it.
struct MeasuredDimension {
    Dimension dimension;
    ProcedureSpec procedure;

    bool operator==(const MeasuredDimension&) const = default;
};

/// A design has at most so many dimensions: a posterior is kept for each.
inline constexpr std::size_t kMostDimensions = 4096;

/// Which dimension the next trial measures: see Session.
enum class Schedule { blocks, information };

/// The durations of a trial. The defaults are those of MAME (Kamao et al. 2025).
struct Timing {
    double fixationMs = 1500;
    double intervalMs = 200;      ///< each interval; of sounds, their duration
    double gapMs = 500;           ///< between two intervals
    double beforeAnswerMs = 1000; ///< from the last interval to the answer screen
    double feedbackMs = 500;      ///< if feedback is given

    bool operator==(const Timing&) const = default;
};

/// The screen at which the design is run.
struct DisplaySpec {
    double viewingDistanceCm = 57;
    double screenWidthCm = 52;
    double imageSizeDeg = 4;
    double backgroundLuminance = 0.5; ///< relative to the display's maximum
    double gamma = 2.2;               ///< luminance = pixel^gamma
    bool imagesLeft = false;          ///< images are left of fixation instead of right

    bool operator==(const DisplaySpec&) const = default;
};

struct PracticeSpec {
    int trials = 0;
    double level = 2.0; ///< in levelUnit(): clearly visible
    bool feedback = true;

    bool operator==(const PracticeSpec&) const = default;
};

/// An experimenter's trial design, checked and complete.
struct Design {
    std::string name;
    Modality modality = Modality::image;
    Task task = Task::abx;
    Schedule schedule = Schedule::blocks;
    SynthesisSpec synthesis;
    int referencesPerTrial = 3;                ///< how many references a trial may try
    std::vector<MeasuredDimension> dimensions; ///< empty for recognition
    std::optional<RecognitionSpec> recognition = std::nullopt; ///< exactly if that is the task
    /// The layers of the dimensions, each once, if these are distortions; otherwise empty.
    std::vector<DistortionLayer> distortions = {};
    /// Present if the dimensions are rewirings of graphs.
    std::optional<DrawnGraphs> graphs = std::nullopt;
    /// Present if the dimensions are conditions of whole metamers.
    std::optional<WholeMetamersSpec> wholeMetamers = std::nullopt;
    Timing timing;
    DisplaySpec display;
    std::optional<HeadphoneMethod> headphoneCheck = std::nullopt; ///< before the trials; audio only
    PracticeSpec practice;
    bool feedback = false;    ///< after main trials
    int breakEveryTrials = 0; ///< 0: no breaks

    std::filesystem::path path; ///< the file it was read from
    std::string text;           ///< the content of that file
    std::string sha256;         ///< of `text`
    /// What the check found in the references and does not prevent a session.
    std::vector<std::string> remarks = {};

    /// By dimension: no trial asks for a higher level, because its references cannot go further
    /// (highestLevels() in reach.h). Empty where that was not measured.
    std::vector<double> highestLevels = {};

    /// The Diagnostic::futile ones, if the design is that of a stored session.
    std::vector<Diagnostic> futile = {};

    /// The format of the sounds; null for images.
    const SoundFormat* sounds() const { return std::get_if<SoundFormat>(&synthesis.format); }

    bool operator==(const Design&) const = default;
};

/// How the metamers of a design of recognition or of whole metamers are made.
/// Precondition: it is one of these.
inline const MetamerSpec& synthesisOf(const Design& design)
{
    return design.recognition ? design.recognition->metamers : design.wholeMetamers->synthesis;
}

} // namespace mlab::experiments
