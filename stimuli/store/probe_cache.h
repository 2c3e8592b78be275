// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/graph_drawing_spec.h"
#include "core/stimulus/rewiring_kind.h"
#include "core/stimulus/stimulus.h"
#include "core/stimulus/synthesis_spec.h"
#include "stimuli/measures/stimulus_metrics.h"
#include "stimuli/store/content_store.h"
#include "stimuli/store/distortion_cache.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// Everything a probe is a function of. Two equal keys give the same pixels or
/// samples on one machine.
struct ProbeKey {
    std::string modelSha256;
    std::string basisSha256;
    std::string referenceSha256;
    std::string layer;
    int component = 1;
    double signedLevel = 0.0; ///< SD; negative for the direction minus
    ProbeSolver solver = ProbeSolver::minimumNorm;
    double toleranceSd = 0.0;
    bool halfPrecision = false;
    bool compressiveSounds = false; ///< minimum-norm makes other steps for these, not for images

    /// SHA-256 of the key's canonical JSON and of the engine's version: the name of the files.
    std::string hash() const;
};

/// One probe as the cache keeps it.
struct CachedProbe {
    Stimulus stimulus;
    std::string sha256;              ///< of its pixels or samples
    std::vector<double> coordinates; ///< SD, all retained components
    double levelAchieved = 0.0;
    double residualMax = 0.0;
    bool converged = false;
    int iterations = 0;
    int gradientPasses = 0;
    double generationMs = 0.0; ///< what it cost when it was made, without the metrics
    StimulusMetrics metrics;   ///< of the probe against its reference
};

/// A reference moved along a distortion. It is made again whenever it is needed, which takes
/// milliseconds; the cache keeps it with its measures for the report.
struct DistortedProbeKey {
    DistortionKey distortion;
    double signedLevel = 0.0; ///< percent, see DistortionEngine

    std::string hash() const;
};

struct DistortedProbe {
    Stimulus stimulus;
    double levelAchieved = 0.0; ///< percent
    double rest = 0.0;          ///< percent, of the change that is not along the distortion
    bool converged = false;
    StimulusMetrics metrics; ///< of the probe against its reference
};

/// A drawing of a graph after swaps. It is drawn again whenever it is needed; the cache keeps it
/// with its measures for the report.
struct RewiredProbeKey {
    std::string graphSha256;
    std::string referenceSha256; ///< of the reference's drawing
    std::uint64_t layoutSeed = 1;
    GraphDrawingSpec drawing;
    RewiringKind kind = RewiringKind::degrees;
    int swaps = 0;
    std::uint64_t seed = 0; ///< of the rewiring

    std::string hash() const;
};

struct RewiredProbe {
    Stimulus stimulus;
    int swaps = 0;
    StimulusMetrics metrics; ///< of the probe against its reference
};

/// The probes among the stimulus files.
class ProbeCache {
public:
    /// Is given a probe before it is returned, and whether its record holds a hash of its content.
    /// Refuses it with IoError, saying why.
    using Check = std::function<void(const CachedProbe&, bool hashed)>;

    /// @param folder created when the first probe is stored
    /// @param warn called once for each file that is not used, with its name and the reason
    ProbeCache(std::filesystem::path folder, StimulusFiles::Warn warn)
        : files_(std::move(folder), std::move(warn))
    {
    }

    /// Absent if the cache does not have it as it was stored.
    std::optional<CachedProbe> find(const ProbeKey& key, const Check& check);
    /// @throws IoError, leaving no partial file.
    void store(const ProbeKey& key, const CachedProbe& probe) const;
    /// @throws IoError, leaving no partial file.
    void store(const DistortedProbeKey& key, const DistortedProbe& probe) const;
    /// @throws IoError, leaving no partial file.
    void store(const RewiredProbeKey& key, const RewiredProbe& probe) const;
    /// A probe as its record describes it.
    struct Kept {
        std::string keyHash; ///< names its files
        StimulusMetrics metrics;
    };
    /// Every probe in the cache whose pixels or samples have one of these hashes, by the hash.
    /// Reads all records, without their stimuli, which takes a while: not for the GUI thread.
    /// @throws Cancelled soon after a stop is requested
    std::map<std::string, Kept> findByContent(const std::set<std::string>& sha256,
                                              const std::stop_token& stop = {});
    /// Its pixels or samples. Absent if the cache does not have them as they were stored.
    std::optional<Stimulus> stimulusOf(const Kept& kept);
    /// Where the stimulus of a key is kept; the record has the same name with .json.
    std::filesystem::path path(const ProbeKey& key, const Stimulus& stimulus) const
    {
        return files_.path(key.hash(), stimulus);
    }
    std::filesystem::path path(const DistortedProbeKey& key, const Stimulus& stimulus) const
    {
        return files_.path(key.hash(), stimulus);
    }

private:
    StimulusFiles files_;
};

/// The record of a probe as JSON text: its key and what was measured.
std::string probeRecordJson(const ProbeKey& key, const CachedProbe& probe);

} // namespace mlab::stimuli
