// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/csv.h"

namespace mlab {

std::string csvRecord(const std::vector<std::string>& fields)
{
    std::string record;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        record += i == 0 ? "" : ",";
        if (fields[i].find_first_of(",\"\r\n") == std::string::npos) {
            record += fields[i];
            continue;
        }
        record += '"';
        for (const char character : fields[i]) {
            record += character == '"' ? "\"\"" : std::string(1, character);
        }
        record += '"';
    }
    return record + "\r\n";
}

} // namespace mlab
