// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mlab::app {

/// A record in JSON that another command wrote. A value is named by its JSON pointer:
/// "/training/seed". What is missing or of another type is refused with file and pointer.
class ResultRecord {
public:
    /// @throws IoError naming the file if it cannot be read or is no JSON object
    explicit ResultRecord(std::filesystem::path file);

    bool has(const std::string& pointer) const; ///< and is not null
    std::string text(const std::string& pointer) const;
    /// Whether it is this text.
    bool isText(const std::string& pointer, const std::string& text) const;
    double number(const std::string& pointer) const;
    std::optional<double> optionalNumber(const std::string& pointer) const;
    int count(const std::string& pointer) const; ///< a whole number from 0
    bool flag(const std::string& pointer) const;
    std::vector<int> counts(const std::string& pointer) const;
    /// The names and texts of an object.
    std::map<std::string, std::string> texts(const std::string& pointer) const;

    /// @throws IoError: "FILE: why"
    [[noreturn]] void fail(const std::string& why) const;

private:
    const nlohmann::json& at(const std::string& pointer, bool (nlohmann::json::*isType)() const,
                             const char* type) const;

    std::filesystem::path file_;
    nlohmann::json root_;
};

} // namespace mlab::app
