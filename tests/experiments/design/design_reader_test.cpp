// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/sha256.h"
#include "experiments/design/design_reader.h"
#include "experiments/design/design_schema.h"
#include "experiments/design/design_summary.h"
#include "experiments/design/procedure_reader.h"
#include "experiments/json/located_json.h"
#include "tests/experiments/design/design_test_support.h"
#include "tests/temporary_folder.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace mlab::experiments {
namespace {

using Json = nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Valid, and written so that every part can be broken by replacing a piece of it.
constexpr const char* kGood = R"({
  "schema_version": 1,
  "name": "pilot.1",
  "model": {"builtin": "gabor-scattering"},
  "image_size_px": 224,
  "references": {"builtin": {"count": 12, "seed": 7}},
  "references_per_trial": 3,
  "basis": {"components": 6, "pool": {"builtin": {"count": 200, "seed": 1}}},
  "solver": {"type": "adam", "tolerance_sd": 0.02},
  "dimensions": [
    {"layer": "band", "components": [1, 2], "directions": ["plus"], "eccentricities_deg": [4, 8]},
    {"layer": "pool", "components": [1], "eccentricities_deg": [0],
     "procedure": {"start_level": 2.0, "stop": {"trials": 40}}}
  ],
  "procedure": {"n_down": 3, "start_level": 0.5, "step": {"scale": "linear", "sizes": [0.1]},
                "stop": {"reversals": 8, "trials": 90, "when": "all"}, "threshold_reversals": 6, "type": "staircase"},
  "timing": {"fixation_ms": 1000, "interval_ms": 100},
  "display": {"viewing_distance_cm": 60, "image_size_deg": 5, "side": "left"},
  "practice": {"trials": 4, "level": 2.5, "feedback": false},
  "feedback": true,
  "breaks": {"every_trials": 50}
}
)";

DesignCheck check(const std::string& text)
{
    return checkDesign(text, "d.json", checkEverything());
}

std::string replaced(std::string text, const std::string& what, const std::string& by)
{
    const auto at = text.find(what);
    if (at == std::string::npos) {
        throw std::invalid_argument("the good design has no " + what);
    }
    return text.replace(at, what.size(), by);
}

/// One edit of the good design, and the one diagnostic it must give.
struct BadDesign {
    const char* name;
    const char* what; ///< replaced in the good design; null: `by` is the whole file
    std::string by;
    std::string expected; ///< Diagnostic::text()
};

class OneMistake : public ::testing::TestWithParam<BadDesign> {};

TEST_P(OneMistake, IsReportedOnceAtItsPlaceWithTheNearestName)
{
    const auto& [name, what, by, expected] = GetParam();
    const auto result = check(what == nullptr ? by : replaced(kGood, what, by));
    EXPECT_FALSE(result.design.has_value());
    std::vector<std::string> texts;
    for (const auto& diagnostic : result.diagnostics) {
        texts.push_back(diagnostic.text());
    }
    EXPECT_THAT(texts, ElementsAre("d.json:" + expected));
}

const std::vector<BadDesign> kSyntax{
    {"EmptyFile", nullptr, "", R"(1:1: /: the file is empty; a JSON object was expected)"},
    {"OnlySpaces", nullptr, " \n \n", R"(3:1: /: the file is empty; a JSON object was expected)"},
    {"BinaryFile", nullptr, std::string("\x89PNG\r\n\x1a\n\0\0", 10),
     R"(1:1: /: this is not JSON text; save the file as plain UTF-8 text)"},
    {"Utf16", nullptr, std::string("\xff\xfe{\0}\0", 6),
     R"(1:1: /: this is not JSON text; save the file as plain UTF-8 text)"},
    {"NulAfterTheEnd", nullptr, std::string("{}\0", 3),
     R"(1:3: /: this is not JSON text; save the file as plain UTF-8 text)"},
    {"Latin1Text", "pilot.1", "pil\xf6t",
     R"(3:11: /: this text is not UTF-8; save the file as plain UTF-8 text)"},
    {"TrailingCommaInObject", R"("level": 2.5, "feedback": false)", R"("level": 2.5,)",
     R"(19:41: /: trailing comma: remove it, nothing follows before "}")"},
    {"TrailingCommaInList", R"("components": [1, 2])", "\"components\": [1, 2,\n]",
     R"(11:42: /: trailing comma: remove it, nothing follows before "]")"},
    {"MissingComma", R"("name": "pilot.1",)", R"("name": "pilot.1")",
     R"(4:3: /: expected "," or "}" after the value, found "model")"},
    {"MissingColon", R"("name": )", R"("name" )",
     R"(3:10: /: expected ":" after the key "name", found "pilot.1")"},
    {"Comment", R"("timing")", "// MAME's\n  \"timing\"",
     R"(17:3: /: JSON has no comments; remove this one)"},
    {"SingleQuotes", R"("name")", "'name'",
     R"(3:3: /: JSON puts text and keys in double quotes, not single ones)"},
    {"TypographicQuotes", R"("name")", "\xE2\x80\x9Cname\xE2\x80\x9D",
     R"(3:3: /: JSON needs straight double quotes ("), not typographic ones)"},
    {"BareKey", R"("name")", "name",
     R"(3:3: /: expected a key in double quotes or "}", found "name")"},
    {"PythonTrue", R"("feedback": true)", R"("feedback": True)",
     R"(20:15: /: expected a value, found "True"; numbers begin with a digit or a minus, text with a double quote (did you mean "true"?))"},
    {"NotANumber", "0.02", "NaN",
     R"(9:46: /: expected a value, found "NaN"; numbers begin with a digit or a minus, text with a double quote)"},
    {"NumberWithoutZero", "0.02", ".02",
     R"(9:46: /: expected a value, found ".02"; numbers begin with a digit or a minus, text with a double quote)"},
    {"HugeNumber", "0.02", "1e999", R"(9:46: /: the number 1e999 is too large)"},
    {"UnclosedText", R"("pilot.1")", R"("pilot.1)",
     R"(3:11: /: this text has no closing quote on its line)"},
    {"BadEscape", R"("pilot.1")", R"("pilot\1")",
     R"(3:11: /: this text contains a control character or an unknown escape; write \\ for a backslash)"},
    {"CutOff", "50}\n}\n", "50",
     R"(21:13: /: "{" is never closed: expected "}" before the end of the file)"},
    {"TwoDocuments", "50}\n}\n", "50}\n}\n{}",
     R"(23:1: /: expected the end of the file, found "{")"},
    {"NestedTooDeep", "0.02", std::string(100, '['),
     R"(9:109: /: values are nested more than 64 deep)"},
    {"DuplicateKey", R"("feedback": true,)", "\"feedback\": true,\n  \"name\": \"again\",",
     R"(21:3: /name: "name" is given twice; it was first given on line 3)"},
    {"DuplicateNestedKey", R"("seed": 7)", R"("seed": 7, "seed": 8)",
     R"(6:54: /references/builtin/seed: "seed" is given twice; it was first given on line 6)"},
};

