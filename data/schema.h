// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/database.h"

namespace mlab::data {

/// The version of the file format that this program writes (SQLite's user_version).
inline constexpr int kSchemaVersion = 5;

/// Whether the file is a trial store of this version, not of an older one. Changes nothing.
/// @throws DatabaseError for a file of a newer version or of another program
bool isOfThisFormat(const Database& database);

/// Brings the file, open for writing, to this version: a new or empty one gets its tables.
/// @throws DatabaseError as isOfThisFormat(), with the file left untouched; if it cannot be written
void prepareSchema(Database& database);

} // namespace mlab::data
