// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/program/command_line.h"

#include "app/program/exit_codes.h"
#include "core/base/diagnostic.h"
#include "core/base/version.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <utility>

namespace mlab::app {

CLI::Validator oneOf(const std::vector<std::string>& names)
{
    std::string all;
    for (const auto& name : names) {
        all += (all.empty() ? "" : ",") + name;
    }
    all = "{" + all + "}";
    return {[names, all](const std::string& given) {
                if (std::ranges::count(names, given) > 0) {
                    return std::string();
                }
                const auto meant = nearestName(given, names);
                return "\"" + given + "\" is not one of " + all +
                       (meant ? " (did you mean \"" + *meant + "\"?)" : "");
            },
            all};
}

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