const std::vector<BadDesign> kSchema{
    {"NotAnObject", nullptr, "[1]", R"(1:1: /: expected an object, { ... }, found [1])"},
    {"MisspeltRoot", R"("references":)", R"("refernces":)",
     R"(6:3: /refernces: unknown key "refernces" (did you mean "references"?))"},
    {"MisspeltRequired", R"("name")", R"("nam")",
     R"(3:3: /nam: unknown key "nam" (did you mean "name"?))"},
    {"MisspeltProcedureOfADesign", R"("n_down")", R"("ndown")",
     R"(15:17: /procedure/ndown: unknown key "ndown" (did you mean "n_down"?))"},
    {"MisspeltStep", R"("sizes")", R"("size")",
     R"(15:78: /procedure/step/size: unknown key "size" (did you mean "sizes"?))"},
    {"MisspeltStop", R"("reversals": 8)", R"("reversal": 8)",
     R"(16:26: /procedure/stop/reversal: unknown key "reversal" (did you mean "reversals"?))"},
    {"MisspeltDimension", R"("eccentricities_deg": [4, 8])", R"("eccentricity_deg": [4, 8])",
     R"(11:69: /dimensions/0/eccentricity_deg: unknown key "eccentricity_deg" (did you mean "eccentricities_deg"?))"},
    {"MisspeltProcedureOfADimension", R"("start_level": 2.0)", R"("start": 2.0)",
     R"(13:20: /dimensions/1/procedure/start: unknown key "start" (did you mean "start_level"?))"},
    {"MisspeltBuiltin", R"("builtin": {"count": 12)", R"("buildin": {"count": 12)",
     R"(6:18: /references/buildin: unknown key "buildin" (did you mean "builtin"?))"},
    {"MisspeltPoolCount", R"("count": 200)", R"("counts": 200)",
     R"(8:51: /basis/pool/builtin/counts: unknown key "counts" (did you mean "count"?))"},
    {"MisspeltTiming", R"("interval_ms")", R"("intervall_ms")",
     R"(17:35: /timing/intervall_ms: unknown key "intervall_ms" (did you mean "interval_ms"?))"},
    {"MisspeltDisplay", R"("image_size_deg")", R"("imagesize_deg")",
     R"(18:42: /display/imagesize_deg: unknown key "imagesize_deg" (did you mean "image_size_deg"?))"},
    {"UnitLeftOut", R"("interval_ms": 100)", R"("gap": 100)",
     R"(17:35: /timing/gap: unknown key "gap" (did you mean "gap_ms"?))"},
    {"MisspeltStopOfADimension", R"("trials": 40)", R"("trails": 40)",
     R"(13:49: /dimensions/1/procedure/stop/trails: unknown key "trails" (did you mean "trials"?))"},
    {"MisspeltPractice", R"("level": 2.5)", R"("levle": 2.5)",
     R"(19:29: /practice/levle: unknown key "levle" (did you mean "level"?))"},
    {"MisspeltBreaks", R"("every_trials")", R"("every_trial")",
     R"(21:14: /breaks/every_trial: unknown key "every_trial" (did you mean "every_trials"?))"},
    {"UnknownKeyNearNothing", R"("feedback": true)", R"("colour/hue": 3)",
     R"(20:3: /colour~1hue: unknown key "colour/hue"; the known keys here are "$schema", "basis", "breaks", "description", "dimensions", "display", "drawing", "feedback", "graphs", "headphone_check", "image_size_px", "metamers", "modality", "model", "name", "practice", "procedure", "recognition", "references", "references_per_trial", "schedule", "schema_version", "solver", "sound", "task" or "timing")"},
    {"MissingKey", R"("schema_version": 1,)", "", R"(1:1: /: the key "schema_version" is missing)"},
    {"MissingLayer", R"("layer": "pool", )", "",
     R"(12:6: /dimensions/1/components: "components" requires the key "layer" beside it)"},
    {"OtherVersion", R"("schema_version": 1)", R"("schema_version": 2)",
     R"(2:21: /schema_version: expected 1, found 2)"},
    {"TextForNumber", R"("image_size_px": 224)", R"("image_size_px": "224")",
     R"(5:20: /image_size_px: expected a whole number from 16 to 1024, found "224")"},
    {"NumberForText", R"("name": "pilot.1")", R"("name": 7)",
     R"(3:11: /name: expected text in double quotes that matches ^[A-Za-z0-9._-]+$, at most 100 characters, found 7)"},
    {"FractionForInteger", R"("components": 6)", R"("components": 6.5)",
     R"(8:27: /basis/components: expected a whole number from 1 to 64, found 6.5)"},
    {"NumberForObject", R"({"every_trials": 50})", "50",
     R"(21:13: /breaks: expected an object, { ... }, found 50)"},
    {"TextForBoolean", R"("feedback": true)", R"("feedback": "yes")",
     R"(20:15: /feedback: expected true or false, found "yes")"},
    {"NullForNumber", R"("n_down": 3)", R"("n_down": null)",
     R"(15:27: /procedure/n_down: expected a whole number from 1 to 10, found null)"},
    {"SpaceInName", "pilot.1", "pilot 1",
     R"(3:11: /name: expected text in double quotes that matches ^[A-Za-z0-9._-]+$, at most 100 characters, found "pilot 1")"},
    {"LineFeedInName", "pilot.1", "pilot\\n1",
     R"(3:11: /name: expected text in double quotes that matches ^[A-Za-z0-9._-]+$, at most 100 characters, found "pilot\n1")"},
    {"NegativeDuration", R"("fixation_ms": 1000)", R"("fixation_ms": -1)",
     R"(17:29: /timing/fixation_ms: expected a number above 0 and at most 60000, found -1)"},
    {"ZeroDuration", R"("fixation_ms": 1000)", R"("fixation_ms": 0)",
     R"(17:29: /timing/fixation_ms: expected a number above 0 and at most 60000, found 0)"},
    {"EndlessDuration", R"("fixation_ms": 1000)", R"("fixation_ms": 1e300)",
     R"(17:29: /timing/fixation_ms: expected a number above 0 and at most 60000, found 1e300)"},
    {"HugeSeed", R"("seed": 7)", R"("seed": 18446744073709551615)",
     R"(6:51: /references/builtin/seed: expected a whole number from 0 to 9007199254740991, found 18446744073709551615)"},
    {"TinySize", R"("image_size_px": 224)", R"("image_size_px": 15)",
     R"(5:20: /image_size_px: expected a whole number from 16 to 1024, found 15)"},
    {"TwoModels", R"({"builtin": "gabor-scattering"})",
     R"({"builtin": "gabor-scattering", "file": "net.ts"})",
     R"(4:12: /model: expected exactly one of the keys "builtin", "architecture" or "file")"},
    {"ArchitectureWithoutWeights", R"({"builtin": "gabor-scattering"})",
     R"({"architecture": "resnet50"})",
     R"(4:13: /model/architecture: "architecture" requires the key "weights" beside it)"},
    {"ZeroTolerance", "0.02", "0",
     R"(9:46: /solver/tolerance_sd: expected a number above 0 and at most 1, found 0)"},
    {"UnknownTask", R"("references_per_trial": 3)", R"("task": "odity", "references_per_trial": 3)",
     R"(7:11: /task: expected "abx", "2ifc", "oddity", "same-different" or "recognition", found "odity" (did you mean "oddity"?))"},
    {"TaskByAnotherName", R"("references_per_trial": 3)",
     R"("task": "2AFC", "references_per_trial": 3)",
     R"(7:11: /task: expected "abx", "2ifc", "oddity", "same-different" or "recognition", found "2AFC" (did you mean "2ifc"?))"},
    {"ProcedureByAnotherName", R"("start_level": 2.0)", R"("type": "QUEST+")",
     R"(13:28: /dimensions/1/procedure/type: expected "staircase", "quest", "questplus", "psi", "psi-marginal", "hierarchical" or "constant", found "QUEST+" (did you mean "questplus"?))"},
    {"UnknownSchedule", R"("references_per_trial": 3)",
     R"("schedule": "informaton", "references_per_trial": 3)",
     R"(7:15: /schedule: expected "blocks" or "information", found "informaton" (did you mean "information"?))"},
    {"UnknownSolver", R"("adam")", R"("adams")",
     R"(9:22: /solver/type: expected "minimum-norm", "relative-norm" or "adam", found "adams" (did you mean "adam"?))"},
    {"UnknownDirection", R"(["plus"])", R"(["plus", "minsu"])",
     R"(11:68: /dimensions/0/directions/1: expected "plus" or "minus", found "minsu" (did you mean "minus"?))"},
    {"UnknownModel", R"("gabor-scattering")", R"("gabor-scatering")",
     R"(4:24: /model/builtin: expected "gabor-scattering", "gabor-compressive" or "cochlea-modulation", found "gabor-scatering" (did you mean "gabor-scattering"?))"},
    {"UnknownBasisMethod", R"("basis": {)", R"("basis": {"method": "icaa", )",
     R"(8:23: /basis/method: expected "pca" or "ica", found "icaa" (did you mean "ica"?))"},
    {"MisspeltCandidates", R"("basis": {)", R"("basis": {"candidate": 20, )",
     R"(8:13: /basis/candidate: unknown key "candidate" (did you mean "candidates"?))"},
    {"MisspeltSelect", R"("basis": {)", R"("basis": {"selct": [1], )",
     R"(8:13: /basis/selct: unknown key "selct" (did you mean "select"?))"},
    {"NoCandidates", R"("basis": {)", R"("basis": {"candidates": 0, )",
     R"(8:27: /basis/candidates: expected a whole number from 1 to 1000, found 0)"},
    {"NegativeBasisSeed", R"("basis": {)", R"("basis": {"seed": -1, )",
     R"(8:21: /basis/seed: expected a whole number from 0 to 9007199254740991, found -1)"},
    {"NothingSelected", R"("components": 6)", R"("select": [])",
     R"(8:23: /basis/select: expected a list of 1 to 64 entries, found [])"},
    {"RankZeroSelected", R"("components": 6)", R"("select": [3, 0])",
     R"(8:27: /basis/select/1: expected a whole number from 1 to 1000, found 0)"},
    {"RankSelectedTwice", R"("components": 6)", R"("select": [3, 4, 3])",
     R"(8:30: /basis/select/2: 3 is listed twice)"},
    {"SelectedAsText", R"("components": 6)", R"("select": "1,4,7")",
     R"(8:23: /basis/select: expected a list of 1 to 64 entries, found "1,4,7")"},
    {"PercentileZero", R"("references": {)", R"("references": {"within_percentile": 0, )",
     R"(6:39: /references/within_percentile: expected a number above 0 and at most 100, found 0)"},
    {"PercentileAboveAll", R"("references": {)", R"("references": {"within_percentile": 101, )",
     R"(6:39: /references/within_percentile: expected a number above 0 and at most 100, found 101)"},
    {"MisspeltPercentile", R"("references": {)", R"("references": {"within_percentil": 40, )",
     R"(6:18: /references/within_percentil: unknown key "within_percentil" (did you mean "within_percentile"?))"},
    {"PercentileOfNoPictures", R"({"builtin": {"count": 12, "seed": 7}})",
     R"({"within_percentile": 40})",
     R"(6:17: /references: expected exactly one of the keys "builtin" or "folder")"},
    {"ComponentZero", R"("components": [1, 2])", R"("components": [0, 2])",
     R"(11:38: /dimensions/0/components/0: expected a whole number from 1 to 64, found 0)"},
    {"NoComponents", R"("components": [1, 2])", R"("components": [])",
     R"(11:37: /dimensions/0/components: expected a list of 1 to 64 entries, found [])"},
    {"NoDirections", R"(["plus"])", "[]",
     R"(11:59: /dimensions/0/directions: expected a list of 1 to 2 entries, found [])"},
    {"ComponentTwice", R"("components": [1, 2])", R"("components": [1, 2, 1])",
     R"(11:44: /dimensions/0/components/2: 1 is listed twice)"},
    {"NegativeEccentricity", R"([4, 8])", R"([-4, 8])",
     R"(11:92: /dimensions/0/eccentricities_deg/0: expected a number from 0 to 80, found -4)"},
    {"EmptyStop", R"({"trials": 40})", "{}",
     R"(13:48: /dimensions/1/procedure/stop: expected the key "reversals", "trials" or "interval_width_db")"},
    {"WhenWithOneRule", R"({"trials": 40})", R"({"trials": 40, "when": "all"})",
     R"(13:63: /dimensions/1/procedure/stop/when: "when" has no meaning without "reversals" beside it)"},
    {"TwoSources", R"("references": {)", R"("references": {"folder": "photos", )",
     R"(6:17: /references: expected exactly one of the keys "builtin" or "folder")"},
    {"NoSource", R"({"builtin": {"count": 12, "seed": 7}})", "{}",
     R"(6:17: /references: expected exactly one of the keys "builtin" or "folder")"},
    {"CountOfABuiltinPool", R"("pool": {)", R"("pool": {"count": 9, )",
     R"(8:39: /basis/pool/count: "count" requires the key "folder" beside it)"},
    {"ColumnsAreCharacters", R"("references_per_trial": 3)",
     "\"description\": \"h\xC3\xBCgel \xE2\x82\xAC\", \"references_per_trial\": 0",
     R"(7:53: /references_per_trial: expected a whole number from 1 to 100, found 0)"},
};

