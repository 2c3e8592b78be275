// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/basis/gram_pool.h"

#include "core/base/error.h"

#include <torch/types.h>

#include <algorithm>
#include <numbers>

namespace mlab::stimuli {
namespace {

// The upper half of a symmetric matrix, row by row: row r has its entries r to channels - 1.
std::int64_t packedSize(std::int64_t channels)
{
    return channels * (channels + 1) / 2;
}

std::int64_t firstOfRow(std::int64_t row, std::int64_t channels)
{
    return packedSize(channels) - packedSize(channels - row);
}

// Where the packed entries of rows first to last - 1 stand in a matrix whose first row and first
// column is `first`, flattened.
torch::Tensor positionsOfEntries(std::int64_t first, std::int64_t last, std::int64_t channels)
{
    return torch::ones({last - first, channels - first}, torch::kBool)
        .triu()
        .flatten()
        .nonzero()
        .squeeze(1);
}

// Symmetric matrices [rows, channels, channels] from their packed halves [rows, entries].
torch::Tensor unpacked(const torch::Tensor& packed, std::int64_t channels)
{
    auto matrices = torch::empty({packed.size(0), channels, channels}, packed.options());
    for (std::int64_t row = 0; row < channels; ++row) {
        const auto length = channels - row;
        const auto entries = packed.narrow(1, firstOfRow(row, channels), length);
        matrices.select(1, row).narrow(1, row, length).copy_(entries);
        matrices.select(2, row).narrow(1, row, length).copy_(entries);
    }
    return matrices;
}

} // namespace

struct GramPool::Store {
    std::int64_t count;
    std::int64_t channels = 0;
    std::int64_t positions = 0;
    bool packed = false;
    torch::Tensor images; // packed: [count, entries]; else [count, channels, positions]
};

GramPool::GramPool(int count) : store_(std::make_unique<Store>(Store{.count = count, .images = {}}))
{
}

GramPool::~GramPool() = default;
GramPool::GramPool(GramPool&& other) noexcept = default;
GramPool& GramPool::operator=(GramPool&& other) noexcept = default;

std::size_t GramPool::numbersPerImage(std::int64_t channels, std::int64_t positions)
{
    return static_cast<std::size_t>(std::min(channels * positions, packedSize(channels)));
}

void GramPool::put(int index, const torch::Tensor& activations)
{
    auto& store = *store_;
    if (!store.images.defined()) {
        store.channels = activations.size(0);
        store.positions = activations.size(1);
        store.packed = packedSize(store.channels) < store.channels * store.positions;
        store.images = store.packed ? torch::empty({store.count, packedSize(store.channels)})
                                    : torch::empty({store.count, store.channels, store.positions});
    }
    if (activations.size(0) != store.channels || activations.size(1) != store.positions) {
        throw InvalidArgument("the images of a pool give activations of different sizes");
    }
    if (store.packed) {
        const auto gram = torch::mm(activations, activations.t()).div_(store.positions);
        store.images[index].copy_(
            gram.flatten().index_select(0, positionsOfEntries(0, store.channels, store.channels)));
    } else {
        store.images[index].copy_(activations);
    }
}

std::int64_t GramPool::channels() const
{
    return store_->channels;
}

// Visits the entries of the upper halves of all Gram matrices minus their mean, [count, entries]
// float32, whole rows at a time.
void GramPool::forEachBlock(
    const std::stop_token& stop,
    const std::function<void(std::int64_t firstEntry, const torch::Tensor& entries)>& visit) const
{
    constexpr std::int64_t kNumbersAtOnce = std::int64_t{1} << 24U;
    const auto& store = *store_;
    const auto rowsAtOnce =
        std::max<std::int64_t>(1, kNumbersAtOnce / (store.count * store.channels));
    for (std::int64_t first = 0; first < store.channels; first += rowsAtOnce) {
        if (stop.stop_requested()) {
            throw Cancelled();
        }
        const auto last = std::min(first + rowsAtOnce, store.channels);
        const auto firstEntry = firstOfRow(first, store.channels);
        torch::Tensor entries;
        if (store.packed) {
            entries =
                store.images.narrow(1, firstEntry, firstOfRow(last, store.channels) - firstEntry);
        } else {
            const auto rows = store.images.narrow(1, first, last - first);
            const auto columns = store.images.narrow(1, first, store.channels - first);
            entries = torch::bmm(rows, columns.transpose(1, 2))
                          .div_(store.positions)
                          .flatten(1)
                          .index_select(1, positionsOfEntries(first, last, store.channels));
        }
        visit(firstEntry, entries);
    }
}

torch::Tensor GramPool::innerProducts(const std::stop_token& stop) const
{
    constexpr std::int64_t kStrip = 128;
    const auto count = store_->count;
    auto products = torch::zeros({count, count}, torch::kFloat64);
    // Entries off the diagonal stand for two.
    auto scale = torch::full({packedSize(channels())}, std::numbers::sqrt2_v<float>);
    for (std::int64_t row = 0; row < channels(); ++row) {
        scale[firstOfRow(row, channels())] = 1.0F;
    }
    forEachBlock(stop, [&](std::int64_t firstEntry, const torch::Tensor& entries) {
        const auto centred =
            (entries - entries.mean(0)).mul_(scale.narrow(0, firstEntry, entries.size(1)));
        for (std::int64_t i = 0; i < count; i += kStrip) {
            const auto strip = std::min(kStrip, count - i);
            products.narrow(0, i, strip).narrow(1, i, count - i) +=
                torch::mm(centred.narrow(0, i, strip), centred.narrow(0, i, count - i).t());
        }
    });
    const auto upper = products.triu();
    return upper + upper.triu(1).t();
}

std::pair<torch::Tensor, torch::Tensor> GramPool::meanAndSums(const torch::Tensor& weights,
                                                              const std::stop_token& stop) const
{
    const auto weights32 = weights.to(torch::kFloat32);
    auto mean = torch::empty({1, packedSize(channels())});
    auto sums = torch::empty({weights.size(0), packedSize(channels())});
    forEachBlock(stop, [&](std::int64_t firstEntry, const torch::Tensor& entries) {
        const auto blockMean = entries.mean(0);
        mean[0].narrow(0, firstEntry, entries.size(1)).copy_(blockMean);
        sums.narrow(1, firstEntry, entries.size(1))
            .copy_(torch::mm(weights32, entries - blockMean));
    });
    return {unpacked(mean, channels())[0], unpacked(sums, channels())};
}

} // namespace mlab::stimuli
