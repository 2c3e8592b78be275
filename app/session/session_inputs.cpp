// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/session_inputs.h"

#include "app/program/design_input.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "ui/console/start_window.h"

namespace mlab::app {
namespace {

void requireParticipant(const std::string& participant)
{
    if (!ui::isParticipantId(participant)) {
        throw InvalidArgument(
            "\"" + participant + "\" is not a valid participant ID: use 1 to " +
            std::to_string(ui::kLongestParticipantId) +
            " letters, digits, '.', '_' and '-', and begin with a letter, a digit or "
            "'_'");
    }
}

} // namespace

SessionInputs readInputs(const LiveSessionOptions& options)
{
    requireParticipant(options.participant);
    SessionInputs inputs;
    inputs.design = std::make_shared<const experiments::Design>(
        loadDesign(options.designFile, std::nullopt, options.references, /*stored=*/true));
    if (options.observerFile.empty()) {
        if (!options.withWindow || options.pace == ui::Pace::fast) {
            throw InvalidArgument("--display none and --pace fast are for a simulated participant: "
                                  "give one with --observer FILE");
        }
        return inputs;
    }
    const auto take = [&](auto check, auto& target) {
        if (!check.observer) {
            throw BadInput(std::move(check.diagnostics));
        }
        target = std::move(check.observer);
    };
    inputs.observerText = readInput([&] { return readText(options.observerFile); });
    if (experiments::isNetworkObserver(inputs.observerText)) {
        take(experiments::checkNetworkObserver(inputs.observerText, options.observerFile,
                                               *inputs.design, checkContext()),
             inputs.network);
    } else if (inputs.design->recognition) {
        take(experiments::checkRecognitionObserver(inputs.observerText, options.observerFile,
                                                   *inputs.design),
             inputs.recognitionObserver);
    } else {
        take(experiments::checkObserver(inputs.observerText, options.observerFile, *inputs.design),
             inputs.observer);
    }
    return inputs;
}

} // namespace mlab::app