const std::vector<BadDesign> kMeaning{
    {"SizeTheModelCannotTake", R"("image_size_px": 224)", R"("image_size_px": 225)",
     R"(5:20: /image_size_px: model "gabor-scattering" takes images of at least 64 px, a multiple of 8, not 225 px)"},
    {"UnknownLayer", R"("layer": "pool")", R"("layer": "pools")",
     R"(12:15: /dimensions/1/layer: model "gabor-scattering" has no layer "pools"; its layers are band, texture, pool (did you mean "pool"?))"},
    {"LayerNearNothing", R"("layer": "pool")", R"("layer": "conv5_3")",
     R"(12:15: /dimensions/1/layer: model "gabor-scattering" has no layer "conv5_3"; its layers are band, texture, pool)"},
    {"ComponentNotRetained", R"("components": [1, 2])", R"("components": [1, 7])",
     R"(11:41: /dimensions/0/components/1: component 7 is not retained: basis.components is 6)"},
    {"PoolSmallerThanBasis", R"("count": 200)", R"("count": 6)",
     R"(8:60: /basis/pool/builtin/count: a pool of 6 stimuli gives at most 5 components, but basis.components is 6)"},
    {"PoolSmallerThanIcaNeeds", R"("basis": {)",
     R"("basis": {"method": "ica", "candidates": 200, )",
     R"(8:96: /basis/pool/builtin/count: a pool of 200 stimuli gives at most 199 components, but basis.candidates is 200)"},
    {"PoolSmallerThanTheSelection", R"("components": 6)",
     R"("candidates": 900, "select": [3, 201])",
     R"(8:82: /basis/pool/builtin/count: a pool of 200 stimuli gives at most 199 components, but basis.select names 201)"},
    {"SelectionAndComponentsDiffer", R"("components": 6)", R"("components": 6, "select": [3, 4])",
     R"(8:27: /basis/components: basis.select lists 2 components, but basis.components is 6; remove basis.components)"},
    {"SelectedBeyondTheCandidates", R"("components": 6)", R"("candidates": 20, "select": [3, 21])",
     R"(8:45: /basis/select/1: component 21 does not exist: ranks go from 1 to 20 (basis.candidates))"},
    {"MoreComponentsThanCandidates", R"("components": 6)", R"("components": 6, "candidates": 5)",
     R"(8:27: /basis/components: basis.components is 6, but only 5 components are computed (basis.candidates))"},
    {"ComponentNotSelected", R"("components": 6)", R"("select": [9])",
     R"(11:41: /dimensions/0/components/1: component 2 is not retained: the number of components in basis.select is 1)"},
    {"TooFewReferences", R"("count": 12)", R"("count": 2)",
     R"(7:27: /references_per_trial: a trial may try 3 references (references_per_trial), but there are only 2 (references.builtin.count))"},
    {"DimensionTwice", R"("layer": "pool", "components": [1], "eccentricities_deg": [0])",
     R"("layer": "band", "components": [3, 2], "eccentricities_deg": [8, 4])",
     R"(12:41: /dimensions/1/components/1: dimension band/2/plus/8 and 1 more are already listed by the entry on line 11)"},
    {"MinimumAboveMaximum", R"("n_down": 3)", R"("min_level": 5)",
     R"(15:30: /procedure/min_level: min_level 5 is above max_level 3)"},
    {"StartAboveMaximum", R"("start_level": 2.0)", R"("start_level": 3.5)",
     R"(13:35: /dimensions/1/procedure/start_level: start_level 3.5 is not between min_level 0.05 and max_level 3)"},
    {"StartAboveMaximumOfADimension", R"("start_level": 2.0)", R"("max_level": 0.4)",
     R"(13:33: /dimensions/1/procedure/max_level: start_level 0.5 is not between min_level 0.05 and max_level 0.4)"},
    {"LogarithmicToZero", R"("n_down": 3, "start_level": 0.5, "step": {"scale": "linear")",
     R"("min_level": 0, "step": {"scale": "log")",
     R"(15:30: /procedure/min_level: logarithmic steps never reach 0: min_level must be above 0, or step.scale must be "linear")"},
    {"ThresholdOfMoreReversalsThanThereAre", R"({"trials": 40})", R"({"reversals": 5})",
     R"(13:48: /dimensions/1/procedure/stop: the threshold is the mean of 6 reversals (threshold_reversals), but the dimension stops after 5)"},
    {"StepTooSmallToCount", R"("sizes": [0.1])", R"("sizes": [1e-12])",
     R"(15:58: /procedure/step: staircase: steps must be positive)"},
    {"MoreReversalsThanTrialsAllow", R"({"trials": 40})", R"({"reversals": 50, "max_trials": 10})",
     R"(13:62: /dimensions/1/procedure/stop/reversals: 50 reversals take at least 101 trials, but the dimension ends after 10 (max_trials))"},
    {"MoreReversalsThanTheUsualMaximum", R"("reversals": 8, "trials": 90, "when": "all")",
     R"("reversals": 600)",
     R"(16:39: /procedure/stop/reversals: 600 reversals take at least 1201 trials, but the dimension ends after 1000 (max_trials))"},
    {"MaximumOfTrialsBelowThem", R"({"trials": 40})", R"({"trials": 40, "max_trials": 30})",
     R"(13:77: /dimensions/1/procedure/stop/max_trials: max_trials 30 is below trials 40, which cannot be reached)"},
    {"NoFrame", R"("interval_ms": 100)", R"("interval_ms": 8)",
     R"(17:50: /timing/interval_ms: 8 ms is less than half a frame at 60 Hz and would not be shown; one frame lasts 16.7 ms)"},
    {"OffScreen", "[4, 8]", "[4, 23]",
     R"(11:95: /dimensions/0/eccentricities_deg/1: at 23 degrees the edge of the image would be 1037.1 pixels from the centre, but the edge of the screen is at 960; the largest eccentricity that fits is 21.2 degrees)"},
    {"ImageHigherThanTheScreen", nullptr,
     R"({"schema_version": 1, "name": "a", "dimensions": [
  {"layer": "band", "components": [1], "eccentricities_deg": [0]}],
  "display": {"image_size_deg": 30}})",
     R"(3:33: /display/image_size_deg: an image of 30 degrees would be 1127.9 pixels high, but the screen has only 1080)"},
    {"OverFixation", "[4, 8]", "[2, 8]",
     R"(11:92: /dimensions/0/eccentricities_deg/0: at 2 degrees an image of 5 degrees would cover the fixation mark; use at least 2.5, or 0 to show it at fixation)"},
    {"NoFolder", R"({"builtin": {"count": 12, "seed": 7}})", R"({"folder": "nowhere"})",
     R"(6:28: /references/folder: folder not found: nowhere (paths are relative to the design file))"},
    {"NoPoolFolder", R"({"builtin": {"count": 200, "seed": 1}})", R"({"folder": "../nowhere"})",
     R"(8:49: /basis/pool/folder: folder not found: ../nowhere (paths are relative to the design file))"},
};

