// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/program/command_line.h"

#include "app/program/exit_codes.h"
#include "core/base/version.h"

#include <CLI/CLI.hpp>

#include <utility>

namespace mlab::app {

CommandLine::CommandLine(const std::string& description) : program_(description)
{
    program_.set_version_flag("--version", kSoftwareVersion);
    program_.require_subcommand(1);
}

CLI::App& CommandLine::add(const std::string& name, const std::string& description,
                           std::function<int()> run)
{
    auto* command = program_.add_subcommand(name, description);
    command->callback([this, run = std::move(run)] { run_ = run; });
    return *command;
}

void CommandLine::withoutCommand(std::function<int()> run)
{
    program_.require_subcommand(0, 1);
    run_ = std::move(run);
}

int CommandLine::run(int argc, char** argv)
{
    try {
        program_.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
        return program_.exit(problem) == 0 ? kDone : kBadInput;
    }
    return run_();
}

} // namespace mlab::app
