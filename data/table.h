// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/field_values.h"
#include "data/value.h"

#include <functional>
#include <span>
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
    bool computed = false; ///< from other rows; it is not stored

    std::function<Value(const T&)> read;         ///< @throws DatabaseError if it cannot be stored
    std::function<void(T&, const Value&)> write; ///< @throws DatabaseError if it is not valid
};

/// A table as the program reads, writes and exports it. How SQLite holds it is in formats.h.
template <typename T> struct Table {
    std::string name;
    std::vector<Column<T>> columns; ///< in the order of the CSV and of the database; those
                                    ///< that are computed are last

    /// "INSERT INTO ...", to be given toRow().
    std::string insertSql() const
    {
        std::string names;
        std::string values;
        for (const auto& column : columns) {
            if (column.computed) {
                continue;
            }
            names += (names.empty() ? "" : ", ") + column.name;
            values += values.empty() ? "" : ", ";
            values += column.sqlType == kTextType ? kTextPlaceholder : "?";
        }
        return "INSERT INTO " + name + " (" + names + ") VALUES (" + values + ")";
    }

    /// The stored values of an object. @throws DatabaseError naming the value that cannot be stored
    Row toRow(const T& object) const
    {
        Row row;
        for (const auto& column : columns) {
            if (!column.computed) {
                row.push_back(column.read(object));
            }
        }
        return row;
    }

    /// The object of a row as toRow() returns it. Computed columns keep their default values.
    /// @throws DatabaseError naming the value that is not valid
    T fromRow(std::span<const Value> row) const
    {
        T object;
        auto value = row.begin();
        for (const auto& column : columns) {
            if (!column.computed) {
                column.write(object, *value++);
            }
        }
        return object;
    }
};

} // namespace mlab::data