std::string nameOf(const ::testing::TestParamInfo<BadDesign>& bad)
{
    return bad.param.name;
}

std::string withProcedure(const std::string& procedure)
{
    return R"({"schema_version": 1, "name": "a", "procedure": )" + procedure +
           R"(, "dimensions": [{"layer": "band", "components": [1], "eccentricities_deg": [4]}]})";
}

TEST(DesignReader, WhatAProcedureCannotDoIsSaidAtItsKey)
{
    struct Case {
        std::string procedure;
        std::string pointer;
        std::string message;
    };
    const std::vector<Case> cases = {
        {R"({"type": "quest", "stop": {"trials": 9, "max_trials": 8}})", "/stop/max_trials",
         "below trials 9"},
        {R"({"stop": {"trials": 9, "max_trials": 8}})", "/stop/max_trials", "below trials 9"},
        {R"({"type": "hierarchical", "stop": {"trials": 9, "max_trials": 8}})", "/stop/max_trials",
         "below trials 9"},
        {R"({"stop": {"interval_width_db": 500}})", "/stop/interval_width_db",
         "before the first trial"},
        {R"({"type": "quest", "stop": {"interval_width_db": 500}})", "/stop/interval_width_db",
         "before the first trial"},
        {R"({"prior_level": 4})", "/prior_level", "not between min_level 0.05 and max_level 3"},
        {R"({"type": "quest", "start_level": 4})", "/start_level", "not between"},
        {R"({"type": "quest", "min_level": 0})", "/min_level", "must be above 0"},
        {R"({"min_level": 0})", "/min_level", "must be above 0"},
        {R"({"min_level": 2, "max_level": 2})", "/min_level", "nothing to choose"},
        {R"({"min_level": 1e-300})", "/min_level", "too large for the memory"},
        {R"({"curve": "logistic"})", "/curve", "slopes must be given"},
        {R"({"type": "quest", "target": 0.98, "lapse": 0.1})", "/target", "never reached"},
    };
    for (const auto& [procedure, pointer, message] : cases) {
        SCOPED_TRACE(procedure);
        const auto result = check(withProcedure(procedure));
        ASSERT_EQ(result.diagnostics.size(), 1U);
        EXPECT_EQ(result.diagnostics[0].pointer, "/procedure" + pointer);
        EXPECT_THAT(result.diagnostics[0].message, ::testing::HasSubstr(message));
        const auto alone = checkProcedure(procedure, "p.json");
        ASSERT_EQ(alone.diagnostics.size(), 1U);
        EXPECT_EQ(alone.diagnostics[0].pointer, pointer);
        EXPECT_EQ(alone.diagnostics[0].message, result.diagnostics[0].message);
    }
}

