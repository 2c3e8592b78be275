// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/checkpoints/mapped_file.h"

#include "core/base/error.h"
#include "core/base/files.h"

#include <boost/interprocess/file_mapping.hpp>
#include <boost/interprocess/mapped_region.hpp>

namespace mlab::stimuli {

MappedFile::MappedFile(const std::filesystem::path& file)
{
    requireRegularFile(file);
    if (std::filesystem::is_empty(file)) {
        throw IoError("cannot use " + file.string() + ": it is empty");
    }
    try {
        namespace interprocess = boost::interprocess;
        const interprocess::file_mapping mapping(file.c_str(), interprocess::read_only);
        const auto region =
            std::make_shared<const interprocess::mapped_region>(mapping, interprocess::read_only);
        bytes_ = {static_cast<const char*>(region->get_address()), region->get_size()};
        mapping_ = region;
    } catch (const boost::interprocess::interprocess_exception& failure) {
        throw IoError("cannot read " + file.string() + ": " + failure.what());
    }
}

} // namespace mlab::stimuli
