// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mlab {

enum class Overwrite {
    own, ///< only files that the same command wrote and nobody has changed since
    any  ///< all but those that another command wrote and nobody has changed since
};

/// Makes a folder and those around it, unless they are there.
/// @throws IoError that says why it cannot be made
void createFolder(const std::filesystem::path& folder);

/// A folder into which a command writes the same files again and again. What it wrote is remembered
/// in a hidden file there, `.metamerlab-COMMAND`: a line with SHA-256 and name for each file.
class OutputFolder {
public:
    /// Creates the folder if necessary, and checks the files before any is written.
    /// @param command "export", "report"
    /// @param names   of the files that will be written, relative to the folder
    /// @throws IoError naming the first file that must not be replaced, and the command that wrote
    ///         it if that is known
    OutputFolder(std::filesystem::path folder, const std::string& command,
                 const std::vector<std::string>& names, Overwrite overwrite);

    /// Replaces the file by a complete new one. @throws IoError, also if the list of what was
    /// written has been replaced by a link
    void write(const std::string& name, std::string_view bytes);

    /// Removes what the command wrote there earlier and does not write now, such as figures that
    /// the page no longer shows; but no file that somebody has changed, or that another command
    /// wrote too. To be called when all files are written. @throws IoError
    void removeOthers() const;

private:
    std::filesystem::path folder_;
    std::filesystem::path list_;
    std::set<std::string> names_;                          ///< of the files that are written now
    std::map<std::string, std::set<std::string>> written_; ///< SHA-256, by name
};

} // namespace mlab
