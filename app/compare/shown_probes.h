// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/compare/compare_options.h"
#include "app/compare/shown_stimuli.h"
#include "app/report/study_data.h"
#include "stimuli/store/probe_cache.h"
#include "stimuli/worker/engine_info.h"

#include <map>
#include <stop_token>
#include <string>

namespace mlab::app {

/// References and probes moved along a dimension: probes in the cache, or made again as a replay
/// does.
class ShownProbes final : public ShownStimuli {
public:
    /// Loads the references and looks for the probes; what cannot be found is made again, with the
    /// device and number of threads of its run.
    /// @throws Cancelled soon after a stop is requested
    ShownProbes(const StudyData& study, const ThresholdData& design, const CompareOptions& options,
                const stimuli::Progress& progress, const std::stop_token& stop);

    using ShownStimuli::has;
    bool has(const std::string& sha256) const override;
    Stimulus stimulus(const std::string& sha256) override;
    stimuli::StimulusMetrics metrics(const ShownPair& pair) override;

private:
    void makeAgain(const StudyData& study, const ThresholdData& design,
                   const CompareOptions& options, const stimuli::Progress& progress,
                   const std::stop_token& stop);

    stimuli::ProbeCache cache_;
    std::map<std::string, stimuli::ProbeCache::Kept> probes_;
};

} // namespace mlab::app
