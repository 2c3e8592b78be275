// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/output_folder.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/sha256.h"

#include <fstream>
#include <sstream>
#include <utility>

namespace mlab {
namespace {

namespace fs = std::filesystem;

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

} // namespace

OutputFolder::OutputFolder(fs::path folder, const std::string& command,
                           const std::vector<std::string>& names, Overwrite overwrite)
    : folder_(std::move(folder)), list_(folder_ / (".metamerlab-" + command))
{
    std::error_code failed;
    fs::create_directories(folder_, failed);
    if (failed) {
        throw IoError("cannot create the folder " + folder_.string() + ": " + failed.message());
    }
    written_ = readList(list_);
    for (const auto& name : names) {
        const auto file = folder_ / name;
        if (overwrite == Overwrite::own && fs::exists(file) &&
            !written_[name].contains(sha256OfFile(file))) {
            throw IoError(file.string() + " was not written by metamerlab " + command +
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
        std::ofstream list(list_, std::ios::app);
        list << sha256 << "  " << name << "\n";
        if (!list.flush()) {
            throw IoError("cannot write " + list_.string());
        }
    }
    const auto file = folder_ / name;
    fs::create_directories(file.parent_path());
    writeFileAtomically(file, bytes);
}

} // namespace mlab
