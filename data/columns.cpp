// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/columns.h"

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "data/database.h"

#include <QByteArrayView>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iterator>
#include <limits>
#include <type_traits>
#include <utility>

namespace mlab::data {
namespace {

const std::string kText = "TEXT";
constexpr char kFlagSeparator = ' ';

[[noreturn]] void refuse(std::string_view column, const std::string& reason)
{
    throw DatabaseError("the value of " + std::string(column) + " " + reason);
}

// What a field becomes in a table, by its C++ type. encode() and decode() are each other's inverse.

struct TypeFacts {
    std::string sqlType;
    std::string check; ///< "" or a condition in which % stands for the column
    std::string type;
    bool mayBeEmpty = false;
};

TypeFacts facts(const std::string& /*field*/)
{
    return {kText, "", "text"};
}
TypeFacts facts(double /*field*/)
{
    return {"REAL", "", "number"};
}
TypeFacts facts(std::optional<double> /*field*/)
{
    return {"REAL", "", "number, or empty", true};
}
TypeFacts facts(int /*field*/)
{
    return {"INTEGER", "", "integer"};
}
TypeFacts facts(bool /*field*/)
{
    return {"INTEGER", "% IN (0, 1)", "boolean: 1 yes, 0 no"};
}
TypeFacts facts(std::uint64_t /*field*/)
{
    return {kText, "% <> '' AND % NOT GLOB '*[^0-9]*'", "integer, unsigned 64 bit"};
}
TypeFacts facts(Answer /*field*/)
{
    return {kText, "", "first, second, third, same or different"};
}
TypeFacts facts(Direction /*field*/)
{
    return {kText, "% IN ('plus', 'minus')", "plus or minus"};
}
TypeFacts facts(const std::vector<std::string>& /*field*/)
{
    return {kText, "", "words separated by spaces"};
}

Value encode(std::string_view column, const std::string& field)
{
    const QByteArrayView bytes(field.data(), static_cast<qsizetype>(field.size()));
    if (!bytes.isValidUtf8() || bytes.contains('\0')) {
        refuse(column, "is not UTF-8 text; save it as UTF-8 and try again");
    }
    return field;
}
Value encode(std::string_view column, double field)
{
    if (!std::isfinite(field)) {
        refuse(column, "is " + shortNumber(field) + "; only a finite number can be stored");
    }
    return field;
}
Value encode(std::string_view column, const std::optional<double>& field)
{
    return field ? encode(column, *field) : Value(std::monostate());
}
Value encode(std::string_view /*column*/, int field)
{
    return std::int64_t{field};
}
Value encode(std::string_view /*column*/, bool field)
{
    return std::int64_t{field ? 1 : 0};
}
Value encode(std::string_view /*column*/, std::uint64_t field)
{
    return std::to_string(field);
}
Value encode(std::string_view /*column*/, Answer field)
{
    return std::string(toString(field));
}
Value encode(std::string_view /*column*/, Direction field)
{
    return std::string(toString(field));
}
Value encode(std::string_view column, const std::vector<std::string>& field)
{
    std::string words;
    for (const auto& word : field) {
        if (word.empty() || word.find(kFlagSeparator) != std::string::npos) {
            refuse(column, "holds \"" + word + "\"; each must be one word");
        }
        words += (words.empty() ? "" : std::string(1, kFlagSeparator)) + word;
    }
    return encode(column, words);
}

template <typename Stored> const Stored& expect(std::string_view column, const Value& value)
{
    if (const auto* stored = std::get_if<Stored>(&value)) {
        return *stored;
    }
    refuse(column,
           "is of another type than this table gives it; it was changed by another program");
}

void decode(std::string_view column, const Value& value, std::string& field)
{
    field = expect<std::string>(column, value);
}
void decode(std::string_view column, const Value& value, double& field)
{
    field = expect<double>(column, value);
}
void decode(std::string_view column, const Value& value, std::optional<double>& field)
{
    field = std::holds_alternative<std::monostate>(value)
                ? std::nullopt
                : std::optional(expect<double>(column, value));
}
void decode(std::string_view column, const Value& value, int& field)
{
    const auto stored = expect<std::int64_t>(column, value);
    if (!std::in_range<int>(stored)) {
        refuse(column, "is " + std::to_string(stored) + ", which is too large");
    }
    field = static_cast<int>(stored);
}
void decode(std::string_view column, const Value& value, bool& field)
{
    const auto stored = expect<std::int64_t>(column, value);
    if (stored != 0 && stored != 1) {
        refuse(column, "is " + std::to_string(stored) + "; 0 or 1 expected");
    }
    field = stored == 1;
}
void decode(std::string_view column, const Value& value, std::uint64_t& field)
{
    const auto& text = expect<std::string>(column, value);
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, field);
    if (read.ec != std::errc{} || read.ptr != end) {
        refuse(column, "is \"" + text + "\"; a whole number of 64 bits expected");
    }
}
void decode(std::string_view column, const Value& value, Answer& field)
{
    const auto& text = expect<std::string>(column, value);
    try {
        field = answerFromString(text);
    } catch (const InvalidArgument& error) {
        refuse(column, std::string("makes no sense: ") + error.what());
    }
}
void decode(std::string_view column, const Value& value, Direction& field)
{
    const auto& text = expect<std::string>(column, value);
    if (text != toString(Direction::plus) && text != toString(Direction::minus)) {
        refuse(column, "is \"" + text + "\"; plus or minus expected");
    }
    field = text == toString(Direction::plus) ? Direction::plus : Direction::minus;
}
void decode(std::string_view column, const Value& value, std::vector<std::string>& field)
{
    const auto& text = expect<std::string>(column, value);
    field.clear();
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = std::min(text.find(kFlagSeparator, begin), text.size());
        field.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
}

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
    auto known = facts(Field{});
    for (auto mark = known.check.find('%'); mark != std::string::npos;
         mark = known.check.find('%')) {
        known.check.replace(mark, 1, name);
    }
    return {.name = name,
            .sqlType = known.sqlType,
            .mayBeEmpty = known.mayBeEmpty,
            .check = known.check,
            .type = known.type,
            .unit = words.unit,
            .description = words.description,
            .varies = repeats == Repeats::varies,
            .expression = {},
            .read = [name, at](const T& object) { return encode(name, at(object).get()); },
            .write = [name, at](T& object,
                                const Value& value) { decode(name, value, at(object).get()); }};
}

