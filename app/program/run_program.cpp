// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/program/run_program.h"

#include "app/program/bad_input.h"
#include "app/program/exit_codes.h"
#include "core/base/error.h"

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
    } catch (const InternalError& problem) {
        std::cerr << name << ": internal error: " << problem.what()
                  << "\nThis is a mistake in the program. Please report it, with the command and "
                     "the files that you used.\n";
        return kFailed;
    } catch (const std::exception& problem) {
        std::cerr << name << ": " << problem.what() << "\n";
        return kFailed;
    }
}

} // namespace mlab::app
