// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trial/dimension.h"
#include "core/trial/task.h"
#include "data/value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// How a field of a record is kept in a table, by its C++ type. encode() and decode() are each
/// other's inverse.
namespace mlab::data {

inline constexpr const char* kTextType = "TEXT";

/// How a column of this field's type is declared.
struct FieldType {
    std::string sqlType;     ///< TEXT, INTEGER or REAL
    std::string description; ///< for people
};

FieldType fieldType(const std::string& field);
FieldType fieldType(double field);
FieldType fieldType(const std::optional<double>& field);
FieldType fieldType(int field);
FieldType fieldType(bool field);
FieldType fieldType(std::uint64_t field);
FieldType fieldType(Answer field);
FieldType fieldType(Direction field);
FieldType fieldType(const std::optional<MetamerCondition>& field);
FieldType fieldType(const std::optional<DistortionKind>& field);
FieldType fieldType(const std::optional<RewiringKind>& field);
FieldType fieldType(const std::vector<std::string>& field);

/// @param column  to be named in the message
/// @throws DatabaseError if the value cannot be stored: text that is not UTF-8, a number that is
///         not finite, a word with a space in it
Value encode(std::string_view column, const std::string& field);
Value encode(std::string_view column, double field);
Value encode(std::string_view column, const std::optional<double>& field);
Value encode(std::string_view column, int field);
Value encode(std::string_view column, bool field);
Value encode(std::string_view column, std::uint64_t field);
Value encode(std::string_view column, Answer field);
Value encode(std::string_view column, Direction field);
Value encode(std::string_view column, const std::optional<MetamerCondition>& field);
Value encode(std::string_view column, const std::optional<DistortionKind>& field);
Value encode(std::string_view column, const std::optional<RewiringKind>& field);
Value encode(std::string_view column, const std::vector<std::string>& field);

/// @param column  to be named in the message
/// @throws DatabaseError if the stored value is not one that encode() writes
void decode(std::string_view column, const Value& value, std::string& field);
void decode(std::string_view column, const Value& value, double& field);
void decode(std::string_view column, const Value& value, std::optional<double>& field);
void decode(std::string_view column, const Value& value, int& field);
void decode(std::string_view column, const Value& value, bool& field);
void decode(std::string_view column, const Value& value, std::uint64_t& field);
void decode(std::string_view column, const Value& value, Answer& field);
void decode(std::string_view column, const Value& value, Direction& field);
void decode(std::string_view column, const Value& value, std::optional<MetamerCondition>& field);
void decode(std::string_view column, const Value& value, std::optional<DistortionKind>& field);
void decode(std::string_view column, const Value& value, std::optional<RewiringKind>& field);
void decode(std::string_view column, const Value& value, std::vector<std::string>& field);

} // namespace mlab::data
