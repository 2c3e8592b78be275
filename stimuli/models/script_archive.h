// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace torch::jit {
struct Graph;
struct Module;
} // namespace torch::jit

namespace mlab::stimuli {

/// Internal to stimuli/. A TorchScript file is a program, of which LibTorch runs parts while it
/// loads the file. This loads it so that the program can only compute:
///
/// - Before loading, each source file in the archive is parsed with LibTorch's own parser. It may
///   name only the operators of isScriptOperator(), and must have no __setstate__ and no call in a
///   default value or a class's constant. The values are checked by requireWholeTensors(). What was
///   not checked, such as debugging information, is left out of what LibTorch reads.
/// - After loading and before anything runs, the operators of all functions are checked again, as
///   LibTorch understood them; no compiled class may be used, and each value must be of its
///   declared type. Before a layer runs, requireBoundedLoops() checks it.
///
/// @param bytes of the file
/// @param name of the file in error messages
/// @throws IoError naming what is refused; LibTorch's errors for what it cannot load
torch::jit::Module loadCheckedScript(std::string_view bytes, const std::string& name,
                                     const std::string& device);

/// Internal to stimuli/. Refuses a loop without a known end: each must run over a list, or a
/// constant number of times, at most a million.
/// @param graph of a frozen module's method, with all calls inlined
/// @throws IoError
void requireBoundedLoops(const std::shared_ptr<torch::jit::Graph>& graph, const std::string& name,
                         const std::string& layer);

} // namespace mlab::stimuli
