// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/checkpoints/safetensors.h"

#include "core/base/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <set>
#include <utility>
#include <vector>

namespace mlab::stimuli {
namespace {

constexpr std::size_t kLengthBytes = 8;
constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;
constexpr std::size_t kMaxHeaderDepth = 3; // file, array, shape

constexpr std::array<std::pair<std::string_view, ElementType>, 13> kTypes = {{
    {"F16", {2, FloatFormat::float16}},
    {"BF16", {2, FloatFormat::bfloat16}},
    {"F32", {4, FloatFormat::float32}},
    {"F64", {8, FloatFormat::float64}},
    {"BOOL", {1, {}}},
    {"I8", {1, {}}},
    {"U8", {1, {}}},
    {"I16", {2, {}}},
    {"U16", {2, {}}},
    {"I32", {4, {}}},
    {"U32", {4, {}}},
    {"I64", {8, {}}},
    {"U64", {8, {}}},
}};

[[noreturn]] void fail(const std::string& name, const std::string& why)
{
    throw IoError(name + " is not a usable safetensors file: " + why);
}

/// Refuses what a plain parse lets pass: equal keys, of which it keeps one, and deep nesting. A
/// parse with a callback would look at all arrays again after each of them.
class HeaderCheck final : public nlohmann::json::json_sax_t {
public:
    explicit HeaderCheck(const std::string& name) : name_(name) {}

    bool null() override { return true; }
    bool boolean(bool /*value*/) override { return true; }
    bool number_integer(number_integer_t /*value*/) override { return true; }
    bool number_unsigned(number_unsigned_t /*value*/) override { return true; }
    bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return true; }
    bool string(string_t& /*value*/) override { return true; }
    bool binary(binary_t& /*value*/) override { return true; }
    bool start_object(std::size_t /*size*/) override { return open(); }
    bool key(string_t& value) override
    {
        if (!keys_.back().insert(value).second) {
            fail(name_, "its header has the key " + value + " twice");
        }
        return true;
    }
    bool end_object() override { return close(); }
    bool start_array(std::size_t /*size*/) override { return open(); }
    bool end_array() override { return close(); }
    bool parse_error(std::size_t /*at*/, const std::string& /*token*/,
                     const nlohmann::json::exception& problem) override
    {
        fail(name_, problem.what());
    }

private:
    bool open()
    {
        if (keys_.size() >= kMaxHeaderDepth) {
            fail(name_, "its header is nested too deeply");
        }
        keys_.emplace_back();
        return true;
    }
    bool close()
    {
        keys_.pop_back();
        return true;
    }

    const std::string& name_;
    std::vector<std::set<std::string>> keys_; ///< of the objects and arrays that are open
};

nlohmann::json parseHeader(std::string_view text, const std::string& name)
{
    HeaderCheck check(name);
    nlohmann::json::sax_parse(text, &check);
    return nlohmann::json::parse(text);
}

struct ListedTensor {
    std::string key;
    std::uint64_t begin;
    std::uint64_t end;
};

} // namespace

std::string encodeSafetensors(const Safetensors& content)
{
    using Json = nlohmann::ordered_json; // of which a large object would be slow
    std::string text = "{\"__metadata__\":" + Json(content.metadata).dump();
    std::size_t offset = 0;
    for (const auto& [name, array] : content.arrays) {
        const std::size_t bytes = array.values.size() * sizeof(float);
        const Json entry = {
            {"dtype", "F32"}, {"shape", array.shape}, {"data_offsets", {offset, offset + bytes}}};
        text += "," + Json(name).dump() + ":" + entry.dump();
        offset += bytes;
    }
    text += "}";
    text.append((8 - text.size() % 8) % 8, ' '); // the format asks for aligned data
    const std::uint64_t length = text.size();
    std::string out(kLengthBytes, '\0');
    std::memcpy(out.data(), &length, kLengthBytes);
    out += text;
    for (const auto& [name, array] : content.arrays) {
        const std::size_t at = out.size();
        out.resize(at + array.values.size() * sizeof(float));
        std::memcpy(out.data() + at, array.values.data(), array.values.size() * sizeof(float));
    }
    return out;
}