template <typename T, typename At>
Column<T> computed(const std::string& name, const std::string& expression, At at,
                   const Words& words, Repeats repeats = Repeats::same)
{
    auto column = stored<T>(name, at, words, repeats);
    column.expression = expression;
    return column;
}

/// A dimension's id is kept for the analyst; what it says is read from the columns of its parts.
Column<TrialRow> dimensionId()
{
    const std::string name = "dimension_id";
    return {.name = name,
            .sqlType = kText,
            .mayBeEmpty = false,
            .check = {},
            .type = "text",
            .unit = {},
            .description = "What was measured: layer/component/direction/eccentricity",
            .varies = false,
            .expression = {},
            .read = [name](const TrialRow& row) { return encode(name, row.record.dimension.id()); },
            .write = [](TrialRow& /*row*/, const Value& /*value*/) {}};
}

std::string presentationFlags()
{
    return std::string(flag::kEarlyKey) + ": an answer was given before the answer screen. " +
           flag::kWrongKey + ": a key that is no answer was pressed. " + flag::kPaused +
           ": the trial was paused and shown again. " + flag::kLostFocus +
           ": the window lost focus and the trial was shown again. " + flag::kAudioUnderrun +
           ": the sound device ran out of samples and the trial was played again. " +
           flag::kAudioDeviceLost + ": the sound device went away and the trial was played again.";
}

// Gives a reference to a field, of a const and of a mutable row alike.
#define AT(field) [](auto& row) { return std::ref(row.field); }

