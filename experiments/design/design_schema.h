// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/diagnostic.h"
#include "experiments/json/located_json.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mlab::experiments {

/// The text of experiments/schema/design-1.schema.json, compiled into the program.
std::string_view designSchemaText();

/// What the schema says of a document.
struct SchemaVerdict {
    std::vector<Diagnostic> diagnostics;
    /// Pointers whose value cannot be used: wrong, missing, or given under a misspelt key. Later
    /// checks leave them out, so that one slip is reported once.
    std::set<std::string> unusable;
};

/// Validates a design against the schema and says in plain sentences what does not fit.
/// @param part  pointer to the part of the schema that rules the document: "" for a design,
///        "/definitions/procedure" for a procedure alone
SchemaVerdict checkAgainstSchema(const LocatedJson& document, const std::string& part = "");

} // namespace mlab::experiments
