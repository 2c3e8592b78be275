// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/files/linqs.h"

#include "core/base/error.h"
#include "stimuli/graphs/files/delimited_rows.h"
#include "stimuli/graphs/files/edge_list.h"
#include "stimuli/graphs/files/node_table.h"

#include <optional>
#include <utility>

namespace mlab::stimuli {
namespace {

/// The lines of a file of contents.
struct Contents {
    std::vector<std::string> ids;
    std::vector<std::string> labels;
    std::vector<std::vector<int>> ones;
    int columns = 0;
};

Contents readContents(const std::filesystem::path& file)
{
    DelimitedRows rows(file);
    Contents out;
    std::size_t width = 0;
    while (rows.next()) {
        const auto& fields = rows.fields();
        width = width == 0 ? fields.size() : width;
        if (fields.size() != width || width < 2) {
            rows.fail("a line has an id, the features and a label, but there are " +
                      std::to_string(fields.size()) + " fields" +
                      (width >= 2 ? ", and in the first line " + std::to_string(width) : ""));
        }
        out.ids.emplace_back(fields.front());
        out.labels.emplace_back(fields.back());
        auto& ones = out.ones.emplace_back();
        for (std::size_t i = 1; i + 1 < width; ++i) {
            if (countIn(rows, fields[i], 1) == 1) {
                ones.push_back(static_cast<int>(i) - 1);
            }
        }
    }
    out.columns = width < 2 ? 0 : static_cast<int>(width) - 2;
    return out;
}

} // namespace

Graph readLinqs(const std::filesystem::path& cites, std::vector<std::string>& notes)
{
    auto content = cites;
    content.replace_extension(".content");
    auto contents = readContents(content);
    Graph out;
    out.features = binaryFeatures(contents.columns, contents.ones);
    auto labels = numberedLabels(contents.labels);
    out.labels = std::move(labels.labels);
    out.classNames = std::move(labels.classNames);
    std::optional<NodeIds> ids;
    try {
        ids.emplace(std::move(contents.ids));
    } catch (const InvalidArgument& problem) {
        throw IoError(content.string() + ": " + problem.what());
    }
    auto edges = readEdgeList(cites, ids);
    out.structure = std::move(edges.structure);
    out.nodeNames = ids->names();
    const auto undirected = out.structure.edges().size();
    notes.push_back(std::to_string(undirected + static_cast<std::size_t>(edges.bothDirections)) +
                    " citations became " + std::to_string(undirected) + " undirected edges");
    return out;
}

} // namespace mlab::stimuli
