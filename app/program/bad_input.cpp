// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/program/bad_input.h"

#include <string>
#include <utility>

namespace mlab::app {
namespace {

std::string joined(const std::vector<Diagnostic>& diagnostics)
{
    std::string text;
    for (const auto& diagnostic : diagnostics) {
        text += (text.empty() ? "" : "\n") + diagnostic.text();
    }
    return text;
}

} // namespace

BadInput::BadInput(std::vector<Diagnostic> diagnostics)
    : InvalidArgument(joined(diagnostics)), diagnostics_(std::move(diagnostics))
{
}

} // namespace mlab::app
