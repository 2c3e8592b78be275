// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/checkpoints/torch_checkpoint.h"

#include "core/base/error.h"
#include "stimuli/checkpoints/pickle.h"
#include "stimuli/checkpoints/script_tensors.h"
#include "stimuli/checkpoints/zip_archive.h"

#include <array>
#include <cstring>
#include <functional>

namespace mlab::stimuli {
namespace {

// torch/serialization.py: MAGIC_NUMBER = 0x1950a86a20f9469cfc6c
constexpr std::string_view kLegacyMagic("\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 10);
constexpr std::int64_t kLegacyProtocol = 1001;
constexpr std::array<std::string_view, 3> kStateDictKeys = {"state_dict", "model", "net"};

[[noreturn]] void fail(const std::string& name, const std::string& why)
{
    throw IoError(name + " is not a usable PyTorch checkpoint: " + why);
}

const PickleValue* find(const PickleDict& dict, std::string_view key)
{
    const PickleValue* found = nullptr;
    for (const auto& [itemKey, value] : dict.items) {
        const auto* text = std::get_if<PickleText>(&itemKey->is);
        if (text != nullptr && text->text == key) {
            found = value;
        }
    }
    return found;
}

std::map<std::string, const PickleTensor*> tensorsOf(const PickleDict& dict)
{
    std::map<std::string, const PickleTensor*> out;
    for (const auto& [key, value] : dict.items) {
        const auto* text = std::get_if<PickleText>(&key->is);
        const auto* tensor = std::get_if<PickleTensor>(&value->is);
        if (text != nullptr && tensor != nullptr) {
            out.insert_or_assign(std::string(text->text), tensor);
        }
    }
    return out;
}

std::map<std::string, const PickleTensor*> stateDict(const Pickle& pickle, const std::string& name)
{
    const auto* root = std::get_if<PickleDict>(&pickle.root().is);
    if (root == nullptr) {
        fail(name, "it holds something other than a dict of tensors; save model.state_dict()");
    }
    for (const auto key : kStateDictKeys) {
        const auto* value = find(*root, key);
        const auto* dict = value == nullptr ? nullptr : std::get_if<PickleDict>(&value->is);
        if (dict != nullptr) {
            if (auto tensors = tensorsOf(*dict); !tensors.empty()) {
                return tensors;
            }
        }
    }
    auto tensors = tensorsOf(*root);
    if (tensors.empty()) {
        fail(name, "it holds no tensors, neither at the top nor under state_dict, model or net");
    }
    return tensors;
}

using Storages = std::function<std::string_view(const PickleStorage&)>;

std::map<std::string, ArrayView> views(const std::map<std::string, const PickleTensor*>& tensors,
                                       const Storages& storages)
{
    std::map<std::string, ArrayView> out;
    for (const auto& [key, tensor] : tensors) {
        const auto& element = tensor->storage->element;
        if (element.format) {
            const auto offset = static_cast<std::size_t>(tensor->offset) * element.bytes;
            out.emplace(key, ArrayView{.format = *element.format,
                                       .shape = tensor->shape,
                                       .strides = tensor->strides,
                                       .data = storages(*tensor->storage).substr(offset)});
        }
    }
    return out;
}

std::uint64_t bytesOf(const PickleStorage& storage)
{
    return static_cast<std::uint64_t>(storage.count) * storage.element.bytes;
}

/// The bytes of a storage, of which there are as many as the pickle says.
std::string_view storageIn(const ZipArchive& zip, const std::string& folder,
                           const PickleStorage& storage, const std::string& name)
{
    const auto bytes = zip.read(folder + std::string(storage.key));
    if (bytes.size() != bytesOf(storage)) {
        throw IoError(name + " is damaged: storage " + std::string(storage.key) +
                      " does not have its declared size");
    }
    return bytes;
}

void requireLittleEndian(const ZipArchive& zip, const std::string& folder, const std::string& name)
{
    if (const auto order = folder + "byteorder";
        zip.entries().contains(order) && zip.read(order) != "little") {
        throw IoError(name + " cannot be used: its numbers are big-endian; save it again on a "
                             "little-endian machine");
    }
}

std::map<std::string, ArrayView> viewZip(std::string_view bytes, const std::string& name)
{
    constexpr std::string_view kPickle = "/data.pkl";
    const ZipArchive zip(bytes, name);
    std::string folder;
    for (const auto& [entry, content] : zip.entries()) {
        const auto slash = entry.find('/');
        if (slash != std::string::npos && entry.substr(slash) == kPickle) {
            if (!folder.empty()) {
                fail(name, "it has two of " + entry.substr(slash + 1));
            }
            folder = entry.substr(0, slash + 1);
        }
    }
    if (folder.empty()) {
        fail(name, "it is a zip file without the data.pkl that torch.save writes");
    }
    if (zip.entries().contains(folder + "constants.pkl")) {
        fail(name, "it is a TorchScript model; only its weights are expected here, as "
                   "torch.save(model.state_dict(), ...) writes them");
    }
    requireLittleEndian(zip, folder, name);
    const Pickle pickle(zip.read(folder + "data.pkl"), name);
    std::map<std::string_view, std::string_view> checked;
    return views(stateDict(pickle, name), [&](const PickleStorage& storage) {
        const auto [entry, isNew] = checked.try_emplace(storage.key);
        if (isNew) {
            entry->second = storageIn(zip, folder + "data/", storage, name);
        }
        return entry->second;
    });
}

std::string_view legacyMagic(const Pickle& pickle)
{
    const auto* magic = std::get_if<PickleLong>(&pickle.root().is);
    return magic == nullptr ? std::string_view() : magic->bytes;
}

std::map<std::string, ArrayView> viewLegacy(std::string_view bytes, const std::string& name)
{
    std::size_t at = Pickle(bytes, name).size(); // the magic number, seen before
    const Pickle protocol(bytes.substr(at), name);
    at += protocol.size();
    const auto* version = std::get_if<std::int64_t>(&protocol.root().is);
    if (version == nullptr || *version != kLegacyProtocol) {
        fail(name, "its protocol version is not " + std::to_string(kLegacyProtocol));
    }
    const Pickle system(bytes.substr(at), name);
    at += system.size();
    const auto* info = std::get_if<PickleDict>(&system.root().is);
    const auto* order = info == nullptr ? nullptr : find(*info, "little_endian");
    const auto* little = order == nullptr ? nullptr : std::get_if<bool>(&order->is);
    if (little == nullptr || !*little) {
        fail(name, "its numbers are not little-endian; save it again on a little-endian machine");
    }
    const Pickle object(bytes.substr(at), name);
    at += object.size();
    const Pickle keys(bytes.substr(at), name);
    at += keys.size();
    const auto* list = std::get_if<PickleList>(&keys.root().is);
    if (list == nullptr) {
        fail(name, "the list of its storages is missing");
    }
    std::map<std::string_view, std::string_view> storages;
    for (const auto* item : list->items) {
        const auto* key = std::get_if<PickleText>(&item->is);
        const auto found =
            key == nullptr ? object.storages().end() : object.storages().find(key->text);
        if (found == object.storages().end()) {
            fail(name, "it lists a storage that no tensor uses");
        }
        const auto size = bytesOf(*found->second);
        std::int64_t count = 0;
        if (bytes.size() - at < sizeof count || bytes.size() - at - sizeof count < size) {
            fail(name, "it was cut short");
        }
        std::memcpy(&count, bytes.data() + at, sizeof count);
        at += sizeof count;
        if (count != found->second->count ||
            !storages.emplace(key->text, bytes.substr(at, size)).second) {
            fail(name, "storage " + std::string(key->text) + " does not have its declared size");
        }
        at += size;
    }
    if (at != bytes.size()) {
        fail(name, "something follows its last storage");
    }
    return views(stateDict(object, name), [&](const PickleStorage& storage) {
        const auto found = storages.find(storage.key);
        if (found == storages.end()) {
            fail(name, "storage " + std::string(storage.key) + " is missing");
        }
        return found->second;
    });
}

} // namespace

void requireWholeTensors(const ZipArchive& archive, const std::string& folder,
                         const std::string& name)
{
    requireLittleEndian(archive, folder, name);
    for (const std::string part : {"data", "constants"}) {
        const Pickle pickle(archive.read(folder + part + ".pkl"), name, PickleOwner::script);
        for (const auto& [key, storage] : pickle.storages()) {
            storageIn(archive, folder + part + "/", *storage, name);
        }
    }
}

bool isZipFile(std::string_view bytes)
{
    return bytes.starts_with("PK\x03\x04");
}

bool isLegacyTorchCheckpoint(std::string_view bytes)
{
    if (!bytes.starts_with('\x80')) {
        return false;
    }
    try { // the pickle of one number, of any protocol
        return legacyMagic(Pickle(bytes.substr(0, 64), "")) == kLegacyMagic;
    } catch (const IoError&) {
        return false;
    }
}

std::map<std::string, ArrayView> viewTorchCheckpoint(std::string_view bytes,
                                                     const std::string& name)
{
    return isZipFile(bytes) ? viewZip(bytes, name) : viewLegacy(bytes, name);
}

} // namespace mlab::stimuli
