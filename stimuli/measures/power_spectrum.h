// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace mlab::stimuli {

/// The power spectrum of windows of one length. Computed by FFTW or, in a build without MLAB_SOUND,
/// by the direct sum, which is slower and agrees up to rounding. Use it on one thread at a time.
class PowerSpectrum {
public:
    explicit PowerSpectrum(std::size_t window);
    ~PowerSpectrum();
    PowerSpectrum(const PowerSpectrum&) = delete;
    PowerSpectrum& operator=(const PowerSpectrum&) = delete;

    /// Where the window's samples are written before the transform.
    std::span<double> samples();
    /// |X_k|^2 for k from 0 to window / 2, not normalised.
    void transform(std::vector<double>& powers);

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace mlab::stimuli
