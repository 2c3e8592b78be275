// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/engine/engine_module.h"

#include "core/base/error.h"
#include "core/base/version.h"

#include <array>
#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>

namespace mlab::stimuli {
namespace {

constexpr const char* kModuleName = "libmlab_engine.so";
constexpr const char* kVariable = "MLAB_ENGINE";

std::filesystem::path moduleFile()
{
    std::error_code unreadable;
    if (const char* named = std::getenv(kVariable); named != nullptr && *named != 0) {
        if (!std::filesystem::is_regular_file(named, unreadable)) {
            throw IoError("the engine module " + std::string(named) + ", which " + kVariable +
                          " names, was not found");
        }
        return std::filesystem::absolute(named);
    }
    const auto folder = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    const std::array places = {folder / kModuleName,
                               folder.parent_path() / "lib/metamerlab" / kModuleName};
    for (const auto& place : places) {
        if (std::filesystem::is_regular_file(place, unreadable)) {
            return place;
        }
    }
    throw IoError("the engine module was not found: neither " + places[0].string() + " nor " +
                  places[1].string() + " exists. Install MetamerLab again, or set " + kVariable +
                  " to the module's file");
}

template <typename Function>
Function symbolOf(void* module, const char* name, const std::filesystem::path& file)
{
    void* symbol = ::dlsym(module, name);
    if (symbol == nullptr) {
        throw IoError(file.string() + " is not an engine module of MetamerLab");
    }
    return reinterpret_cast<Function>(symbol); // NOLINT: what dlsym() is for
}

const Engine* openedEngine()
{
    const auto file = moduleFile();
    // It stays open until the process ends: its code makes objects and exceptions that live on.
    void* module = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (module == nullptr) {
        const char* why = ::dlerror(); // NOLINT(concurrency-mt-unsafe): per thread in glibc
        throw IoError("the engine module " + file.string() +
                      " cannot be loaded: " + (why != nullptr ? why : "no reason is given"));
    }
    const std::string stamp = symbolOf<EngineStampFunction>(module, kEngineStampSymbol, file)();
    if (stamp != engineStamp()) {
        throw IoError("the engine module " + file.string() + " does not belong to this program: " +
                      "it is \"" + stamp + "\", and the program needs \"" + engineStamp() + "\"");
    }
    return symbolOf<EngineFunction>(module, kEngineSymbol, file)();
}

} // namespace

std::string engineStamp()
{
    return std::string("MetamerLab ") + kSoftwareVersion + ", engine interface 1, compiler " +
           __VERSION__ + ", C++11 ABI " + (_GLIBCXX_USE_CXX11_ABI != 0 ? "on" : "off");
}

const Engine& engine()
{
    // Not kept when it throws: the next call tries again.
    static const Engine* const kEngine = openedEngine();
    return *kEngine;
}

} // namespace mlab::stimuli
