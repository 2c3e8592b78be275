// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/design/design_schema.h"

#include "core/base/number_text.h"

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

namespace mlab::experiments {

using Json = nlohmann::json;

namespace {

const Json& schemaJson()
{
    static const Json kSchema = Json::parse(designSchemaText());
    return kSchema;
}

/// `"a", "b" or "c"`
std::string alternatives(const std::vector<std::string>& names)
{
    std::string out;
    for (std::size_t i = 0; i < names.size(); ++i) {
        out += i == 0 ? "" : (i + 1 == names.size() ? " or " : ", ");
        out += inQuotes(names[i]);
    }
    return out;
}

const Json& resolved(const Json& schema)
{
    if (!schema.contains("$ref")) {
        return schema;
    }
    const auto reference = schema.at("$ref").get<std::string>();
    return schemaJson().at(Json::json_pointer(reference.substr(1)));
}

/// A key that takes one value or a list of such: the first alternative is the value, the second the
/// list. No other anyOf has alternatives without "required".
bool isOneOrList(const Json& schema)
{
    return schema.contains("anyOf") && !schema.at("anyOf").at(0).contains("required");
}

/// What applies to a value: of a key that takes one or a list, the alternative for what it is.
const Json& ruleFor(const Json& schema, const Json& value)
{
    const auto& rule = resolved(schema);
    return isOneOrList(rule) ? resolved(rule.at("anyOf").at(value.is_array() ? 1 : 0)) : rule;
}

/// The schema of a member. Objects whose keys a person chooses have the same for all.
const Json& memberOf(const Json& schema, const std::string& key)
{
    const auto& known = schema.at("properties");
    return known.contains(key) ? known.at(key) : schema.at("additionalProperties");
}

/// A value of the document together with the part of the schema that applies to it.
struct Ruled {
    std::string pointer;
    const Json* value;
    const Json* schema;
};

/// Follows valijson's path from a value, "<root>", "[dimensions]", "[0]", ...
Ruled follow(Ruled at, const std::vector<std::string>& context)
{
    for (auto step = context.begin() + 1; step < context.end(); ++step) {
        const std::string key = step->substr(1, step->size() - 2);
        at.pointer = childPointer(at.pointer, key);
        if (at.value->is_array()) {
            at.value = &at.value->at(std::stoul(key));
            at.schema = &ruleFor(at.schema->at("items"), *at.value);
        } else {
            at.value = &at.value->at(key);
            at.schema = &ruleFor(memberOf(*at.schema, key), *at.value);
        }
    }
    return at;
}

std::string number(const Json& value)
{
    return value.is_number_integer() ? value.dump() : shortNumber(value.get<double>());
}

std::string range(const Json& schema)
{
    const std::string high = number(schema.at("maximum"));
    return schema.contains("exclusiveMinimum")
               ? "above " + number(schema.at("exclusiveMinimum")) + " and at most " + high
               : "from " + number(schema.at("minimum")) + " to " + high;
}

std::vector<std::string> namesIn(const Json& values)
{
    std::vector<std::string> names;
    for (const auto& value : values) {
        if (value.is_string()) {
            names.push_back(value.get<std::string>());
        }
    }
    return names;
}

/// The value that the schema expects, as a noun.
std::string expectation(const Json& schema)
{
    if (schema.at("type").is_array()) {
        std::string out;
        for (const auto& type : schema.at("type")) {
            auto one = schema;
            one["type"] = type;
            out += (out.empty() ? "" : " or ") + expectation(one);
        }
        return out;
    }
    const auto type = schema.at("type").get<std::string>();
    if (schema.contains("enum")) {
        const auto names = namesIn(schema.at("enum"));
        return names.empty() ? number(schema.at("enum").at(0)) : alternatives(names);
    }
    if (type == "boolean") {
        return "true or false";
    }
    if (type == "object") {
        return schema.contains("maxProperties")
                   ? "an object with " + number(schema.at("minProperties")) + " to " +
                         number(schema.at("maxProperties")) + " entries"
                   : "an object, { ... }";
    }
    if (type == "array") {
        return "a list of " + number(schema.at("minItems")) + " to " +
               number(schema.at("maxItems")) + " entries";
    }
    if (type == "string") {
        std::string out = "text in double quotes";
        if (schema.contains("pattern")) {
            out += " that matches " + schema.at("pattern").get<std::string>();
        }
        if (schema.contains("minLength")) {
            out += ", not empty";
        }
        if (schema.contains("maxLength")) {
            out += ", at most " + number(schema.at("maxLength")) + " characters";
        }
        return out;
    }
    return (type == "integer" ? "a whole number " : "a number ") + range(schema);
}

/// The names that the children of a oneOf or anyOf require.
std::vector<std::string> requiredByAlternatives(const Json& alternativesOf)
{
    std::vector<std::string> names;
    for (const auto& alternative : alternativesOf) {
        names.push_back(alternative.at("required").at(0).get<std::string>());
    }
    return names;
}

/// Leaving out the unit ("gap" for "gap_ms") is the likeliest mistake, but far away by edit
/// distance.
std::optional<std::string> nearestKey(const std::string& key, const std::vector<std::string>& known)
{
    const auto withUnit = std::ranges::find_if(
        known, [&](const std::string& name) { return name.starts_with(key + '_'); });
    return withUnit != known.end() ? std::optional(*withUnit) : nearestName(key, known);
}

/// Which rule a message of valijson is about. The details come from the schema.
enum class Rule { consequence, additionalProperties, required, alternatives, dependencies, value };

Rule ruleOf(std::string_view sentence)
{
    static constexpr std::array<std::pair<std::string_view, Rule>, 9> kRules{{
        // These four follow from errors that have messages of their own.
        {"Failed to validate against child schema", Rule::consequence},
        {"Failed to validate item #", Rule::consequence},
        {"Failed to validate against schema associated with property", Rule::consequence},
        {"Failed to validate against additional properties", Rule::consequence},
        {"Object contains a property that could not be", Rule::additionalProperties},
        {"Missing required property", Rule::required},
        {"Failed to validate against any", Rule::alternatives},
        {"Failed to validate against exactly one", Rule::alternatives},
        {"Missing dependency", Rule::dependencies},
    }};
    const auto* const rule = std::ranges::find_if(
        kRules, [&](const auto& entry) { return sentence.starts_with(entry.first); });
    return rule == kRules.end() ? Rule::value : rule->second;
}

/// Collects diagnostics, one for each rule and place.
class Explainer {
public:
    Explainer(const LocatedJson& document, SchemaVerdict& verdict)
        : document_(document), verdict_(verdict)
    {
    }

