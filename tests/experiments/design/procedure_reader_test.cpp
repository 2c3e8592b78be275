// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/design/design_schema.h"
#include "experiments/design/procedure_reader.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <string>

namespace mlab::experiments {
namespace {

using Json = nlohmann::json;

Json procedureSchema()
{
    return Json::parse(designSchemaText()).at("definitions").at("procedure").at("properties");
}

TEST(ProcedureReader, TheSchemaNamesEveryTypeOfTheProgram)
{
    std::set<std::string> names;
    for (const auto& type : procedureTypes()) {
        EXPECT_TRUE(names.emplace(type.name).second) << type.name;
    }
    EXPECT_EQ(procedureSchema().at("type").at("enum").get<std::set<std::string>>(), names);
}

TEST(ProcedureReader, TheSchemaNamesEveryKeyOfATypeAndNoOther)
{
    std::set<std::string> keys = {"type", "min_level", "max_level", "stop"};
    std::set<std::string> stopKeys = {"trials", "max_trials", "when"};
    for (const auto& type : procedureTypes()) {
        keys.insert(type.keys.begin(), type.keys.end());
        if (!type.stopRule.empty()) {
            stopKeys.emplace(type.stopRule);
        }
        stopKeys.insert(type.stopKeys.begin(), type.stopKeys.end());
    }
    const auto schema = procedureSchema();
    std::set<std::string> inSchema;
    for (const auto& [key, value] : schema.items()) {
        inSchema.insert(key);
    }
    EXPECT_EQ(inSchema, keys);
    inSchema.clear();
    for (const auto& [key, value] : schema.at("stop").at("properties").items()) {
        inSchema.insert(key);
    }
    EXPECT_EQ(inSchema, stopKeys);
}

TEST(ProcedureReader, EveryTypeWorksByItsNameAlone)
{
    for (const auto& type : procedureTypes()) {
        SCOPED_TRACE(type.name);
        const ProcedureSettings settings{.type = std::string(type.name)};
        EXPECT_TRUE(settingsProblems(settings).empty());
        const auto spec = procedureSpec(settings);
        EXPECT_TRUE(procedureName(spec).starts_with(type.name));
        if (!std::holds_alternative<ConstantSpec>(spec)) { // it has one level
            EXPECT_EQ(levelRange(spec), (LevelRange{settings.minLevel, settings.maxLevel}));
        }
        const bool startsAtKey = std::ranges::count(type.keys, "start_level") > 0;
        EXPECT_EQ(startingLevel(spec),
                  startsAtKey ? std::optional(settings.startLevel) : std::nullopt);
        const Procedure procedure(spec);
        EXPECT_EQ(procedure.expectedInformation().has_value(), type.expectsInformation);
    }
    EXPECT_THROW(procedureSpec({.type = "none"}), InvalidArgument);
}

TEST(ProcedureReader, TheSchemaNamesEveryTask)
{
    std::set<std::string> names;
    for (const Task task : kAllTasks) {
        names.emplace(toString(task));
    }
    const auto schema = Json::parse(designSchemaText()).at("properties").at("task");
    EXPECT_EQ(schema.at("enum").get<std::set<std::string>>(), names);
}

} // namespace
} // namespace mlab::experiments