/// What the columns of a table of trials begin with: whose trial it is, and which.
template <typename T> std::vector<Column<T>> beginningWithWhose(std::vector<Column<T>> own)
{
    std::vector<Column<T>> columns = {
        stored<T>("participant", AT(session.participant), {"", "The participant's ID"}),
        stored<T>("session_id", AT(session.sessionId), {"", "The session this trial belongs to"}),
        stored<T>("design_name", AT(session.designName),
                  {"", "The name that the design gives itself"}),
        stored<T>("design_sha256", AT(session.designSha256),
                  {"", "SHA-256 of the design file; the text is in the session table"}),
        stored<T>("seed", AT(session.seed),
                  {"", "The seed of all random choices; larger than a double holds exactly"}),
        stored<T>("trial_index", AT(record.trialIndex),
                  {"", "0, 1, ... over the whole session, practice included"}),
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
        stored<T>("modality", AT(session.modality), {"", "image or audio"}),
        stored<T>("model", AT(session.model),
                  {"", "The network in whose feature space the probe lies"}),
        stored<T>("layer", AT(record.dimension.layer), {"", "The network's layer"}),
        stored<T>(
            "component", AT(record.dimension.component),
            {"", "The basis component along which the probe was moved; 1 explains most variance"}),
        stored<T>("direction", AT(record.dimension.direction),
                  {"", "Which way along the component"}),
        stored<T>("eccentricity_deg", AT(record.dimension.eccentricityDeg),
                  {"deg", "Visual angle from fixation to the image's centre"}),
        stored<T>("procedure", AT(record.procedure), {"", "What chose the level"}),
        stored<T>("level_requested", AT(record.levelRequested),
                  {"SD",
                   "The move the procedure asked for, in standard deviations of the component "
                   "over the pool"}),
        stored<T>("level_achieved", AT(record.levelAchieved),
                  {"SD", "The move that was shown, measured on the 8-bit pixels"}),
        stored<T>("residual_max", AT(record.residualMax),
                  {"SD", "Largest difference between an asked and a measured coordinate over all "
                         "retained components"}),
        stored<T>("converged", AT(record.converged),
                  {"", "Whether residual_max is within the solver's tolerance"}),
        stored<T>("reference_id", AT(record.referenceId), {"", "The reference that was shown"}),
        stored<T>("reference_sha256", AT(record.referenceSha256),
                  {"", "SHA-256 of the reference's pixels as shown"}),
        stored<T>("probe_sha256", AT(record.probeSha256),
                  {"", "SHA-256 of the probe's pixels as shown"}),
        stored<T>("interval_order", AT(record.intervalOrder),
                  {"", "What the intervals showed, in order (abx: A, B, X): R reference, P probe"}),
        stored<T>("correct_answer", AT(record.correctAnswer),
                  {"", "abx: the interval that X equalled. 2ifc: of the two after the reference, "
                       "the changed one. oddity: the odd one. same-different: same or different"}),
        stored<T>("response", AT(record.response), {"", "The participant's answer"}),
        stored<T>("correct", AT(record.correct), {"", "Whether response is correct_answer"}),
        stored<T>("rt_ms", AT(record.rtMs),
                  {"ms", "From the first frame that asks for the answer to the answer"}, kVaries),
        stored<T>("onset1_ms", AT(record.onsetMs[0]),
                  {"ms", "Onset of the first interval (abx: A) after fixation onset"}, kVaries),
        stored<T>("onset2_ms", AT(record.onsetMs[1]),
                  {"ms", "Onset of the second interval (abx: B) after fixation onset"}, kVaries),
        stored<T>("onset3_ms", AT(record.onsetMs[2]),
                  {"ms", "Onset of the third interval (abx: X) after fixation onset; empty where "
                         "there are two"},
                  kVaries),
        stored<T>("dropped_frames", AT(record.droppedFrames),
                  {"frames", "Frames the display missed from fixation to the answer screen"},
                  kVaries),
        stored<T>("generation_ms", AT(record.generationMs),
                  {"ms", "Time spent making the probe; 0 if it came from the cache"}, kVaries),
        stored<T>("cache_hit", AT(record.cacheHit),
                  {"", "Whether the probe came from the stimulus cache"}, kVaries),
        stored<T>("wait_ms", AT(record.waitMs),
                  {"ms", "How long the participant waited for the probe"}, kVaries),
        stored<T>("flags", AT(record.flags),
                  {"", std::string("What was unusual. ") + flag::kAtLimit +
                           ": no reference could make the move. " + presentationFlags()}),
        stored<T>("started_at", AT(record.startedAt),
                  {"UTC, ISO 8601", "When the fixation mark appeared"}, kVaries),
        stored<T>("software_version", AT(softwareVersion),
                  {"", "Version of the program that ran this trial"}),
    });
}

