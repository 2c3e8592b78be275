// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/safetensors.h"

#include "core/error.h"

#include <nlohmann/json.hpp>

#include <bit>
#include <cstring>

namespace mlab::stimuli {
namespace {

static_assert(std::endian::native == std::endian::little, "safetensors data is little-endian");

constexpr std::size_t kLengthBytes = 8;

std::size_t elements(const std::vector<std::int64_t>& shape)
{
    std::size_t n = 1;
    for (const auto side : shape) {
        n *= static_cast<std::size_t>(side);
    }
    return n;
}

} // namespace

std::string encodeSafetensors(const Safetensors& content)
{
    nlohmann::ordered_json header;
    header["__metadata__"] = content.metadata;
    std::size_t offset = 0;
    for (const auto& [name, array] : content.arrays) {
        const std::size_t bytes = array.values.size() * sizeof(float);
        header[name] = {
            {"dtype", "F32"}, {"shape", array.shape}, {"data_offsets", {offset, offset + bytes}}};
        offset += bytes;
    }
    std::string text = header.dump();
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

Safetensors decodeSafetensors(const std::string& bytes, const std::string& name)
{
    const auto fail = [&](const std::string& why) {
        throw IoError(name + " is not a usable safetensors file: " + why);
    };
    std::uint64_t length = 0;
    if (bytes.size() < kLengthBytes) {
        fail("it has only " + std::to_string(bytes.size()) + " bytes");
    }
    std::memcpy(&length, bytes.data(), kLengthBytes);
    if (length > bytes.size() - kLengthBytes) {
        fail("its header says to be longer than the file");
    }
    Safetensors out;
    try {
        const auto header = nlohmann::json::parse(bytes.substr(kLengthBytes, length));
        const std::size_t dataBytes = bytes.size() - kLengthBytes - length;
        for (const auto& [key, entry] : header.items()) {
            if (key == "__metadata__") {
                out.metadata = entry.get<std::map<std::string, std::string>>();
                continue;
            }
            if (entry.at("dtype") != "F32") {
                fail("array " + key + " is not F32");
            }
            FloatArray array;
            array.shape = entry.at("shape").get<std::vector<std::int64_t>>();
            const auto begin = entry.at("data_offsets").at(0).get<std::size_t>();
            const auto end = entry.at("data_offsets").at(1).get<std::size_t>();
            if (begin > end || end > dataBytes ||
                end - begin != elements(array.shape) * sizeof(float)) {
                fail("array " + key + " does not fit its shape or the file");
            }
            array.values.resize((end - begin) / sizeof(float));
            std::memcpy(array.values.data(), bytes.data() + kLengthBytes + length + begin,
                        end - begin);
            out.arrays.emplace(key, std::move(array));
        }
    } catch (const nlohmann::json::exception& problem) {
        fail(problem.what());
    }
    return out;
}

} // namespace mlab::stimuli
