// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/files.h"
#include "stimuli/graphs/files/graph_reader.h"
#include "tests/temporary_folder.h"

#include <gmock/gmock.h>

namespace mlab::stimuli {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

// tests/stimuli/graphs/make_npz.py wrote these files with NumPy.
const fs::path kArchives = MLAB_NPZ_DIR;

std::string refusalOf(const char* name)
{
    try {
        readGraph({.graph = kArchives / name});
    } catch (const IoError& problem) {
        return problem.what();
    }
    return "accepted";
}

TEST(Npz, IsReadPackedOrNot)
{
    for (const auto* name : {"stored.npz", "packed.npz"}) {
        const auto [graph, notes] = readGraph({.graph = kArchives / name});
        EXPECT_EQ(graph.structure, GraphStructure(4, {{0, 1}, {1, 2}}));
        EXPECT_EQ(graph.features,
                  Features(binaryFeatures(3, std::vector<std::vector<int>>{{0, 2}, {1}, {}, {2}})));
        EXPECT_THAT(graph.labels, ElementsAre(1, 0, 1, kUnknownLabel));
        EXPECT_THAT(graph.classNames, ElementsAre("frog", "Kröte"));
        EXPECT_THAT(graph.nodeNames, ElementsAre("a", "b", "c", "d"));
        EXPECT_THAT(notes, ElementsAre("3 directed edges became 2 undirected ones",
                                       "1 edges from a node to itself were left out",
                                       "1 of 4 nodes have no edges; they are kept"));
    }
}

TEST(Npz, HasRealFeaturesSparseOrDense)
{
    const Features expected =
        DenseFeatures{.rows = 4, .columns = 3, .values = {0.5, 0, 2, 0, 1, 0, 0, 0, 0, 0, 0, -1}};
    EXPECT_EQ(readGraph({.graph = kArchives / "sparse.npz"}).graph.features, expected);
    EXPECT_EQ(readGraph({.graph = kArchives / "dense.npz"}).graph.features, expected);
    const auto bare = readGraph({.graph = kArchives / "bare.npz"}).graph;
    EXPECT_EQ(columnsOf(bare.features), 0);
    EXPECT_TRUE(bare.labels.empty());
}

TEST(Npz, WhatIsNoGraphIsRefusedWithItsArray)
{
    EXPECT_THAT(refusalOf("weighted.npz"), HasSubstr("weighted.npz: adj_data holds weights"));
    EXPECT_THAT(refusalOf("objects.npz"),
                HasSubstr("objects.npz: node_names holds Python objects"));
    EXPECT_THAT(refusalOf("square.npz"), HasSubstr("adj_shape is not square: 4 x 5"));
    EXPECT_THAT(refusalOf("outside.npz"), HasSubstr("adj_indices names a column outside"));
    EXPECT_THAT(refusalOf("pointers.npz"), HasSubstr("adj_indptr does not fit"));
    EXPECT_THAT(refusalOf("rows.npz"), HasSubstr("attr_shape has 3 rows, and the graph 4 nodes"));
    EXPECT_THAT(refusalOf("nan.npz"), HasSubstr("the features of node 3 cannot be used: number 3"));
    EXPECT_THAT(refusalOf("other.npz"), HasSubstr("has no array adj_shape"));
    EXPECT_THAT(refusalOf("labels.npz"), HasSubstr("the label 2 is not one of the 2 classes"));
}

TEST(Npz, CutShortAtAnyByteItIsRefused)
{
    const auto bytes = readFile(kArchives / "packed.npz");
    const TemporaryFolder scratch;
    const auto cut = scratch.path() / "cut.npz";
    for (std::size_t length = 0; length < bytes.size(); length += 7) {
        writeFileAtomically(cut, bytes.substr(0, length));
        EXPECT_THROW(readGraph({.graph = cut}), IoError) << length;
    }
    // A changed byte in the packed numbers.
    auto damaged = bytes;
    damaged[70] = static_cast<char>(damaged[70] ^ 1);
    writeFileAtomically(cut, damaged);
    EXPECT_THROW(readGraph({.graph = cut}), IoError);
}

} // namespace
} // namespace mlab::stimuli
