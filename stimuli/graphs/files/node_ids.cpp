// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/files/node_ids.h"

#include "core/base/error.h"
#include "stimuli/graphs/graph/graph_structure.h"

#include <charconv>
#include <utility>

namespace mlab::stimuli {

NodeIds::NodeIds(std::vector<std::string> names, std::string file)
    : count_(static_cast<int>(names.size())), file_(std::move(file)), names_(std::move(names))
{
    bool numbered = true;
    for (int node = 0; node < count_; ++node) {
        const auto& name = names_[static_cast<std::size_t>(node)];
        if (!numbers_.emplace(name, node).second) {
            throw InvalidArgument("two nodes have the name \"" + name + "\"");
        }
        numbered = numbered && nodeNumber(name) == node;
    }
    if (numbered) {
        names_.clear();
        numbers_.clear();
    }
}

std::optional<int> NodeIds::find(std::string_view id) const
{
    if (names_.empty()) {
        const auto number = nodeNumber(id);
        return number && *number < count_ ? number : std::nullopt;
    }
    const auto found = numbers_.find(std::string(id));
    return found == numbers_.end() ? std::nullopt : std::optional(found->second);
}

std::string NodeIds::absence(std::string_view id) const
{
    std::string out = "there is no node \"" + std::string(id) + "\"";
    if (!file_.empty()) {
        out += " in " + file_;
    }
    if (names_.empty() && count_ > 0) {
        out += (file_.empty() ? "; there are nodes 0 to "
                              : "; it has " + std::to_string(count_) + " rows, for nodes 0 to ") +
               std::to_string(count_ - 1);
    }
    return out;
}

std::optional<int> nodeNumber(std::string_view text)
{
    int value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, problem] = std::from_chars(text.data(), end, value);
    if (problem != std::errc() || stop != end || value < 0 || value >= kMostNodes ||
        (text.size() > 1 && text.front() == '0')) {
        return std::nullopt;
    }
    return value;
}

} // namespace mlab::stimuli
