// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/field_values.h"
#include "data/value.h"

#include <functional>
#include <string>
#include <vector>

namespace mlab::data {

/// One column of a table whose rows are `T`s.
template <typename T> struct Column {
    std::string name;
    std::string sqlType;     ///< TEXT, INTEGER or REAL
    std::string type;        ///< for people
    std::string unit;        ///< may be empty
    std::string description; ///< for people
    /// Whether it may differ between two runs of the same design, seed and observer.
    bool varies = false;
    std::string expression; ///< SQL that computes it; empty if it is stored

    std::function<Value(const T&)> read;         ///< @throws DatabaseError if it cannot be stored
    std::function<void(T&, const Value&)> write; ///< @throws DatabaseError if it is not valid
};

/// A table as the program reads, writes and exports it. How SQLite holds it is in formats.h.
template <typename T> struct Table {
    std::string name;
    std::vector<Column<T>> columns; ///< in the order of the CSV and of the database

    /// "INSERT INTO ...", to be given toRow().
    std::string insertSql() const
    {
        std::string names;
        std::string values;
        for (const auto& column : columns) {
            if (!column.expression.empty()) {
                continue;
            }
            names += (names.empty() ? "" : ", ") + column.name;
            values += values.empty() ? "" : ", ";
            values += column.sqlType == kTextType ? kTextPlaceholder : "?";
        }
        return "INSERT INTO " + name + " (" + names + ") VALUES (" + values + ")";
    }

    /// "SELECT ... FROM ...", whose rows are for fromRow().
    std::string selectSql() const
    {
        std::string sources;
        for (const auto& column : columns) {
            const auto& source = column.expression.empty() ? column.name : column.expression;
            sources += sources.empty() ? "" : ", ";
            sources += column.sqlType == kTextType ? textOf(source) : source;
        }
        return "SELECT " + sources + " FROM " + name;
    }

    /// The stored values of an object. @throws DatabaseError naming the value that cannot be stored
    Row toRow(const T& object) const
    {
        Row row;
        for (const auto& column : columns) {
            if (column.expression.empty()) {
                row.push_back(column.read(object));
            }
        }
        return row;
    }

    /// @throws DatabaseError naming the value that is not valid
    T fromRow(const Row& row) const
    {
        T object;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            columns[i].write(object, row.at(i));
        }
        return object;
    }
};

} // namespace mlab::data
