// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/store/basis.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/sha256.h"
#include "stimuli/checkpoints/safetensors.h"

#include <nlohmann/json.hpp>

namespace mlab::stimuli {
namespace {

constexpr const char* kFormat = "metamerlab-basis-2";

std::string hashLine(const std::filesystem::path& file, const std::string& sha256)
{
    return sha256 + "  " + file.filename().string() + "\n";
}

} // namespace

void saveBasis(const std::filesystem::path& file, Basis& basis)
{
    const std::int64_t c = basis.channels;
    Safetensors content;
    content.metadata = {{"format", kFormat},
                        {"layer", basis.layer},
                        {"method", toString(basis.method)},
                        {"model_sha256", basis.modelSha256},
                        {"pool_sha256", basis.poolSha256},
                        {"pool_count", std::to_string(basis.poolCount)},
                        {"explained_variance", nlohmann::json(basis.explainedVariance).dump()},
                        {"candidates", std::to_string(basis.candidates)},
                        {"ranks", nlohmann::json(basis.ranks).dump()},
                        {"seed", std::to_string(basis.seed)},
                        {"ica_iterations", std::to_string(basis.icaIterations)},
                        {"converged", nlohmann::json(basis.converged).dump()}};
    content.arrays["mean"] = {.shape = {c, c}, .values = basis.mean};
    content.arrays["components"] = {.shape = {basis.retained(), c, c}, .values = basis.components};
    content.arrays["pool_coordinates"] = {.shape = {basis.poolCount, basis.retained()},
                                          .values = basis.poolCoordinates};
    const std::string bytes = encodeSafetensors(content);
    basis.sha256 = sha256Hex(bytes);
    std::error_code problem;
    std::filesystem::create_directories(file.parent_path(), problem);
    if (problem) {
        throw IoError("cannot make the cache folder " + file.parent_path().string() + ": " +
                      problem.message());
    }
    // First: a basis without its hash counts as one of an earlier version.
    saveBasisHash(file, basis.sha256);
    writeFileAtomically(file, bytes);
}

std::filesystem::path basisHashFile(const std::filesystem::path& file)
{
    return file.string() + ".sha256";
}

void saveBasisHash(const std::filesystem::path& file, const std::string& sha256)
{
    writeFileAtomically(basisHashFile(file), hashLine(file, sha256));
}

Basis loadBasis(const std::filesystem::path& file)
{
    const std::string bytes = readFile(file);
    const std::string sha256 = sha256Hex(bytes);
    const auto hashFile = basisHashFile(file);
    std::error_code unreadable;
    if (std::filesystem::exists(hashFile, unreadable) &&
        readText(hashFile) != hashLine(file, sha256)) {
        throw IoError(file.string() + " does not match its hash in " +
                      hashFile.filename().string() + ", so it was damaged or edited");
    }
    auto content = decodeSafetensors(bytes, file.string());
    Basis basis;
    try {
        const auto& meta = content.metadata;
        if (meta.at("format") != kFormat) {
            throw IoError(file.string() + " has format " + meta.at("format") + ", " + kFormat +
                          " was expected; delete it and fit the basis again");
        }
        basis.layer = meta.at("layer");
        const auto method = basisMethodNamed(meta.at("method"));
        if (!method) {
            throw IoError(file.string() + " has the unknown basis method \"" + meta.at("method") +
                          "\"; delete it and fit the basis again");
        }
        basis.method = *method;
        basis.modelSha256 = meta.at("model_sha256");
        basis.poolSha256 = meta.at("pool_sha256");
        basis.poolCount = std::stoi(meta.at("pool_count"));
        basis.explainedVariance =
            nlohmann::json::parse(meta.at("explained_variance")).get<std::vector<double>>();
        basis.candidates = std::stoi(meta.at("candidates"));
        basis.ranks = nlohmann::json::parse(meta.at("ranks")).get<std::vector<int>>();
        basis.seed = std::stoull(meta.at("seed"));
        basis.icaIterations = std::stoi(meta.at("ica_iterations"));
        basis.converged = nlohmann::json::parse(meta.at("converged")).get<bool>();
        auto& mean = content.arrays.at("mean");
        auto& components = content.arrays.at("components");
        auto& coordinates = content.arrays.at("pool_coordinates");
        if (mean.shape.size() != 2 || mean.shape[0] != mean.shape[1] ||
            components.shape !=
                std::vector<std::int64_t>{basis.retained(), mean.shape[0], mean.shape[0]} ||
            coordinates.shape != std::vector<std::int64_t>{basis.poolCount, basis.retained()} ||
            basis.ranks.size() != basis.explainedVariance.size()) {
            throw IoError(file.string() + " is not a basis: its arrays do not fit together");
        }
        basis.channels = static_cast<int>(mean.shape[0]);
        basis.mean = std::move(mean.values);
        basis.components = std::move(components.values);
        basis.poolCoordinates = std::move(coordinates.values);
    } catch (const Error&) {
        throw;
    } catch (const std::exception& problem) { // a missing key or an invalid number
        throw IoError(file.string() + " is not a basis: " + problem.what());
    }
    basis.sha256 = sha256;
    return basis;
}

} // namespace mlab::stimuli
