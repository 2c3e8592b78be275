// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/program/run_program.h"

#include "app/program/bad_input.h"
#include "app/program/exit_codes.h"
#include "core/base/error.h"

#include <csignal>
#include <iostream>
#include <sys/stat.h>

namespace mlab::app {

int runProgram(const std::string& name, const std::function<int()>& program)
{
    ::umask(077);                  // what people answered is nobody else's business
    std::signal(SIGPIPE, SIG_IGN); // a reader that is gone is an error of writing
    try {
        const int code = program();
        if (!std::cout.flush()) {
            std::cerr << name << ": the output could not be written; the disk may be full, or the "
                      << "program that reads it has ended\n";
            return kFailed;
        }
        return code;
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
