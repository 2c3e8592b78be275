// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <utility>

namespace at {
class Tensor;
}

namespace mlab::stimuli {

/// The Gram matrices G = F F^T / positions of one layer over a pool of images, in bounded memory.
/// Internal to stimuli/.
///
/// With c channels and n positions, an image is kept as its activations (c n numbers) or as the
/// upper half of its Gram matrix (c (c + 1) / 2 numbers), whichever is less; float32. Computations
/// process a few rows of all Gram matrices at a time and need some hundred MiB of working memory.
/// So 1000 images of a layer with 2048 channels and 49 positions take 0.4 GB, whereas their Gram
/// matrices would take 16.8 GB.
class GramPool {
public:
    /// @param count number of images
    explicit GramPool(int count);
    ~GramPool();
    GramPool(GramPool&& other) noexcept;
    GramPool& operator=(GramPool&& other) noexcept;

    /// Numbers kept for each image.
    static std::size_t numbersPerImage(std::int64_t channels, std::int64_t positions);

    /// @param index from 0; each image once
    /// @param activations [channels, positions] float32, of the same size for all images
    void put(int index, const at::Tensor& activations);

    std::int64_t channels() const;

    /// The functions below may be called once all images have been added. @throws Cancelled when
    /// `stop` is requested

    /// [count, count] float64: inner products of the Gram matrices minus their mean.
    at::Tensor innerProducts(const std::stop_token& stop) const;
    /// The mean Gram matrix [channels, channels] and, for each row r of `weights` [rows, count]
    /// float64, sum_i weights_ri (G_i - mean) [rows, channels, channels]; float32.
    std::pair<at::Tensor, at::Tensor> meanAndSums(const at::Tensor& weights,
                                                  const std::stop_token& stop) const;

private:
    struct Store;
    void forEachBlock(
        const std::stop_token& stop,
        const std::function<void(std::int64_t firstEntry, const at::Tensor& entries)>& visit) const;

    std::unique_ptr<Store> store_;
};

} // namespace mlab::stimuli
