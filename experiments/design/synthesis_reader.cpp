// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/design/synthesis_reader.h"

#include "experiments/design/design_modality.h"

#include <nlohmann/json.hpp>

#include <string>

namespace mlab::experiments {
namespace {

std::filesystem::path besideDesign(const std::filesystem::path& design, const std::string& folder)
{
    return (design.parent_path() / folder).lexically_normal();
}

void readBuiltinSource(const JsonNode& source, StimulusSource& out)
{
    if (const auto builtin = source.find("builtin")) {
        builtin->read("count", out.count);
        builtin->read("seed", out.seed);
    }
}

} // namespace

void readPool(const JsonNode& parent, const std::filesystem::path& file, StimulusSource& out)
{
    const auto pool = parent.find("pool");
    if (!pool) {
        return;
    }
    readBuiltinSource(*pool, out);
    if (const auto folder = pool->find("folder")) {
        out.folder = besideDesign(file, folder->as<std::string>());
        pool->read("count", out.count);
        pool->read("seed", out.seed);
    }
}

std::vector<Direction> readDirections(const JsonNode& entry)
{
    if (!entry.find("directions")) {
        return {Direction::plus, Direction::minus};
    }
    std::vector<Direction> directions;
    for (const auto& direction : entry.items("directions")) {
        directions.push_back(direction.as<std::string>() == "plus" ? Direction::plus
                                                                   : Direction::minus);
    }
    return directions;
}

void readModel(const JsonNode& parent, const std::filesystem::path& file, ModelSpec& out)
{
    const auto model = parent.find("model");
    if (!model) {
        return;
    }
    model->read("builtin", out.name);
    model->read("architecture", out.name);
    if (const auto preset = model->find("preset")) {
        out.cochlea = cochleaPreset(preset->as<std::string>());
    }
    for (const auto* key : {"weights", "file"}) {
        if (const auto named = model->find(key)) {
            out.file = besideDesign(file, named->as<std::string>());
        }
    }
    if (model->find("file")) {
        out.name.clear();
    }
}

void readSynthesis(const JsonNode& root, const std::filesystem::path& file, SynthesisSpec& out)
{
    readModel(root, file, out.model);
    readFormat(root, out);
    if (const auto references = root.find("references")) {
        readBuiltinSource(*references, out.references);
        if (const auto folder = references->find("folder")) {
            out.references = {.folder = besideDesign(file, folder->as<std::string>())};
            references->read("subfolders", out.references.subfolders);
        }
        if (const auto percentile = references->find("within_percentile")) {
            out.referencesWithinPercentile = percentile->as<double>();
        }
    }
    if (const auto basis = root.find("basis")) {
        if (const auto method = basis->find("method")) {
            out.basis.method = *basisMethodNamed(method->as<std::string>());
        }
        for (const auto& rank : basis->items("select")) {
            out.basis.select.push_back(rank.as<int>());
        }
        if (!out.basis.select.empty()) {
            out.basis.components = static_cast<int>(out.basis.select.size());
        }
        basis->read("components", out.basis.components);
        basis->read("candidates", out.basis.candidates);
        basis->read("seed", out.basis.seed);
        readPool(*basis, file, out.basis.pool);
    }
    out.solver.type = defaultSolver(out.model);
    if (const auto solver = root.find("solver")) {
        if (const auto type = solver->find("type")) {
            out.solver.type = *probeSolverNamed(type->as<std::string>());
        }
        solver->read("tolerance_sd", out.solver.toleranceSd);
    }
}

} // namespace mlab::experiments