// Earlier programs ran such designs, and their sessions must stay readable.
TEST(DesignReader, WhatIsOnlyFutileDoesNotRefuseAStoredSession)
{
    const auto text =
        withProcedure(R"({"type": "staircase", "stop": {"reversals": 50, "max_trials": 10}})");
    auto context = checkEverything();
    EXPECT_FALSE(checkDesign(text, "d.json", context).design);
    context.stored = true;
    const auto stored = checkDesign(text, "d.json", context);
    ASSERT_TRUE(stored.design);
    EXPECT_EQ(stored.design->futile.size(), 1U);
    EXPECT_FALSE(checkDesign(withProcedure(R"({"min_level": 0})"), "d.json", context).design);
}

TEST(DesignReader, AllProblemsOfAFileAreReportedInTheOrderOfItsLines)
{
    std::string text = kGood;
    text = replaced(text, R"("name": "pilot.1")", R"("name": "pilot 1")");
    text = replaced(text, R"("references":)", R"("refs":)");
    text = replaced(text, R"("directions": ["plus"])", R"("directions": ["up"])");
    text = replaced(text, R"("layer": "pool")", R"("layer": "poll")");
    text = replaced(text, R"("start_level": 2.0)", R"("start_level": 9)");
    text = replaced(text, R"("fixation_ms": 1000)", R"("fixation_ms": 2)");
    text = replaced(text, R"("feedback": true)", R"("feedback": true, "feedback": false)");
    std::vector<std::string> pointers;
    for (const auto& diagnostic : check(text).diagnostics) {
        pointers.push_back(diagnostic.pointer);
    }
    EXPECT_THAT(pointers, ElementsAre("/name", "/refs", "/dimensions/0/directions/0",
                                      "/dimensions/1/layer", "/dimensions/1/procedure/start_level",
                                      "/timing/fixation_ms", "/feedback"));
}

TEST(DesignReader, AValueTheSchemaRefusesCausesNoFurtherProblems)
{
    // With the default of 1.0 in its place, the start level would be above the maximum.
    const auto text = replaced(kGood, R"("n_down": 3, "start_level": 0.5)",
                               R"("max_level": 0.6, "start_level": "low")");
    const auto result = check(replaced(text, R"("start_level": 2.0, )", ""));
    ASSERT_EQ(result.diagnostics.size(), 1U);
    EXPECT_EQ(result.diagnostics.front().pointer, "/procedure/start_level");
}

TEST(DesignReader, EveryKeyReachesTheDesign)
{
    const auto result = check(kGood);
    ASSERT_THAT(result.diagnostics, IsEmpty());
    StaircaseSpec common;
    common.nDown = 3;
    common.startLevel = 0.5;
    common.scale = StaircaseSpec::Scale::linear;
    common.steps = {0.1};
    common.stopReversals = 8;
    common.stopTrials = 90;
    common.stopWhen = StaircaseSpec::StopWhen::all;
    common.thresholdReversals = 6;
    StaircaseSpec own = common;
    own.startLevel = 2.0;
    own.stopReversals = std::nullopt;
    own.stopTrials = 40;
    own.stopWhen = StaircaseSpec::StopWhen::any;
    const Design expected{
        .name = "pilot.1",
        .modality = Modality::image,
        .task = Task::abx,
        .synthesis = {.model = "gabor-scattering",
                      .format = ImageFormat{.sizePx = 224},
                      .references = {.folder = {}, .count = 12, .seed = 7},
                      .basis = {.method = BasisMethod::pca,
                                .components = 6,
                                .pool = {.folder = {}, .count = 200, .seed = 1}},
                      .solver = {.type = ProbeSolver::adam, .toleranceSd = 0.02}},
        .referencesPerTrial = 3,
        .dimensions = {{{"band", 1, Direction::plus, 4}, common},
                       {{"band", 1, Direction::plus, 8}, common},
                       {{"band", 2, Direction::plus, 4}, common},
                       {{"band", 2, Direction::plus, 8}, common},
                       {{"pool", 1, Direction::plus, 0}, own},
                       {{"pool", 1, Direction::minus, 0}, own}},
        .timing = {.fixationMs = 1000, .intervalMs = 100},
        .display = {.viewingDistanceCm = 60, .imageSizeDeg = 5, .imagesLeft = true},
        .practice = {.trials = 4, .level = 2.5, .feedback = false},
        .feedback = true,
        .breakEveryTrials = 50,
        .path = "d.json",
        .text = kGood,
        .sha256 = sha256Hex(kGood)};
    EXPECT_EQ(result.design, expected);
}

TEST(DesignReader, TheBasisAndWhichReferencesAreUsedReachTheDesign)
{
    auto text = replaced(kGood, R"("components": 6)",
                         R"("method": "ica", "candidates": 30, "seed": 5, "select": [7, 2])");
    text = replaced(text, R"("references": {)", R"("references": {"within_percentile": 40, )");
    const auto result = check(text);
    ASSERT_THAT(result.diagnostics, IsEmpty());
    const BasisSpec expected{.method = BasisMethod::ica,
                             .components = 2,
                             .candidates = 30,
                             .seed = 5,
                             .select = {7, 2},
                             .pool = {.folder = {}, .count = 200, .seed = 1}};
    EXPECT_EQ(result.design->synthesis.basis, expected);
    EXPECT_EQ(result.design->synthesis.referencesWithinPercentile, 40.0);
    EXPECT_EQ(check(kGood).design->synthesis.referencesWithinPercentile, std::nullopt);
}

/// The value that a part of the schema says stands for a missing one; nothing for parts that are
/// required or have no default of their own.
std::optional<Json> defaultOf(const Json& schema)
{
    if (schema.contains("$ref")) {
        const auto root = Json::parse(designSchemaText());
        const auto reference = schema.at("$ref").get<std::string>();
        return defaultOf(root.at(Json::json_pointer(reference.substr(1))));
    }
    if (schema.contains("default")) {
        return schema.at("default");
    }
    // Of two sources, the built-in one is the default.
    const bool alternatives = schema.contains("oneOf");
    if (!schema.contains("properties")) {
        return std::nullopt;
    }
    Json out = Json::object();
    for (const auto& [key, part] : schema.at("properties").items()) {
        const auto value = defaultOf(part);
        if (value && (!alternatives || key == "builtin")) {
            out[key] = *value;
        }
    }
    return out.empty() ? std::nullopt : std::optional(out);
}

