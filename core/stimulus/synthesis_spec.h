// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/enum_names.h"
#include "core/stimulus/stimulus.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlab {

/// What an experimenter says about the making of stimuli. `experiments/` reads it from the design
/// file, `stimuli/` acts on it; neither knows the other.

/// Stimuli generated from a seed, or a folder of the experimenter's own.
struct StimulusSource {
    std::filesystem::path folder; ///< empty: built in
    int count = 0;                ///< built in: how many; folder: 0 means every file
    std::uint64_t seed = 1;       ///< of the built-in generator, and of a pool's random crops
    /// The files are in the folder's direct sub-folders, as the classes of ImageNet are, and each
    /// is named "sub-folder/name", in the order of sub-folders and then names.
    bool subfolders = false;

    bool operator==(const StimulusSource&) const = default;
};

/// The stages of the built-in sound model `cochlea-modulation`. The defaults are those of Feather
/// et al. (2023): 211 channels and 111 modulation filters at 20 kHz.
struct CochleaSpec {
    int rateHz = 20'000; ///< of the waveform inside the model; sounds are played at their own rate
    /// Half-cosine band-pass filters that just cover lowHz to highHz, equally spaced in ERB
    /// numbers, and how many times as densely they stand: overlap (filters + 1) - 1 band-pass
    /// channels, and as many low-pass and high-pass ones as `overlap`, which is 1 or even.
    int filters = 50;
    int overlap = 4;
    double lowHz = 50;
    double highHz = 10'000;
    int envelopeRateHz = 200; ///< divides rateHz
    /// Envelopes are computed on a grid this many times as fine as a channel's bandwidth asks for;
    /// 0, as published: at every sample. 2 differs by -42 dB on white noise, after compression.
    double envelopeOversampling = 0;
    double exponent = 0.3; ///< of the compression
    /// To which the compression's slope is clipped where a metamer asks for the published gradient.
    double steepestSlope = 5;
    double channelsPerErb = 6; ///< that modulation filters take for granted
    /// Ascending. 0 stands for the mean; the highest filter is a high-pass one.
    std::vector<double> temporalRatesHz = {0, 0.5, 1, 2, 4, 8, 16, 32, 64};
    std::vector<double> spectralRatesPerErb = {0, 0.0625, 0.125, 0.25, 0.5, 1, 2};
    /// What is made of a modulation filter's output: "power", the square of its real part, or
    /// "modulus".
    std::string modulation = "power";
    int poolingBands = 0; ///< modulations are averaged over this many groups of channels; 0: none
    /// s of the compression of modulations m, sqrt(log(1 + m / s)); 0: none.
    double semiSaturation = 0;
    int averagedFrames = 1; ///< whose modulations are averaged before the compression

    bool operator==(const CochleaSpec&) const = default;
};

/// Light enough to make probes while a session runs: 40 channels, envelopes at 200 Hz, 48
/// modulation filters in 5 bands.
inline CochleaSpec sessionCochlea()
{
    CochleaSpec spec;
    spec.filters = 38;
    spec.overlap = 1;
    spec.envelopeOversampling = 2;
    spec.channelsPerErb = 1.17;
    spec.temporalRatesHz = {2, 4, 8, 16, 32, 64};
    spec.spectralRatesPerErb = {0.0625, 0.125, 0.25, 0.5};
    spec.modulation = "modulus";
    spec.poolingBands = 5;
    return spec;
}

/// sessionCochlea() with modulations averaged over 80 ms and compressed, so that most sounds can be
/// moved along its dimensions in both directions.
CochleaSpec compressiveCochlea();

/// The presets of the built-in sound model, by the names that designs use: "session", "compressive"
/// and "published".
/// @throws InvalidArgument for another name
CochleaSpec cochleaPreset(std::string_view name);
/// @throws InvalidArgument for what is none of the presets
std::string cochleaPresetName(const CochleaSpec& spec);

