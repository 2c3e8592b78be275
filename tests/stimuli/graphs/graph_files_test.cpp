// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/sha256.h"
#include "stimuli/graphs/builtin/bag_of_words.h"
#include "stimuli/graphs/builtin/contextual_sbm.h"
#include "stimuli/graphs/builtin/karate_club.h"
#include "stimuli/graphs/files/graph_reader.h"
#include "stimuli/graphs/files/graph_writer.h"
#include "stimuli/graphs/files/graphml.h"
#include "stimuli/graphs/files/npy.h"
#include "stimuli/graphs/measures/structure_statistics.h"
#include "stimuli/graphs/rewiring/structure_metamer.h"
#include "tests/temporary_folder.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>

namespace mlab::stimuli {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class GraphFile : public testing::Test {
protected:
    fs::path write(const std::string& name, const std::string& content) const
    {
        writeFileAtomically(scratch_.path() / name, content);
        return scratch_.path() / name;
    }

    /// The message of the error, without the folder.
    static std::string refusal(const GraphFiles& files)
    {
        try {
            readGraph(files);
        } catch (const Error& problem) {
            const std::string text = problem.what();
            const auto folder = files.graph.parent_path().string() + "/";
            return text.starts_with(folder) ? text.substr(folder.size()) : text;
        }
        return "accepted";
    }

