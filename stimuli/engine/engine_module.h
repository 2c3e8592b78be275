// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/engine/engine.h"

#include <string>

namespace mlab::stimuli {

/// The engine of this process. The first call opens its module: the file that the environment
/// variable MLAB_ENGINE names, otherwise `libmlab_engine.so` in the program's folder or in
/// `../lib/metamerlab` relative to that folder. May be called from any thread.
/// @throws IoError if the module is missing, cannot be loaded or belongs to another version
const Engine& engine();

/// What a program and a module must have in common, because C++ objects cross between them: the
/// version and the compiler.
std::string engineStamp();

/// The two symbols that the module exports: functions of these types.
inline constexpr const char* kEngineStampSymbol = "mlab_engine_stamp";
inline constexpr const char* kEngineSymbol = "mlab_engine";
using EngineStampFunction = const char* (*)();
using EngineFunction = const Engine* (*)();

} // namespace mlab::stimuli
