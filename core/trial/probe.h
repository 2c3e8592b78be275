// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/distortion_spec.h"
#include "core/stimulus/representation.h"
#include "core/stimulus/stimulus.h"
#include "core/trial/dimension.h"

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mlab {

/// A request for a probe: a reference moved along one component of one layer by `level` SD. The
/// references are tried in the order given; the first that can be moved that far is used.
///
/// With `distortion`, the reference is moved along that distortion of the layer instead, and the
/// level is in percent (DistortionEngine).
///
/// With `rewiring`, the reference is a drawing of the graph `layer`, and the probe the same drawing
/// of the graph after `level` double edge swaps (RewiringMaker).
///
/// With `metamers`, a request for two stimuli to compare. Then the level is the mismatch asked for,
/// or their evaluations. The first reference is that of the metamers; those that follow are what
/// each synthesis starts from (SynthesisStart::natural), or the second original.
struct ProbeRequest {
    std::string layer;
    int component = 1;
    Direction direction = Direction::plus;
    double level = 0.0;                  ///< SD of the component over the pool, >= 0
    std::vector<std::string> references; ///< ids, at least one
    std::optional<MetamerCondition> metamers = std::nullopt;
    std::optional<DistortionKind> distortion = std::nullopt;
    std::optional<RewiringKind> rewiring = std::nullopt;
    std::uint64_t seed = 0; ///< of the rewiring, without a meaning for others

    bool operator==(const ProbeRequest&) const = default;
    auto operator<=>(const ProbeRequest&) const = default; // NOLINT(modernize-use-nullptr)
};

/// A finished probe with its reference, both as the 8-bit pixels that are shown or the
/// samples that are played. Where whole metamers are compared, `probe` is the metamer, or the
/// second of two metamers or originals, and `reference` what it is compared with.
struct Probe {
    Stimulus reference;
    Stimulus probe;
    std::string referenceId;
    std::string referenceSha256;
    std::string probeSha256;
    /// SD, measured on those very pixels or samples, along the asked direction; of metamers the
    /// mismatch at their layer, of two the larger
    double levelAchieved = 0.0;
    double residualMax = 0.0; ///< SD, largest |asked - measured| over all retained components
    bool converged = false; ///< residualMax is within the solver's tolerance; metamers are accepted
    double generationMs = 0.0;     ///< time spent making it, all references tried; 0 from the cache
    bool cacheHit = false;         ///< it came from the stimulus cache
    std::string metamersJson = {}; ///< TrialRecord::metamersJson
    /// Of probe and reference, for the network that takes part instead of a person.
    std::optional<RepresentationDistance> networkDistance = {};
};

struct ProbeReply {
    std::shared_ptr<const Probe> probe; ///< null when `error` is set
    std::exception_ptr error;           ///< why no probe could be made
};

/// Where the session gets its probes. All calls come from one thread, the session's.
class ProbeSource {
public:
    using Done = std::function<void(ProbeReply)>;

    ProbeSource() = default;
    ProbeSource(const ProbeSource&) = delete;
    ProbeSource& operator=(const ProbeSource&) = delete;
    virtual ~ProbeSource() = default;

    /// Announces the probes that will be needed, most urgent first. Replaces the previous list:
    /// work on probes in neither this list nor an open fetch() is cancelled.
    virtual void want(std::vector<ProbeRequest> requests) = 0;

    /// Calls `done` once on the session's thread: before returning if the probe is ready, otherwise
    /// later. Comes before the want() list. One fetch is open at a time.
    virtual void fetch(const ProbeRequest& request, Done done) = 0;
};

} // namespace mlab