    TemporaryFolder scratch_;
};

TEST_F(GraphFile, AnEdgeListHasAHeadingOrNone)
{
    const auto expected = GraphStructure(4, {{0, 1}, {1, 3}});
    for (const auto* text :
         {"source,target\n0,1\n3,1\n", "0,1\n3,1", "# by hand\n0 1\n\n3  1\r\n",
          "0\t1\t1.0\n3\t1\t1", "\xEF\xBB\xBFsource;target\r\n\"0\"; 1\r\n3;1\r\n"}) {
        const auto read = readGraph({.graph = write("e.csv", text)});
        EXPECT_EQ(read.graph.structure, expected) << text;
        EXPECT_THAT(read.notes, ElementsAre("1 of 4 nodes have no edges; they are kept"));
        EXPECT_EQ(columnsOf(read.graph.features), 0);
    }
}

TEST_F(GraphFile, NodesMayHaveNames)
{
    const auto read = readGraph({.graph = write("e.csv", "b a\n\"b\" 07\n")});
    EXPECT_THAT(read.graph.nodeNames, ElementsAre("b", "a", "07"));
    EXPECT_EQ(read.graph.structure, GraphStructure(3, {{0, 1}, {0, 2}}));
}

TEST_F(GraphFile, AnEdgeMayBeListedInBothDirectionsButNotTwiceInOne)
{
    const auto read = readGraph({.graph = write("e.csv", "0,1\n1,0\n1,2\n")});
    EXPECT_EQ(read.graph.structure.edges().size(), 2U);
    EXPECT_THAT(read.notes, ElementsAre("1 edges are listed in both directions; each counts once"));
    EXPECT_EQ(refusal({.graph = write("e.csv", "source,target\n0,1\n1,2\n0,1\n")}),
              "e.csv:4: the edge 0 - 1 is already in line 2");
    EXPECT_EQ(refusal({.graph = write("e.csv", "0,1\n1,0\n1,0\n")}),
              "e.csv:3: the edge 1 - 0 is already in line 2");
}

TEST_F(GraphFile, WhatIsNoEdgeIsRefusedWithItsLine)
{
    EXPECT_THAT(refusal({.graph = write("e.csv", "0,1\n2,2\n")}),
                HasSubstr("e.csv:2: the edge leads from node \"2\" to itself"));
    EXPECT_EQ(refusal({.graph = write("e.csv", "0,1\n2\n")}),
              "e.csv:2: an edge has two nodes and perhaps a weight, but there are 1 fields");
    EXPECT_THAT(refusal({.graph = write("e.csv", "0,1,0.5\n")}),
                HasSubstr("e.csv:1: the weight 0.5 is not 1"));
    EXPECT_EQ(refusal({.graph = write("e.csv", "0,1,x\n")}), "e.csv:1: \"x\" is not a number");
    EXPECT_EQ(refusal({.graph = write("e.csv", "0,\"1\n")}),
              "e.csv:1: a double quote is not closed on this line");
    EXPECT_EQ(
        refusal({.graph = write("e.csv", "0,1\n0,2\n"), .features = write("x.csv", "1,2\n3,4\n")}),
        "e.csv:2: there is no node \"2\" in " + (scratch_.path() / "x.csv").string() +
            "; it has 2 rows, for nodes 0 to 1");
    EXPECT_EQ(refusal({.graph = write("e.csv", "from,to\n0,1\n")}),
              "e.csv:1: \"from\" and \"to\" are not numbers, and all other nodes are; the heading "
              "of an edge list is source,target");
    EXPECT_THAT(refusal({.graph = scratch_.path()}), HasSubstr("is not a file of a known kind"));
    EXPECT_THAT(refusal({.graph = scratch_.path() / "absent.csv"}), HasSubstr("does not exist"));
    fs::create_directory(scratch_.path() / "folder.csv");
    EXPECT_THAT(refusal({.graph = scratch_.path() / "folder.csv"}), HasSubstr("it is a folder"));
    EXPECT_THAT(refusal({.graph = write("e.csv", "<!DOCTYPE html>")}), HasSubstr("web page"));
}

TEST_F(GraphFile, DenseFeaturesHaveARowForEachNode)
{
    const auto edges = write("e.csv", "0,1\n");
    const auto read =
        readGraph({.graph = edges, .features = write("x.csv", "1,2.5\n-3e1,4\n0,0\n")});
    EXPECT_EQ(read.graph.structure.nodes(), 3); // the last one without edges
    EXPECT_EQ(read.graph.features,
              Features(DenseFeatures{.rows = 3, .columns = 2, .values = {1, 2.5, -30, 4, 0, 0}}));
    const auto refused = [&](const char* text) {
        return refusal({.graph = edges, .features = write("x.csv", text)});
    };
    EXPECT_THAT(refused("1,2\n3\n"),
                HasSubstr("x.csv:2: there are 1 fields, and the first row has 2"));
    EXPECT_THAT(refused("1,2\n3,nan\n"), HasSubstr("x.csv:2: \"nan\" is not finite"));
    EXPECT_THAT(refused("1,2\n3,1e999\n"), HasSubstr("x.csv:2: \"1e999\" is not a number"));
    EXPECT_THAT(refused("1,2\n3,\n"), HasSubstr("x.csv:2: \"\" is not a number"));
    EXPECT_THAT(refused("a,b\n3,4\n"), HasSubstr("x.csv:1: \"a\" is not a number"));
    EXPECT_THAT(refused("1\n"), HasSubstr("e.csv:1: there is no node \"1\""));
    EXPECT_THAT(refused(""), HasSubstr("it has no rows"));
}

// Node 0 of the results would be another node of the files.
TEST_F(GraphFile, NodesThatAreNumbersAreInTheirOrder)
{
    const auto edges = write("e.csv", "0,1\n1,2\n");
    EXPECT_EQ(
        refusal({.graph = edges, .nodes = write("n.csv", "node\n2\n0\n1\n")}),
        "n.csv: the nodes are the numbers 0 to 2, but in another order; sort the rows by node");
    EXPECT_EQ(
        refusal({.graph = edges, .features = write("x.csv", "node,a\n1,5\n0,6\n2,7\n")}),
        "x.csv: the nodes are the numbers 0 to 2, but in another order; sort the rows by node");
}

TEST_F(GraphFile, AByteOrderMarkDoesNotHideTheNumberOfColumns)
{
    const auto read =
        readGraph({.graph = write("e.csv", "0,1\n1,2\n"),
                   .features = write("x.csv", "\xEF\xBB\xBF# columns: 9\nnode,feature\n2,4\n")});
    EXPECT_EQ(std::get<BinaryFeatures>(read.graph.features).columns, 9);
}

TEST_F(GraphFile, RowsOfFeaturesMayNameTheirNodes)
{
    const auto edges = write("e.csv", "source,target\nb,a\n");
    const auto read =
        readGraph({.graph = edges, .features = write("x.csv", "node,length\na,1\nb,2\nc,3\n")});
    EXPECT_THAT(read.graph.nodeNames, ElementsAre("a", "b", "c"));
    EXPECT_EQ(std::get<DenseFeatures>(read.graph.features).values, (std::vector<double>{1, 2, 3}));
    const auto nodes = write("n.csv", "node\nb\na\n");
    const auto ordered = readGraph(
        {.graph = edges, .features = write("x.csv", "node,length\na,1\nb,2\n"), .nodes = nodes});
    EXPECT_EQ(std::get<DenseFeatures>(ordered.graph.features).values, (std::vector<double>{2, 1}));
    EXPECT_THAT(refusal({.graph = edges,
                         .features = write("x.csv", "node,length\na,1\na,2\n"),
                         .nodes = nodes}),
                HasSubstr("x.csv:3: node \"a\" is already in line 2"));
    EXPECT_THAT(refusal({.graph = edges,
                         .features = write("x.csv", "node,length\na,1\nz,2\n"),
                         .nodes = nodes}),
                HasSubstr("x.csv:3: there is no node \"z\""));
    EXPECT_THAT(
        refusal({.graph = edges, .features = write("x.csv", "node,length\na,1\n"), .nodes = nodes}),
        HasSubstr("has the features of 1 nodes, and the graph has 2 nodes"));
}

TEST_F(GraphFile, OnesOfBinaryFeatures)
{
    const auto edges = write("e.csv", "0,1\n1,2\n");
    const auto read =
        readGraph({.graph = edges, .features = write("x.csv", "node,feature\n2,4\n0,1\n2,0\n")});
    EXPECT_EQ(read.graph.features,
              Features(binaryFeatures(5, std::vector<std::vector<int>>{{1}, {}, {0, 4}})));
    EXPECT_EQ(columnsOf(readGraph({.graph = edges,
                                   .features = write("x.csv", "# columns: 9\nnode,feature\n2,4\n")})
                            .graph.features),
              9);
    const auto refused = [&](const char* text) {
        return refusal({.graph = edges, .features = write("x.csv", text)});
    };
    EXPECT_THAT(refused("node,feature\n0,1\n0,1\n"),
                HasSubstr("x.csv:3: feature 1 of node \"0\" is already in line 2"));
    EXPECT_THAT(refused("node,feature\n3,1\n"),
                HasSubstr("x.csv:2: there is no node \"3\"; there are nodes 0 to 2"));
    EXPECT_THAT(refused("# columns: 2\nnode,feature\n0,2\n"),
                HasSubstr("x.csv:3: \"2\" is not a whole number from 0 to 1"));
    EXPECT_THAT(refused("# columns: few\nnode,feature\n0,2\n"),
                HasSubstr("\"few\" is not a whole number"));
    EXPECT_THAT(refused("node,feature\n0,-1\n"),
                HasSubstr("x.csv:2: \"-1\" is not a whole number"));
}

TEST_F(GraphFile, ATableOfNodesHasLabelsAndSplits)
{
    const auto edges = write("e.csv", "a,b\n");
    const auto read = readGraph(
        {.graph = edges,
         .nodes = write("n.csv", "node,label,split\na,cat,train\nb,,test\nc,dog,none\n")});
    EXPECT_THAT(read.graph.labels, ElementsAre(0, kUnknownLabel, 1));
    EXPECT_THAT(read.graph.classNames, ElementsAre("cat", "dog"));
    EXPECT_THAT(read.graph.splits, ElementsAre(Split::training, Split::test, Split::none));
    const auto numbers =
        readGraph({.graph = edges, .nodes = write("n.csv", "node,label\na,2\nb,0\n")});
    EXPECT_THAT(numbers.graph.labels, ElementsAre(2, 0));
    EXPECT_THAT(numbers.graph.classNames, ElementsAre("0", "1", "2"));
    const auto refused = [&](const char* text) {
        return refusal({.graph = edges, .nodes = write("n.csv", text)});
    };
    const auto tabs =
        readGraph({.graph = edges, .nodes = write("n.tsv", "node\tlabel\na\tcat\nb\t\n")});
    EXPECT_THAT(tabs.graph.labels, ElementsAre(0, kUnknownLabel));
    EXPECT_THAT(refused("node,lable\na,1\n"),
                HasSubstr("n.csv:1: \"lable\" is not a column of nodes "
                          "(did you mean \"label\"?)"));
    EXPECT_THAT(refused("label\n1\n"), HasSubstr("the heading has no column \"node\""));
    EXPECT_THAT(refused("node,node\na,a\n"), HasSubstr("two columns have the name"));
    EXPECT_THAT(refused("node,class\na,cat\nb,dog\n"), HasSubstr("there is no column \"label\""));
    EXPECT_THAT(
        refused("node,split\na,training\n"),
        HasSubstr("n.csv:2: \"training\" is not a split; it is none, train, validation or test"));
    EXPECT_THAT(refused("node,label\na\n"), HasSubstr("n.csv:2: there are 1 fields"));
    EXPECT_THAT(refused("node\na\nb\na\n"), HasSubstr("n.csv:4: node \"a\" is already in line 2"));
    EXPECT_EQ(refused("node\na\n"),
              "e.csv:1: there is no node \"b\" in " + (scratch_.path() / "n.csv").string());
    EXPECT_THAT(refused("node,label,class\na,0,cat\nb,0,dog\n"),
                HasSubstr("n.csv:3: label 0 is the class \"cat\" in another row, not \"dog\""));
    EXPECT_THAT(refused(""), HasSubstr("is empty"));
}

TEST_F(GraphFile, PicklesAreRefusedWithAHint)
{
    for (const auto* name : {"cora.pt", "graph.pkl", "ind.cora.graph", "x.pickle"}) {
        const auto text = refusal({.graph = write(name, "\x80\x04.")});
        EXPECT_THAT(text, HasSubstr("is a pickle of Python"));
        EXPECT_THAT(text, HasSubstr("docs/graphs.md shows how"));
    }
    EXPECT_THAT(refusal({.graph = write("g.dot", "graph {}")}), HasSubstr(".graphml, .gml"));
    EXPECT_THAT(refusal({.graph = write("g.gml", "graph []"), .features = write("x.csv", "1\n")}),
                HasSubstr("holds its own features and labels"));
}

TEST_F(GraphFile, WhatIsWrittenIsReadBackTheSame)
{
    auto club = karateClub();
    club.nodeNames.resize(34);
    for (std::size_t i = 0; i < 34; ++i) {
        club.nodeNames[i] = (i % 3 == 0 ? "@member, \"" : "=Mr ") + std::to_string(i);
    }
    club.splits.assign(34, Split::none);
    club.splits[3] = Split::validation;
    club.labels[5] = kUnknownLabel;
    auto words = bagOfWords({.nodes = 60, .words = 40, .density = .05});
    for (const auto& graph : {club, contextualSbm({.nodes = 50, .features = 3}), words}) {
        const auto files = encodeGraph(graph);
        for (const auto& [name, content] : files) {
            write(name, content);
        }
        const bool featured = files.contains("features.csv");
        EXPECT_EQ(featured, columnsOf(graph.features) > 0);
        const auto read =
            readGraph({.graph = scratch_.path() / "edges.csv",
                       .features = featured ? scratch_.path() / "features.csv" : fs::path(),
                       .nodes = scratch_.path() / "nodes.csv"});
        EXPECT_EQ(read.graph, graph);
        const auto record = nlohmann::json::parse(files.at("graph.json"));
        EXPECT_EQ(record.at("edges"), graph.structure.edges().size());
        EXPECT_EQ(record.at("sha256").at("edges.csv"), sha256Hex(files.at("edges.csv")));

        const auto graphml = readGraph({.graph = scratch_.path() / "graph.graphml"}).graph;
        EXPECT_EQ(graphml.structure, graph.structure);
        EXPECT_EQ(graphml.nodeNames, graph.nodeNames);
        EXPECT_EQ(graphml.splits, graph.splits);
        EXPECT_EQ(graphml.features, graph.features);
    }
}

TEST_F(GraphFile, GraphmlHasAttributes)
{
    const std::string text = R"(<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
 <key id="d0" for="node" attr.name="age" attr.type="double"/>
 <key id="d1" for="node" attr.name="class" attr.type="string"/>
 <key id="d2" for="node" attr.name="colour" attr.type="string"/>
 <key id="d3" for="node" attr.name="member" attr.type="boolean"/>
 <key id="d4" for="edge" attr.name="weight" attr.type="double"/>
 <graph edgedefault="directed">
  <node id="ann"><data key="d0">31.5</data><data key="d1">x</data><data key="d3">true</data></node>
  <node id="bob"><data key="d0">-2</data><data key="d1">y</data><data key="d3">false</data></node>
  <edge source="ann" target="bob"><data key="d4">1</data></edge>
  <edge source="bob" target="ann"><data key="d4">1</data></edge>
 </graph>
</graphml>)";
    const auto read = readGraph({.graph = write("g.graphml", text)});
    EXPECT_THAT(read.graph.nodeNames, ElementsAre("ann", "bob"));
    EXPECT_THAT(read.graph.classNames, ElementsAre("x", "y"));
    EXPECT_EQ(read.graph.structure, GraphStructure(2, {{0, 1}}));
    EXPECT_EQ(read.graph.features,
              Features(DenseFeatures{.rows = 2, .columns = 2, .values = {31.5, 1, -2, 0}}));
    EXPECT_THAT(read.notes, ElementsAre("2 directed edges became 1 undirected ones",
                                        "the attribute \"colour\" is not used: it is not a number "
                                        "in every node"));
    auto weighted = text;
    weighted.replace(weighted.find("<data key=\"d4\">1"), 16, "<data key=\"d4\">2");
    EXPECT_THAT(refusal({.graph = write("w.graphml", weighted)}), HasSubstr("weight other than 1"));
    EXPECT_THAT(refusal({.graph = write("b.graphml", text.substr(0, 400))}),
                HasSubstr("b.graphml: "));
    EXPECT_EQ(
        refusal({.graph = write("n.graphml", "<graphml xmlns=\"http://x\"><graph/></graphml>")}),
        "n.graphml has no graph in the namespace of GraphML, "
        "http://graphml.graphdrawing.org/xmlns");
    EXPECT_THAT(refusal({.graph = write("e.graphml", "")}), HasSubstr("is empty"));
}

