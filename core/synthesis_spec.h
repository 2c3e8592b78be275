// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dimension.h"
#include "core/stimulus.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mlab {

/// What an experimenter says about the making of stimuli. `experiments/` reads it from the design
/// file, `stimuli/` acts on it; neither knows the other.

/// Stimuli generated from a seed, or a folder of the experimenter's own.
struct StimulusSource {
    std::filesystem::path folder; ///< empty: built in
    int count = 0;                ///< built in: how many; folder: 0 means every file
    std::uint64_t seed = 1;       ///< of the built-in generator, and of a pool's random crops

    bool operator==(const StimulusSource&) const = default;
};

/// The network in whose feature space stimuli are moved: one that comes with the program, one of
/// its architectures with the weights of a file, or a TorchScript model file.
struct ModelSpec {
    /// "gabor-scattering", "resnet50", "vgg19", "alexnet"; empty: `file` is a whole model
    std::string name = "gabor-scattering";
    std::filesystem::path file = {}; ///< weights, or a TorchScript model; empty: built in

    bool operator==(const ModelSpec&) const = default;
};

/// The stimuli whose Gram matrices give the basis its mean and components.
struct BasisSpec {
    std::string method = "pca"; ///< or "ica"
    int components = 6; ///< retained: the one moved, and those held at the reference's value
    /// Components found and ranked by explained variance, from 1. For "ica" their number decides
    /// what is found, and the pool must have more images; "pca" finds the same whatever it is.
    int candidates = 100;
    std::uint64_t seed = 1; ///< of the start of "ica"
    /// The ranks retained, in this order, `components` of them; empty: the first `components`.
    std::vector<int> select = {};
    StimulusSource pool{.folder = {}, .count = 200, .seed = 1};

    bool operator==(const BasisSpec&) const = default;
};

struct SolverSpec {
    std::string type = "minimum-norm"; ///< or "adam", MAME's published procedure
    double toleranceSd = 0.01;         ///< converged: every retained coordinate within this

    bool operator==(const SolverSpec&) const = default;
};

struct SynthesisSpec {
    ModelSpec model;
    StimulusFormat format = ImageFormat();
    StimulusSource references{.folder = {}, .count = 12, .seed = 7};
    /// Keeps the references that lie in the pool's distribution: at every layer used, no further
    /// from its mean than this percentile, (0, 100], of the pool's images. Absent: all.
    std::optional<double> referencesWithinPercentile = std::nullopt;
    BasisSpec basis;
    SolverSpec solver;

    bool operator==(const SynthesisSpec&) const = default;
};

/// What a design check needs to know of a model, without running it.
struct ModelInfo {
    std::string name;
    std::string modality; ///< "image" or "audio"
    std::vector<std::string> layers;
    int minimumSizePx = 1;  ///< smallest side of an image it can take
    int sizeMultiplePx = 1; ///< its side must be a multiple of this
    std::string input = {}; ///< range and normalisation of what it is given, in words
    std::vector<std::string> classes = {}; ///< in the order of the logits; empty: it has none
    std::string logitsLayer = {};          ///< empty: it does not classify
    std::string source = {};               ///< where it comes from, in words
};

/// A reference as the session knows it.
struct ReferenceInfo {
    std::string id;     ///< file name without its ending, or the built-in name
    std::string sha256; ///< of the pixels that are shown
};

} // namespace mlab
