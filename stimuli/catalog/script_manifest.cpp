// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/catalog/script_manifest.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "stimuli/checkpoints/zip_archive.h"

#include <boost/interprocess/file_mapping.hpp>
#include <boost/interprocess/mapped_region.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace mlab::stimuli {
namespace {

using Json = nlohmann::json;

constexpr const char* kManifest = "metamerlab.json";

std::string numbersText(const std::vector<float>& values)
{
    std::string text;
    for (const float value : values) {
        text.append(text.empty() ? "" : ", ").append(Json(value).dump());
    }
    return text;
}

void readNormalisation(const Json& json, ScriptManifest& manifest,
                       const std::filesystem::path& file)
{
    const auto found = json.find("normalisation");
    const bool inside = json.value("normalised_inside", false);
    if (found == json.end()) {
        manifest.info.input = inside ? "RGB in [0, 1], normalised inside the model"
                                     : "RGB in [0, 1]; the file does not mention normalisation";
        return;
    }
    if (inside) {
        refuseModelFile(file, "its manifest says both normalisation and normalised_inside");
    }
    manifest.mean = found->at("mean").get<std::vector<float>>();
    manifest.sd = found->at("std").get<std::vector<float>>();
    if (manifest.mean.size() != 3 || manifest.sd.size() != 3 ||
        std::ranges::any_of(manifest.sd, [](float sd) { return !(sd > 0); })) {
        refuseModelFile(
            file, "normalisation in its manifest must have three numbers each for mean and std, "
                  "std above 0");
    }
    manifest.info.input = "RGB in [0, 1], normalised by mean (" + numbersText(manifest.mean) +
                          ") and SD (" + numbersText(manifest.sd) + ")";
}

void readImageInput(const Json& json, ScriptManifest& manifest, const std::filesystem::path& file)
{
    auto& info = manifest.info;
    const auto& input = json.at("input");
    if (input.at("channels").get<int>() != 3) {
        refuseModelFile(file, "its manifest says input.channels is " + input.at("channels").dump() +
                                  "; image models take 3 (RGB)");
    }
    if (input.at("range") != Json::array({0, 1})) {
        refuseModelFile(file, "its manifest says input.range is " + input.at("range").dump() +
                                  "; image models take [0, 1]");
    }
    if (!input.value("any_size", false)) {
        info.minimumSizePx = info.sizeMultiplePx = input.at("native_size").get<int>();
    }
    readNormalisation(json, manifest, file);
}

void readSoundInput(const Json& json, ScriptManifest& manifest, const std::filesystem::path& file)
{
    auto& info = manifest.info;
    const auto& input = json.at("input");
    if (input.at("channels").get<int>() != 1) {
        refuseModelFile(file, "its manifest says input.channels is " + input.at("channels").dump() +
                                  "; sound models take 1");
    }
    if (input.at("range") != Json::array({-1, 1})) {
        refuseModelFile(file, "its manifest says input.range is " + input.at("range").dump() +
                                  "; sound models take [-1, 1]");
    }
    info.sampleRateHz = input.at("sample_rate").get<int>();
    if (info.sampleRateHz < 1) {
        refuseModelFile(file,
                        "its manifest says input.sample_rate is " + input.at("sample_rate").dump());
    }
    info.durationMs = input.value("duration_ms", 0.0);
    if (!(info.durationMs >= 0)) {
        refuseModelFile(file,
                        "its manifest says input.duration_ms is " + input.at("duration_ms").dump());
    }
    manifest.channelDimension = input.value("channel_dimension", false);
    if (json.contains("normalisation") || json.contains("normalised_inside")) {
        refuseModelFile(file,
                        "its manifest mentions a normalisation, which sound models do inside");
    }
    info.input = "one channel in [-1, 1], resampled to " + std::to_string(info.sampleRateHz) +
                 " Hz before the model";
}

/// Values nested thousands deep would exhaust the stack when they are copied or quoted.
Json::parser_callback_t refusingDepth(const std::filesystem::path& file)
{
    constexpr int kMostDepth = 64;
    return [&file](int depth, Json::parse_event_t /*event*/, Json& /*parsed*/) {
        if (depth > kMostDepth) {
            refuseModelFile(file, std::string(kManifest) + " in it nests values more than " +
                                      std::to_string(kMostDepth) + " deep");
        }
        return true;
    };
}

ScriptManifest parseManifest(const std::string& text, const std::filesystem::path& file)
{
    ScriptManifest manifest;
    auto& info = manifest.info;
    try {
        const auto json = Json::parse(text, refusingDepth(file));
        info.name = json.at("name").get<std::string>();
        const auto modality = json.at("modality").get<std::string>();
        info.layers = json.at("layers").get<std::vector<std::string>>();
        info.classes = json.value("classes", std::vector<std::string>{});
        info.logitsLayer = json.value("logits_layer", std::string());
        info.source = json.value("source", std::string());
        const auto known = modalityNamed(modality);
        if (!known) {
            refuseModelFile(file, "its manifest says modality is \"" + modality +
                                      R"("; it must be "image" or "audio")");
        }
        info.modality = *known;
        switch (info.modality) {
        case Modality::image:
            readImageInput(json, manifest, file);
            break;
        case Modality::audio:
            readSoundInput(json, manifest, file);
            break;
        }
    } catch (const Json::exception& problem) {
        refuseModelFile(file, std::string(kManifest) + " in it: " + problem.what());
    }
    if (info.layers.empty()) {
        refuseModelFile(file, "its manifest names no layer");
    }
    if (info.logitsLayer.empty() != info.classes.empty()) {
        refuseModelFile(file, "its manifest must give both classes and logits_layer, or neither");
    }
    if (!info.logitsLayer.empty() &&
        std::ranges::find(info.layers, info.logitsLayer) == info.layers.end()) {
        refuseModelFile(file, "its manifest's logits_layer \"" + info.logitsLayer +
                                  "\" is not among its layers");
    }
    return manifest;
}

/// The bytes of a file without reading it: its weights may be gigabytes.
class MappedFile {
public:
    explicit MappedFile(const std::filesystem::path& file)
        : region_(boost::interprocess::file_mapping(file.c_str(), boost::interprocess::read_only),
                  boost::interprocess::read_only)
    {
    }
    std::string_view bytes() const
    {
        return {static_cast<const char*>(region_.get_address()), region_.get_size()};
    }

private:
    boost::interprocess::mapped_region region_;
};

// All entries of a TorchScript archive are in one folder, which is named after the model.
std::string_view manifestIn(const ZipArchive& archive, const std::filesystem::path& file)
{
    if (archive.entries().empty()) {
        refuseModelFile(file, "it is not a TorchScript archive");
    }
    const std::string first = archive.entries().begin()->first;
    const auto folder = first.substr(0, first.find('/') + 1);
    if (folder.empty() || !archive.entries().contains(folder + "version")) {
        refuseModelFile(file, "it is not a TorchScript archive");
    }
    const auto entry = folder + "extra/" + kManifest;
    if (!archive.entries().contains(entry)) {
        refuseModelFile(file, std::string("it has no extra file ") + kManifest +
                                  " that names its layers; packaging/export_model.py writes such "
                                  "files");
    }
    return archive.read(entry);
}

} // namespace

void refuseModelFile(const std::filesystem::path& file, const std::string& why)
{
    throw IoError("the model file " + file.string() + " cannot be used: " + why);
}

ScriptManifest readScriptManifest(const std::filesystem::path& file)
{
    requireRegularFile(file);
    if (std::filesystem::is_empty(file)) {
        refuseModelFile(file, "it is empty");
    }
    try {
        const MappedFile mapped(file);
        const auto archive = [&] {
            try {
                return ZipArchive(mapped.bytes(), file.string());
            } catch (const IoError&) {
                const auto mistaken = mistakenContent(mapped.bytes());
                refuseModelFile(file,
                                mistaken.empty() ? "it is not a TorchScript archive" : mistaken);
            }
        }();
        return parseManifest(std::string(manifestIn(archive, file)), file);
    } catch (const boost::interprocess::interprocess_exception& problem) {
        refuseModelFile(file, problem.what());
    }
}

} // namespace mlab::stimuli
