// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/checkpoints/float_array.h"

#include <map>
#include <string>
#include <string_view>

namespace mlab::stimuli {

/// The content of a safetensors file (little-endian header length, JSON header, data), in float32.
struct Safetensors {
    std::map<std::string, std::string> metadata;
    std::map<std::string, FloatArray> arrays;
};

/// The same as views of the file's bytes, which must outlive them.
struct SafetensorsView {
    std::map<std::string, std::string> metadata;
    std::map<std::string, ArrayView> arrays;
};

/// Writes all arrays as F32.
std::string encodeSafetensors(const Safetensors& content);

/// Reads arrays of F16, BF16, F32 and F64; those of integers and booleans are left out. Checks what
/// the reference implementation checks: a header of at most 100 MB, no key twice, data without
/// holes, overlaps or remainder. Source: huggingface/safetensors, README.md, "Format".
/// @param name of the file in error messages
/// @throws IoError if the bytes are not a well-formed safetensors file of such arrays.
SafetensorsView viewSafetensors(std::string_view bytes, const std::string& name);
/// The arrays of viewSafetensors(), converted to float32. @throws as viewSafetensors()
Safetensors decodeSafetensors(std::string_view bytes, const std::string& name);

} // namespace mlab::stimuli
