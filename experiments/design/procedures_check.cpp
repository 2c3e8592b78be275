// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "experiments/design/semantic_checks.h"
#include "experiments/json/json_node.h"

#include <algorithm>
#include <string>
#include <vector>

namespace mlab::experiments {
namespace {

/// Of all procedures of a design, in numbers of 8 bytes: 2 GB, beside what looking ahead copies.
constexpr double kMostNumbers = 2.5e8;

class ProceduresCheck {
public:
    explicit ProceduresCheck(CheckedDesign& design) : design_(design) {}

    void run()
    {
        commonProcedure();
        for (const auto& origin : design_.origins()) {
            procedure(origin.procedure, origin.entry);
        }
    }

private:
    /// Where one of these settings is written: in the entry's own procedure, else in the design's.
    std::string written(const std::string& entry, const std::vector<const char*>& keys) const
    {
        for (const auto& base : {entry + "/procedure", std::string("/procedure")}) {
            for (const char* const key : keys) {
                if (design_.has(base + '/' + key)) {
                    return base + '/' + key;
                }
            }
        }
        return entry;
    }

    void commonProcedure()
    {
        if (design_.partlyRefused("/procedure")) {
            return;
        }
        std::string type = ProcedureSettings{}.type;
        const JsonNode root(design_.document().root(), "", design_.unusable());
        if (const auto common = root.find("procedure")) {
            common->read("type", type);
        }
        hasKeysOfOtherTypes("/procedure", type);
    }

    void procedure(const ProcedureSettings& settings, const std::string& entry)
    {
        const std::string own = entry + "/procedure";
        if (design_.partlyRefused("/procedure") || design_.partlyRefused(own)) {
            return;
        }
        if (design_.has(own) && hasKeysOfOtherTypes(own, settings.type)) {
            return;
        }
        settingsOf(settings, entry);
    }

    /// Reports each of them.
    bool hasKeysOfOtherTypes(const std::string& pointer, const std::string& type)
    {
        const auto found = keysOfOtherTypes(design_.document(), pointer, type);
        for (const auto& diagnostic : found) {
            design_.add(diagnostic);
        }
        return !found.empty();
    }

    void settingsOf(const ProcedureSettings& settings, const std::string& entry)
    {
        bool consistent = true;
        const auto report = [&](const SettingsProblem& problem) {
            auto found = design_.document().atValue(written(entry, problem.keys), problem.message);
            found.futile = problem.futile;
            consistent = consistent && problem.futile;
            design_.add(found);
        };
        std::ranges::for_each(settingsProblems(settings), report);
        if (!consistent) {
            return;
        }
        try {
            const auto whole = procedureSpec(settings);
            const bool isKnown = std::ranges::find(accepted_, whole) != accepted_.end();
            const bool fitted = numbers_ <= kMostNumbers;
            const auto size = procedureSize(whole);
            numbers_ += size.own + (isKnown ? 0.0 : size.shared);
            if (fitted && numbers_ > kMostNumbers) {
                report({{"level_step_db", "min_level", "slopes", "lapses"},
                        "from here on the procedures of all dimensions are too large for the "
                        "memory; give fewer dimensions, slopes or lapses, a larger level_step_db "
                        "or min_level, or all dimensions the same procedure"});
            }
            if (isKnown || numbers_ > kMostNumbers) {
                return;
            }
            if (const auto problem = startProblem(settings, whole)) {
                report(*problem);
            }
            if (consistent) {
                accepted_.push_back(whole);
            }
        } catch (const InvalidArgument& error) {
            report({{procedureType(settings.type).mainKey}, error.what()});
        }
    }

    CheckedDesign& design_;
    std::vector<ProcedureSpec> accepted_; ///< constructing one takes a moment
    double numbers_ = 0;                  ///< ProcedureSize of all so far
};

} // namespace

void checkProcedures(CheckedDesign& design)
{
    if (design->task != Task::recognition && design->dimensions.size() <= kMostDimensions) {
        ProceduresCheck(design).run();
    }
}

} // namespace mlab::experiments
