// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace mlab::stimuli {

/// The table of contents of a zip file whose entries are not compressed, as torch.save writes it.
/// Strict: the file must end with its directory, entries may not overlap, none may be encrypted,
/// and a compressed one can be listed but not read. Source: PKWARE APPNOTE 6.3.10, zip64 included.
class ZipArchive {
public:
    /// The bytes must outlive the object.
    /// @param name of the file in error messages
    /// @throws IoError if the bytes are not such a file.
    ZipArchive(std::string_view bytes, std::string name);

    struct Entry {
        std::string_view data;
        std::uint64_t bytes; ///< when unpacked
        std::uint32_t crc32;
        bool compressed;
    };
    const std::map<std::string, Entry, std::less<>>& entries() const { return entries_; }
    /// The one folder that holds all entries, with its slash, as torch.save and torch.jit.save
    /// write them; "" if they are not all in one.
    std::string folder() const;
    /// The content of an entry.
    /// @throws IoError if the entry is missing or compressed, or its CRC-32 is wrong.
    std::string_view read(std::string_view entry) const;

private:
    std::string name_;
    std::map<std::string, Entry, std::less<>> entries_;
};

} // namespace mlab::stimuli
