// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/columns.h"

#include "core/stimulus/modality_names.h"

#include <algorithm>
#include <iterator>
#include <type_traits>
#include <utility>

namespace mlab::data {
namespace {

struct Words {
    std::string unit;
    std::string description;
};

enum class Repeats { same, varies };

/// A stored column for the field that `at` gives a reference to.
template <typename T, typename At>
Column<T> stored(const std::string& name, At at, const Words& words,
                 Repeats repeats = Repeats::same)
{
    using Field = typename std::invoke_result_t<At, T&>::type;
    const auto known = fieldType(Field{});
    return {.name = name,
            .sqlType = known.sqlType,
            .type = known.description,
            .unit = words.unit,
            .description = words.description,
            .varies = repeats == Repeats::varies,
            .computed = false,
            .read = [name, at](const T& object) { return encode(name, at(object).get()); },
            .write = [name, at](T& object,
                                const Value& value) { decode(name, value, at(object).get()); }};
}

template <typename T, typename At>
Column<T> computed(const std::string& name, At at, const Words& words,
                   Repeats repeats = Repeats::same)
{
    auto column = stored<T>(name, at, words, repeats);
    column.computed = true;
    return column;
}

/// A dimension's id is stored for the analyst; it is read back from the columns of its parts.
Column<TrialRow> dimensionId()
{
    const std::string name = "dimension_id";
    return {.name = name,
            .sqlType = kTextType,
            .type = "text",
            .unit = {},
            .description = "What was measured: layer/component/direction/eccentricity, with the "
                           "name of a distortion in place of a component, "
                           "graph/rewiring/plus/eccentricity, or layer/metamer_condition",
            .varies = false,
            .computed = false,
            .read = [name](const TrialRow& row) { return encode(name, row.record.dimension.id()); },
            .write = [](TrialRow& /*row*/, const Value& /*value*/) {}};
}

constexpr const char* kLevelUnits = "SD; percent for distortions, swaps for rewirings";

std::string presentationFlags()
{
    return std::string(flag::kEarlyKey) + ": an answer was given before the answer screen. " +
           flag::kWrongKey + ": a key that is not an answer was pressed. " + flag::kPaused +
           ": the trial was paused and shown again. " + flag::kLostFocus +
           ": the window lost focus and the trial was shown again. " + flag::kBadTiming +
           ": an interval was not shown as planned and the trial was shown again. " +
           flag::kAudioUnderrun +
           ": the sound device ran out of samples and the trial was played again. " +
           flag::kAudioDeviceLost + ": the sound device went away and the trial was played again.";
}

// Gives a reference to a field, of a const and of a mutable row alike.
#define AT(field) [](auto& row) { return std::ref(row.field); }

template <typename T> Column<T> simulated()
{
    return {.name = "simulated",
            .sqlType = "INTEGER",
            .type = fieldType(bool{}).description,
            .unit = {},
            .description = "Whether the participant was a simulated one",
            .varies = false,
            .computed = true,
            .read = [](const T& row) -> Value {
                return row.simulated ? Value(std::int64_t{*row.simulated}) : Value();
            },
            .write = {}};
}

/// The first columns of a table of trials: which session the trial belongs to, and which trial it
/// is.
template <typename T> std::vector<Column<T>> beginningWithWhose(std::vector<Column<T>> own)
{
    std::vector<Column<T>> columns = {
        stored<T>("participant", AT(session.participant), {"", "The participant's ID"}),
        stored<T>("session_id", AT(session.sessionId), {"", "The session this trial belongs to"}),
        stored<T>("design_name", AT(session.designName), {"", "The design's \"name\""}),
        stored<T>("design_sha256", AT(session.designSha256),
                  {"", "SHA-256 of the design file; its text is in the sessions table"}),
        stored<T>(
            "seed", AT(session.seed),
            {"", "The seed of all random choices; may be too large for a double to hold exactly"}),
        stored<T>("trial_index", AT(record.trialIndex),
                  {"", "0, 1, ... over the whole session, including practice"}),
        stored<T>("block_index", AT(record.blockIndex), {"", "0, 1, ...; -1 in practice"}),
        stored<T>("practice", AT(record.practice), {"", "Whether this was a practice trial"}),
    };
    std::ranges::move(own, std::back_inserter(columns));
    return columns;
}

std::vector<Column<TrialRow>> makeTrialColumns()
{
    using T = TrialRow;
    constexpr auto kVaries = Repeats::varies;
    return beginningWithWhose<T>({
        dimensionId(),
        stored<T>("modality", AT(session.modality), {"", modalityNames()}),
        stored<T>(
            "model", AT(session.model),
            {"",
             "The network in whose feature space the probe lies; empty for drawings of graphs"}),
        stored<T>("layer", AT(record.dimension.layer),
                  {"", "The network's layer; for rewirings, the name of the graph"}),
        stored<T>(
            "component", AT(record.dimension.component),
            {"", "The basis component along which the probe was moved; 1 explains most variance; 0 "
                 "for distortions, rewirings and whole metamers"}),
        stored<T>("direction", AT(record.dimension.direction),
                  {"", "Which way along the component; without a meaning for rewirings and whole "
                       "metamers"}),
        stored<T>("eccentricity_deg", AT(record.dimension.eccentricityDeg),
                  {"deg", "Visual angle from fixation to the image's centre; 0 for sounds"}),
        stored<T>("procedure", AT(record.procedure),
                  {"", "What chose the level: practice, catch (a trial whose answer is obvious) or "
                       "the procedure"}),
        stored<T>("level_requested", AT(record.levelRequested),
                  {kLevelUnits,
                   "The move that the procedure asked for, in standard deviations of the component "
                   "over the pool; of rewirings the number of double edge swaps; of whole metamers "
                   "the mismatch (norm of what differs at the "
                   "layer over that of the reference), or the evaluations"}),
        stored<T>(
            "level_achieved", AT(record.levelAchieved),
            {kLevelUnits,
             "The move that was presented, measured on the 8-bit pixels or on the 16- or 24-bit "
             "samples; of rewirings the swaps made, n of which change exactly 2n edges; of whole "
             "metamers the mismatch at their layer, of two the larger, and 1 by "
             "definition for two originals"}),
        stored<T>("residual_max", AT(record.residualMax),
                  {kLevelUnits,
                   "Largest difference between a requested and a measured coordinate, over all "
                   "retained components; for distortions the RMS of the change that is not along "
                   "the distortion, from rounding and from values at the ends of their range; for "
                   "rewirings the swaps that could not be made; 0 for whole metamers"}),
        stored<T>(
            "converged", AT(record.converged),
            {"",
             "Whether residual_max is within the solver's tolerance; for distortions, whether the "
             "level was reached within 1 %; for rewirings, whether all swaps were made; of whole "
             "metamers, whether all that were presented "
             "were accepted"}),
        stored<T>("reference_id", AT(record.referenceId), {"", "The reference that was presented"}),
        stored<T>("reference_sha256", AT(record.referenceSha256),
                  {"", "SHA-256 of the reference's pixels or samples as presented; "
                       "synthesised-synthesised: of the first metamer's"}),
        stored<T>("probe_sha256", AT(record.probeSha256),
                  {"", "SHA-256 of the probe's pixels or samples as presented; whole metamers: of "
                       "the metamer, the second metamer or the second original"}),
        stored<T>(
            "interval_order", AT(record.intervalOrder),
            {"", "What the intervals presented, in order (abx: A, B, X): R reference, P probe"}),
        stored<T>("correct_answer", AT(record.correctAnswer),
                  {"",
                   "abx: the interval that X matched. 2ifc: the changed one of the two that follow "
                   "the reference. oddity: the odd one. same-different: same or different"}),
        stored<T>("response", AT(record.response), {"", "The participant's answer"}),
        stored<T>("correct", AT(record.correct), {"", "Whether response equals correct_answer"}),
        stored<T>("rt_ms", AT(record.rtMs),
                  {"ms", "From the first frame of the answer screen to the answer"}, kVaries),
        stored<T>("onset1_ms", AT(record.onsetMs[0]),
                  {"ms",
                   "Onset of the first interval (abx: A) after fixation onset: the buffer swap, or "
                   "when the sound leaves the device"},
                  kVaries),
        stored<T>("onset2_ms", AT(record.onsetMs[1]),
                  {"ms", "Onset of the second interval (abx: B) after fixation onset"}, kVaries),
        stored<T>("onset3_ms", AT(record.onsetMs[2]),
                  {"ms",
                   "Onset of the third interval (abx: X) after fixation onset; empty if there are "
                   "only two"},
                  kVaries),
        stored<T>("dropped_frames", AT(record.droppedFrames),
                  {"frames", "Frames that the display missed from fixation to the answer screen"},
                  kVaries),
        stored<T>("generation_ms", AT(record.generationMs),
                  {"ms", "Time spent on generating the probe; 0 if it came from the cache"},
                  kVaries),
        stored<T>("cache_hit", AT(record.cacheHit),
                  {"", "Whether the probe came from the stimulus cache"}, kVaries),
        stored<T>("wait_ms", AT(record.waitMs),
                  {"ms", "How long the participant waited for the probe"}, kVaries),
        stored<T>(
            "flags", AT(record.flags),
            {"",
             std::string("What was unusual, if anything. ") + flag::kAtLimit +
                 ": no reference could make the move that was requested, or a rewiring has fewer "
                 "swaps. " +
                 flag::kNotAccepted +
                 ": a metamer is not as close to its reference as was asked for. " +
                 presentationFlags()}),
        stored<T>("started_at", AT(record.startedAt),
                  {"UTC, ISO 8601", "When the fixation mark appeared"}, kVaries),
        stored<T>("software_version", AT(softwareVersion),
                  {"", "Version of the program that ran this trial"}),
        stored<T>("metamer_condition", AT(record.dimension.metamers),
                  {"", "Whole metamers: what was compared (original-synthesised, "
                       "synthesised-synthesised, or original-original in practice and catch "
                       "trials), what the synthesis started from, and the match asked for or "
                       "adaptive; empty for probes"}),
        stored<T>("metamers_json", AT(record.metamersJson),
                  {"", "Whole metamers: for each one presented its SHA-256, its seed or the "
                       "reference it started from, the evaluations used, whether it was accepted, "
                       "and its match at every layer, as a JSON list; empty where none was"}),
        stored<T>("distortion", AT(record.dimension.distortion),
                  {"", "The distortion along which the probe was moved (" +
                           listOfNames(kDistortionKinds) +
                           "); empty for components and whole "
                           "metamers. Levels of distortions are in percent: the RMS of the change, "
                           "of images over the range of pixel values, of sounds over the sound's "
                           "RMS"}),
        stored<T>("rewiring", AT(record.dimension.rewiring),
                  {"", "Drawings of graphs: which double edge swaps made the graph of the probe "
                       "(degrees: any, which keep the degrees of all nodes; colours: those within "
                       "stable colours, which no message-passing network can notice); empty for "
                       "others"}),
        computed<T>("task", AT(task),
                    {"", "The task of the design: abx, 2ifc, oddity or same-different"}),
        simulated<T>(),
    });
}

std::vector<Column<RecognitionRow>> makeRecognitionColumns()
{
    using T = RecognitionRow;
    constexpr auto kVaries = Repeats::varies;
    return beginningWithWhose<T>({
        stored<T>("catch_trial", AT(record.catchTrial),
                  {"",
                   "Whether this was a catch trial: the category's example, already presented in "
                   "practice"}),
        stored<T>("modality", AT(session.modality), {"", modalityNames()}),
        stored<T>("model", AT(session.model), {"", "The network whose metamers are presented"}),
        stored<T>("condition", AT(record.condition),
                  {"", "natural, or the layer whose activations the metamer matches"}),
        stored<T>("reference_id", AT(record.referenceId),
                  {"", "The natural stimulus, or the one whose metamer was presented"}),
        stored<T>("reference_sha256", AT(record.referenceSha256),
                  {"", "SHA-256 of the reference's pixels or samples"}),
        stored<T>("stimulus_sha256", AT(record.stimulusSha256),
                  {"", "SHA-256 of the pixels shown or of the samples played"}),
        stored<T>("match_spearman", AT(record.matchSpearman),
                  {"", "Rank correlation between the layer's activations to the metamer and to the "
                       "reference; empty for a natural stimulus"}),
        stored<T>(
            "match_snr_db", AT(record.matchSnrDb),
            {"dB",
             "SNR of the layer's activations, with the reference's as the signal; empty for a "
             "natural stimulus, and if there is no difference at all"}),
        stored<T>("category", AT(record.category), {"", "The category of the stimulus"}),
        stored<T>("response", AT(record.response), {"", "The category that the participant chose"}),
        stored<T>("correct", AT(record.correct), {"", "Whether response equals category"}),
        stored<T>("rt_ms", AT(record.rtMs),
                  {"ms", "From the first frame of the answer screen to the answer"}, kVaries),
        stored<T>("onset_ms", AT(record.onsetMs),
                  {"ms",
                   "Onset of the stimulus after fixation onset: the buffer swap, or when the sound "
                   "leaves the device"},
                  kVaries),
        stored<T>("dropped_frames", AT(record.droppedFrames),
                  {"frames", "Frames that the display missed from fixation to the answer screen"},
                  kVaries),
        stored<T>("flags", AT(record.flags),
                  {"", "What was unusual, if anything. " + presentationFlags()}),
        stored<T>("started_at", AT(record.startedAt),
                  {"UTC, ISO 8601", "When the fixation mark appeared"}, kVaries),
        stored<T>("software_version", AT(softwareVersion),
                  {"", "Version of the program that ran this trial"}),
        simulated<T>(),
    });
}

std::vector<Column<SessionSummary>> makeSessionColumns()
{
    using T = SessionSummary;
    constexpr auto kVaries = Repeats::varies;
    return {
        stored<T>("session_id", AT(header.sessionId), {"", "The session's name"}),
        stored<T>("participant", AT(header.participant), {"", "The participant's ID"}),
        stored<T>("design_name", AT(header.designName), {"", "The design's \"name\""}),
        stored<T>("number", AT(number),
                  {"", "1, 2, ... among the sessions of this participant and design"}),
        stored<T>("design_sha256", AT(header.designSha256), {"", "SHA-256 of design_text"}),
        stored<T>("design_text", AT(header.designText), {"", "The text of the design file"}),
        stored<T>("design_path", AT(header.designPath), {"", "Where the design file was"}, kVaries),
        stored<T>(
            "seed", AT(header.seed),
            {"", "The seed of all random choices; may be too large for a double to hold exactly"}),
        stored<T>("modality", AT(header.modality), {"", modalityNames()}),
        stored<T>(
            "model", AT(header.model),
            {"",
             "The network in whose feature space the probes lie; empty for drawings of graphs"}),
        stored<T>("model_sha256", AT(header.modelSha256), {"", "SHA-256 of the model"}),
        stored<T>("basis_sha256", AT(header.basisSha256),
                  {"", "SHA-256 of the basis files of all layers used; for distortions, of the "
                       "other models and layers that they compare; for drawings, of the graphs"}),
        stored<T>("references_json", AT(header.referencesJson),
                  {"", "The references as JSON, in the session's order: id and SHA-256"}),
        stored<T>("synthesis_json", AT(header.synthesisJson),
                  {"", "The synthesis settings used, as JSON; highest_levels: for each dimension, "
                       "the level, in SD, percent or swaps, "
                       "above which no trial asks"}),
        stored<T>("display_json", AT(header.displayJson),
                  {"", "The display as measured when the session was created, as JSON"}, kVaries),
        stored<T>("observer_json", AT(header.observerJson),
                  {"", "The simulated participant, as JSON; empty for a person"}),
        stored<T>("software_version", AT(header.softwareVersion),
                  {"", "Version of the program that created the session"}),
        stored<T>("started_at", AT(header.startedAt),
                  {"UTC, ISO 8601", "When the session was created"}, kVaries),
        computed<T>("trials", AT(trialCount), {"", "Trials stored so far, including practice"}),
        computed<T>("last_trial_at", AT(lastTrialAt),
                    {"UTC, ISO 8601", "When the last trial began; empty if there are no trials"},
                    kVaries),
        computed<T>("finished_at", AT(finishedAt),
                    {"UTC, ISO 8601", "When the session was completed; empty until then"}, kVaries),
    };
#undef AT
}

} // namespace

const Table<TrialRow>& trialTable()
{
    static const Table<TrialRow> kTable{"trials", makeTrialColumns()};
    return kTable;
}

const Table<RecognitionRow>& recognitionTable()
{
    static const Table<RecognitionRow> kTable{"recognition_trials", makeRecognitionColumns()};
    return kTable;
}

const Table<SessionSummary>& sessionTable()
{
    static const Table<SessionSummary> kTable{"sessions", makeSessionColumns()};
    return kTable;
}

} // namespace mlab::data
