// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/trial_store.h"
#include "experiments/design/design.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mlab::app {

/// The text in the store about what made the probes of a trial's run; empty if it is not known.
/// @param runs  of its session, in order
std::string computeTextOf(const std::vector<data::StoredRun>& runs, int trialIndex);

/// The design of a stored session with the settings that were in force.
/// @param references replaces the session's folder of references when not empty
/// @throws BadInput if this program cannot read it
experiments::Design designInForce(const SessionHeader& header,
                                  const std::filesystem::path& references);

/// Repeats a stored session, trial by trial, and makes each stimulus again (or finds it in the
/// cache), with the device and as many threads as its run had.
/// @param references replaces the session's folder of references when not empty
/// @param progress called with the trials done and their number
/// @return a description of the first difference from what was stored; nothing if all is the same
std::optional<std::string> replay(const data::TrialStore& store, const std::string& sessionId,
                                  const std::filesystem::path& references,
                                  const std::filesystem::path& cacheFolder,
                                  const std::function<void(int done, int total)>& progress);

} // namespace mlab::app
