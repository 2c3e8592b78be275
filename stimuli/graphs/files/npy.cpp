// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/files/npy.h"

#include "core/base/error.h"
#include "stimuli/checkpoints/float_array.h"

#include <boost/regex/pending/unicode_iterator.hpp>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <iterator>
#include <limits>
#include <optional>
#include <stdexcept>
#include <type_traits>

namespace mlab::stimuli {
namespace {

static_assert(std::endian::native == std::endian::little, "stored arrays are little-endian");

constexpr std::string_view kMagic = "\x93NUMPY";

/// What the header of an array says.
struct Header {
    char kind = 0;         ///< f, i, u, b or U
    std::size_t bytes = 0; ///< of an element
    std::vector<std::int64_t> shape;
};

/// The text behind `'key': ` in the header, a literal of a Python dictionary.
std::string_view valueOf(std::string_view header, const std::string& key, const std::string& name)
{
    const auto at = header.find("'" + key + "':");
    if (at == std::string_view::npos) {
        throw IoError(name + " is not an array of NumPy: its header has no " + key);
    }
    header.remove_prefix(at + key.size() + 3);
    return header.substr(std::min(header.find_first_not_of(' '), header.size()));
}

template <typename Number> std::optional<Number> numberAt(std::string_view& text)
{
    Number value = 0;
    const auto [stop, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc()) {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    return value;
}

std::vector<std::int64_t> shapeIn(std::string_view text, const std::string& name)
{
    std::vector<std::int64_t> out;
    const auto end = text.find(')');
    if (!text.starts_with('(') || end == std::string_view::npos) {
        throw IoError(name + " is not an array of NumPy: its shape cannot be read");
    }
    text = text.substr(1, end - 1);
    while (!text.empty()) {
        const auto side = numberAt<std::int64_t>(text);
        if (!side || *side < 0) {
            throw IoError(name + " is not an array of NumPy: its shape cannot be read");
        }
        out.push_back(*side);
        text.remove_prefix(std::min(text.find_first_not_of(", "), text.size()));
    }
    return out;
}

Header headerOf(std::string_view text, const std::string& name)
{
    auto type = valueOf(text, "descr", name);
    if (type.starts_with("'|O'") || type.starts_with("'O'")) {
        throw IoError(name + " holds Python objects, which are pickles and may run programs; save "
                             "numbers or texts of a fixed length instead");
    }
    if (!valueOf(text, "fortran_order", name).starts_with("False")) {
        throw IoError(name + " is in Fortran order; save numpy.ascontiguousarray(array)");
    }
    Header out{.shape = shapeIn(valueOf(text, "shape", name), name)};
    const std::string shown(type.substr(0, type.find(',')));
    if (type.size() < 4 || type[0] != '\'' || std::string_view("<|").find(type[1]) == type.npos) {
        throw IoError(name + " has elements of type " + shown +
                      "; little-endian numbers and texts are accepted");
    }
    out.kind = type[2];
    type.remove_prefix(3);
    out.bytes = numberAt<std::size_t>(type).value_or(0);
    if (out.kind == 'U' && out.bytes < (std::size_t{1} << 20U)) {
        out.bytes *= sizeof(char32_t);
        return out;
    }
    const bool integer = (out.kind == 'i' || out.kind == 'u') &&
                         out.bytes <= sizeof(std::int64_t) && std::has_single_bit(out.bytes);
    if (!integer && !(out.kind == 'f' && (out.bytes == 4 || out.bytes == 8)) &&
        !(out.kind == 'b' && out.bytes == 1)) {
        throw IoError(name + " has elements of type " + shown +
                      "; f4, f8, integers, booleans and texts are accepted");
    }
    return out;
}

template <typename Stored, typename Kept>
std::vector<Kept> numbers(std::string_view data, const std::string& name)
{
    std::vector<Kept> out;
    out.reserve(data.size() / sizeof(Stored));
    for (std::size_t at = 0; at < data.size(); at += sizeof(Stored)) {
        Stored value;
        std::memcpy(&value, data.data() + at, sizeof value); // need not be aligned
        if constexpr (std::is_same_v<Stored, std::uint64_t>) {
            if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
                throw IoError(name + " holds a number that is too large");
            }
        }
        out.push_back(static_cast<Kept>(value));
    }
    return out;
}

std::vector<std::int64_t> integers(const Header& header, std::string_view data,
                                   const std::string& name)
{
    using Kept = std::int64_t;
    const bool isSigned = header.kind == 'i';
    switch (header.bytes) {
    case 1:
        return isSigned ? numbers<std::int8_t, Kept>(data, name)
                        : numbers<std::uint8_t, Kept>(data, name);
    case 2:
        return isSigned ? numbers<std::int16_t, Kept>(data, name)
                        : numbers<std::uint16_t, Kept>(data, name);
    case 4:
        return isSigned ? numbers<std::int32_t, Kept>(data, name)
                        : numbers<std::uint32_t, Kept>(data, name);
    default:
        return isSigned ? numbers<std::int64_t, Kept>(data, name)
                        : numbers<std::uint64_t, Kept>(data, name);
    }
}

std::string utf8(std::string_view characters, const std::string& name)
{
    std::string out;
    try {
        for (std::size_t at = 0; at < characters.size(); at += sizeof(char32_t)) {
            std::uint32_t character = 0;
            std::memcpy(&character, characters.data() + at, sizeof character);
            if (character == 0) { // NumPy fills up with zeros
                break;
            }
            using Encoded = boost::u32_to_u8_iterator<const std::uint32_t*>;
            std::copy(Encoded(&character), Encoded(&character + 1), std::back_inserter(out));
        }
    } catch (const std::out_of_range&) {
        throw IoError(name + " holds a text with a character that does not exist");
    }
    return out;
}

std::vector<std::string> texts(const Header& header, std::string_view data, std::int64_t count,
                               const std::string& name)
{
    std::vector<std::string> out;
    for (std::int64_t i = 0; i < count; ++i) {
        out.push_back(
            utf8(data.substr(static_cast<std::size_t>(i) * header.bytes, header.bytes), name));
    }
    return out;
}

} // namespace

NpyArray decodeNpy(std::string_view bytes, const std::string& name)
{
    constexpr std::size_t kVersionBytes = 2;
    if (!bytes.starts_with(kMagic) || bytes.size() < kMagic.size() + kVersionBytes + 4) {
        throw IoError(name + " is not an array of NumPy");
    }
    const int version = static_cast<unsigned char>(bytes[kMagic.size()]);
    bytes.remove_prefix(kMagic.size() + kVersionBytes);
    // Version 1 has a length of two bytes, the later ones of four.
    std::uint32_t length = 0;
    const std::size_t lengthBytes = version == 1 ? 2 : 4;
    std::memcpy(&length, bytes.data(), lengthBytes);
    bytes.remove_prefix(lengthBytes);
    if (version < 1 || version > 3 || length > bytes.size()) {
        throw IoError(name + " is not an array of NumPy of versions 1 to 3, or was cut short");
    }
    const auto header = headerOf(bytes.substr(0, length), name);
    const auto data = bytes.substr(length);
    const auto count = elementCount(header.shape);
    constexpr std::int64_t kMostElements = std::int64_t{1} << 28U; // 2 GiB when read
    if (count && *count > kMostElements) {
        throw IoError(name + " holds more than " + std::to_string(kMostElements) +
                      " elements, the most that is accepted");
    }
    std::uint64_t size = 0;
    if (!count || __builtin_mul_overflow(static_cast<std::uint64_t>(*count), header.bytes, &size) ||
        size != data.size() || (header.bytes == 0 && *count > 0)) {
        throw IoError(name + " does not hold as many numbers as its header says");
    }
    NpyArray out{.shape = header.shape, .values = {}};
    if (header.kind == 'U') {
        out.values = texts(header, data, *count, name);
    } else if (header.kind == 'f') {
        out.values = header.bytes == sizeof(float) ? numbers<float, double>(data, name)
                                                   : numbers<double, double>(data, name);
    } else {
        out.values = integers(header, data, name);
    }
    return out;
}

} // namespace mlab::stimuli
