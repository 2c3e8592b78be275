// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/graph_source/graph_source_reader.h"

#include "experiments/json/located_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>

namespace mlab::experiments {
namespace {

constexpr auto kOfAllGraphs =
    std::to_array<std::string_view>({"builtin", "file", "split", "normalise_features"});

/// One graph of a file, whose schema has been checked.
class Reader {
public:
    Reader(const JsonNode& node, const std::filesystem::path& file,
           std::vector<KeyProblem>& problems)
        : node_(node), file_(file), problems_(problems)
    {
    }

    GraphSource read()
    {
        GraphSource source;
        const auto features = node_.find("features");
        source.identityFeatures = features && features->value() == "identity";
        if (const auto file = node_.find("file")) {
            source.from = files(source.identityFeatures);
        } else if (const auto builtin = node_.find("builtin")) {
            const auto name = builtin->as<std::string>();
            source.from = name == "karate-club"      ? decltype(source.from)(karateClub())
                          : name == "contextual-sbm" ? decltype(source.from)(contextualSbm())
                                                     : decltype(source.from)(bagOfWords());
        }
        node_.read("normalise_features", source.normaliseFeatures);
        if (const auto split = node_.find("split")) {
            source.split.emplace();
            split->read("train_per_class", source.split->trainPerClass);
            split->read("validation", source.split->validation);
            split->read("seed", source.split->seed);
        }
        return source;
    }

private:
    void add(const std::string& key, const std::string& reason)
    {
        problems_.push_back({.pointer = childPointer(node_.pointer(), key), .reason = reason});
    }

    /// Reports keys that mean nothing for this kind of graph.
    template <std::size_t N>
    void only(const std::string& kind, const std::array<std::string_view, N>& known)
    {
        for (const auto& [key, value] : node_.value().items()) {
            if (std::ranges::find(kOfAllGraphs, key) == kOfAllGraphs.end() &&
                std::ranges::find(known, key) == known.end()) {
                add(key, kind + " has no " + inQuotes(key));
            }
        }
    }

    /// A whole number; a text in its place is reported.
    void readNumber(const std::string& key, int& target)
    {
        const auto member = node_.find(key);
        if (!member) {
            return;
        }
        if (member->value().is_number()) {
            target = member->as<int>();
        } else {
            add(key, key == "features" && member->value() == "identity"
                         ? "contextual-sbm has features of its own; leave out \"identity\""
                         : "expected a whole number: this graph is built in and has no such file");
        }
    }

    std::filesystem::path readPath(const std::string& key)
    {
        const auto member = node_.find(key);
        if (!member) {
            return {};
        }
        if (!member->value().is_string()) {
            add(key, "expected the name of a file: the graph comes from a file, which says how "
                     "many there are");
            return {};
        }
        auto path = (file_.parent_path() / member->as<std::string>()).lexically_normal();
        std::error_code unreadable;
        if (!std::filesystem::is_regular_file(path, unreadable)) {
            add(key, "file " + path.string() + " not found");
        }
        return path;
    }

    GraphFiles files(bool identityFeatures)
    {
        only("a graph from a file", std::to_array<std::string_view>({"features", "nodes"}));
        return {.graph = readPath("file"),
                .features = identityFeatures ? std::filesystem::path() : readPath("features"),
                .nodes = readPath("nodes")};
    }

    KarateClub karateClub()
    {
        only("karate-club", std::to_array<std::string_view>({"features"}));
        if (const auto features = node_.find("features");
            features && features->value() != "identity") {
            add("features", R"(karate-club has no features; "identity" gives it some)");
        }
        return {};
    }

    ContextualSbm contextualSbm()
    {
        only("contextual-sbm",
             std::to_array<std::string_view>(
                 {"nodes", "features", "mean_degree", "edge_signal", "feature_signal", "seed"}));
        ContextualSbm model;
        readNumber("nodes", model.nodes);
        readNumber("features", model.features);
        node_.read("mean_degree", model.meanDegree);
        node_.read("edge_signal", model.edgeSignal);
        node_.read("feature_signal", model.featureSignal);
        node_.read("seed", model.seed);
        return model;
    }

    BagOfWords bagOfWords()
    {
        only("bag-of-words",
             std::to_array<std::string_view>({"nodes", "mean_degree", "classes", "homophily",
                                              "words", "density", "boost", "seed"}));
        BagOfWords model;
        readNumber("nodes", model.nodes);
        node_.read("mean_degree", model.meanDegree);
        node_.read("classes", model.classes);
        node_.read("homophily", model.homophily);
        node_.read("words", model.words);
        node_.read("density", model.density);
        node_.read("boost", model.boost);
        node_.read("seed", model.seed);
        return model;
    }

    const JsonNode& node_;
    const std::filesystem::path& file_;
    std::vector<KeyProblem>& problems_;
};

/// Whether a file or folder may have this name everywhere.
bool isPlainName(const std::string& name)
{
    constexpr std::size_t kMostCharacters = 60;
    return !name.empty() && name.size() <= kMostCharacters && name.front() != '.' &&
           std::ranges::all_of(name, [](unsigned char c) {
               return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '-';
           });
}

} // namespace

GraphSource readGraphSource(const JsonNode& node, const std::filesystem::path& file,
                            std::vector<KeyProblem>& problems)
{
    return Reader(node, file, problems).read();
}

std::map<std::string, GraphSource> readGraphSources(const JsonNode& parent,
                                                    const std::filesystem::path& file,
                                                    std::vector<KeyProblem>& problems)
{
    std::map<std::string, GraphSource> sources;
    const auto graphs = parent.find("graphs");
    if (!graphs) {
        return sources;
    }
    for (const auto& [name, value] : graphs->value().items()) {
        if (!isPlainName(name)) {
            problems.push_back({.pointer = childPointer(graphs->pointer(), name),
                                .reason = "the name of a graph is also that of a folder: 1 to 60 "
                                          "letters, digits, dots, underscores and hyphens, and no "
                                          "dot in front"});
        }
        if (const auto graph = graphs->find(name)) {
            sources.emplace(name, readGraphSource(*graph, file, problems));
        }
    }
    return sources;
}

} // namespace mlab::experiments