std::vector<Column<RecognitionRow>> makeRecognitionColumns()
{
    using T = RecognitionRow;
    constexpr auto kVaries = Repeats::varies;
    return beginningWithWhose<T>({
        stored<T>("catch_trial", AT(record.catchTrial),
                  {"", "Whether this was a catch trial: the category's example, which practice has "
                       "shown"}),
        stored<T>("modality", AT(session.modality), {"", "image or audio"}),
        stored<T>("model", AT(session.model), {"", "The network whose metamers are shown"}),
        stored<T>("condition", AT(record.condition),
                  {"", "natural, or the layer whose activations the metamer shares"}),
        stored<T>("reference_id", AT(record.referenceId),
                  {"", "The natural stimulus, or the one whose metamer was shown"}),
        stored<T>("reference_sha256", AT(record.referenceSha256),
                  {"", "SHA-256 of the reference's pixels or samples"}),
        stored<T>("stimulus_sha256", AT(record.stimulusSha256),
                  {"", "SHA-256 of the pixels shown or the samples played"}),
        stored<T>("match_spearman", AT(record.matchSpearman),
                  {"", "Rank correlation of the layer's activations, metamer and reference; empty "
                       "for a natural stimulus"}),
        stored<T>("match_snr_db", AT(record.matchSnrDb),
                  {"dB", "SNR of the layer's activations, the reference's being the signal; empty "
                         "for a natural stimulus, and where nothing differs"}),
        stored<T>("category", AT(record.category), {"", "The category it belongs to"}),
        stored<T>("response", AT(record.response), {"", "The category that was chosen"}),
        stored<T>("correct", AT(record.correct), {"", "Whether response is category"}),
        stored<T>("rt_ms", AT(record.rtMs),
                  {"ms", "From the first frame that asks for the answer to the answer"}, kVaries),
        stored<T>("onset_ms", AT(record.onsetMs),
                  {"ms", "Onset of the stimulus after fixation onset"}, kVaries),
        stored<T>("dropped_frames", AT(record.droppedFrames),
                  {"frames", "Frames the display missed from fixation to the answer screen"},
                  kVaries),
        stored<T>("flags", AT(record.flags), {"", "What was unusual. " + presentationFlags()}),
        stored<T>("started_at", AT(record.startedAt),
                  {"UTC, ISO 8601", "When the fixation mark appeared"}, kVaries),
        stored<T>("software_version", AT(softwareVersion),
                  {"", "Version of the program that ran this trial"}),
    });
}