    void unknownKeys(const Ruled& at)
    {
        if (!first(at, Rule::additionalProperties)) {
            return;
        }
        std::vector<std::string> known;
        std::vector<std::string> free;
        for (const auto& [key, schema] : at.schema->at("properties").items()) {
            known.push_back(key);
            if (!at.value->contains(key)) {
                free.push_back(key);
            }
        }
        for (const auto& [key, value] : at.value->items()) {
            if (std::ranges::find(known, key) != known.end()) {
                continue;
            }
            // A key that exists already is not the one that was meant.
            const auto meant = nearestKey(key, free);
            const std::string message =
                "unknown key " + inQuotes(key) +
                (meant ? "" : "; the known keys here are " + alternatives(known));
            verdict_.diagnostics.push_back(
                document_.atKey(childPointer(at.pointer, key), message, meant.value_or("")));
            if (meant) {
                verdict_.unusable.insert(childPointer(at.pointer, *meant));
            }
        }
    }

    void missingKeys(const Ruled& at)
    {
        if (!at.schema->contains("required") || !first(at, Rule::required)) {
            return; // part of an alternative, which is explained as a whole
        }
        for (const auto& name : namesIn(at.schema->at("required"))) {
            const std::string child = childPointer(at.pointer, name);
            if (!at.value->contains(name) && verdict_.unusable.insert(child).second) {
                report(at, "the key " + inQuotes(name) + " is missing");
            }
        }
    }

    void alternativesOf(const Ruled& at)
    {
        const bool oneOrList = !at.schema->contains("oneOf") && !at.schema->contains("anyOf");
        if (oneOrList || !first(at, Rule::alternatives)) {
            return; // of one or a list, ruleFor() has chosen the alternative that is explained
        }
        const bool one = at.schema->contains("oneOf");
        const auto names = requiredByAlternatives(at.schema->at(one ? "oneOf" : "anyOf"));
        const auto misspelt = [&](const std::string& name) {
            return verdict_.unusable.contains(childPointer(at.pointer, name));
        };
        if (std::ranges::any_of(names, misspelt)) {
            return;
        }
        verdict_.unusable.insert(at.pointer);
        report(at, one ? "expected exactly one of the keys " + alternatives(names)
                       : "expected the key " + alternatives(names));
    }

