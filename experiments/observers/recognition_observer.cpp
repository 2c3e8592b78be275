// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/observers/recognition_observer.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/random_stream.h"
#include "experiments/design/recognition_spec.h"
#include "experiments/observers/observer_file.h"

namespace mlab::experiments {
namespace {

constexpr const char* kOthers = "*";

RecognitionObserver read(ObserverFile& file, const RecognitionSpec& spec)
{
    RecognitionObserver::Parameters own;
    if (file.has("", "accuracy", true) && file.isObject("/accuracy")) {
        for (const auto& [condition, value] : file.at("/accuracy").items()) {
            own.accuracy[condition] =
                file.number("/accuracy", condition, true, kShareRange).value_or(0.0);
        }
        for (const auto& condition : conditionsOf(spec)) {
            if (!own.accuracy.contains(condition) && !own.accuracy.contains(kOthers)) {
                file.reportValue("/accuracy", "the condition \"" + condition +
                                                  "\" is missing; add it, or add \"*\" for all "
                                                  "conditions that are not named");
            }
        }
    }
    own.catchAccuracy = file.number("", "catch", true, kShareRange).value_or(0.0);
    const auto time = file.responseTime("", true);
    own.times = {.medianMs = time.medianMs.value_or(0.0), .sigma = time.sigma.value_or(0.0)};
    own.seed = file.seed().value_or(0);
    return RecognitionObserver(std::move(own));
}

} // namespace

SimulatedAnswer RecognitionObserver::answer(const RecognitionPlan& plan,
                                            std::size_t categories) const
{
    auto found = parameters_.accuracy.find(plan.condition);
    if (found == parameters_.accuracy.end()) {
        found = parameters_.accuracy.find(kOthers);
    }
    if (found == parameters_.accuracy.end()) {
        throw InternalError("the simulated participant has no accuracy for the condition " +
                            plan.condition + "; read its file for the design that is run");
    }
    const bool known = plan.practice || plan.catchTrial;
    RandomStream stream(parameters_.seed, "recognition-observer",
                        static_cast<std::uint64_t>(plan.trialIndex));
    const bool correct = stream.uniform() < (known ? parameters_.catchAccuracy : found->second);
    const double rtMs = parameters_.times.drawnFrom(stream);
    auto chosen = plan.category;
    if (!correct) {
        chosen = static_cast<std::size_t>(stream.below(categories - 1));
        chosen += chosen >= plan.category ? 1 : 0;
    }
    return {.answer = categoryAnswer(chosen), .rtMs = rtMs};
}

RecognitionObserverCheck readRecognitionObserver(const std::filesystem::path& file,
                                                 const Design& design)
{
    return checkRecognitionObserver(readText(file), file, design);
}

RecognitionObserverCheck checkRecognitionObserver(const std::string& text,
                                                  const std::filesystem::path& file,
                                                  const Design& design)
{
    return readObserverText<RecognitionObserver>(
        text, file.string(), "recognition", {"accuracy", "catch"},
        [&](ObserverFile& observerFile) { return read(observerFile, design.recognition.value()); });
}

} // namespace mlab::experiments
