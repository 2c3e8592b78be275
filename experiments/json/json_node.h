// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiments/json/located_json.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mlab::experiments {

/// A value of a document, which skips what the schema refused.
class JsonNode {
public:
    JsonNode(const nlohmann::json& value, std::string pointer,
             const std::set<std::string>& unusable)
        : value_(&value), pointer_(std::move(pointer)), unusable_(&unusable)
    {
    }

    const std::string& pointer() const { return pointer_; }
    /// As it is in the document, with what the schema refused.
    const nlohmann::json& value() const { return *value_; }

    /// The usable member of that name.
    std::optional<JsonNode> find(const std::string& key) const
    {
        const auto member = value_->find(key);
        std::string child = childPointer(pointer_, key);
        if (member == value_->end() || unusable_->contains(child)) {
            return std::nullopt;
        }
        return JsonNode(*member, std::move(child), *unusable_);
    }

    /// The usable items of the list of that name; empty if it does not exist.
    std::vector<JsonNode> items(const std::string& key) const
    {
        std::vector<JsonNode> out;
        if (const auto list = find(key)) {
            for (std::size_t i = 0; i < list->value_->size(); ++i) {
                std::string child = childPointer(list->pointer_, i);
                if (!unusable_->contains(child)) {
                    out.emplace_back(list->value_->at(i), std::move(child), *unusable_);
                }
            }
        }
        return out;
    }

    template <class T> T as() const { return value_->get<T>(); }

    /// Writes the member of that name to `target`; leaves `target` unchanged if it does not exist.
    template <class T> void read(const std::string& key, T& target) const
    {
        if (const auto member = find(key)) {
            target = member->as<T>();
        }
    }

    /// The same, but clears `target` if the member does not exist.
    template <class T> void read(const std::string& key, std::optional<T>& target) const
    {
        const auto member = find(key);
        target = member ? std::optional(member->as<T>()) : std::nullopt;
    }

    /// The list of numbers of that name; leaves `target` unchanged if it does not exist.
    void read(const std::string& key, std::vector<double>& target) const
    {
        if (find(key)) {
            target.clear();
            for (const auto& item : items(key)) {
                target.push_back(item.as<double>());
            }
        }
    }

private:
    const nlohmann::json* value_;
    std::string pointer_;
    const std::set<std::string>* unusable_;
};

} // namespace mlab::experiments
