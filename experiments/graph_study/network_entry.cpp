// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/graph_study/network_entry.h"

#include "core/base/error.h"
#include "experiments/graph_study/network_manifest.h"
#include "experiments/json/located_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <set>
#include <string>
#include <system_error>
#include <utility>

namespace mlab::experiments {
namespace {

/// The usable values of a key that takes one value or a list; empty if it does not exist.
std::vector<JsonNode> oneOrList(const JsonNode& parent, const std::string& key)
{
    const auto member = parent.find(key);
    if (!member) {
        return {};
    }
    return member->value().is_array() ? parent.items(key) : std::vector{*member};
}

/// A training with one seed, and what it adds to the name.
struct NamedTraining {
    std::string name;
    GraphTrainingSpec spec;
};

NamedTraining readTraining(const JsonNode& node)
{
    NamedTraining out;
    node.read("learning_rate", out.spec.learningRate);
    node.read("weight_decay", out.spec.weightDecay);
    node.read("dropout", out.spec.dropout);
    node.read("epochs", out.spec.epochs);
    node.read("patience", out.spec.patience);
    if (const auto adversarial = node.find("adversarial")) {
        out.spec.adversarial.emplace();
        adversarial->read("epsilon", out.spec.adversarial->epsilon);
        adversarial->read("steps", out.spec.adversarial->steps);
    }
    out.name = out.spec.adversarial ? "adversarial" : "plain";
    node.read("name", out.name);
    return out;
}

/// Trained networks that differ in what the steps so far have listed.
class Combinations {
public:
    Combinations(std::string name, const GraphTrainingSpec& first)
    {
        made_.emplace_back(std::move(name), first);
    }

    /// Replaces each network by one for each value. @param part what a value adds to the name, if
    /// there are several
    template <class Values, class Set, class Part>
    void divide(const Values& values, const Set& set, const Part& part)
    {
        if (values.empty()) {
            return;
        }
        tooMany_ = tooMany_ || made_.size() * values.size() > kMostStudyNetworks;
        if (tooMany_) {
            return;
        }
        std::vector<std::pair<std::string, GraphTrainingSpec>> divided;
        for (const auto& [name, spec] : made_) {
            for (const auto& value : values) {
                auto& [dividedName, dividedSpec] = divided.emplace_back(name, spec);
                const std::string added = values.size() > 1 ? part(value) : "";
                if (!added.empty()) {
                    dividedName.append("-").append(added);
                }
                set(value, dividedSpec);
            }
        }
        made_ = std::move(divided);
    }

    const std::vector<std::pair<std::string, GraphTrainingSpec>>& made() const { return made_; }
    /// Then some have not been made.
    bool tooMany() const { return tooMany_; }

private:
    bool tooMany_ = false;
    std::vector<std::pair<std::string, GraphTrainingSpec>> made_;
};

class EntryReader {
public:
    EntryReader(const JsonNode& entry, const std::filesystem::path& file,
                std::vector<KeyProblem>& problems)
        : entry_(entry), file_(file), problems_(problems)
    {
        entry.read("name", name_);
        entry.read("graph", graph_);
    }

    std::vector<StudyNetwork> read()
    {
        if (entry_.find("weights")) {
            return {withWeights()};
        }
        std::vector<StudyNetwork> out;
        for (const auto& [name, spec] : combinations()) {
            out.push_back(
                {.name = name, .graph = graph_, .source = spec, .pointer = entry_.pointer()});
        }
        return out;
    }

private:
    void add(const std::string& key, const std::string& reason)
    {
        problems_.push_back({.pointer = childPointer(entry_.pointer(), key), .reason = reason});
    }

    /// Whether the schema has refused one of these, or an item of it.
    bool refused(std::initializer_list<const char*> keys) const
    {
        return std::ranges::any_of(keys, [&](const char* key) {
            const auto written = entry_.value().find(key);
            if (written == entry_.value().end()) {
                return false;
            }
            return !entry_.find(key) ||
                   (written->is_array() && entry_.items(key).size() < written->size());
        });
    }