    void dependencies(const Ruled& at)
    {
        if (!first(at, Rule::dependencies)) {
            return;
        }
        for (const auto& [key, needed] : at.schema->at("dependencies").items()) {
            for (const auto& name : namesIn(needed)) {
                const std::string child = childPointer(at.pointer, key);
                if (at.value->contains(key) && !at.value->contains(name) &&
                    verdict_.unusable.insert(childPointer(at.pointer, name)).second) {
                    verdict_.diagnostics.push_back(
                        document_.atKey(child, inQuotes(key) + " requires the key " +
                                                   inQuotes(name) + " beside it"));
                }
            }
        }
    }

    void repeatedItems(const Ruled& at)
    {
        std::set<Json> before;
        for (std::size_t i = 0; i < at.value->size(); ++i) {
            if (!before.insert(at.value->at(i)).second) {
                const std::string child = childPointer(at.pointer, i);
                verdict_.unusable.insert(child);
                verdict_.diagnostics.push_back(
                    document_.atValue(child, document_.snippet(child) + " is listed twice"));
            }
        }
    }

    void tooManyKeys(const Ruled& at)
    {
        verdict_.unusable.insert(at.pointer);
        report(at, "this object has " + std::to_string(at.value->size()) +
                       " keys, of which the program knows " +
                       std::to_string(at.schema->at("properties").size()) + " at most");
    }

    void value(const Ruled& at)
    {
        if (fitsItself(at) || !first(at, Rule::value)) {
            return;
        }
        verdict_.unusable.insert(at.pointer);
        std::string meant;
        if (at.schema->contains("enum") && at.value->is_string()) {
            meant = nearestName(at.value->get<std::string>(), namesIn(at.schema->at("enum")))
                        .value_or("");
        }
        verdict_.diagnostics.push_back(document_.atValue(
            at.pointer,
            "expected " + expectation(*at.schema) + ", found " + document_.snippet(at.pointer),
            meant));
    }

private:
    /// Nothing is wrong with the value itself: where one value or a list is expected, an object or
    /// a list is refused as the other of the two as well.
    static bool fitsItself(const Ruled& at)
    {
        const auto& type = at.schema->at("type");
        if (type == "object") {
            return at.value->is_object() && !at.schema->contains("maxProperties");
        }
        return type == "array" && at.value->is_array() &&
               at.value->size() >= at.schema->at("minItems").get<std::size_t>() &&
               at.value->size() <= at.schema->at("maxItems").get<std::size_t>();
    }

    bool first(const Ruled& at, Rule rule) { return explained_.emplace(at.pointer, rule).second; }

    void report(const Ruled& at, std::string message)
    {
        verdict_.diagnostics.push_back(document_.atValue(at.pointer, std::move(message)));
    }

    const LocatedJson& document_;
    SchemaVerdict& verdict_;
    std::set<std::pair<std::string, Rule>> explained_;
};

/// What must hold before valijson may look at a document: it keeps what it finds for every value
/// and every pair of equal items, and matches patterns by recursion, so that a small file could
/// exhaust memory or stack.
class SizeCheck {
public:
    explicit SizeCheck(Explainer& explain) : explain_(explain) {}

