// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/database.h"

namespace mlab::data {

enum class EmptyFile { accepted, refused };

/// Whether the file is a trial store of the newest format, not of an older one or an empty file.
/// Changes nothing.
/// @throws DatabaseError for a file of a newer format or of another program, or one that is empty
bool isOfThisFormat(const Database& database, EmptyFile empty);

/// Migrates the file, open for writing, to the newest format in one transaction, with the hashes of
/// the rows that it has; a new or empty file gets its tables. @throws DatabaseError as
/// isOfThisFormat(), with the file unchanged; if it cannot be written
void prepareSchema(Database& database);

} // namespace mlab::data
