// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/checkpoints/zip_archive.h"

#include "core/base/error.h"

#include <boost/crc.hpp>

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

namespace mlab::stimuli {
namespace {

constexpr std::uint32_t kLocalHeader = 0x04034b50;
constexpr std::uint32_t kDirectoryHeader = 0x02014b50;
constexpr std::uint32_t kDirectoryEnd = 0x06054b50;
constexpr std::uint32_t kDirectoryEnd64 = 0x06064b50;
constexpr std::uint32_t kLocator64 = 0x07064b50;
constexpr std::size_t kDirectoryEndBytes = 22;
constexpr std::size_t kLocator64Bytes = 20;
constexpr std::uint16_t kExtra64 = 1;
constexpr std::uint16_t kEncrypted = 1;
constexpr std::uint16_t kIn64Bits16 = 0xffff;
constexpr std::uint32_t kIn64Bits32 = 0xffffffff;

/// Reads little-endian fields one after the other.
class Fields {
public:
    Fields(std::string_view bytes, std::uint64_t at, const std::string& name)
        : rest_(bytes), name_(name)
    {
        skip(at);
    }
    template <typename Unsigned> Unsigned next()
    {
        Unsigned value;
        std::memcpy(&value, take(sizeof value).data(), sizeof value);
        return value;
    }
    std::string_view take(std::uint64_t count)
    {
        if (count > rest_.size()) {
            throw IoError(name_ + " is not a usable zip file: it is cut short or damaged");
        }
        const auto taken = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return taken;
    }
    void skip(std::uint64_t count) { take(count); }
    bool empty() const { return rest_.empty(); }

private:
    std::string_view rest_;
    const std::string& name_;
};

struct Directory {
    std::uint64_t count;
    std::uint64_t bytes;
    std::uint64_t at;
};

/// What the directory says about one entry.
struct ListedEntry {
    std::string name;
    std::uint32_t crc32;
    bool compressed;
    std::uint64_t bytes; ///< in the file
    std::uint64_t unpacked;
    std::uint64_t header;
};

class Reader {
public:
    Reader(std::string_view bytes, const std::string& name) : bytes_(bytes), name_(name) {}

    std::vector<ListedEntry> list() const
    {
        const auto directory = findDirectory();
        Fields whole(bytes_, directory.at, name_);
        Fields fields(whole.take(directory.bytes), 0, name_);
        std::vector<ListedEntry> out;
        while (!fields.empty()) {
            out.push_back(nextListed(fields));
        }
        if (out.size() != directory.count) {
            fail("its directory does not list as many entries as it declares");
        }
        return out;
    }

    /// Where the data of an entry is: behind a header that may be longer than the directory's.
    std::uint64_t dataBegin(const ListedEntry& entry) const
    {
        Fields fields(bytes_, entry.header, name_);
        if (fields.next<std::uint32_t>() != kLocalHeader) {
            fail("entry " + entry.name + " is not where its directory says");
        }
        fields.skip(22); // versions to sizes, which the directory states
        const auto nameBytes = fields.next<std::uint16_t>();
        const auto extraBytes = fields.next<std::uint16_t>();
        if (fields.take(nameBytes) != entry.name) {
            fail("entry " + entry.name + " is not where its directory says");
        }
        fields.skip(extraBytes);
        fields.take(entry.bytes);
        return entry.header + 30 + nameBytes + extraBytes;
    }

    [[noreturn]] void fail(const std::string& why) const
    {
        throw IoError(name_ + " is not a usable zip file: " + why);
    }

private:
    Directory findDirectory() const
    {
        if (bytes_.size() < kDirectoryEndBytes) {
            fail("it has only " + std::to_string(bytes_.size()) + " bytes");
        }
        const auto endAt = bytes_.size() - kDirectoryEndBytes;
        Fields end(bytes_, endAt, name_);
        if (end.next<std::uint32_t>() != kDirectoryEnd) {
            fail("it does not end with a directory; it was cut short, or something was added");
        }
        const auto disk = end.next<std::uint32_t>(); // this disk's number and the directory's
        const auto countHere = end.next<std::uint16_t>();
        const auto count = end.next<std::uint16_t>();
        const auto size = end.next<std::uint32_t>();
        const auto at = end.next<std::uint32_t>();
        if (disk != 0 || countHere != count || end.next<std::uint16_t>() != 0) {
            fail("it is one of several parts, or has a comment");
        }
        const bool is64 = count == kIn64Bits16 || size == kIn64Bits32 || at == kIn64Bits32;
        Fields locator(bytes_, endAt - std::min(endAt, kLocator64Bytes), name_);
        if (locator.next<std::uint32_t>() != kLocator64) {
            if (is64) {
                fail("its zip64 directory is missing");
            }
            return {.count = count, .bytes = size, .at = at};
        }
        locator.skip(4); // disk
        Fields end64(bytes_, locator.next<std::uint64_t>(), name_);
        if (end64.next<std::uint32_t>() != kDirectoryEnd64) {
            fail("its zip64 directory is missing");
        }
        end64.skip(28); // record size, versions, disks, entries on this disk
        const auto count64 = end64.next<std::uint64_t>();
        const auto size64 = end64.next<std::uint64_t>();
        const auto at64 = end64.next<std::uint64_t>();
        // A reader may follow either of the two directories.
        if ((count != kIn64Bits16 && count != count64) || (size != kIn64Bits32 && size != size64) ||
            (at != kIn64Bits32 && at != at64)) {
            fail("it has two directories, which differ");
        }
        return {.count = count64, .bytes = size64, .at = at64};
    }

