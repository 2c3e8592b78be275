// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/models/model_summary.h"

#include "stimuli/catalog/model_info.h"
#include "stimuli/tensors/stimulus_tensor.h"

#include <ATen/record_function.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <string_view>

namespace mlab::stimuli {
namespace {

// While a layer runs on this thread, LibTorch calls back at the beginning of each of its
// operations, with the inputs, and at the end, with the outputs.
thread_local std::int64_t counted = 0;

struct CostOfOne : at::ObserverContext {
    std::int64_t multiplyAdds = 0; ///< for each number of the output
};

std::int64_t multiplyAddsOfOne(std::string_view operation, c10::ArrayRef<const c10::IValue> inputs)
{
    const auto input = [&](std::size_t i) { return inputs[i].toTensor(); };
    // All other convolutions call this, except those of useOneDnnForSmallImages, the only ones with
    // weights in oneDNN's layout.
    if (operation == "aten::_convolution" ||
        (operation == "aten::mkldnn_convolution" && input(1).is_mkldnn())) {
        const auto weight = input(1); // [out, in / groups, kernel...]
        return weight.numel() / weight.size(0);
    }
    if (operation == "aten::mm" || operation == "aten::bmm") {
        return input(0).size(-1);
    }
    if (operation == "aten::addmm" || operation == "aten::baddbmm") {
        return input(1).size(-1);
    }
    return 0;
}

std::unique_ptr<at::ObserverContext> begin(const at::RecordFunction& operation)
{
    auto cost = std::make_unique<CostOfOne>();
    cost->multiplyAdds = multiplyAddsOfOne(operation.name(), operation.inputs());
    return cost;
}

void end(const at::RecordFunction& operation, at::ObserverContext* context)
{
    if (const auto* cost = dynamic_cast<CostOfOne*>(context);
        cost != nullptr && cost->multiplyAdds > 0) {
        counted += cost->multiplyAdds * operation.outputs().at(0).toTensor().numel();
    }
}

class Counter {
public:
    Counter()
    {
        counted = 0;
        handle_ = at::addThreadLocalCallback(at::RecordFunctionCallback(begin, end)
                                                 .needsInputs(true)
                                                 .needsOutputs(true)
                                                 .scopes({at::RecordScope::FUNCTION}));
    }
    ~Counter() { at::removeCallback(handle_); }
    Counter(const Counter&) = delete;
    Counter& operator=(const Counter&) = delete;

private:
    at::CallbackHandle handle_ = 0;
};

// Operations on other threads are not counted, so only one thread is used.
class SingleThread {
public:
    SingleThread() : threads_(at::get_num_threads()) { at::set_num_threads(1); }
    ~SingleThread() { at::set_num_threads(threads_); }
    SingleThread(const SingleThread&) = delete;
    SingleThread& operator=(const SingleThread&) = delete;

private:
    int threads_;
};

} // namespace

std::vector<LayerSummary> summarise(const Model& model, const StimulusFormat& format)
{
    requireFormat(model.info(), format);
    const torch::NoGradGuard noGradients;
    const SingleThread alone;
    const auto stimulus = model.toDevice(blankStimulus(format));
    std::vector<LayerSummary> layers;
    for (const auto& name : model.info().layers) {
        const Counter counter;
        const auto shape = model.activations(stimulus, name).sizes().slice(1).vec();
        layers.push_back({name, shape, counted, model.parameterCount(name)});
    }
    return layers;
}

} // namespace mlab::stimuli
