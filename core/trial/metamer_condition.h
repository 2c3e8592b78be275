// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/enum_names.h"

#include <optional>
#include <string>
#include <string_view>

namespace mlab {

/// What a trial with whole model metamers compares. (Feather et al. 2019; Broderick et al. 2023,
/// eLife 90554: people tell a synthesised stimulus from the original more easily than two
/// synthesised ones from each other.)
enum class Comparison {
    originalSynthesised,    ///< a reference and its metamer
    synthesisedSynthesised, ///< two metamers of one reference, of different seeds
    originalOriginal,       ///< two references: a catch trial, whose answer is obvious
};
inline constexpr EnumNames<Comparison, 3> kComparisons{
    {{Comparison::originalSynthesised, "original-synthesised"},
     {Comparison::synthesisedSynthesised, "synthesised-synthesised"},
     {Comparison::originalOriginal, "original-original"}}};

/// What the synthesis of a metamer starts from.
enum class SynthesisStart {
    noise,
    natural, ///< another reference
};
inline constexpr EnumNames<SynthesisStart, 2> kSynthesisStarts{
    {{SynthesisStart::noise, "noise"}, {SynthesisStart::natural, "natural"}}};

/// How far the synthesis of a metamer is optimised.
struct MetamerMatch {
    enum class Unit {
        snrDb,       ///< until the layer's SNR is `value` dB, the reference being the signal
        evaluations, ///< for `value` evaluations of loss and gradient
    };

    Unit unit = Unit::snrDb;
    double value = 0.0;

    /// "20dB", "100evaluations"
    std::string text() const;
    auto operator<=>(const MetamerMatch&) const = default; // NOLINT(modernize-use-nullptr)
    bool operator==(const MetamerMatch&) const = default;
};
/// @throws InvalidArgument for what text() does not give
MetamerMatch metamerMatchFrom(std::string_view text);

/// A metamer's mismatch is the norm of what differs at the layer over that of the reference's
/// activations, which is the level of a trial with whole metamers: 1 where all differs.
double mismatchOfSnrDb(double snrDb);
/// Infinite where nothing differs.
double snrDbOfMismatch(double mismatch);

/// What takes the place of a component and its direction where whole metamers are compared.
struct MetamerCondition {
    Comparison comparison = Comparison::originalSynthesised;
    SynthesisStart start = SynthesisStart::noise; ///< without a meaning for original-original
    /// Absent where a procedure chooses it for each trial, and for original-original.
    std::optional<MetamerMatch> match = std::nullopt;

    /// "original-synthesised/noise/20dB", "original-synthesised/noise/adaptive",
    /// "original-original"
    std::string id() const;
    auto operator<=>(const MetamerCondition&) const = default; // NOLINT(modernize-use-nullptr)
    bool operator==(const MetamerCondition&) const = default;
};
/// @throws InvalidArgument for what id() does not give
MetamerCondition metamerConditionFrom(std::string_view id);

} // namespace mlab
