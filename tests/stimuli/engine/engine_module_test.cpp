// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "stimuli/engine/engine_module.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <dlfcn.h>

namespace mlab::stimuli {
namespace {

using ::testing::HasSubstr;

std::string refusal(const char* module)
{
    if (module != nullptr) {
        ::setenv("MLAB_ENGINE", module, 1);
    } else {
        ::unsetenv("MLAB_ENGINE");
    }
    try {
        engine();
        return "no error";
    } catch (const IoError& problem) {
        return problem.what();
    }
}

TEST(EngineModule, AMissingModuleIsAnErrorThatNamesIt)
{
    EXPECT_THAT(refusal("/nowhere/libmlab_engine.so"), HasSubstr("/nowhere/libmlab_engine.so"));
    EXPECT_THAT(refusal(nullptr), HasSubstr("the engine module was not found"));
}

TEST(EngineModule, AnotherLibraryIsRefused)
{
    Dl_info libc{};
    ASSERT_NE(::dladdr(reinterpret_cast<void*>(&::qsort), &libc), 0);
    EXPECT_THAT(refusal(libc.dli_fname), HasSubstr("is not an engine module"));
}

TEST(EngineModule, TheStampTellsVersionInterfaceAndCompiler)
{
    EXPECT_THAT(engineStamp(), HasSubstr("engine interface"));
    EXPECT_THAT(engineStamp(), HasSubstr(__VERSION__));
}

} // namespace
} // namespace mlab::stimuli
