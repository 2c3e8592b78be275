// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/field_values.h"

#include "core/base/error.h"
#include "core/base/number_text.h"

#include <QByteArrayView>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace mlab::data {
namespace {

constexpr char kWordSeparator = ' ';

[[noreturn]] void refuse(std::string_view column, const std::string& reason)
{
    throw DatabaseError("the value of " + std::string(column) + " " + reason);
}

template <typename Stored> const Stored& expect(std::string_view column, const Value& value)
{
    if (const auto* stored = std::get_if<Stored>(&value)) {
        return *stored;
    }
    refuse(column, "has a type that this column never has; another program has changed the file");
}

/// A name of the table; absent for an empty text.
template <typename Names, typename Enum>
void decodeName(std::string_view column, const Value& value, const Names& names,
                std::optional<Enum>& field)
{
    const auto& text = expect<std::string>(column, value);
    field = valueIn(names, text);
    if (!field && !text.empty()) {
        refuse(column, "is \"" + text + "\"; " + listOfNames(names) + " was expected");
    }
}

} // namespace

FieldType fieldType(const std::string& /*field*/)
{
    return {kTextType, "text"};
}
FieldType fieldType(double /*field*/)
{
    return {"REAL", "number"};
}
FieldType fieldType(const std::optional<double>& /*field*/)
{
    return {"REAL", "number, or empty"};
}
FieldType fieldType(int /*field*/)
{
    return {"INTEGER", "integer"};
}
FieldType fieldType(bool /*field*/)
{
    return {"INTEGER", "boolean: 1 yes, 0 no"};
}
FieldType fieldType(std::uint64_t /*field*/)
{
    return {kTextType, "integer, unsigned 64 bit"};
}
FieldType fieldType(Answer /*field*/)
{
    return {kTextType, "first, second, third, same or different"};
}
FieldType fieldType(Direction /*field*/)
{
    return {kTextType, "plus or minus"};
}
FieldType fieldType(const std::optional<MetamerCondition>& /*field*/)
{
    return {kTextType, "text"};
}
FieldType fieldType(const std::optional<DistortionKind>& /*field*/)
{
    return {kTextType, listOfNames(kDistortionKinds)};
}
FieldType fieldType(const std::optional<RewiringKind>& /*field*/)
{
    return {kTextType, listOfNames(kRewiringKinds)};
}
FieldType fieldType(const std::vector<std::string>& /*field*/)
{
    return {kTextType, "words separated by spaces"};
}

Value encode(std::string_view column, const std::string& field)
{
    const QByteArrayView bytes(field.data(), static_cast<qsizetype>(field.size()));
    if (!bytes.isValidUtf8() || bytes.contains('\0')) {
        refuse(column, "is not UTF-8 text; save it as UTF-8, then try again");
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
Value encode(std::string_view /*column*/, const std::optional<MetamerCondition>& field)
{
    return field ? field->id() : std::string();
}
Value encode(std::string_view /*column*/, const std::optional<DistortionKind>& field)
{
    return field ? nameIn(kDistortionKinds, *field) : std::string();
}
Value encode(std::string_view /*column*/, const std::optional<RewiringKind>& field)
{
    return field ? nameIn(kRewiringKinds, *field) : std::string();
}
Value encode(std::string_view column, const std::vector<std::string>& field)
{
    std::string words;
    for (const auto& word : field) {
        if (word.empty() || word.find(kWordSeparator) != std::string::npos) {
            refuse(column, "holds \"" + word + "\"; each entry must be one word");
        }
        words += (words.empty() ? "" : std::string(1, kWordSeparator)) + word;
    }
    return encode(column, words);
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
        refuse(column, "is " + std::to_string(stored) + "; 0 or 1 was expected");
    }
    field = stored == 1;
}
void decode(std::string_view column, const Value& value, std::uint64_t& field)
{
    const auto& text = expect<std::string>(column, value);
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, field);
    if (read.ec != std::errc{} || read.ptr != end) {
        refuse(column, "is \"" + text + "\"; an unsigned 64-bit integer was expected");
    }
}
void decode(std::string_view column, const Value& value, Answer& field)
{
    const auto& text = expect<std::string>(column, value);
    try {
        field = answerFromString(text);
    } catch (const InvalidArgument& error) {
        refuse(column, std::string("is not valid: ") + error.what());
    }
}
void decode(std::string_view column, const Value& value, Direction& field)
{
    const auto& text = expect<std::string>(column, value);
    if (text != toString(Direction::plus) && text != toString(Direction::minus)) {
        refuse(column, "is \"" + text + "\"; plus or minus was expected");
    }
    field = text == toString(Direction::plus) ? Direction::plus : Direction::minus;
}
void decode(std::string_view column, const Value& value, std::optional<MetamerCondition>& field)
{
    const auto& text = expect<std::string>(column, value);
    try {
        field = text.empty() ? std::nullopt : std::optional(metamerConditionFrom(text));
    } catch (const InvalidArgument& error) {
        refuse(column, std::string("is not valid: ") + error.what());
    }
}
void decode(std::string_view column, const Value& value, std::optional<DistortionKind>& field)
{
    decodeName(column, value, kDistortionKinds, field);
}
void decode(std::string_view column, const Value& value, std::optional<RewiringKind>& field)
{
    decodeName(column, value, kRewiringKinds, field);
}
void decode(std::string_view column, const Value& value, std::vector<std::string>& field)
{
    const auto& text = expect<std::string>(column, value);
    field.clear();
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = std::min(text.find(kWordSeparator, begin), text.size());
        field.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
}

} // namespace mlab::data