std::vector<Column<SessionSummary>> makeSessionColumns()
{
    using T = SessionSummary;
    constexpr auto kVaries = Repeats::varies;
    return {
        stored<T>("session_id", AT(header.sessionId), {"", "The session's name"}),
        stored<T>("participant", AT(header.participant), {"", "The participant's ID"}),
        stored<T>("design_name", AT(header.designName),
                  {"", "The name that the design gives itself"}),
        stored<T>("number", AT(number),
                  {"", "1, 2, ... among the sessions of this participant and design"}),
        stored<T>("design_sha256", AT(header.designSha256), {"", "SHA-256 of design_text"}),
        stored<T>("design_text", AT(header.designText), {"", "The whole design file"}),
        stored<T>("design_path", AT(header.designPath), {"", "Where the design file was"}, kVaries),
        stored<T>("seed", AT(header.seed),
                  {"", "The seed of all random choices; larger than a double holds exactly"}),
        stored<T>("modality", AT(header.modality), {"", "image or audio"}),
        stored<T>("model", AT(header.model),
                  {"", "The network in whose feature space the probes lie"}),
        stored<T>("model_sha256", AT(header.modelSha256), {"", "SHA-256 of the model"}),
        stored<T>("basis_sha256", AT(header.basisSha256),
                  {"", "SHA-256 of the basis files of all layers used"}),
        stored<T>("references_json", AT(header.referencesJson),
                  {"", "The references as JSON, in the session's order: id and SHA-256"}),
        stored<T>("synthesis_json", AT(header.synthesisJson),
                  {"", "The synthesis settings in force, as JSON"}),
        stored<T>("display_json", AT(header.displayJson),
                  {"", "The display as measured when the session was created, as JSON"}, kVaries),
        stored<T>("observer_json", AT(header.observerJson),
                  {"", "The simulated participant, as JSON; empty for a person"}),
        stored<T>("software_version", AT(header.softwareVersion),
                  {"", "Version of the program that created the session"}),
        stored<T>("started_at", AT(header.startedAt),
                  {"UTC, ISO 8601", "When the session was created"}, kVaries),
        computed<T>("trials",
                    "(SELECT count(*) FROM trials WHERE trials.session_id = sessions.session_id) + "
                    "(SELECT count(*) FROM recognition_trials WHERE recognition_trials.session_id "
                    "= sessions.session_id)",
                    AT(trialCount), {"", "Trials stored so far, practice included"}),
        computed<T>("last_trial_at",
                    "coalesce((SELECT started_at FROM trials WHERE trials.session_id = "
                    "sessions.session_id ORDER BY trial_index DESC LIMIT 1), "
                    "(SELECT started_at FROM recognition_trials WHERE "
                    "recognition_trials.session_id = sessions.session_id "
                    "ORDER BY trial_index DESC LIMIT 1), '')",
                    AT(lastTrialAt),
                    {"UTC, ISO 8601", "When the last trial began; empty without trials"}, kVaries),
        computed<T>("finished_at",
                    "coalesce((SELECT finished_at FROM session_ends WHERE "
                    "session_ends.session_id = sessions.session_id), '')",
                    AT(finishedAt),
                    {"UTC, ISO 8601", "When the session ended by itself; empty until then"},
                    kVaries),
    };
#undef AT
}

} // namespace

template <typename T> std::string Table<T>::definitions() const
{
    std::string all;
    for (const auto& column : columns) {
        if (!column.expression.empty()) {
            continue;
        }
        all += all.empty() ? "" : ",\n    ";
        all += column.name + " " + column.sqlType + (column.mayBeEmpty ? "" : " NOT NULL") +
               " CHECK (typeof(" + column.name + ") " +
               (column.mayBeEmpty ? "IN ('null', " : "= (") + "lower('" + column.sqlType + "'))" +
               (column.check.empty() ? "" : " AND " + column.check) + ")";
    }
    return all;
}

template <typename T> std::string Table<T>::insertSql() const
{
    std::string names;
    std::string values;
    for (const auto& column : columns) {
        if (!column.expression.empty()) {
            continue;
        }
        names += (names.empty() ? "" : ", ") + column.name;
        values += values.empty() ? "" : ", ";
        values += column.sqlType == kText ? kTextPlaceholder : "?";
    }
    return "INSERT INTO " + name + " (" + names + ") VALUES (" + values + ")";
}

template <typename T> std::string Table<T>::selectSql() const
{
    std::string sources;
    for (const auto& column : columns) {
        const auto& source = column.expression.empty() ? column.name : column.expression;
        sources += sources.empty() ? "" : ", ";
        sources += column.sqlType == kText ? textOf(source) : source;
    }
    return "SELECT " + sources + " FROM " + name;
}

template <typename T> Row Table<T>::toRow(const T& object) const
{
    Row row;
    for (const auto& column : columns) {
        if (column.expression.empty()) {
            row.push_back(column.read(object));
        }
    }
    return row;
}

template <typename T> T Table<T>::fromRow(const Row& row) const
{
    T object;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        columns[i].write(object, row.at(i));
    }
    return object;
}

template struct Table<TrialRow>;
template struct Table<RecognitionRow>;
template struct Table<SessionSummary>;

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
