// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/catalog/script_manifest.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/number_text.h"
#include "stimuli/checkpoints/mapped_file.h"
#include "stimuli/checkpoints/zip_archive.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

namespace mlab::stimuli {
namespace {

using Json = nlohmann::json;

constexpr const char* kManifest = "metamerlab.json";

constexpr int kMaxSizePx = 1024; // as of the stimuli
constexpr int kMaxSampleRateHz = 192'000;
constexpr int kMaxDurationMs = 60'000;

/// A number of `input`, as the manifest has it; a whole number may be written as 6.0.
double inputNumber(const Json& input, const char* key, double least, double most, bool whole,
                   const std::filesystem::path& file)
{
    const auto& given = input.at(key);
    const double number = given.is_number() ? given.get<double>() : std::nan("");
    if (!(number >= least && number <= most) || (whole && number != std::floor(number))) {
        refuseModelFile(file, "its manifest says input." + std::string(key) + " is " +
                                  given.dump() + "; it must be a " + (whole ? "whole " : "") +
                                  "number from " + shortNumber(least) + " to " + shortNumber(most));
    }
    return number;
}

int wholeInputNumber(const Json& input, const char* key, int most,
                     const std::filesystem::path& file)
{
    return static_cast<int>(inputNumber(input, key, 1, most, /*whole=*/true, file));
}

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
        !std::ranges::all_of(manifest.mean, [](float mean) { return std::isfinite(mean); }) ||
        !std::ranges::all_of(manifest.sd, [](float sd) { return std::isnormal(sd) && sd > 0; })) {
        refuseModelFile(file, "its manifest says normalisation is " + found->dump() +
                                  "; mean and std must have three numbers each that float32 can "
                                  "hold, std above 0");
    }
    manifest.info.input = "RGB in [0, 1], normalised by mean (" + numbersText(manifest.mean) +
                          ") and SD (" + numbersText(manifest.sd) + ")";
}

void readImageInput(const Json& json, ScriptManifest& manifest, const std::filesystem::path& file)
{
    auto& info = manifest.info;
    const auto& input = json.at("input");
    if (input.at("channels") != 3) {
        refuseModelFile(file, "its manifest says input.channels is " + input.at("channels").dump() +
                                  "; image models take 3 (RGB)");
    }
    if (input.at("range") != Json::array({0, 1})) {
        refuseModelFile(file, "its manifest says input.range is " + input.at("range").dump() +
                                  "; image models take [0, 1]");
    }
    const bool anySize = input.value("any_size", false);
    if (!anySize || input.contains("native_size")) {
        const int size = wholeInputNumber(input, "native_size", kMaxSizePx, file);
        if (!anySize) {
            info.minimumSizePx = info.sizeMultiplePx = size;
        }
    }
    readNormalisation(json, manifest, file);
}

void readSoundInput(const Json& json, ScriptManifest& manifest, const std::filesystem::path& file)
{
    auto& info = manifest.info;
    const auto& input = json.at("input");
    if (input.at("channels") != 1) {
        refuseModelFile(file, "its manifest says input.channels is " + input.at("channels").dump() +
                                  "; sound models take 1");
    }
    if (input.at("range") != Json::array({-1, 1})) {
        refuseModelFile(file, "its manifest says input.range is " + input.at("range").dump() +
                                  "; sound models take [-1, 1]");
    }
    info.sampleRateHz = wholeInputNumber(input, "sample_rate", kMaxSampleRateHz, file);
    if (input.contains("duration_ms")) {
        info.durationMs = inputNumber(input, "duration_ms", 0, kMaxDurationMs, false, file);
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

// All entries of a TorchScript archive are in one folder, which is named after the model.
std::string_view manifestIn(const ZipArchive& archive, const std::filesystem::path& file)
{
    const auto folder = archive.folder();
    const bool hasVersion = archive.entries().contains(folder + "version") ||
                            archive.entries().contains(folder + ".data/version"); // from version 6
    if (folder.empty() || !hasVersion) {
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
    const MappedFile mapped(file);
    const auto archive = [&] {
        try {
            return ZipArchive(mapped.bytes(), file.string());
        } catch (const IoError&) {
            const auto mistaken = mistakenContent(mapped.bytes());
            refuseModelFile(file, mistaken.empty() ? "it is not a TorchScript archive" : mistaken);
        }
    }();
    return parseManifest(std::string(manifestIn(archive, file)), file);
}

} // namespace mlab::stimuli
