// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <system_error>
#include <unistd.h>

namespace mlab {

/// A file in memory, for readers that open a file by its name.
class InputFile {
public:
    explicit InputFile(std::string_view bytes) : fd_(::memfd_create("input", MFD_CLOEXEC))
    {
        if (fd_ < 0 ||
            ::write(fd_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
            throw std::system_error(errno, std::generic_category(), "a file in memory");
        }
        path_ = "/proc/self/fd/" + std::to_string(fd_);
    }
    ~InputFile() { ::close(fd_); }
    InputFile(const InputFile&) = delete;
    InputFile& operator=(const InputFile&) = delete;

    const std::filesystem::path& path() const { return path_; }

private:
    int fd_;
    std::filesystem::path path_;
};

/// Runs a reader on one input of libFuzzer. It may refuse the input with an mlab::Error. Anything
/// else ends the program and is a finding, and so is the program's own mistake, InternalError.
template <typename Read> void mayRefuse(const Read& read)
{
    try {
        read();
    } catch (const InternalError&) {
        throw;
    } catch (const Error&) {
        return;
    }
}

/// The input as the bytes that readers take.
inline std::string_view bytesOf(const std::uint8_t* data, std::size_t size)
{
    return {reinterpret_cast<const char*>(data), size};
}

} // namespace mlab
