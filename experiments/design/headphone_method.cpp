// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/design/headphone_method.h"

namespace mlab::experiments {

std::string_view toString(HeadphoneMethod method)
{
    return method == HeadphoneMethod::antiphase ? "antiphase" : "huggins-pitch";
}

std::optional<HeadphoneMethod> headphoneMethodNamed(std::string_view name)
{
    for (const auto method : {HeadphoneMethod::antiphase, HeadphoneMethod::hugginsPitch}) {
        if (name == toString(method)) {
            return method;
        }
    }
    return std::nullopt;
}

} // namespace mlab::experiments