TEST(DesignReader, DefaultsInTheSchemaAreThoseOfTheCode)
{
    const std::string dimension =
        R"({"layer": "band", "components": [1], "eccentricities_deg": [4]})";
    const Json shortest =
        Json::parse(R"({"schema_version": 1, "name": "short", "dimensions": [)" + dimension + "]}");
    Json longest = defaultOf(Json::parse(designSchemaText())).value();
    ASSERT_GE(longest.size(), 12U) << longest.dump(2);
    ASSERT_EQ(longest.at("basis").at("pool").at("builtin").at("count"), 200);
    for (const auto* ofOthers :
         {"sound", "headphone_check", "recognition", "metamers", "drawing"}) {
        ASSERT_EQ(longest.erase(ofOthers), 1U);
    }
    const auto recognition = defaultOf(Json::parse(designSchemaText())).value().at("recognition");
    EXPECT_EQ(recognition.at("trials_per_category"), RecognitionSpec().trialsPerCategory);
    EXPECT_EQ(recognition.at("catch_per_block"), RecognitionSpec().catchPerBlock);
    EXPECT_EQ(recognition.at("metamers").at("seed"), MetamerSpec().seed);
    EXPECT_EQ(recognition.at("metamers").at("evaluations"), MetamerSpec().evaluations);
    EXPECT_EQ(recognition.at("metamers").at("tolerance"), MetamerSpec().tolerance);
    const auto drawing = defaultOf(Json::parse(designSchemaText())).value().at("drawing");
    EXPECT_EQ(drawing.at("layout_seed"), GraphDrawingSpec().layoutSeed);
    EXPECT_EQ(drawing.at("layouts"), GraphDrawingSpec().layouts);
    EXPECT_EQ(drawing.at("nodes"), nameIn(kNodeColours, GraphDrawingSpec().nodes));
    EXPECT_EQ(drawing.at("node_px"), GraphDrawingSpec().nodePx);
    EXPECT_EQ(drawing.at("edge_px"), GraphDrawingSpec().edgePx);
    longest.update(shortest);
    longest["dimensions"][0]["directions"] = {"plus", "minus"};

    const auto implied = check(shortest.dump());
    const auto written = check(longest.dump());
    ASSERT_TRUE(implied.design.has_value());
    ASSERT_TRUE(written.design.has_value()) << written.diagnostics.front().text();
    Design expected = *implied.design;
    expected.text = written.design->text;
    expected.sha256 = written.design->sha256;
    EXPECT_EQ(*written.design, expected);
    Design bare;
    bare.name = "short";
    bare.path = expected.path;
    bare.text = expected.text;
    bare.sha256 = expected.sha256;
    const ProcedureSpec recommended = procedureSpec({});
    bare.dimensions = {{{"band", 1, Direction::plus, 4}, recommended},
                       {{"band", 1, Direction::minus, 4}, recommended}};
    EXPECT_EQ(*written.design, bare);
}

/// A design of sounds, for a model that takes none but those of 1500 ms.
constexpr const char* kSounds = R"({
  "schema_version": 1,
  "name": "sounds",
  "modality": "audio",
  "model": {"builtin": "cochlea-modulation"},
  "sound": {"sample_rate_hz": 44100, "duration_ms": 1500, "bits": 24},
  "headphone_check": "huggins-pitch",
  "dimensions": [
    {"layer": "average", "components": [2], "directions": ["minus"]}
  ],
  "timing": {"fixation_ms": 700}
}
)";

DesignCheck checkSounds(const std::string& text)
{
    auto context = checkEverything();
    context.modelInfo = [](const ModelSpec& spec) {
        return ModelInfo{.name = spec.name,
                         .modality = Modality::audio,
                         .layers = {"cochleagram", "average"},
                         .durationMs = 1500};
    };
    return checkDesign(text, "d.json", context);
}

TEST(DesignReader, EveryKeyOfSoundsReachesTheDesign)
{
    const auto result = checkSounds(kSounds);
    ASSERT_TRUE(result.design.has_value()) << result.diagnostics.front().text();
    const auto& design = *result.design;
    const SoundFormat expected{.sampleRateHz = 44100, .durationMs = 1500, .bits = 24};
    ASSERT_NE(design.sounds(), nullptr);
    EXPECT_EQ(*design.sounds(), expected);
    EXPECT_EQ(design.modality, Modality::audio);
    EXPECT_EQ(design.headphoneCheck, HeadphoneMethod::hugginsPitch);
    EXPECT_EQ(design.timing.intervalMs, 1500) << "as long as the sounds";
    EXPECT_EQ(design.timing.fixationMs, 700);
    ASSERT_EQ(design.dimensions.size(), 1U);
    EXPECT_EQ(design.dimensions.front().dimension,
              (Dimension{"average", 2, Direction::minus, 0.0}));
}

TEST(DesignReader, DefaultsOfSoundsAreThoseOfTheCode)
{
    const auto definition = Json::parse(designSchemaText()).at("definitions").at("sound");
    auto text = replaced(kSounds, R"({"sample_rate_hz": 44100, "duration_ms": 1500, "bits": 24})",
                         defaultOf(definition).value().dump());
    auto context = checkEverything();
    context.modelInfo = [](const ModelSpec& spec) {
        return ModelInfo{.name = spec.name, .modality = Modality::audio, .layers = {"average"}};
    };
    const auto written = checkDesign(text, "d.json", context);
    ASSERT_TRUE(written.design.has_value()) << written.diagnostics.front().text();
    EXPECT_EQ(*written.design->sounds(), SoundFormat());
}

struct SoundMistake {
    std::string what;
    std::string by;
    std::string pointer;
    std::string words;
};

TEST(DesignReader, WhatBelongsToImagesOrCannotBeIsRefusedInADesignOfSounds)
{
    const std::vector<SoundMistake> mistakes = {
        {R"("headphone_check": "huggins-pitch",)", R"("image_size_px": 224,)", "/image_size_px",
         "is for images"},
        {R"({"fixation_ms": 700})", R"({"interval_ms": 700})", "/timing/interval_ms",
         "sound.duration_ms"},
        {R"("directions": ["minus"])", R"("eccentricities_deg": [4])",
         "/dimensions/0/eccentricities_deg", "no position on the screen"},
        {R"("duration_ms": 1500)", R"("duration_ms": 1000)", "/sound/duration_ms",
         "takes sounds of 1500 ms, not 1000 ms"},
        {R"("modality": "audio")", R"("modality": "image")", "/model/builtin",
         "for the modality \"audio\""},
        {R"("huggins-pitch")", R"("woods")", "/headphone_check", "antiphase"},
        {R"("bits": 24)", R"("bits": 8)", "/sound/bits", "16"},
        {R"("headphone_check": "huggins-pitch",)", R"("solver": {"type": "relative-norm"},)",
         "/solver/type", "is for images"},
    };
    for (const auto& mistake : mistakes) {
        SCOPED_TRACE(mistake.by);
        const auto result = checkSounds(replaced(kSounds, mistake.what, mistake.by));
        EXPECT_FALSE(result.design.has_value());
        const auto found =
            std::ranges::find(result.diagnostics, mistake.pointer, &Diagnostic::pointer);
        ASSERT_NE(found, result.diagnostics.end());
        EXPECT_THAT(found->message, ::testing::HasSubstr(mistake.words));
    }
}

TEST(DesignReader, AnImageDesignNeedsEccentricitiesAndHasNoSound)
{
    auto result = check(replaced(kGood, R"(, "eccentricities_deg": [0])", ""));
    ASSERT_EQ(result.diagnostics.size(), 1U);
    EXPECT_EQ(result.diagnostics.front().text(),
              "d.json:12:5: /dimensions/1: the key \"eccentricities_deg\" is missing");
    result = check(replaced(kGood, R"("image_size_px": 224,)", R"("sound": {"bits": 16},)"));
    ASSERT_FALSE(result.diagnostics.empty());
    EXPECT_EQ(result.diagnostics.front().pointer, "/sound");
}

/// Calls `visit(path, schema of one key)` for each key at every level.
template <class Visit> void eachKey(const Json& schema, const std::string& path, const Visit& visit)
{
    if (schema.contains("items")) {
        eachKey(schema.at("items"), path + "/*", visit);
    }
    const Json properties = schema.value("properties", Json::object());
    for (const auto& [key, part] : properties.items()) {
        if (!part.contains("$ref")) {
            const std::string child = childPointer(path, key);
            visit(child, part);
            eachKey(part, child, visit);
        }
    }
}

