// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"

#include "core/base/error.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace mlab {
namespace {

[[noreturn]] void fail(const std::filesystem::path& file, const char* what)
{
    throw IoError("cannot " + std::string(what) + " " + file.string() + ": " +
                  std::strerror(errno));
}

} // namespace

std::string readFile(const std::filesystem::path& file)
{
    if (std::filesystem::is_directory(file)) {
        throw IoError("cannot read " + file.string() + ": it is a folder, a file was expected");
    }
    errno = 0;
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        fail(file, "read");
    }
    std::ostringstream bytes;
    if (in.peek() != std::ifstream::traits_type::eof()) {
        bytes << in.rdbuf();
    }
    if (in.bad() || bytes.bad()) {
        fail(file, "read");
    }
    return std::move(bytes).str();
}

void writeFileAtomically(const std::filesystem::path& file, std::string_view bytes)
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
    ok = ok && ::fsync(fd) == 0;
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
