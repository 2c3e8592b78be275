// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/commands.h"
#include "app/program/design_input.h"
#include "app/program/exit_codes.h"
#include "core/base/error.h"
#include "experiments/design/design_summary.h"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <iostream>
#include <memory>

namespace mlab::app {
namespace {

struct CheckOptions {
    std::string design;
    std::string screen = "1920x1080@60";
    std::string references;
};

// "1920x1080@60"
experiments::ScreenGeometry parsedScreen(const std::string& text)
{
    int width = 0;
    int height = 0;
    double refresh = 0;
    char rest = 0;
    const int read =
        std::sscanf(text.c_str(), "%dx%d@%lf%c", &width, &height, &refresh, &rest); // NOLINT
    if (read != 3 || width <= 0 || height <= 0 || !(refresh > 0)) {
        throw InvalidArgument("--screen " + text + " is not of the form 1920x1080@60");
    }
    experiments::ScreenGeometry screen;
    screen.widthPx = screen.drawableWidthPx = width;
    screen.heightPx = screen.drawableHeightPx = height;
    screen.refreshHz = refresh;
    return screen;
}

int check(const CheckOptions& options)
{
    const auto screen = parsedScreen(options.screen);
    std::cout << experiments::describe(loadDesign(options.design, screen, options.references),
                                       screen);
    return kDone;
}

} // namespace

void addCheck(CommandLine& program)
{
    auto options = std::make_shared<CheckOptions>();
    auto& command = program.add("check", "Check a design file and describe what a session does",
                                [options] { return check(*options); });
    command.add_option("DESIGN", options->design, "Design file")->required();
    command.add_option("--screen", options->screen, "Screen on which the design will run")
        ->capture_default_str();
    command.add_option("--references", options->references,
                       "Folder of references that replaces the design's");
}

} // namespace mlab::app