TEST(DesignSchema, EveryKeyIsExplainedAndEveryObjectIsClosed)
{
    const auto visit = [](const std::string& path, const Json& part) {
        EXPECT_TRUE(part.contains("title")) << path;
        EXPECT_TRUE(part.contains("description")) << path;
        if (part.at("type") == "object") {
            EXPECT_EQ(part.at("additionalProperties"), false) << path;
        }
        if (part.at("type") == "integer" && !part.contains("enum")) {
            EXPECT_LE(part.at("maximum").get<std::int64_t>(),
                      path.ends_with("seed") ? 9007199254740991 : 1000000)
                << path << ": the code reads this into an int";
        }
    };
    const Json schema = Json::parse(designSchemaText());
    EXPECT_EQ(schema.at("additionalProperties"), false);
    eachKey(schema, "", visit);
    visit("procedure", schema.at("definitions").at("procedure"));
    eachKey(schema.at("definitions").at("procedure"), "/procedure", visit);
}

/// Calls `visit` with the schema of every value, whether it has a key or is an item.
template <class Visit> void eachSchema(const Json& part, const Visit& visit)
{
    if (part.is_object() && part.contains("type") && part.at("type").is_string()) {
        visit(part);
    }
    for (const auto& inner : part) {
        if (inner.is_structured()) {
            eachSchema(inner, visit);
        }
    }
}

TEST(DesignSchema, EveryListTextAndNumberIsBounded)
{
    eachSchema(Json::parse(designSchemaText()), [](const Json& part) {
        const auto type = part.at("type").get<std::string>();
        if (type == "array") {
            EXPECT_TRUE(part.contains("minItems") && part.contains("maxItems")) << part;
        } else if (type == "string" && !part.contains("enum")) {
            EXPECT_TRUE(part.contains("maxLength")) << part;
        } else if ((type == "number" || type == "integer") && !part.contains("enum")) {
            EXPECT_TRUE(part.contains("maximum")) << part;
            EXPECT_TRUE(part.contains("minimum") || part.contains("exclusiveMinimum")) << part;
        }
    });
}

/// A list that holds `item` so many times.
std::string listOf(const std::string& item, int count)
{
    std::string out = "[" + item;
    for (int i = 1; i < count; ++i) {
        out += "," + item;
    }
    return out + "]";
}

// The pattern of a name is matched by recursion: a long one was a segmentation fault. Each pair of
// equal items was remembered: 10000 of them took 11 GB.
TEST(DesignReader, ASmallFileCannotExhaustStackOrMemory)
{
    const auto only = [](const std::string& text) {
        const auto result = check(text);
        EXPECT_EQ(result.diagnostics.size(), 1U);
        return result.diagnostics.empty() ? std::string() : result.diagnostics.front().text();
    };
    const std::string longName(30000, 'a');
    EXPECT_THAT(only(replaced(kGood, "pilot.1", longName)),
                ::testing::StartsWith("d.json:3:11: /name: expected text in double quotes"));
    EXPECT_THAT(only(replaced(kGood, "pilot.1", "a\\u0000" + longName)),
                ::testing::StartsWith("d.json:3:11: /name: expected text in double quotes"));
    const std::string recognition = R"({"schema_version": 1, "name": "a", "task": "recognition",
        "recognition": {"layers": ["band"], "categories": [{"references": ["*"], "name": ")" +
                                    longName + R"("}, {"name": "b", "references": ["b*"]}]}})";
    EXPECT_THAT(only(recognition), ::testing::HasSubstr("/recognition/categories/0/name"));
    EXPECT_THAT(only(replaced(kGood, "[1, 2]", listOf("1", 10000))),
                ::testing::EndsWith("/dimensions/0/components: expected a list of 1 to 64 entries, "
                                    "found [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1..."));
    std::string keys;
    for (int i = 0; i < 10000; ++i) {
        keys += "\"k" + std::to_string(i) + "\": 1, ";
    }
    EXPECT_THAT(only(replaced(kGood, "\"name\"", keys + "\"name\"")),
                ::testing::HasSubstr("this object has 10015 keys, of which the program knows"));
}

TEST(DesignReader, ThereIsAMostOfDimensions)
{
    std::string entries;
    for (int i = 0; i < 50; ++i) {
        entries += R"(, {"layer": "band", "components": [1, 2, 3], "eccentricities_deg": )";
        std::string degrees;
        for (int d = 0; d < 15; ++d) {
            degrees += (d == 0 ? "[" : ", ") + std::to_string(3 + d + i * 0.01);
        }
        entries += degrees + "]}";
    }
    const auto result =
        check(replaced(kGood, "\n  ],\n  \"procedure\"", entries + "\n  ],\n  \"procedure\""));
    ASSERT_EQ(result.diagnostics.size(), 1U);
    EXPECT_EQ(result.diagnostics[0].pointer, "/dimensions");
    EXPECT_THAT(result.diagnostics[0].message, ::testing::HasSubstr("more than 4096 dimensions"));
}

// Each within the limits, together 2 GB and more.
TEST(DesignReader, TheProceduresOfAllDimensionsFitTheMemory)
{
    const auto list = [](int count, double from, double step) {
        auto out = Json::array();
        for (int i = 0; i < count; ++i) {
            out.push_back(from + i * step);
        }
        return out;
    };
    Json components = Json::array();
    for (int i = 1; i <= 64; ++i) {
        components.push_back(i);
    }
    Json design = {
        {"schema_version", 1},
        {"name", "large"},
        {"basis", {{"components", 64}}},
        {"dimensions",
         {{{"layer", "band"},
           {"components", components},
           {"eccentricities_deg", list(14, 4, 0.25)}}}},
        {"procedure",
         {{"type", "psi"}, {"slopes", list(50, 1, 0.1)}, {"lapses", list(50, 0, 0.005)}}}};
    const auto refused = check(design.dump());
    ASSERT_EQ(refused.diagnostics.size(), 1U);
    EXPECT_EQ(refused.diagnostics[0].pointer, "/procedure/slopes");
    EXPECT_THAT(refused.diagnostics[0].message, ::testing::HasSubstr("too large for the memory"));
    design["dimensions"][0]["eccentricities_deg"] = {4, 8};
    EXPECT_THAT(check(design.dump()).diagnostics, IsEmpty());
}

TEST(DesignReader, ProblemsBeyondTheHundredthAreCounted)
{
    std::string entries;
    for (int i = 0; i < 300; ++i) {
        entries += R"(, {"layer": 7, "components": [1], "eccentricities_deg": [4]})";
    }
    const auto result =
        check(replaced(kGood, "\n  ],\n  \"procedure\"", entries + "\n  ],\n  \"procedure\""));
    ASSERT_EQ(result.diagnostics.size(), 101U);
    EXPECT_EQ(result.diagnostics.back().message, "200 more problems from here on");
}

TEST(DesignReader, AWholeNumberMayHaveADecimalPoint)
{
    const auto result =
        check(replaced(replaced(replaced(kGood, "\"components\": 6", "\"components\": 6.0"),
                                "[1, 2]", "[1.0, 2e0]"),
                       "\"schema_version\": 1", "\"schema_version\": 1.0"));
    ASSERT_TRUE(result.design) << result.diagnostics.front().text();
    EXPECT_EQ(result.design->dimensions[0].dimension.component, 1);
    EXPECT_EQ(result.design->synthesis.basis.components, 6);
    EXPECT_FALSE(check(replaced(kGood, "\"seed\": 7", "\"seed\": 7.5")).design);
    EXPECT_FALSE(check(replaced(kGood, "\"seed\": 7", "\"seed\": 1e300")).design);
}

