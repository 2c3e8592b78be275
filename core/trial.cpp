// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trial.h"

#include "core/error.h"

namespace mlab {

std::string_view toString(Answer answer)
{
    return answer == Answer::first ? "first" : "second";
}

Answer answerFromString(std::string_view text)
{
    if (text == "first") {
        return Answer::first;
    }
    if (text == "second") {
        return Answer::second;
    }
    throw InvalidArgument("\"" + std::string(text) + "\" is no answer: first or second expected");
}

std::string TrialPlan::intervalOrder() const
{
    std::string order;
    for (const auto interval : intervals) {
        order += static_cast<char>(interval);
    }
    return order;
}

} // namespace mlab