    ListedEntry nextListed(Fields& fields) const
    {
        if (fields.next<std::uint32_t>() != kDirectoryHeader) {
            fail("its directory is damaged");
        }
        fields.skip(4); // versions
        const auto flags = fields.next<std::uint16_t>();
        const auto method = fields.next<std::uint16_t>();
        fields.skip(4); // time
        ListedEntry entry;
        entry.crc32 = fields.next<std::uint32_t>();
        entry.bytes = fields.next<std::uint32_t>();
        entry.unpacked = fields.next<std::uint32_t>();
        const auto nameBytes = fields.next<std::uint16_t>();
        const auto extraBytes = fields.next<std::uint16_t>();
        const auto commentBytes = fields.next<std::uint16_t>();
        fields.skip(8); // disk, attributes
        entry.header = fields.next<std::uint32_t>();
        entry.name = fields.take(nameBytes);
        Fields extra(fields.take(extraBytes), 0, name_);
        fields.skip(commentBytes);
        while (!extra.empty()) {
            const auto kind = extra.next<std::uint16_t>();
            const auto size = extra.next<std::uint16_t>();
            Fields field(extra.take(size), 0, name_);
            if (kind == kExtra64) { // holds those fields, in this order, that say so
                for (auto* value : {&entry.unpacked, &entry.bytes, &entry.header}) {
                    if (*value == kIn64Bits32) {
                        *value = field.next<std::uint64_t>();
                    }
                }
            }
        }
        if ((flags & kEncrypted) != 0) {
            fail("entry " + entry.name + " is encrypted");
        }
        entry.compressed = method != 0 || entry.unpacked != entry.bytes;
        return entry;
    }

    std::string_view bytes_;
    const std::string& name_;
};

} // namespace

ZipArchive::ZipArchive(std::string_view bytes, std::string name) : name_(std::move(name))
{
    const Reader reader(bytes, name_);
    auto listed = reader.list();
    std::sort(listed.begin(), listed.end(),
              [](const auto& a, const auto& b) { return a.header < b.header; });
    std::uint64_t end = 0;
    for (auto& entry : listed) {
        if (entry.header < end) {
            reader.fail("entry " + entry.name + " overlaps another one");
        }
        const auto begin = reader.dataBegin(entry);
        end = begin + entry.bytes;
        const auto inserted =
            entries_.emplace(entry.name, Entry{.data = bytes.substr(begin, entry.bytes),
                                               .bytes = entry.unpacked,
                                               .crc32 = entry.crc32,
                                               .compressed = entry.compressed});
        if (!inserted.second) {
            reader.fail("it has two entries " + entry.name);
        }
    }
}

std::string ZipArchive::folder() const
{
    const std::string first = entries_.empty() ? "" : entries_.begin()->first;
    const auto folder = first.substr(0, first.find('/') + 1);
    const bool common = std::all_of(entries_.begin(), entries_.end(), [&](const auto& entry) {
        return entry.first.starts_with(folder);
    });
    return common ? folder : "";
}

std::string_view ZipArchive::read(std::string_view entry) const
{
    const auto found = entries_.find(entry);
    if (found == entries_.end()) {
        throw IoError(name_ + " has no entry " + std::string(entry));
    }
    const auto& [data, bytes, expected, compressed] = found->second;
    if (compressed) {
        throw IoError(name_ + ": entry " + found->first +
                      " is compressed, and torch.save stores without compression; save it again "
                      "with PyTorch");
    }
    boost::crc_32_type crc;
    crc.process_bytes(data.data(), data.size());
    if (crc.checksum() != expected) {
        throw IoError(name_ + " is damaged: entry " + found->first +
                      " does not have the checksum it was saved with; fetch the file again");
    }
    return data;
}

} // namespace mlab::stimuli
