// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/stimulus_folder.h"

#include "core/error.h"

#include <algorithm>
#include <map>
#include <system_error>

namespace mlab::stimuli {
namespace {

using Paths = std::vector<std::filesystem::path>;

bool looksLike(const FolderKind& kind, const std::filesystem::path& file)
{
    std::string ending = file.extension().string();
    // Not std::tolower, which follows the locale.
    std::transform(ending.begin(), ending.end(), ending.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return !file.filename().string().starts_with('.') &&
           std::ranges::find(kind.endings, ending) != kind.endings.end();
}

std::string folderName(const std::filesystem::path& folder, const FolderKind& kind)
{
    return std::string(kind.what) + " folder " + folder.string();
}

} // namespace

Paths listFiles(const std::filesystem::path& folder, const FolderKind& kind)
{
    std::error_code failed;
    Paths files;
    for (std::filesystem::directory_iterator i(folder, failed), end; !failed && i != end;
         i.increment(failed)) {
        std::error_code ignored; // a dangling link is no folder, and fails when it is read
        if (looksLike(kind, i->path()) && !i->is_directory(ignored)) {
            files.push_back(i->path());
        }
    }
    if (failed) {
        throw IoError("cannot list " + folderName(folder, kind) + ": " + failed.message());
    }
    if (files.empty()) {
        throw IoError(folderName(folder, kind) + " holds no " + std::string(kind.files) + "; " +
                      std::string(kind.accepted) + " are accepted");
    }
    std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) {
        return a.filename().string() < b.filename().string();
    });
    return files;
}

Paths listDistinctFiles(const std::filesystem::path& folder, const FolderKind& kind)
{
    Paths files = listFiles(folder, kind);
    throwFirst(nameProblems(files, kind));
    return files;
}

Paths referenceFiles(const StimulusSource& source, const FolderKind& kind)
{
    Paths files = listDistinctFiles(source.folder, kind);
    const auto count = static_cast<std::size_t>(source.count);
    if (count > files.size()) {
        throw InvalidArgument(std::to_string(count) + " references are asked for, but " +
                              folderName(source.folder, kind) + " holds " +
                              std::to_string(files.size()) + " (a count of 0 takes all)");
    }
    files.resize(count == 0 ? files.size() : count);
    return files;
}

std::vector<std::string> nameProblems(const Paths& files, const FolderKind& kind)
{
    std::vector<std::string> problems;
    std::map<std::string, std::filesystem::path> byId;
    for (const auto& file : files) {
        const auto [known, isNew] = byId.emplace(file.stem().string(), file);
        if (!isNew) {
            problems.push_back(folderName(file.parent_path(), kind) + " holds both " +
                               known->second.filename().string() + " and " +
                               file.filename().string() + ", which would share the id \"" +
                               known->first + "\"; rename one");
        }
    }
    return problems;
}

std::vector<std::string> countProblems(const StimulusSource& source, const FolderKind& kind)
{
    if (source.count < 0 || (source.folder.empty() && source.count == 0)) {
        return {"the number of " + std::string(kind.what) + "s is " + std::to_string(source.count) +
                ", where " +
                (source.folder.empty() ? "at least 1 is needed" : "0 (all) or more is needed")};
    }
    return {};
}

void throwFirst(const std::vector<std::string>& problems)
{
    if (!problems.empty()) {
        throw InvalidArgument(problems.front());
    }
}

void throwIfStopped(const std::stop_token& stop)
{
    if (stop.stop_requested()) {
        throw Cancelled();
    }
}

} // namespace mlab::stimuli
