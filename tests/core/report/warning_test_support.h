// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/document/warning_text.h"

#include <algorithm>
#include <string>
#include <vector>

namespace mlab {

/// Whether the text of one of the warnings has these words.
inline bool warnsOf(const std::vector<ReportWarning>& warnings, const std::string& words)
{
    return std::ranges::any_of(warningTexts(warnings), [&](const std::string& text) {
        return text.find(words) != std::string::npos;
    });
}

} // namespace mlab