/// The network in whose feature space stimuli are moved: one that comes with the program, one of
/// its architectures with the weights of a file, or a TorchScript model file.
struct ModelSpec {
    /// "gabor-scattering", "gabor-compressive", "resnet50", "vgg19", "alexnet", for sounds
    /// "cochlea-modulation"; empty: `file` is a whole model
    std::string name = "gabor-scattering";
    std::filesystem::path file = {};        ///< weights, or a TorchScript model; empty: built in
    CochleaSpec cochlea = sessionCochlea(); ///< of "cochlea-modulation"

    bool operator==(const ModelSpec&) const = default;
};

/// How the components of a basis are found.
enum class BasisMethod {
    pca, ///< principal components
    ica, ///< FastICA on the whitened scores of the candidates
};
inline constexpr EnumNames<BasisMethod, 2> kBasisMethods{
    {{BasisMethod::pca, "pca"}, {BasisMethod::ica, "ica"}}};
/// As designs, caches and the command line name it.
std::string toString(BasisMethod method);
/// Absent for another name.
std::optional<BasisMethod> basisMethodNamed(std::string_view name);

/// The stimuli whose Gram matrices give the basis its mean and components.
struct BasisSpec {
    BasisMethod method = BasisMethod::pca;
    int components = 6; ///< retained: the one moved, and those held at the reference's value
    /// Components found and ranked by explained variance, from 1. For "ica" their number decides
    /// what is found, and the pool must have more images; for "pca" it has no effect.
    int candidates = 100;
    std::uint64_t seed = 1; ///< of the start of "ica"
    /// The ranks retained, in this order, `components` of them; empty: the first `components`.
    std::vector<int> select = {};
    StimulusSource pool{.folder = {}, .count = 200, .seed = 1};

    bool operator==(const BasisSpec&) const = default;
};

/// How a probe is made from its reference.
enum class ProbeSolver {
    minimumNorm, ///< the shortest steps that make the move and hold the other coordinates
    /// the same with steps measured in units of the local contrast; images only
    relativeNorm,
    adam, ///< MAME's published procedure
};
inline constexpr EnumNames<ProbeSolver, 3> kProbeSolvers{
    {{ProbeSolver::minimumNorm, "minimum-norm"},
     {ProbeSolver::relativeNorm, "relative-norm"},
     {ProbeSolver::adam, "adam"}}};
/// As designs, caches and the command line name it.
std::string toString(ProbeSolver solver);
/// Absent for another name.
std::optional<ProbeSolver> probeSolverNamed(std::string_view name);
/// The solver of a design that names none: relativeNorm for gabor-compressive, whose logarithms it
/// suits, otherwise minimumNorm.
ProbeSolver defaultSolver(const ModelSpec& model);

struct SolverSpec {
    ProbeSolver type = ProbeSolver::minimumNorm;
    double toleranceSd = 0.01; ///< converged: every retained coordinate within this

    bool operator==(const SolverSpec&) const = default;
};

/// How the metamers of a recognition session are made from noise.
struct MetamerSpec {
    std::uint64_t seed = 1;  ///< of the noise; references have different noise for one seed
    int evaluations = 2000;  ///< of loss and gradient by L-BFGS, at most
    double tolerance = 1e-3; ///< a loss that is good enough to stop at

    bool operator==(const MetamerSpec&) const = default;
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
    Modality modality = Modality::image;
    std::vector<std::string> layers;
    int minimumSizePx = 1;                 ///< smallest side of an image it can take
    int sizeMultiplePx = 1;                ///< its side must be a multiple of this
    int sampleRateHz = 0;                  ///< audio: of the waveform inside the model
    double durationMs = 0;                 ///< audio: the only one it takes; 0: any
    std::string input = {};                ///< range and normalisation of its input, as text
    std::vector<std::string> classes = {}; ///< in the order of the logits; empty: it has none
    std::string logitsLayer = {};          ///< empty: it does not classify
    std::string source = {};               ///< where it comes from, as text
};

/// A reference as the session knows it.
struct ReferenceInfo {
    /// The built-in name, or the file's without its ending, in a sub-folder "sub-folder/name".
    std::string id;
    std::string sha256; ///< of the pixels that are shown
};

} // namespace mlab