    std::vector<GraphArchitecture> architectures() const
    {
        std::vector<GraphArchitecture> out;
        for (const auto& node : oneOrList(entry_, "architecture")) {
            out.push_back(valueIn(kGraphArchitectures, node.as<std::string>()).value());
        }
        return out.empty() ? std::vector{GraphArchitecture::gcn} : out;
    }

    std::vector<GraphActivation> activations() const
    {
        std::vector<GraphActivation> out;
        for (const auto& node : oneOrList(entry_, "activation")) {
            out.push_back(valueIn(kGraphActivations, node.as<std::string>()).value());
        }
        return out;
    }

    template <class T> std::vector<T> values(const std::string& key) const
    {
        std::vector<T> out;
        for (const auto& node : oneOrList(entry_, key)) {
            out.push_back(node.as<T>());
        }
        return out;
    }

    /// All trainings with all their seeds.
    std::vector<NamedTraining> trainings()
    {
        std::vector<NamedTraining> out;
        std::set<std::string> names;
        const auto listed = oneOrList(entry_, "training");
        for (const auto& node : listed) {
            auto training = readTraining(node);
            if (!names.insert(training.name).second) {
                problems_.push_back({.pointer = node.pointer(),
                                     .reason = "two trainings of this entry are called " +
                                               inQuotes(training.name) +
                                               R"(; give them different names: "name")"});
            }
            if (listed.size() == 1) {
                training.name.clear(); // nothing differs
            }
            const auto seeds = node.items("seeds");
            if (seeds.empty()) {
                out.push_back(training);
            }
            for (const auto& seed : seeds) {
                out.push_back(training);
                out.back().spec.seed = seed.as<std::uint64_t>();
                if (seeds.size() > 1) {
                    out.back().name +=
                        (training.name.empty() ? "s" : "-s") + std::to_string(out.back().spec.seed);
                }
            }
        }
        return out;
    }

    GraphNetworkShape shape()
    {
        GraphNetworkShape out;
        if (entry_.find("hidden")) {
            out.hidden.clear();
            for (const auto& width : entry_.items("hidden")) {
                out.hidden.push_back(width.as<int>());
            }
            if (entry_.find("width")) {
                add("width", R"(expected "hidden" or "width", not both)");
            }
        }
        entry_.read("heads", out.heads);
        entry_.read("hops", out.hops);
        const auto needs = [&](const std::string& key, GraphArchitecture architecture) {
            if (entry_.find(key) && !refused({"architecture"}) &&
                !std::ranges::count(architectures(), architecture)) {
                add(key, "only " + nameIn(kGraphArchitectures, architecture) + " has " + key);
            }
        };
        needs("heads", GraphArchitecture::gat);
        needs("hops", GraphArchitecture::sgc);
        return out;
    }

    std::vector<std::pair<std::string, GraphTrainingSpec>> combinations()
    {
        int layers = 1;
        entry_.read("hidden_layers", layers);
        Combinations all(name_, {.network = shape()});
        const bool given = entry_.value().contains("hidden") || entry_.value().contains("width");
        all.divide(
            architectures(),
            [&](GraphArchitecture value, GraphTrainingSpec& spec) {
                spec.network.architecture = value;
                if (value == GraphArchitecture::sgc && !given) {
                    spec.network.hidden.clear(); // Wu et al. (2019) have none
                }
            },
            [](GraphArchitecture value) { return nameIn(kGraphArchitectures, value); });
        all.divide(
            activations(),
            [](GraphActivation value, GraphTrainingSpec& spec) { spec.network.activation = value; },
            [](GraphActivation value) { return nameIn(kGraphActivations, value); });
        all.divide(
            values<int>("width"),
            [&](int value, GraphTrainingSpec& spec) {
                spec.network.hidden.assign(static_cast<std::size_t>(layers), value);
            },
            [](int value) { return "w" + std::to_string(value); });
        all.divide(
            values<bool>("residual"),
            [](bool value, GraphTrainingSpec& spec) { spec.network.residual = value; },
            [](bool value) { return std::string(value ? "residual" : ""); });
        const auto unfit = [&](const auto& named) { return !headsFit(named.second.network); };
        // Defaults in the place of values that the schema refused say nothing.
        if (!refused({"architecture", "hidden", "width", "heads"}) &&
            std::ranges::any_of(all.made(), unfit)) {
            add(entry_.find("width")    ? "width"
                : entry_.find("hidden") ? "hidden"
                                        : "heads",
                "gat divides the outputs of a hidden layer among its heads: they must be a "
                "multiple of " +
                    std::to_string(all.made().front().second.network.heads));
        }
        all.divide(
            trainings(),
            [](const NamedTraining& value, GraphTrainingSpec& spec) {
                auto shape = std::move(spec.network);
                spec = value.spec;
                spec.network = std::move(shape);
            },
            [](const NamedTraining& value) { return value.name; });
        if (all.tooMany()) {
            problems_.push_back({.pointer = entry_.pointer(),
                                 .reason = "all combinations are more than " +
                                           std::to_string(kMostStudyNetworks) +
                                           " networks, the most a study may have; divide it"});
        }
        return all.made();
    }

