// SPDX-License-Identifier: GPL-3.0-or-later
//
// Graph networks as people run them: with the files that make_graph_networks.py wrote.
#include "core/base/files.h"
#include "tests/e2e/process.h"
#include "tests/temporary_folder.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <sstream>
#include <utility>

namespace mlab {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class GraphCommand : public testing::Test {
protected:
    Result runOn(const std::string& command, const std::vector<std::string>& more) const
    {
        std::vector<std::string> all = {MLAB_SYNTH,   command,
                                        "--graph",    networks_ / "edges.csv",
                                        "--features", networks_ / "features.csv",
                                        "--out",      out_};
        all.insert(all.end(), more.begin(), more.end());
        return run(all);
    }
    std::vector<std::string> gcn(const std::vector<std::string>& more) const
    {
        std::vector<std::string> out = {"--architecture", "gcn", "--weights",
                                        networks_ / "gcn.safetensors"};
        out.insert(out.end(), more.begin(), more.end());
        return out;
    }
    static std::vector<double> numbersIn(const fs::path& file)
    {
        auto text = readFile(file);
        std::ranges::replace(text, ',', ' ');
        std::istringstream in(text);
        return {std::istream_iterator<double>(in), std::istream_iterator<double>()};
    }

    TemporaryFolder scratch_;
    fs::path networks_ = MLAB_GRAPH_NETWORKS;
    fs::path out_ = scratch_.path() / "out.csv";
};

TEST_F(GraphCommand, WritesTheActivationsOfALayer)
{
    for (const auto& [options, file] :
         {std::pair(std::vector<std::string>{"--layer", "2"}, "gcn-2.csv"),
          std::pair(std::vector<std::string>{"--layer", "1", "--pre"}, "gcn-1-pre.csv")}) {
        const auto result = runOn("graph-activations", gcn(options));
        ASSERT_EQ(result.code, 0) << result.out;
        EXPECT_THAT(result.out, HasSubstr("1 of 9 nodes have no edges; they are kept"));
        const auto numbers = numbersIn(out_);
        const auto expected = numbersIn(networks_ / file);
        ASSERT_EQ(numbers.size(), expected.size());
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            EXPECT_NEAR(numbers[i], expected[i], 1e-12);
        }
    }
}

TEST_F(GraphCommand, WritesTheDimensionOfEachNode)
{
    const auto result = runOn("graph-dimension", gcn({"--activation", "elu"}));
    ASSERT_EQ(result.code, 0) << result.out;
    EXPECT_THAT(result.out, HasSubstr("\"activation\": 0.0"));
    std::istringstream rows(readFile(out_));
    std::string row;
    std::getline(rows, row);
    EXPECT_EQ(row, "node,own,field,rank_own,rank_field,log_volume_change\r");
    std::getline(rows, row); // node 0 has three neighbours; 4 features, 3 units
    EXPECT_THAT(row, testing::StartsWith("0,1,13,3,3,"));
}

TEST_F(GraphCommand, NamesWhatCannotBeUsed)
{
    auto result = runOn("graph-activations", gcn({"--layer", "3"}));
    EXPECT_EQ(result.code, 2);
    EXPECT_THAT(result.out, HasSubstr("the network has layers 1 to 2, no layer 3"));
    result = runOn("graph-activations",
                   {"--architecture", "sage", "--weights", networks_ / "gcn.safetensors"});
    EXPECT_EQ(result.code, 2);
    EXPECT_THAT(result.out, HasSubstr("conv1.lin_l.weight is missing"));
    const auto edges = scratch_.path() / "e.csv";
    writeFileAtomically(edges, "0,1\n1,1\n");
    result = run({MLAB_SYNTH, "graph-dimension", "--graph", edges, "--architecture", "gcn",
                  "--weights", networks_ / "gcn.safetensors", "--out", out_});
    EXPECT_EQ(result.code, 2);
    EXPECT_THAT(result.out, HasSubstr("e.csv:2: the edge leads from node \"1\" to itself"));
    EXPECT_FALSE(fs::exists(out_));
}

} // namespace
} // namespace mlab