SafetensorsView viewSafetensors(std::string_view bytes, const std::string& name)
{
    if (bytes.size() < kLengthBytes) {
        fail(name, "it has only " + std::to_string(bytes.size()) + " bytes");
    }
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), kLengthBytes);
    if (length > bytes.size() - kLengthBytes) {
        fail(name, "its header says to be longer than the file");
    }
    if (length > kMaxHeaderBytes) {
        fail(name, "its header is longer than 100 MB");
    }
    const auto data = bytes.substr(kLengthBytes + length);
    SafetensorsView out;
    std::vector<ListedTensor> listed;
    try {
        const auto header = parseHeader(bytes.substr(kLengthBytes, length), name);
        for (const auto& [key, entry] : header.get_ref<const nlohmann::json::object_t&>()) {
            if (key == "__metadata__") {
                out.metadata = entry.get<std::map<std::string, std::string>>();
                continue;
            }
            const auto dtype = entry.at("dtype").get<std::string>();
            const auto* const type =
                std::find_if(std::begin(kTypes), std::end(kTypes),
                             [&](const auto& known) { return known.first == dtype; });
            if (type == std::end(kTypes)) {
                fail(name,
                     std::string("array ")
                         .append(key)
                         .append(" is of type ")
                         .append(dtype)
                         .append("; F16, BF16, F32 and F64 are accepted, integers are left out"));
            }
            std::vector<std::int64_t> shape;
            for (const auto& side : entry.at("shape")) {
                if (!side.is_number_unsigned() || side.get<std::uint64_t>() >> 63U != 0) {
                    fail(name, "array " + key + " has an impossible shape");
                }
                shape.push_back(side.get<std::int64_t>());
            }
            const auto& offsets = entry.at("data_offsets");
            if (offsets.size() != 2 || !offsets[0].is_number_unsigned() ||
                !offsets[1].is_number_unsigned()) {
                fail(name, "array " + key + " has impossible offsets");
            }
            const auto begin = offsets[0].get<std::uint64_t>();
            const auto end = offsets[1].get<std::uint64_t>();
            const auto count = elementCount(shape);
            std::uint64_t size = 0;
            if (!count ||
                __builtin_mul_overflow(static_cast<std::uint64_t>(*count), type->second.bytes,
                                       &size) ||
                begin > end || end > data.size() || end - begin != size) {
                fail(name, "array " + key + " does not fit its shape or the file");
            }
            listed.push_back({.key = key, .begin = begin, .end = end});
            if (type->second.format) {
                auto strides = rowMajorStrides(shape);
                out.arrays.emplace(key, ArrayView{.format = *type->second.format,
                                                  .shape = std::move(shape),
                                                  .strides = std::move(strides),
                                                  .data = data.substr(begin, size)});
            }
        }
    } catch (const nlohmann::json::exception& problem) {
        fail(name, problem.what());
    }
    std::sort(listed.begin(), listed.end(), [](const ListedTensor& a, const ListedTensor& b) {
        return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    std::uint64_t end = 0;
    for (const auto& array : listed) {
        if (array.begin != end) {
            fail(name, "there is a hole or an overlap before array " + array.key);
        }
        end = array.end;
    }
    if (end != data.size()) {
        fail(name, "something follows its last array");
    }
    return out;
}

Safetensors decodeSafetensors(std::string_view bytes, const std::string& name)
{
    auto view = viewSafetensors(bytes, name);
    Safetensors out;
    out.metadata = std::move(view.metadata);
    for (const auto& [key, array] : view.arrays) {
        out.arrays.emplace(key, toFloat32(array));
    }
    return out;
}

} // namespace mlab::stimuli
