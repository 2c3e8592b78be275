// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/diagnostic.h"
#include "experiments/design/design.h"
#include "experiments/design/design_modality.h"
#include "experiments/design/design_reader.h"
#include "experiments/design/procedure_reader.h"
#include "experiments/json/located_json.h"

#include <initializer_list>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mlab::experiments {

/// Where in the file a measured dimension comes from, as JSON pointers, and its procedure there.
struct DimensionOrigin {
    std::string entry; ///< of the list "dimensions"
    ProcedureSettings procedure;
    std::string component;
    std::string eccentricity;
};

/// A design together with the text it was read from, as the semantic checks see it. Collects what
/// they find.
class CheckedDesign {
public:
    /// Arguments passed by reference must outlive the object.
    /// @param design    read from `document`, with defaults in place of the pointers in `unusable`
    /// @param origins   of design.dimensions, in the same order
    CheckedDesign(const Design& design, const std::vector<DimensionOrigin>& origins,
                  const LocatedJson& document, const std::set<std::string>& unusable,
                  const CheckContext& context)
        : design_(design), origins_(origins), document_(document), unusable_(unusable),
          context_(context)
    {
    }

    const Design& operator*() const { return design_; }
    const Design* operator->() const { return &design_; }
    const DesignModality& modality() const { return modalityOf(design_); }
    const std::vector<DimensionOrigin>& origins() const { return origins_; }
    const LocatedJson& document() const { return document_; }
    const std::set<std::string>& unusable() const { return unusable_; }
    const CheckContext& context() const { return context_; }

    bool has(const std::string& pointer) const { return document_.has(pointer); }
    /// `pointer` if the file has it, else `otherwise`.
    std::string writtenOr(const std::string& pointer, const std::string& otherwise) const
    {
        return has(pointer) ? pointer : otherwise;
    }
    /// Whether the values at these pointers (or their defaults) are what the author meant.
    bool usable(std::initializer_list<std::string> pointers) const;
    /// The same for a list, entry by entry.
    bool listUsable(const std::string& pointer) const;
    /// Whether the schema refused any part of this value, which then cannot be judged as a whole.
    bool partlyRefused(const std::string& pointer) const;

    /// Reports each problem once, however many dimensions share it.
    void add(const std::string& pointer, const std::string& message, std::string suggestion = {});
    void add(const Diagnostic& diagnostic);
    /// Reports a key if the file has it.
    void refuse(const std::string& pointer, const std::string& why);

    /// Notes what does not make the design unusable.
    void remark(const std::string& text) { remarks_.push_back(text); }

    std::vector<Diagnostic> takeDiagnostics() { return std::move(diagnostics_); }
    std::vector<std::string> takeRemarks() { return std::move(remarks_); }

private:
    const Design& design_;
    const std::vector<DimensionOrigin>& origins_;
    const LocatedJson& document_;
    const std::set<std::string>& unusable_;
    const CheckContext& context_;
    std::vector<Diagnostic> diagnostics_;
    std::vector<std::string> remarks_;
    std::set<std::pair<std::string, std::string>> reported_;
};

} // namespace mlab::experiments
