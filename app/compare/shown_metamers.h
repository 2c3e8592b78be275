// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/compare/compare_options.h"
#include "app/compare/shown_stimuli.h"
#include "app/report/study_data.h"
#include "stimuli/worker/engine_info.h"

#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace mlab::app {

/// References and their whole metamers: metamers in the cache, or made again as a replay does.
class ShownMetamers final : public ShownStimuli {
public:
    /// Loads the references and finds the metamers of all counted trials; what cannot be found is
    /// made again, with the device and number of threads of its run.
    /// @throws Cancelled soon after a stop is requested
    ShownMetamers(const StudyData& study, const MetamerData& design, const CompareOptions& options,
                  const stimuli::Progress& progress, const std::stop_token& stop);
    ShownMetamers(const StudyData& study, const RecognitionData& design,
                  const CompareOptions& options, const stimuli::Progress& progress,
                  const std::stop_token& stop);

    using ShownStimuli::has;
    bool has(const std::string& sha256) const override;
    Stimulus stimulus(const std::string& sha256) override;
    stimuli::StimulusMetrics metrics(const ShownPair& pair) override;
    /// All of the design, in no particular order.
    std::vector<stimuli::NamedStimulus> references() const;

private:
    template <typename Kind>
    void find(const StudyData& study, const typename Kind::Data& design,
              const CompareOptions& options, const stimuli::Progress& progress,
              const std::stop_token& stop);

    std::map<std::string, Stimulus> metamers_; ///< by hash
};

} // namespace mlab::app
