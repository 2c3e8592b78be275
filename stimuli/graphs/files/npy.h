// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mlab::stimuli {

/// An array that NumPy saved, row-major.
struct NpyArray {
    std::vector<std::int64_t> shape;
    /// Floats as double; integers and booleans as integers; texts as UTF-8.
    std::variant<std::vector<double>, std::vector<std::int64_t>, std::vector<std::string>> values;
};

/// Reads NumPy's format `.npy`, versions 1 to 3: little-endian f4, f8, signed and unsigned integers
/// of 1 to 8 bytes, booleans and unicode texts in C order. Objects are pickles and are refused.
/// Source: NumPy, numpy/lib/format.py.
/// @param name of the array in error messages
/// @throws IoError
NpyArray decodeNpy(std::string_view bytes, const std::string& name);

} // namespace mlab::stimuli