    static bool headsFit(const GraphNetworkShape& shape)
    {
        return shape.architecture != GraphArchitecture::gat ||
               std::ranges::all_of(shape.hidden,
                                   [&](int width) { return width % shape.heads == 0; });
    }

    StudyNetwork withWeights()
    {
        auto file =
            (file_.parent_path() / entry_.find("weights")->as<std::string>()).lexically_normal();
        const bool manifest = file.extension() == ".json";
        const std::string what = manifest ? "the manifest says it" : "it follows from the weights";
        std::vector<std::string> without = {"hidden", "width", "hidden_layers", "heads"};
        if (manifest) {
            without.insert(without.end(), {"architecture", "activation", "residual", "hops"});
        }
        for (const auto& key : without) {
            if (entry_.find(key)) {
                add(key, "leave out " + inQuotes(key) + ": " + what);
            }
        }
        for (const auto* key : {"architecture", "activation", "residual"}) {
            if (oneOrList(entry_, key).size() > 1) {
                add(key, "expected one value: the weights are those of one network");
            }
        }
        GraphNetworkSpec spec{.weights = file};
        std::error_code unreadable;
        if (!std::filesystem::is_regular_file(file, unreadable)) {
            add("weights", "file " + file.string() + " not found");
        } else if (manifest) {
            try {
                spec = readNetworkManifest(file);
            } catch (const Error& problem) {
                add("weights", problem.what());
            }
        } else {
            readSpec(spec);
        }
        return {.name = name_, .graph = graph_, .source = spec, .pointer = entry_.pointer()};
    }

    void readSpec(GraphNetworkSpec& spec)
    {
        if (refused({"architecture", "hops"})) {
            return;
        }
        if (entry_.find("architecture")) {
            spec.architecture = architectures().front();
        } else {
            add("weights",
                R"(the weights do not say of which architecture they are; add the key "architecture")");
        }
        if (const auto listed = activations(); !listed.empty()) {
            spec.activation = listed.front();
        }
        if (const auto listed = values<bool>("residual"); !listed.empty()) {
            spec.residual = listed.front();
        }
        entry_.read("hops", spec.hops);
        if (spec.hops.has_value() != (spec.architecture == GraphArchitecture::sgc)) {
            add(spec.hops ? "hops" : "weights", spec.hops
                                                    ? "only sgc has hops"
                                                    : "the weights of sgc do not say how many hops "
                                                      "a layer has; add the key \"hops\"");
        }
    }

    const JsonNode& entry_;
    const std::filesystem::path& file_;
    std::vector<KeyProblem>& problems_;
    std::string name_;
    std::string graph_;
};

} // namespace

std::vector<StudyNetwork> readNetworkEntry(const JsonNode& entry, const std::filesystem::path& file,
                                           std::vector<KeyProblem>& problems)
{
    return EntryReader(entry, file, problems).read();
}

} // namespace mlab::experiments