TEST_F(GraphFile, GmlHasLabels)
{
    const std::string text =
        "graph [ directed 0 node [ id 7 label \"a\" class 1 x 2.5 ] node [ id 3 "
        "label \"b\" class 0 x 1 ] edge [ source 7 target 3 ] ]";
    const auto read = readGraph({.graph = write("g.gml", text)});
    EXPECT_THAT(read.graph.nodeNames, ElementsAre("a", "b"));
    EXPECT_THAT(read.graph.labels, ElementsAre(1, 0));
    EXPECT_EQ(read.graph.features,
              Features(DenseFeatures{.rows = 2, .columns = 1, .values = {2.5, 1}}));
    const std::string ids = "graph [ node [ id 1 ] node [ id 2 ] edge [ source 1 target 2 ] ]";
    EXPECT_THAT(readGraph({.graph = write("ids.gml", ids)}).graph.nodeNames, ElementsAre("1", "2"));
    EXPECT_THAT(refusal({.graph = write("g.gml", "graph [\n node [ id 1\n edge ]")}),
                HasSubstr("line"));
    EXPECT_THAT(
        refusal({.graph = write("g.gml", "graph [ node [ id 1 ] edge [ source 1 target 1 ] ]")}),
        HasSubstr("is a loop"));
    EXPECT_THAT(
        refusal({.graph = write("g.gml", "graph [ node [ id 1 ] edge [ source 1 target 2 ] ]")}),
        HasSubstr("g.gml: "));
}