    /// Whether everything below a value is small enough. Repeated items are reported here too.
    bool passes(const Ruled& at)
    {
        if (at.value->is_array() && at.schema->contains("items")) {
            return list(at);
        }
        if (at.value->is_object() && at.schema->contains("properties")) {
            return object(at);
        }
        const bool tooLong = at.value->is_string() && at.schema->contains("maxLength") &&
                             characters(at.value->get_ref<const std::string&>()) >
                                 at.schema->at("maxLength").get<std::ptrdiff_t>();
        if (tooLong) {
            explain_.value(at);
        }
        return !tooLong;
    }

private:
    static std::ptrdiff_t characters(const std::string& text)
    {
        // All bytes but those that continue one.
        return std::ranges::count_if(
            text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
    }

    bool list(const Ruled& at)
    {
        if (at.value->size() > at.schema->at("maxItems").get<std::size_t>()) {
            explain_.value(at);
            return false;
        }
        bool all = true;
        for (std::size_t i = 0; i < at.value->size(); ++i) {
            all = passes({.pointer = childPointer(at.pointer, i),
                          .value = &at.value->at(i),
                          .schema = &ruleFor(at.schema->at("items"), at.value->at(i))}) &&
                  all;
        }
        if (all && at.schema->contains("uniqueItems")) {
            explain_.repeatedItems(at);
        }
        return all;
    }

    bool object(const Ruled& at)
    {
        const auto& known = at.schema->at("properties");
        const bool freeKeys = at.schema->contains("maxProperties");
        if (freeKeys && at.value->size() > at.schema->at("maxProperties").get<std::size_t>()) {
            explain_.value(at);
            return false;
        }
        if (!freeKeys && at.value->size() > known.size() + kMostUnknownKeys) {
            explain_.tooManyKeys(at);
            return false;
        }
        bool all = true;
        for (const auto& [key, value] : at.value->items()) {
            if (freeKeys || known.contains(key)) {
                all = passes({.pointer = childPointer(at.pointer, key),
                              .value = &value,
                              .schema = &ruleFor(memberOf(*at.schema, key), value)}) &&
                      all;
            }
        }
        return all;
    }

    static constexpr std::size_t kMostUnknownKeys = 100;

    Explainer& explain_;
};

/// The schema without the rule that SizeCheck has checked.
void dropUniqueItems(Json& schema)
{
    if (schema.is_object()) {
        schema.erase("uniqueItems");
    }
    for (auto& part : schema) {
        if (part.is_structured()) {
            dropUniqueItems(part);
        }
    }
}

/// A part of the schema as valijson parses it; cached, because parsing is slow.
const valijson::Schema& parsedSchema(const std::string& part)
{
    static std::mutex mutex;
    static std::map<std::string, valijson::Schema> parsed;
    const std::scoped_lock lock(mutex);
    const auto [entry, isNew] = parsed.try_emplace(part);
    if (isNew) {
        Json whole = schemaJson();
        dropUniqueItems(whole);
        if (!part.empty()) {
            whole["$ref"] =
                "#" + part; // in the same document, so that the part may refer to others
        }
        valijson::SchemaParser().populateSchema(valijson::adapters::NlohmannJsonAdapter(whole),
                                                entry->second);
    }
    return entry->second;
}

} // namespace

SchemaVerdict checkAgainstSchema(const LocatedJson& document, const std::string& part)
{
    valijson::ValidationResults results;
    SchemaVerdict verdict;
    Explainer explain(document, verdict);
    const Ruled whole{.pointer = "",
                      .value = &document.root(),
                      .schema = &resolved(schemaJson().at(Json::json_pointer(part)))};
    if (!SizeCheck(explain).passes(whole)) {
        verdict.unusable.insert(""); // nothing else has been checked
        return verdict;
    }
    if (valijson::Validator().validate(parsedSchema(part),
                                       valijson::adapters::NlohmannJsonAdapter(document.root()),
                                       &results)) {
        return verdict;
    }
    // Misspelt keys come first: they are the reason why others seem to be missing.
    std::vector<std::pair<Rule, Ruled>> errors;
    for (const auto& error : results) {
        errors.emplace_back(ruleOf(error.description), follow(whole, error.context));
    }
    std::ranges::stable_sort(errors, {}, [](const auto& error) { return error.first; });
    for (const auto& [rule, at] : errors) {
        switch (rule) {
        case Rule::consequence:
            break;
        case Rule::additionalProperties:
            explain.unknownKeys(at);
            break;
        case Rule::required:
            explain.missingKeys(at);
            break;
        case Rule::alternatives:
            explain.alternativesOf(at);
            break;
        case Rule::dependencies:
            explain.dependencies(at);
            break;
        case Rule::value:
            explain.value(at);
            break;
        }
    }
    if (verdict.diagnostics.empty()) {
        verdict.diagnostics.push_back(document.atValue("", results.begin()->description));
    }
    return verdict;
}

} // namespace mlab::experiments
