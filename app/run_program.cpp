// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run_program.h"

#include "app/design_input.h"
#include "app/exit_codes.h"
#include "core/error.h"

#include <iostream>

namespace mlab::app {

int runProgram(const std::string& name, const std::function<int()>& program)
{
    try {
        return program();
    } catch (const BadInput& problem) { // its diagnostics begin with their file
        std::cerr << problem.what() << "\n";
        return kBadInput;
    } catch (const InvalidArgument& problem) {
        std::cerr << name << ": " << problem.what() << "\n";
        return kBadInput;
    } catch (const std::exception& problem) {
        std::cerr << name << ": " << problem.what() << "\n";
        return kFailed;
    }
}

} // namespace mlab::app
