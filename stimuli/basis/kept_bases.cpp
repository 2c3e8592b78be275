// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/basis/kept_bases.h"

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "stimuli/basis/basis_fit.h"
#include "stimuli/sources/stimulus_kind.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace mlab::stimuli {
namespace {

// A basis of an earlier version has no hash beside it. Fitted again, on another processor, it would
// be another basis, with which no session that was begun with it could be resumed.
void adopt(const BasisRequest& request, const std::filesystem::path& file, const Basis& basis)
{
    const std::string used = file.string() + " was kept by an earlier version, without a hash, and "
                                             "is used as it is. Its hash ";
    try {
        saveBasisHash(file, basis.sha256);
        request.warn(used + "is now kept beside it");
    } catch (const IoError& problem) {
        request.warn(used + "cannot be kept beside it: " + problem.what());
    }
}

// A basis file that was damaged counts as absent: the same basis is fitted again.
std::optional<Basis> loadKept(const BasisRequest& request, const std::string& layer)
{
    const auto file = basisFile(request, layer);
    std::error_code unreadable;
    if (!std::filesystem::exists(file, unreadable)) {
        return std::nullopt;
    }
    try {
        auto basis = loadBasis(file);
        if (basis.layer != layer || basis.modelSha256 != request.model.sha256() ||
            basis.poolSha256 != request.poolSha256) {
            throw IoError(file.string() + " holds the basis of another layer, model or pool");
        }
        if (!std::filesystem::exists(basisHashFile(file), unreadable)) {
            adopt(request, file, basis);
        }
        return basis;
    } catch (const IoError& problem) {
        request.warn(std::string(problem.what()) + ". The basis is fitted again");
        return std::nullopt;
    }
}

} // namespace

std::filesystem::path basisFile(const BasisRequest& request, const std::string& layer)
{
    const auto& spec = request.spec;
    nlohmann::ordered_json key = {{"format", 2},
                                  {"model_sha256", request.model.sha256()},
                                  {"pool_sha256", request.poolSha256},
                                  {"layer", layer},
                                  {"method", toString(spec.method)},
                                  {"components", spec.components},
                                  {"candidates", spec.candidates},
                                  {"seed", spec.seed},
                                  {"select", spec.select}};
    key.update(kindOf(request.format).formatJson(request.format));
    return request.cacheFolder / "bases" / (sha256Hex(key.dump()) + ".safetensors");
}

std::map<std::string, Basis> loadOrFitBases(const BasisRequest& request,
                                            const std::vector<std::string>& layers,
                                            const Progress& progress, const std::stop_token& stop)
{
    std::map<std::string, Basis> bases;
    std::vector<std::string> missing;
    for (const auto& layer : layers) {
        if (auto kept = loadKept(request, layer)) {
            bases[layer] = std::move(*kept);
        } else if (std::ranges::find(missing, layer) == missing.end()) {
            missing.push_back(layer);
        }
    }
    if (!missing.empty()) {
        const auto what = kindOf(request.format).folder().what;
        const auto report = [&](int done, int total) {
            progress("Fitting the basis: " + std::string(what) + " " + std::to_string(done) +
                         " of " + std::to_string(total),
                     static_cast<double>(done) / total);
        };
        bool warned = false;
        for (auto& basis :
             fitBases(request.model, missing, request.spec, request.format, report, stop)) {
            try {
                saveBasis(basisFile(request, basis.layer), basis);
            } catch (const IoError& problem) {
                if (!std::exchange(warned, true)) {
                    request.warn(std::string(problem.what()) +
                                 ". The basis is fitted again at each start until the cache folder "
                                 "has space and is writable; --cache names another folder");
                }
            }
            bases[basis.layer] = std::move(basis);
        }
    }
    for (const auto& [layer, basis] : bases) {
        if (!basis.converged) {
            request.warn("layer " + layer + ": ICA did not converge in " +
                         std::to_string(basis.icaIterations) +
                         " iterations, so its components depend on its starting point; use fewer "
                         "candidates, a larger pool or another seed");
        }
    }
    return bases;
}

} // namespace mlab::stimuli
