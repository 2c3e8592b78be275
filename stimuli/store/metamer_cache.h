// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/stimulus.h"
#include "stimuli/measures/activation_match.h"
#include "stimuli/measures/stimulus_metrics.h"
#include "stimuli/store/content_store.h"
#include "stimuli/store/metamer_settings.h"

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

/// Everything a metamer is a function of, except the batch it is made in: a model's rounding
/// depends on the batch size, so a study always forms the same batches.
struct MetamerKey {
    std::string modelSha256;
    std::string referenceSha256;
    std::string layer;
    std::uint64_t seed = 1; ///< of the noise
    MetamerSettings settings;
    bool halfPrecision = false;
    std::string startSha256 = {}; ///< of the stimulus that it starts from; empty: noise

    /// SHA-256 of the key's canonical JSON and of the engine's version: the name of the files.
    std::string hash() const;
};

/// How a metamer and its original compare at one layer.
struct LayerMatch {
    std::string layer;
    ActivationMatch match;
};

/// A metamer as it is shown or played, with the results of exactly these pixels or samples.
struct Metamer {
    Stimulus stimulus;
    MetamerOutcome outcome;         ///< of the synthesis; its loss is before the rounding
    double loss = 0.0;              ///< of what is shown
    std::vector<LayerMatch> layers; ///< all layers of the model, in its order
    std::string originalClass;      ///< empty where the model does not classify
    std::string metamerClass;
    StimulusMetrics metrics; ///< against the original

    /// Whether the model puts both into one class; empty where it does not classify.
    std::optional<bool> sameClass() const;
};

/// The metamers among the stimulus files. Records hold no times: the same metamer has the same
/// files wherever and however often it is made.
class MetamerCache {
public:
    /// Is given a metamer before it is returned, and whether its record holds a hash of its
    /// content. Refuses it with IoError, saying why.
    using Check = std::function<void(const Metamer&, bool hashed)>;

    /// @param folder created when the first metamer is stored
    /// @param warn called once for each file that is not used, with its name and the reason
    MetamerCache(std::filesystem::path folder, StimulusFiles::Warn warn)
        : files_(std::move(folder), std::move(warn))
    {
    }

    /// Absent if the cache does not have it as it was stored.
    std::optional<Metamer> find(const MetamerKey& key, const Check& check);
    /// @throws IoError, leaving no partial file.
    void store(const MetamerKey& key, const Metamer& metamer) const;
    /// Those of the given hashes of pixels or samples that the cache has as they were stored.
    std::map<std::string, Stimulus> stimuliOf(const std::set<std::string>& sha256,
                                              const std::stop_token& stop);
    std::filesystem::path path(const MetamerKey& key, const Stimulus& stimulus) const
    {
        return files_.path(key.hash(), stimulus);
    }

private:
    StimulusFiles files_;
};

/// Names of settings in study files and records.
std::string toString(MatchLoss loss);
/// @throws InvalidArgument
MatchLoss matchLossFrom(const std::string& name);
std::string toString(MetamerNoise noise);
/// @throws InvalidArgument
MetamerNoise metamerNoiseFrom(const std::string& name);
std::string toString(MetamerStatus status);

} // namespace mlab::stimuli
