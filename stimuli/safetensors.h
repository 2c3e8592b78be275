// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// One float32 array of a safetensors file, row-major.
struct FloatArray {
    std::vector<std::int64_t> shape;
    std::vector<float> values;
};

/// The content of a safetensors file (little-endian header length, JSON header, data).
struct Safetensors {
    std::map<std::string, std::string> metadata;
    std::map<std::string, FloatArray> arrays;
};

std::string encodeSafetensors(const Safetensors& content);
/// @param name how errors call the file
/// @throws IoError if the bytes are not a well-formed safetensors file of float32 arrays.
Safetensors decodeSafetensors(const std::string& bytes, const std::string& name);

} // namespace mlab::stimuli
