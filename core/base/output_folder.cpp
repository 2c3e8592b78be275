// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/output_folder.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/sha256.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sstream>
#include <unistd.h>
#include <utility>

namespace mlab {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kListPrefix = ".metamerlab-";

std::map<std::string, std::set<std::string>> readList(const fs::path& list)
{
    std::map<std::string, std::set<std::string>> written;
    if (fs::exists(list)) {
        std::istringstream lines(readFile(list));
        std::string sha256;
        std::string name;
        while (lines >> sha256 && std::getline(lines >> std::ws, name)) {
            written[name].insert(sha256);
        }
    }
    return written;
}

/// Which of the other commands that write into a folder wrote this file as it is; "" if none.
std::string otherWriter(const fs::path& folder, const fs::path& ownList, const std::string& name,
                        const std::string& sha256)
{
    for (const auto& entry : fs::directory_iterator(folder)) {
        const auto list = entry.path().filename().string();
        if (list.starts_with(kListPrefix) && entry.path() != ownList && entry.is_regular_file() &&
            readList(entry.path())[name].contains(sha256)) {
            return list.substr(kListPrefix.size());
        }
    }
    return "";
}

/// Whether a name from the list leads to a place in the folder. Someone else may have written the
/// list, and links or ".." could lead to any file of the person.
bool isInside(const fs::path& folder, const fs::path& name)
{
    return name.is_relative() &&
           fs::weakly_canonical(folder / name) == fs::canonical(folder) / name;
}

// A link in its place is not followed: it could lead to any file of the person.
void append(const fs::path& list, std::string_view line)
{
    constexpr mode_t kAsUmaskAllows = 0666;
    const int fd = ::open(list.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
                          kAsUmaskAllows);
    if (fd < 0 && errno == ELOOP) {
        throw IoError("cannot write " + list.string() +
                      ": it is a link, which is not followed; delete it");
    }
    const bool written =
        fd >= 0 && ::write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size());
    const int problem = errno;
    if (fd >= 0) {
        ::close(fd);
    }
    if (!written) {
        throw IoError("cannot write " + list.string() + ": " + std::strerror(problem));
    }
}

} // namespace

void createFolder(const fs::path& folder)
{
    std::error_code failed;
    fs::create_directories(folder, failed);
    if (failed) {
        throw IoError("cannot create the folder " + folder.string() + ": " + failed.message() +
                      "; choose another folder");
    }
}

OutputFolder::OutputFolder(fs::path folder, const std::string& command,
                           const std::vector<std::string>& names, Overwrite overwrite)
    : folder_(std::move(folder)), list_(folder_ / (std::string(kListPrefix) + command)),
      names_(names.begin(), names.end())
{
    createFolder(folder_);
    written_ = readList(list_);
    for (const auto& name : names) {
        const auto file = folder_ / name;
        if (!fs::exists(file)) {
            continue;
        }
        const auto sha256 = sha256OfFile(file);
        if (written_[name].contains(sha256)) {
            continue;
        }
        if (const auto other = otherWriter(folder_, list_, name, sha256); !other.empty()) {
            throw IoError(file.string() + " was written by the command " + other +
                          ", whose tables have the same names; nothing was written. Choose another "
                          "folder");
        }
        if (overwrite == Overwrite::own) {
            throw IoError(file.string() + " was not written by the command " + command +
                          ", or has been changed since; nothing was written. Choose another "
                          "folder, or use --force to replace it");
        }
    }
}

void OutputFolder::write(const std::string& name, std::string_view bytes)
{
    const auto sha256 = sha256Hex(bytes);
    // Before the file: if the program is killed in between, the file is still its own.
    if (written_[name].insert(sha256).second) {
        append(list_, sha256 + "  " + name + "\n");
    }
    const auto file = folder_ / name;
    createFolder(file.parent_path());
    writeFileAtomically(file, bytes);
}

void OutputFolder::removeOthers() const
{
    for (const auto& [name, hashes] : written_) {
        const auto file = folder_ / name;
        if (names_.contains(name) || !isInside(folder_, name) || !fs::is_regular_file(file)) {
            continue;
        }
        const auto sha256 = sha256OfFile(file);
        if (!hashes.contains(sha256) || !otherWriter(folder_, list_, name, sha256).empty()) {
            continue;
        }
        std::error_code failed;
        fs::remove(file, failed);
        if (failed) {
            throw IoError("cannot remove " + file.string() +
                          " of an earlier run: " + failed.message());
        }
    }
}

} // namespace mlab
