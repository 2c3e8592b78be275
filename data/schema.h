// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/database.h"

namespace mlab::data {

/// The version of the file format that this program writes (SQLite's user_version).
inline constexpr int kSchemaVersion = 5;

/// Checks that the file is a trial store of this version or an older one, and in read-write mode
/// brings it to this version: a new or empty file gets its tables.
/// @throws DatabaseError for a file of a newer version or of another program, which is left
/// untouched.
void prepareSchema(Database& database);

} // namespace mlab::data
