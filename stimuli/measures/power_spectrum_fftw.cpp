// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/measures/power_spectrum.h"

#include <fftw3.h>
#include <mutex>
#include <type_traits>

namespace mlab::stimuli {
namespace {

// FFTW's planner is not thread-safe, its transforms are.
std::mutex& planner()
{
    static std::mutex mutex;
    return mutex;
}

struct Free {
    void operator()(void* memory) const { fftw_free(memory); }
};

struct Destroy {
    void operator()(fftw_plan plan) const
    {
        const std::scoped_lock lock(planner());
        fftw_destroy_plan(plan);
    }
};

} // namespace

struct PowerSpectrum::State {
    explicit State(std::size_t length)
        : window(length), samples(fftw_alloc_real(length)),
          spectrum(fftw_alloc_complex(length / 2 + 1))
    {
        const std::scoped_lock lock(planner());
        plan.reset(fftw_plan_dft_r2c_1d(static_cast<int>(length), samples.get(), spectrum.get(),
                                        FFTW_ESTIMATE));
    }

    std::size_t window;
    std::unique_ptr<double, Free> samples;
    std::unique_ptr<fftw_complex, Free> spectrum;
    std::unique_ptr<std::remove_pointer_t<fftw_plan>, Destroy> plan;
};

PowerSpectrum::PowerSpectrum(std::size_t window) : state_(std::make_unique<State>(window)) {}

PowerSpectrum::~PowerSpectrum() = default;

std::span<double> PowerSpectrum::samples()
{
    return {state_->samples.get(), state_->window};
}

void PowerSpectrum::transform(std::vector<double>& powers)
{
    fftw_execute(state_->plan.get());
    powers.resize(state_->window / 2 + 1);
    for (std::size_t k = 0; k < powers.size(); ++k) {
        const double* value = state_->spectrum.get()[k];
        powers[k] = value[0] * value[0] + value[1] * value[1];
    }
}

} // namespace mlab::stimuli
