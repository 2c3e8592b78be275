// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/data/faulty_disk.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>
#include <limits>
#include <sqlite3.h>
#include <unistd.h>

namespace mlab::data {
namespace {

int goodWrites = std::numeric_limits<int>::max();
int failWith = 0;
bool failed = false;

bool fails()
{
    if (goodWrites > 0) {
        --goodWrites;
        return false;
    }
    failed = true;
    errno = failWith;
    return true;
}

void killIfAsked()
{
    if (failWith == FaultyDisk::kKill) {
        std::raise(SIGKILL);
    }
}

ssize_t faultyWrite(int file, const void* bytes, std::size_t count)
{
    if (!fails()) {
        return ::write(file, bytes, count);
    }
    if (failWith == FaultyDisk::kKill && ::write(file, bytes, count / 2) >= 0) {
        killIfAsked();
    }
    return -1;
}

ssize_t faultyPwrite(int file, const void* bytes, std::size_t count, off_t at)
{
    if (!fails()) {
        return ::pwrite(file, bytes, count, at);
    }
    if (failWith == FaultyDisk::kKill && ::pwrite(file, bytes, count / 2, at) >= 0) {
        killIfAsked();
    }
    return -1;
}

int faultyTruncate(int file, off_t size)
{
    if (!fails()) {
        return ::ftruncate(file, size);
    }
    killIfAsked();
    return -1;
}

int faultyUnlink(const char* path)
{
    if (failWith == FaultyDisk::kKill && fails()) {
        killIfAsked();
    }
    return ::unlink(path);
}

template <typename Call> void install(const char* name, Call call)
{
    auto* vfs = sqlite3_vfs_find(nullptr);
    if (vfs->xGetSystemCall(vfs, name) != nullptr) {
        vfs->xSetSystemCall(vfs, name, reinterpret_cast<sqlite3_syscall_ptr>(call));
    }
}

} // namespace

FaultyDisk::FaultyDisk(int good, int error)
{
    goodWrites = good;
    failWith = error;
    failed = false;
    install("write", faultyWrite);
    install("pwrite", faultyPwrite);
    install("pwrite64", faultyPwrite);
    install("ftruncate", faultyTruncate);
    install("unlink", faultyUnlink);
}

FaultyDisk::~FaultyDisk()
{
    auto* vfs = sqlite3_vfs_find(nullptr);
    for (const char* name : {"write", "pwrite", "pwrite64", "ftruncate", "unlink"}) {
        vfs->xSetSystemCall(vfs, name, nullptr);
    }
}

bool FaultyDisk::hasFailed()
{
    return failed;
}

} // namespace mlab::data
