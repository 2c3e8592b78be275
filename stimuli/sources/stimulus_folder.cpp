// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/sources/stimulus_folder.h"

#include "core/base/error.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <system_error>
#include <utility>

namespace mlab::stimuli {
namespace {

bool isHidden(const std::filesystem::path& path)
{
    return path.filename().string().starts_with('.');
}

bool looksLike(const FolderKind& kind, const std::filesystem::path& file)
{
    std::string ending = file.extension().string();
    // Not std::tolower, which follows the locale.
    std::transform(ending.begin(), ending.end(), ending.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return !isHidden(file) && std::ranges::find(kind.endings, ending) != kind.endings.end();
}

std::string folderName(const std::filesystem::path& folder, const FolderKind& kind)
{
    return std::string(kind.what) + " folder " + folder.string();
}

// Everything in a folder, by the bytes of the names; a problem if it cannot be listed.
std::vector<std::filesystem::path> entriesOf(const std::filesystem::path& folder,
                                             const FolderKind& kind,
                                             std::vector<std::string>& problems)
{
    std::error_code failed;
    std::vector<std::filesystem::path> entries;
    for (std::filesystem::directory_iterator i(folder, failed), end; !failed && i != end;
         i.increment(failed)) {
        entries.push_back(i->path());
    }
    if (failed) {
        problems.push_back("cannot list " + folderName(folder, kind) + ": " + failed.message());
    }
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
        return a.filename().string() < b.filename().string();
    });
    return entries;
}

std::string holdsNone(const std::filesystem::path& folder, const FolderKind& kind)
{
    return folderName(folder, kind) + " holds no " + std::string(kind.files) + "; " +
           std::string(kind.accepted) + " files are accepted";
}

FolderListing listFlat(const std::filesystem::path& folder, const std::string& idPrefix,
                       const FolderKind& kind)
{
    FolderListing listing;
    for (const auto& path : entriesOf(folder, kind, listing.problems)) {
        std::error_code ignored; // a broken link is not a folder, and fails when it is read
        if (looksLike(kind, path) && !std::filesystem::is_directory(path, ignored)) {
            listing.files.push_back({.id = idPrefix + path.stem().string(), .path = path});
        }
    }
    if (listing.files.empty() && listing.problems.empty()) {
        listing.problems.push_back(holdsNone(folder, kind));
    }
    return listing;
}

FolderListing listSubfolders(const std::filesystem::path& folder, const FolderKind& kind)
{
    FolderListing listing;
    bool any = false;
    for (const auto& path : entriesOf(folder, kind, listing.problems)) {
        std::error_code ignored; // not a folder, or missing: distinguished below
        if (isHidden(path)) {
            continue;
        }
        if (std::filesystem::is_directory(path, ignored)) {
            any = true;
            auto inside = listFlat(path, path.filename().string() + "/", kind);
            std::ranges::move(inside.files, std::back_inserter(listing.files));
            std::ranges::move(inside.problems, std::back_inserter(listing.problems));
        } else if (looksLike(kind, path)) {
            listing.problems.push_back(folderName(folder, kind) + " holds " +
                                       path.filename().string() +
                                       " beside its sub-folders; move it into the one where it "
                                       "belongs");
        } else if (!std::filesystem::exists(path, ignored)) {
            listing.problems.push_back(folderName(folder, kind) + " holds " +
                                       path.filename().string() + ", a broken link");
        }
    }
    if (!any && listing.problems.empty()) {
        listing.problems.push_back(folderName(folder, kind) + " holds no sub-folders; its " +
                                   std::string(kind.files) + " are expected there");
    }
    return listing;
}

} // namespace

FolderListing listFolder(const StimulusSource& source, const FolderKind& kind)
{
    return source.subfolders ? listSubfolders(source.folder, kind)
                             : listFlat(source.folder, "", kind);
}

std::vector<FolderFile> listDistinctFiles(const StimulusSource& source, const FolderKind& kind)
{
    auto listing = listFolder(source, kind);
    if (!listing.problems.empty()) {
        throw IoError(listing.problems.front());
    }
    throwFirst(nameProblems(listing.files, kind));
    return std::move(listing.files);
}

std::vector<FolderFile> referenceFiles(const StimulusSource& source, const FolderKind& kind)
{
    auto files = listDistinctFiles(source, kind);
    const auto count = static_cast<std::size_t>(source.count);
    if (count > files.size()) {
        throw InvalidArgument(std::to_string(count) + " references are requested, but " +
                              folderName(source.folder, kind) + " holds " +
                              std::to_string(files.size()) + " (a count of 0 takes all)");
    }
    files.resize(count == 0 ? files.size() : count);
    return files;
}

std::vector<std::string> nameProblems(const std::vector<FolderFile>& files, const FolderKind& kind)
{
    std::vector<std::string> problems;
    std::map<std::string, std::filesystem::path> byId;
    for (const auto& file : files) {
        const auto [known, isNew] = byId.emplace(file.id, file.path);
        if (!isNew) {
            problems.push_back(folderName(file.path.parent_path(), kind) + " holds both " +
                               known->second.filename().string() + " and " +
                               file.path.filename().string() + ", which would share the id \"" +
                               known->first + "\"; rename one");
        }
    }
    return problems;
}

std::vector<std::string> countProblems(const StimulusSource& source, const FolderKind& kind)
{
    if (source.count < 0 || (source.folder.empty() && source.count == 0)) {
        return {"the number of " + std::string(kind.what) + "s is " + std::to_string(source.count) +
                "; " +
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
