// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/store_contents.h"

#include <cstddef>
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

namespace mlab::app {

/// How many damaged rows each session has, as far as their session is known.
std::map<std::string, std::size_t> rowsBySession(const std::vector<data::Damage>& damage);

/// A line for each damaged row, and one that names the sessions.
void writeDamage(std::ostream& out, const std::vector<data::Damage>& damage);

/// A line for each session whose last run has no end: it was killed or is going on; or its end, and
/// more, is in a lost `-wal` file. After kMostListed only how many more there are.
void writeOpenRuns(std::ostream& out, const data::StoreContents& contents);

} // namespace mlab::app