TEST_F(GraphFile, LinqsHasContentsBesideTheCitations)
{
    write("x.content", "11\t0\t1\t1\tTheory\n12\t1\t0\t0\tNeural\n13\t0\t0\t0\tTheory\n");
    const auto read = readGraph({.graph = write("x.cites", "11\t12\n12\t11\n13\t12\n")});
    EXPECT_THAT(read.graph.nodeNames, ElementsAre("11", "12", "13"));
    EXPECT_THAT(read.graph.labels, ElementsAre(0, 1, 0));
    EXPECT_EQ(read.graph.structure, GraphStructure(3, {{0, 1}, {1, 2}}));
    EXPECT_EQ(read.graph.features,
              Features(binaryFeatures(3, std::vector<std::vector<int>>{{1, 2}, {0}, {}})));
    EXPECT_THAT(read.notes, ElementsAre("3 citations became 2 undirected edges"));
    EXPECT_EQ(refusal({.graph = write("x.cites", "11\t12\n11\t99\n")}),
              "x.cites:2: there is no node \"99\"");
    write("x.content", "11\t0\t2\tTheory\n");
    EXPECT_EQ(refusal({.graph = scratch_.path() / "x.cites"}),
              "x.content:1: \"2\" is not a whole number from 0 to 1");
}

