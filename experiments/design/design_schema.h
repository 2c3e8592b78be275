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

/// The result of validating a document.
struct SchemaVerdict {
    std::vector<Diagnostic> diagnostics;
    /// Pointers whose value cannot be used: invalid, missing, or given under a misspelt key; "" if
    /// nothing can. Later checks skip them, so that each mistake is reported once.
    std::set<std::string> unusable;
};

/// Validates a design against the schema and reports violations in plain sentences.
/// @param part  pointer to the part of the schema that applies to the document: "" for a design,
///        "/definitions/procedure" for a procedure alone
SchemaVerdict checkAgainstSchema(const LocatedJson& document, const std::string& part = "");

} // namespace mlab::experiments
