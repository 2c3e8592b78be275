// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graph_report/result_record.h"

#include "core/base/error.h"
#include "core/base/files.h"

#include <limits>
#include <utility>

namespace mlab::app {

using Json = nlohmann::json;

ResultRecord::ResultRecord(std::filesystem::path file) : file_(std::move(file))
{
    root_ = Json::parse(readText(file_), nullptr, /*allow_exceptions=*/false);
    if (!root_.is_object()) {
        fail("not a record in JSON; run the command that wrote it again");
    }
}

void ResultRecord::fail(const std::string& why) const
{
    throw IoError(file_.string() + ": " + why);
}

bool ResultRecord::has(const std::string& pointer) const
{
    const Json::json_pointer place(pointer);
    return root_.contains(place) && !root_.at(place).is_null();
}

const Json& ResultRecord::at(const std::string& pointer, bool (Json::*isType)() const,
                             const char* type) const
{
    const Json::json_pointer place(pointer);
    if (!root_.contains(place) || !(root_.at(place).*isType)()) {
        fail(pointer + " is missing or not " + type + "; run the command that wrote it again");
    }
    return root_.at(place);
}

std::string ResultRecord::text(const std::string& pointer) const
{
    return at(pointer, &Json::is_string, "a text").get<std::string>();
}

bool ResultRecord::isText(const std::string& pointer, const std::string& text) const
{
    const Json::json_pointer place(pointer);
    return root_.contains(place) && root_.at(place) == text;
}

double ResultRecord::number(const std::string& pointer) const
{
    return at(pointer, &Json::is_number, "a number").get<double>();
}

std::optional<double> ResultRecord::optionalNumber(const std::string& pointer) const
{
    return has(pointer) ? std::optional(number(pointer)) : std::nullopt;
}

int ResultRecord::count(const std::string& pointer) const
{
    const auto value =
        at(pointer, &Json::is_number_unsigned, "a whole number").get<std::uint64_t>();
    if (value > static_cast<std::uint64_t>(std::numeric_limits<int>::max())) {
        fail(pointer + " is too large");
    }
    return static_cast<int>(value);
}

bool ResultRecord::flag(const std::string& pointer) const
{
    return at(pointer, &Json::is_boolean, "true or false").get<bool>();
}

std::vector<int> ResultRecord::counts(const std::string& pointer) const
{
    std::vector<int> out;
    for (std::size_t i = 0; i < at(pointer, &Json::is_array, "a list").size(); ++i) {
        out.push_back(count(pointer + "/" + std::to_string(i)));
    }
    return out;
}

std::map<std::string, std::string> ResultRecord::texts(const std::string& pointer) const
{
    std::map<std::string, std::string> out;
    for (const auto& [name, value] : at(pointer, &Json::is_object, "an object").items()) {
        if (!value.is_string()) {
            fail(pointer + " is not an object of texts; run the command that wrote it again");
        }
        out.emplace(name, value.get<std::string>());
    }
    return out;
}

} // namespace mlab::app