std::string npy(const std::string& header, const std::string& data)
{
    std::string out = "\x93NUMPY\x01";
    out += '\0';
    out += static_cast<char>(header.size() & 0xffU);
    out += static_cast<char>(header.size() >> 8U);
    return out + header + data;
}

TEST(Npy, ReadsNumbersAndTexts)
{
    const auto integers = decodeNpy(
        npy("{'descr': '|i1', 'fortran_order': False, 'shape': (2,), }", "\xff\x05"), "a");
    EXPECT_EQ(std::get<std::vector<std::int64_t>>(integers.values),
              (std::vector<std::int64_t>{-1, 5}));
    const auto matrix = decodeNpy(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }",
                                      std::string("\0\0\x80\x3f\0\0\0\xc0", 8)),
                                  "a");
    EXPECT_THAT(matrix.shape, ElementsAre(1, 2));
    EXPECT_EQ(std::get<std::vector<double>>(matrix.values), (std::vector<double>{1, -2}));
    const auto texts = decodeNpy(npy("{'descr': '<U2', 'fortran_order': False, 'shape': (1,), }",
                                     std::string("\xe9\0\0\0\0\0\0\0", 8)),
                                 "a");
    EXPECT_EQ(std::get<std::vector<std::string>>(texts.values), (std::vector<std::string>{"é"}));
}

