// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/checkpoints/float_array.h"

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace mlab::stimuli {

struct PickleValue;

struct PickleNone {};
struct PickleText {
    std::string_view text; ///< str, UTF-8, or a str of Python 2
};
struct PickleBytes {
    std::string_view bytes;
};
/// An integer that does not fit 64 bits: two's complement, little-endian.
struct PickleLong {
    std::string_view bytes;
};
struct PickleTuple {
    std::vector<const PickleValue*> items;
};
struct PickleList {
    std::vector<const PickleValue*> items;
};
/// A dict or collections.OrderedDict. If a key occurs twice, its last value counts.
struct PickleDict {
    std::vector<std::pair<const PickleValue*, const PickleValue*>> items;
};
/// The few names a checkpoint may mention. The last four occur in TorchScript files only.
enum class PickleFunction {
    orderedDict,
    rebuildTensor,
    rebuildTensorV2,
    rebuildParameter,
    size,
    typedList, ///< List[int] and the like
    typeTag,   ///< a value and the name of its type
    device,
    complex
};
/// A class that a TorchScript file defines.
struct PickleClass {};
/// What only a TorchScript file holds: an object of such a class, a tagged value, a device. What it
/// consists of was checked when it was read.
struct PickleObject {};
/// A class such as torch.FloatStorage.
struct PickleStorageType {
    ElementType element;
};
/// Numbers kept outside the pickle, under `key`.
struct PickleStorage {
    ElementType element;
    std::string_view key;
    std::int64_t count; ///< elements; their bytes fit 63 bits
};
/// A view of a storage, checked to stay inside its count.
struct PickleTensor {
    const PickleStorage* storage;
    std::int64_t offset;
    std::vector<std::int64_t> shape;
    std::vector<std::int64_t> strides;
};

struct PickleValue {
    std::variant<PickleNone, bool, std::int64_t, double, PickleText, PickleBytes, PickleLong,
                 PickleTuple, PickleList, PickleDict, PickleFunction, PickleStorageType,
                 PickleStorage, PickleTensor, PickleClass, PickleObject>
        is;
};

/// What a pickle belongs to.
enum class PickleOwner { checkpoint, script };

/// One pickle of a PyTorch checkpoint, read by an interpreter that can only build tensors and plain
/// containers: unknown names are rejected, and nothing is imported or called. Its cost is bounded
/// by the number of bytes read and by a limit of a million objects; values are not copied, so a
/// value that contains itself, or another one many times, costs no more. Source: CPython's
/// Lib/pickletools.py (opcodes of protocols 2 to 5), PyTorch's torch/serialization.py and
/// torch/_utils.py (persistent ids, _rebuild_*).
class Pickle {
public:
    /// Reads up to the first STOP. The bytes must outlive the object.
    /// @param name of the file in error messages
    /// @throws IoError if the bytes are not a pickle, or one that needs more than tensors; of a
    ///         TorchScript file, more than tensors, plain values and objects of its own classes.
    Pickle(std::string_view bytes, const std::string& name,
           PickleOwner owner = PickleOwner::checkpoint);
    Pickle(const Pickle&) = delete;
    Pickle& operator=(const Pickle&) = delete;

    const PickleValue& root() const { return *root_; }
    /// Number of bytes that the pickle occupies.
    std::size_t size() const { return size_; }
    /// Every storage mentioned, by key.
    const std::map<std::string_view, const PickleStorage*>& storages() const { return storages_; }

private:
    friend class PickleMachine;

    std::deque<PickleValue> values_; // addresses stay valid while it grows
    std::map<std::string_view, const PickleStorage*> storages_;
    const PickleValue* root_ = nullptr;
    std::size_t size_ = 0;
};

} // namespace mlab::stimuli
