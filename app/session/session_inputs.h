// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/live_session_options.h"
#include "experiments/design/design.h"
#include "experiments/observers/network_observer.h"
#include "experiments/observers/observer.h"
#include "experiments/observers/recognition_observer.h"

#include <memory>
#include <optional>
#include <string>

namespace mlab::app {

/// The files of a run, read and checked.
struct SessionInputs {
    std::shared_ptr<const experiments::Design> design;
    /// The simulated participant: one of the three, or none for a person.
    std::optional<experiments::Observer> observer; ///< of sessions that measure dimensions
    std::optional<experiments::RecognitionObserver> recognitionObserver; ///< of the others
    std::optional<experiments::NetworkObserver> network;                 ///< of both
    std::string observerText; ///< its file, as it is stored; empty for a person

    bool simulated() const { return !observerText.empty(); }
};

/// @throws BadInput, InvalidArgument
SessionInputs readInputs(const LiveSessionOptions& options);

} // namespace mlab::app
