// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/catalog/cochlea_check.h"

#include "core/base/error.h"
#include "core/base/number_text.h"

#include <string>
#include <vector>

namespace mlab::stimuli {
namespace {

[[noreturn]] void refuse(const std::string& what)
{
    throw InvalidArgument("cochlea-modulation: " + what);
}

void requireRates(const std::vector<double>& rates, double most, const std::string& name)
{
    if (rates.empty() || rates.back() == 0) {
        refuse(name + " must name at least one rate above 0");
    }
    for (std::size_t i = 0; i < rates.size(); ++i) {
        if (!(rates[i] >= 0) || (i > 0 && !(rates[i] > rates[i - 1]))) {
            refuse(name + " must ascend from 0 or above");
        }
    }
    if (rates.back() > most) {
        refuse(name + " go up to " + shortNumber(rates.back()) + ", but the maximum is " +
               shortNumber(most));
    }
}

} // namespace

void requireUsable(const CochleaSpec& spec)
{
    if (spec.rateHz < 1 || spec.envelopeRateHz < 1 || spec.rateHz % spec.envelopeRateHz != 0) {
        refuse("the envelopes' rate, " + std::to_string(spec.envelopeRateHz) +
               " Hz, must divide the sounds', " + std::to_string(spec.rateHz) + " Hz");
    }
    if (spec.filters < 1 || spec.overlap < 1 || (spec.overlap != 1 && spec.overlap % 2 != 0)) {
        refuse("there must be at least 1 filter, and an overlap of 1 or an even number, not " +
               std::to_string(spec.filters) + " and " + std::to_string(spec.overlap));
    }
    if (spec.overlap > spec.overlap * (spec.filters + 1) - 1) {
        refuse("an overlap of " + std::to_string(spec.overlap) + " needs more filters than " +
               std::to_string(spec.filters));
    }
    if (!(spec.lowHz > 0) || !(spec.highHz > spec.lowHz) || !(2 * spec.highHz <= spec.rateHz)) {
        refuse("filters from " + shortNumber(spec.lowHz) + " to " + shortNumber(spec.highHz) +
               " Hz do not lie between 0 and half of the rate, " + std::to_string(spec.rateHz) +
               " Hz");
    }
    if (!(spec.envelopeOversampling >= 0) ||
        (spec.envelopeOversampling > 0 && spec.envelopeOversampling < 1)) {
        refuse("envelopes must be oversampled at least once, or 0 for every sample, not " +
               shortNumber(spec.envelopeOversampling) + " times");
    }
    if (!(spec.exponent > 0) || !(spec.steepestSlope > 0) || !(spec.channelsPerErb > 0)) {
        refuse("exponent, steepest slope and channels per ERB must be above 0");
    }
    requireRates(spec.temporalRatesHz, spec.envelopeRateHz / 2.0, "temporal modulation rates");
    requireRates(spec.spectralRatesPerErb, spec.channelsPerErb / 2, "spectral modulation rates");
    if (spec.modulation != "power" && spec.modulation != "modulus") {
        refuse(R"(modulation is "power" or "modulus", not ")" + spec.modulation + "\"");
    }
    if (!(spec.semiSaturation >= 0) || spec.averagedFrames < 1) {
        refuse(
            "the compression of modulations needs a semi-saturation of 0 or more, and at least 1 "
            "frame");
    }
    if (spec.poolingBands < 0 ||
        (spec.poolingBands > 0 && cochlearChannels(spec) % spec.poolingBands != 0)) {
        refuse(std::to_string(cochlearChannels(spec)) + " channels do not make " +
               std::to_string(spec.poolingBands) + " equal bands");
    }
}

int cochlearChannels(const CochleaSpec& spec)
{
    return spec.overlap * (spec.filters + 1) - 1 + 2 * spec.overlap;
}

} // namespace mlab::stimuli
