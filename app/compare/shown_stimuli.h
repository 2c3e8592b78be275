// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/report/study_data.h"
#include "core/stimulus/stimulus.h"
#include "stimuli/store/probe_cache.h"
#include "stimuli/worker/engine_info.h"

#include <filesystem>
#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace mlab::app {

/// The very pixels or samples that trials showed, found by their hashes: probes in the cache, or
/// made again as a replay does; references as the sessions' designs name them.
class ShownStimuli {
public:
    /// Loads the references and looks for the probes of all counted trials of a design; what cannot
    /// be found is made again, with the device and number of threads of its run.
    /// @param references replaces the sessions' folders of references when not empty
    /// @throws Cancelled soon after a stop is requested
    ShownStimuli(const StudyData& study, const ThresholdData& design,
                 const std::filesystem::path& cacheFolder, const std::filesystem::path& references,
                 const stimuli::Progress& progress, const std::stop_token& stop);

    /// Whether a trial's reference and probe are both there.
    bool has(const TrialRecord& trial) const;
    /// @throws IoError for a stimulus that is not there, or no longer
    Stimulus reference(const std::string& sha256) const;
    Stimulus probe(const std::string& sha256);
    const stimuli::StimulusMetrics& metricsOf(const std::string& probeSha256) const;
    const StimulusFormat& format() const { return format_; }
    /// What could not be found or made again, and why.
    const std::vector<std::string>& problems() const { return problems_; }

private:
    void loadReferences(const SynthesisSpec& spec);
    void makeAgain(const StudyData& study, const ThresholdData& design,
                   const std::filesystem::path& cacheFolder,
                   const std::filesystem::path& references, const stimuli::Progress& progress,
                   const std::stop_token& stop);

    stimuli::ProbeCache cache_;
    StimulusFormat format_;
    std::map<std::string, Stimulus> references_; ///< by hash
    std::map<std::string, stimuli::ProbeCache::Kept> probes_;
    std::vector<std::string> problems_;
};

} // namespace mlab::app
