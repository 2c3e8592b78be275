// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <string>
#include <vector>

namespace mlab::app {

/// A program's command line: its commands, each of which declares its own options.
class CommandLine {
public:
    explicit CommandLine(const std::string& description);

    /// A new command, to which the caller adds options.
    /// @param run what the command does once the options are known; returns an exit code
    CLI::App& add(const std::string& name, const std::string& description,
                  std::function<int()> run);
    /// What the program does when no command is given. Without it, a command is required.
    void withoutCommand(std::function<int()> run);

    /// Parses the arguments, runs what they ask for and returns the program's exit code. What is
    /// wrong with the arguments is written to stderr.
    int run(int argc, char** argv);

private:
    CLI::App program_;
    std::function<int()> run_; ///< of the command that was parsed
};

/// Accepts one of these names; for another it says which was meant, or what there is.
CLI::Validator oneOf(const std::vector<std::string>& names);

} // namespace mlab::app
