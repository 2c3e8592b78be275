// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/design/procedure_reader.h"

#include "core/base/error.h"
#include "experiments/design/design_schema.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

namespace mlab::experiments {
namespace {

using Json = nlohmann::json;

/// The object without what the schema refused.
Json usablePart(const JsonNode& object)
{
    Json out = Json::object();
    const auto whole = object.as<Json>();
    for (const auto& [key, value] : whole.items()) {
        const auto member = object.find(key);
        if (!member) {
            continue;
        }
        if (value.is_object()) {
            out[key] = usablePart(*member);
        } else if (value.is_array()) {
            auto& list = out[key] = Json::array();
            for (const auto& item : object.items(key)) {
                list.push_back(item.as<Json>());
            }
        } else {
            out[key] = value;
        }
    }
    return out;
}

/// Whether a key means something for a type: no procedure lists it, or this one does.
bool belongs(std::string_view key, const ProcedureType& type)
{
    const auto lists = [&](const ProcedureType& any) {
        return std::ranges::count(any.keys, key) > 0;
    };
    return lists(type) || std::ranges::none_of(procedureTypes(), lists);
}

/// The same for a key of "stop".
bool stopBelongs(std::string_view key, const ProcedureType& type)
{
    const auto lists = [&](const ProcedureType& any) {
        return any.stopRule == key || std::ranges::count(any.stopKeys, key) > 0;
    };
    return lists(type) || std::ranges::none_of(procedureTypes(), lists);
}

} // namespace

void readProcedure(const JsonNode& procedure, ProcedureSettings& settings)
{
    std::string type = settings.type;
    procedure.read("type", type);
    if (type != settings.type) {
        settings.type = type;
        settings.objects.clear();
    }
    procedure.read("start_level", settings.startLevel);
    procedure.read("min_level", settings.minLevel);
    procedure.read("max_level", settings.maxLevel);
    settings.objects.push_back(usablePart(procedure));
}

std::vector<Diagnostic> keysOfOtherTypes(const LocatedJson& document, const std::string& pointer,
                                         const std::string& type)
{
    std::vector<Diagnostic> out;
    if (!document.has(pointer)) {
        return out;
    }
    const auto& object = document.root().at(Json::json_pointer(pointer));
    if (!object.is_object()) {
        return out;
    }
    const auto complain = [&](const std::string& at, const std::string& key) {
        out.push_back(document.atKey(at, inQuotes(key) + " has no meaning for the procedure " +
                                             inQuotes(type)));
    };
    const auto& described = procedureType(type);
    for (const auto& [key, value] : object.items()) {
        if (!belongs(key, described)) {
            complain(childPointer(pointer, key), key);
        }
    }
    const auto stop = object.find("stop");
    if (stop == object.end() || !stop->is_object()) {
        return out;
    }
    const std::string stopAt = childPointer(pointer, "stop");
    for (const auto& [key, value] : stop->items()) {
        if (!stopBelongs(key, described)) {
            complain(childPointer(stopAt, key), key);
        }
    }
    if (described.stopRule.empty()) {
        if (stop->contains("when")) {
            complain(childPointer(stopAt, "when"), "when");
        }
        return out;
    }
    const std::vector<std::string> rules = {std::string(described.stopRule), "trials"};
    for (const auto& rule : rules) {
        if (stop->contains("when") && !stop->contains(rule)) {
            out.push_back(
                document.atKey(childPointer(stopAt, "when"),
                               "\"when\" has no meaning without " + inQuotes(rule) + " beside it"));
        }
    }
    return out;
}

ProcedureCheck checkProcedure(std::string text, const std::filesystem::path& file)
{
    ProcedureCheck check;
    const auto document = LocatedJson::parse(std::move(text), file.string(), check.diagnostics);
    if (!document) {
        check.diagnostics = listed(std::move(check.diagnostics));
        return check;
    }
    const bool design = document->root().is_object() && document->root().contains("schema_version");
    auto verdict = checkAgainstSchema(*document, design ? "" : "/definitions/procedure");
    std::ranges::move(verdict.diagnostics, std::back_inserter(check.diagnostics));
    if (check.diagnostics.empty()) {
        const JsonNode root(document->root(), "", verdict.unusable);
        const auto procedure = design ? root.find("procedure") : std::optional(root);
        ProcedureSettings settings;
        if (const auto task = root.find("task")) {
            settings.task = *taskNamed(task->as<std::string>());
        }
        const std::string pointer = procedure ? procedure->pointer() : "";
        if (procedure) {
            readProcedure(*procedure, settings);
            check.diagnostics = keysOfOtherTypes(*document, pointer, settings.type);
        }
        const auto report = [&](const SettingsProblem& problem) {
            const auto key = std::ranges::find_if(problem.keys, [&](const char* name) {
                return document->has(pointer + '/' + name);
            });
            check.diagnostics.push_back(document->atValue(
                key == problem.keys.end() ? pointer : pointer + '/' + *key, problem.message));
        };
        std::ranges::for_each(settingsProblems(settings), report);
        if (check.diagnostics.empty()) {
            try {
                auto spec = procedureSpec(settings);
                if (const auto problem = startProblem(settings, spec)) {
                    report(*problem);
                } else {
                    check.spec = std::move(spec);
                }
            } catch (const InvalidArgument& error) {
                check.diagnostics.push_back(document->atValue(pointer, error.what()));
            }
        }
    }
    check.diagnostics = listed(std::move(check.diagnostics));
    return check;
}

} // namespace mlab::experiments
