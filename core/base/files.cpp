// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"

#include "core/base/error.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <limits>
#include <span>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace mlab {
namespace {

[[noreturn]] void fail(const std::filesystem::path& file, const char* what)
{
    throw IoError("cannot " + std::string(what) + " " + file.string() + ": " +
                  std::strerror(errno));
}

std::string whyNotRegular(std::filesystem::file_type type, const std::error_code& problem)
{
    using Type = std::filesystem::file_type;
    switch (type) {
    case Type::not_found:
        return "the file does not exist";
    case Type::directory:
        return "it is a folder, a file was expected";
    case Type::fifo:
        return "it is a named pipe, a file was expected; save its content in a file";
    case Type::socket:
        return "it is a socket, a file was expected";
    case Type::character:
    case Type::block:
        return "it is a device, a file was expected";
    default:
        return problem == std::errc::too_many_symbolic_link_levels
                   ? "its links lead in a circle; create the link again"
                   : problem.message();
    }
}

/// Closes a file that is open for reading.
class OpenFile {
public:
    // A named pipe that takes the file's place now must not make the program wait.
    explicit OpenFile(const std::filesystem::path& file)
        : fd_(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY))
    {
        if (fd_ < 0) {
            fail(file, "read");
        }
    }
    ~OpenFile() { ::close(fd_); }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;

    ssize_t read(std::span<char> to) const
    {
        ssize_t got = 0;
        do {
            got = ::read(fd_, to.data(), to.size());
        } while (got < 0 && errno == EINTR);
        return got;
    }

private:
    int fd_;
};

void readAtMost(const std::filesystem::path& file, std::uintmax_t maxBytes,
                const std::function<void(std::string_view part)>& take)
{
    constexpr std::uintmax_t kLeast = std::uintmax_t{1} << 12U;
    constexpr std::uintmax_t kPart = std::uintmax_t{1} << 20U;
    constexpr unsigned kMebi = 20;
    requireRegularFile(file);
    const auto requireSize = [&](std::uintmax_t size) {
        if (size > maxBytes) {
            throw IoError("cannot read " + file.string() + ": it is larger than " +
                          std::to_string(maxBytes >> kMebi) +
                          " MiB, the most that is accepted; check that it is the right file");
        }
    };
    std::error_code unknown;
    const auto size = std::filesystem::file_size(file, unknown);
    if (!unknown) {
        requireSize(size);
    }
    const OpenFile opened(file);
    // To get and clear a whole part takes longer than to read a small file.
    std::vector<char> part(unknown ? kPart : std::clamp(size + 1, kLeast, kPart));
    std::uintmax_t done = 0;
    while (true) {
        const auto got = opened.read(part);
        if (got < 0) {
            fail(file, "read");
        }
        if (got == 0) {
            return;
        }
        done += static_cast<std::uintmax_t>(got);
        requireSize(done); // a file may grow
        take({part.data(), static_cast<std::size_t>(got)});
    }
}

} // namespace

void requireRegularFile(const std::filesystem::path& file)
{
    std::error_code problem;
    const auto type = std::filesystem::status(file, problem).type();
    if (type == std::filesystem::file_type::regular) {
        return;
    }
    throw IoError("cannot read " + file.string() + ": " + whyNotRegular(type, problem));
}

void readInParts(const std::filesystem::path& file,
                 const std::function<void(std::string_view part)>& take)
{
    readAtMost(file, std::numeric_limits<std::uintmax_t>::max(), take);
}

std::string readFile(const std::filesystem::path& file, std::uintmax_t maxBytes)
{
    std::string bytes;
    readAtMost(file, maxBytes, [&](std::string_view part) { bytes += part; });
    return bytes;
}

std::string readText(const std::filesystem::path& file)
{
    return readFile(file, kMaxTextBytes);
}

std::string mistakenContent(std::string_view bytes)
{
    if (bytes.starts_with("version https://git-lfs.github.com/spec/")) {
        return "it is a Git LFS pointer, not the file itself; fetch the file with \"git lfs pull\"";
    }
    constexpr std::size_t kHead = 512;
    std::string head(bytes.substr(0, kHead));
    std::ranges::transform(head, head.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto start = head.find('<');
    if (start != std::string::npos &&
        (std::string_view(head).substr(start).starts_with("<html") ||
         std::string_view(head).substr(start).starts_with("<!doctype html"))) {
        return "it is a web page, probably an error or a log-in page; download the file itself";
    }
    return "";
}

void writeFileAtomically(const std::filesystem::path& file, std::string_view bytes,
                         Durability durability)
{
    std::string temporary = file.string() + ".XXXXXX";
    const int fd = ::mkstemp(temporary.data());
    if (fd < 0) {
        fail(file, "write");
    }
    bool ok = true;
    while (ok && !bytes.empty()) {
        const auto written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        ok = written >= 0;
        if (ok) {
            bytes.remove_prefix(static_cast<std::size_t>(written));
        }
    }
    if (durability == Durability::powerCut) {
        ok = ok && ::fsync(fd) == 0;
    }
    const int problem = errno;
    ok = ::close(fd) == 0 && ok;
    if (!ok || ::rename(temporary.c_str(), file.c_str()) != 0) {
        errno = ok ? errno : problem;
        const int shown = errno;
        ::unlink(temporary.c_str());
        errno = shown;
        fail(file, "write");
    }
}

} // namespace mlab
