// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace mlab::stimuli {

/// How files name the nodes of a graph: by their numbers from 0, or by texts.
class NodeIds {
public:
    /// Nodes 0 to count - 1.
    /// @param file whose rows say how many there are, if there is one
    explicit NodeIds(int count, std::string file = {}) : count_(count), file_(std::move(file)) {}
    /// Nodes with these names. Names that are the numbers from 0 in their order count as numbers.
    /// @param file whose rows name them, if there is one
    /// @throws InvalidArgument if two are the same
    explicit NodeIds(std::vector<std::string> names, std::string file = {});

    int count() const { return count_; }
    /// Empty if the nodes have numbers alone.
    const std::vector<std::string>& names() const { return names_; }
    /// The number of a node. Absent if there is no such node.
    std::optional<int> find(std::string_view id) const;

    /// "there is no node "9"; there are nodes 0 to 5", or "there is no node "9" in x.csv; it has 6
    /// rows, for nodes 0 to 5": for an error.
    std::string absence(std::string_view id) const;

private:
    int count_ = 0;
    std::string file_;
    std::vector<std::string> names_;
    std::unordered_map<std::string, int> numbers_;
};

/// The number that a text is, if it is one from 0 to kMostNodes - 1 without sign or leading zeros.
std::optional<int> nodeNumber(std::string_view text);

} // namespace mlab::stimuli