TEST(Npy, RefusesPicklesAndWhatDoesNotFit)
{
    const auto refused = [](const std::string& header, const std::string& data) {
        try {
            decodeNpy(npy(header, data), "a");
        } catch (const IoError& problem) {
            return std::string(problem.what());
        }
        return std::string("accepted");
    };
    EXPECT_THAT(refused("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "x"),
                HasSubstr("Python objects, which are pickles"));
    EXPECT_THAT(refused("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", "xxxx"),
                HasSubstr("little-endian"));
    EXPECT_THAT(refused("{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }", "xxxx"),
                HasSubstr("Fortran order"));
    EXPECT_THAT(refused("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "xxxx"),
                HasSubstr("as many numbers"));
    EXPECT_THAT(
        refused("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }",
                ""),
        HasSubstr("as many numbers"));
    EXPECT_THAT(refused("{'descr': '<f2', 'fortran_order': False, 'shape': (1,), }", "xx"),
                HasSubstr("'<f2'"));
    EXPECT_THAT(refused("{'descr': '<U0', 'fortran_order': False, 'shape': (99999999999,), }", ""),
                HasSubstr("the most that is accepted"));
    EXPECT_THAT(refused("{'shape': (1,)}", "x"), HasSubstr("has no descr"));
    EXPECT_THROW(decodeNpy("\x93NUMPY\x01", "a"), IoError);
}

// The files of shared/graphs; the numbers are those of gnn.md 7.
class Cora : public testing::Test {
protected:
    void SetUp() override
    {
        if (!fs::is_directory(folder_)) {
            GTEST_SKIP() << folder_ << " is not there";
        }
    }
    static void expectCora(const Graph& graph)
    {
        const auto statistics = structureStatistics(graph.structure);
        EXPECT_EQ(graph.structure.nodes(), 2708);
        EXPECT_EQ(graph.structure.edges().size(), 5278U);
        EXPECT_EQ(statistics.components, 78);
        EXPECT_EQ(statistics.largestComponent, 2485);
        const auto& words = std::get<BinaryFeatures>(graph.features);
        EXPECT_EQ(words.columns, 1433);
        EXPECT_EQ(words.ones.size(), 49216U);
        EXPECT_EQ(graph.classNames.size(), 7U);
    }
    fs::path folder_ = fs::path(MLAB_SHARED_DIR) / "graphs";
};

TEST_F(Cora, IsReadFromTables)
{
    const auto cora = readGraph({.graph = folder_ / "cora/edges.csv",
                                 .features = folder_ / "cora/features.csv",
                                 .nodes = folder_ / "cora/nodes.csv"});
    expectCora(cora.graph);
    EXPECT_TRUE(cora.graph.nodeNames.empty());
    EXPECT_EQ(std::ranges::count(cora.graph.splits, Split::training), 140);
    EXPECT_EQ(std::ranges::count(cora.graph.splits, Split::validation), 500);
    EXPECT_EQ(std::ranges::count(cora.graph.splits, Split::test), 1000);
}

TEST_F(Cora, IsReadFromNpz)
{
    const auto cora = readGraph({.graph = folder_ / "cora.npz"});
    expectCora(cora.graph);
    EXPECT_EQ(cora.graph.nodeNames.size(), 2708U);
    EXPECT_THAT(cora.notes, ElementsAre("5429 directed edges became 5278 undirected ones"));
}

TEST_F(Cora, HasNoExactStructureMetamer)
{
    const auto cora = readGraph({.graph = folder_ / "cora.npz"}).graph;
    EXPECT_FALSE(exactStructureMetamer(cora, 10, 1).structure);
}

} // namespace
} // namespace mlab::stimuli