TEST(DesignReader, StepsOfOneProcedureReplaceTheOthersAsAWhole)
{
    const auto result = check(replaced(kGood, R"("start_level": 2.0,)",
                                       R"("step": {"scale": "log", "sizes": [0.3, 0.2]},)"));
    ASSERT_TRUE(result.design.has_value());
    const auto& own = std::get<StaircaseSpec>(result.design->dimensions.back().procedure);
    EXPECT_EQ(own.scale, StaircaseSpec::Scale::logarithmic);
    EXPECT_THAT(own.steps, ElementsAre(0.3, 0.2));
    EXPECT_EQ(own.nDown, 3);
}

TEST(DesignReader, AByteOrderMarkIsSkippedAndShiftsNoColumn)
{
    const std::string mark = "\xEF\xBB\xBF";
    EXPECT_TRUE(check(mark + kGood).design.has_value());
    const auto result = check(mark + R"({"nam": 1, "schema_version": 1, "dimensions": []})");
    ASSERT_EQ(result.diagnostics.size(), 2U);
    EXPECT_EQ(result.diagnostics.front().column, 2);
}

TEST(DesignReader, LinesMayEndAsOnWindows)
{
    std::string text;
    for (const char c : replaced(kGood, R"("level": 2.5)", R"("level": 0)")) {
        text += c == '\n' ? "\r\n" : std::string(1, c);
    }
    const auto result = check(text);
    ASSERT_EQ(result.diagnostics.size(), 1U);
    EXPECT_EQ(result.diagnostics.front().line, 19);
    EXPECT_EQ(result.diagnostics.front().column, 38);
}

TEST(DesignReader, WhatIsNotKnownIsNotChecked)
{
    std::string text = replaced(kGood, R"("layer": "pool")", R"("layer": "conv5_3")");
    text = replaced(text, R"({"builtin": {"count": 12, "seed": 7}})", R"({"folder": "gone"})");
    text = replaced(text, "[4, 8]", "[4, 70]");
    text = replaced(text, R"("interval_ms": 100)", R"("interval_ms": 1)");
    EXPECT_EQ(check(text).diagnostics.size(), 4U);
    const auto result = checkDesign(text, "/lab/designs/d.json", {});
    ASSERT_TRUE(result.design.has_value());
    EXPECT_EQ(result.design->synthesis.references.folder, "/lab/designs/gone");
    EXPECT_EQ(result.design->synthesis.references.count, 0) << "every picture in the folder";
}

TEST(DesignReader, FoldersAreBesideTheDesignAndTheirProblemsAreReportedAtTheirKey)
{
    const TemporaryFolder scratch;
    const auto folder = scratch.path() / "a folder of designs";
    std::filesystem::create_directories(folder / "photos");
    std::string text =
        replaced(kGood, R"({"builtin": {"count": 12, "seed": 7}})", R"({"folder": "./photos"})");
    text = replaced(text, R"({"builtin": {"count": 200, "seed": 1}})",
                    R"({"folder": "photos", "count": 50, "seed": 3})");
    std::ofstream(folder / "d.json") << text;

    auto context = checkEverything();
    auto result = readDesign(folder / "d.json", context);
    ASSERT_TRUE(result.design.has_value()) << result.diagnostics.front().text();
    EXPECT_EQ(result.design->synthesis.references,
              (StimulusSource{.folder = folder / "photos", .count = 0, .seed = 1}));
    EXPECT_EQ(result.design->synthesis.basis.pool,
              (StimulusSource{.folder = folder / "photos", .count = 50, .seed = 3}));
    EXPECT_EQ(result.design->text, text);

    context.folderFindings = [](const StimulusSource& source, const StimulusFormat&) {
        return FolderFindings{
            .problems = {source.count == 0 ? "cat.jpg: cut short" : "no picture in it"}};
    };
    result = readDesign(folder / "d.json", context);
    ASSERT_EQ(result.diagnostics.size(), 2U);
    EXPECT_EQ(result.diagnostics[0].text(),
              (folder / "d.json").string() + ":6:28: /references/folder: cat.jpg: cut short");
    EXPECT_EQ(result.diagnostics[1].text(),
              (folder / "d.json").string() + ":8:49: /basis/pool/folder: no picture in it");

    // A session made of pictures without contrast ended in the middle.
    context.folderFindings = [](const StimulusSource& source, const StimulusFormat&) {
        return source.count == 0
                   ? FolderFindings{.remarks = {"a remark"}, .uniform = {"grey.png"}, .files = 2}
                   : FolderFindings{
                         .remarks = {"on the pool"}, .uniform = {"grey.png"}, .files = 1};
    };
    result = readDesign(folder / "d.json", context);
    ASSERT_TRUE(result.design.has_value()) << result.diagnostics.front().text();
    EXPECT_THAT(
        result.design->remarks,
        ::testing::ElementsAre(::testing::HasSubstr("grey.png has one colour"), "a remark"));
    EXPECT_THAT(describe(*result.design, ScreenGeometry{}),
                ::testing::HasSubstr("Remarks\n  image grey.png"));
    context.folderFindings = [](const StimulusSource&, const StimulusFormat&) {
        return FolderFindings{.uniform = {"black.png", "grey.png"}, .files = 2};
    };
    result = readDesign(folder / "d.json", context);
    ASSERT_EQ(result.diagnostics.size(), 1U);
    EXPECT_THAT(result.diagnostics[0].text(),
                ::testing::HasSubstr("/references/folder: no picture can be used: each has one "
                                     "colour throughout, such as black.png"));
}

TEST(DesignReader, AFileThatCannotBeReadIsAnErrorWithItsName)
{
    try {
        readDesign("/nowhere/d.json", {});
        FAIL() << "no error";
    } catch (const IoError& error) {
        EXPECT_THAT(error.what(), ::testing::HasSubstr("/nowhere/d.json"));
    }
}

TEST(DesignReader, AModelOfAnotherModalityOrThatIsNotThereIsRefused)
{
    auto context = checkEverything();
    context.modelInfo = [](const ModelSpec& spec) {
        return ModelInfo{
            .name = spec.name, .modality = Modality::audio, .layers = {"band", "pool"}};
    };
    auto result = checkDesign(kGood, "d.json", context);
    ASSERT_EQ(result.diagnostics.size(), 1U);
    EXPECT_EQ(result.diagnostics.front().text(),
              "d.json:4:24: /model/builtin: model \"gabor-scattering\" is for the modality "
              "\"audio\", but the design's modality is \"image\"");
    context.modelInfo = [](const ModelSpec&) -> ModelInfo {
        throw InvalidArgument("built without it");
    };
    result = checkDesign(kGood, "d.json", context);
    ASSERT_EQ(result.diagnostics.size(), 1U);
    EXPECT_EQ(result.diagnostics.front().text(), "d.json:4:24: /model/builtin: built without it");
}

TEST(DesignReader, AnImageThatFitsTheScreenMustAlsoFitTheWindow)
{
    auto context = checkEverything();
    const auto text = replaced(kGood, "[4, 8]", "[4, 16]");
    EXPECT_TRUE(checkDesign(text, "d.json", context).design.has_value());
    context.screen->drawableWidthPx = 1280;
    const auto result = checkDesign(text, "d.json", context);
    ASSERT_EQ(result.diagnostics.size(), 1U);
    EXPECT_EQ(result.diagnostics.front().pointer, "/dimensions/0/eccentricities_deg/1");
}

INSTANTIATE_TEST_SUITE_P(Syntax, OneMistake, ::testing::ValuesIn(kSyntax), nameOf);
INSTANTIATE_TEST_SUITE_P(Schema, OneMistake, ::testing::ValuesIn(kSchema), nameOf);
INSTANTIATE_TEST_SUITE_P(Meaning, OneMistake, ::testing::ValuesIn(kMeaning), nameOf);

} // namespace
} // namespace mlab::experiments
