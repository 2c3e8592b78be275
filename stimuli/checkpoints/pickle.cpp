// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/checkpoints/pickle.h"

#include "core/base/error.h"

#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <unordered_map>

namespace mlab::stimuli {
namespace {

// ResNet-101 needs 12 000.
constexpr std::size_t kMaxObjects = 1'000'000;
constexpr std::size_t kMaxSides = 64; // PyTorch's own limit
constexpr unsigned kNewestProtocol = 5;

enum Opcode : unsigned char {
    kMark = '(',
    kStop = '.',
    kPop = '0',
    kPopMark = '1',
    kDup = '2',
    kNone = 'N',
    kNewTrue = 0x88,
    kNewFalse = 0x89,
    kBinInt = 'J',
    kBinInt1 = 'K',
    kBinInt2 = 'M',
    kLong1 = 0x8a,
    kLong4 = 0x8b,
    kBinFloat = 'G',
    kBinUnicode = 'X',
    kShortBinUnicode = 0x8c,
    kBinUnicode8 = 0x8d,
    kBinString = 'T',
    kShortBinString = 'U',
    kBinBytes = 'B',
    kShortBinBytes = 'C',
    kBinBytes8 = 0x8e,
    kEmptyTuple = ')',
    kTuple = 't',
    kTuple1 = 0x85,
    kTuple2 = 0x86,
    kTuple3 = 0x87,
    kEmptyList = ']',
    kAppend = 'a',
    kAppends = 'e',
    kEmptyDict = '}',
    kSetItem = 's',
    kSetItems = 'u',
    kBinGet = 'h',
    kLongBinGet = 'j',
    kBinPut = 'q',
    kLongBinPut = 'r',
    kMemoize = 0x94,
    kProto = 0x80,
    kFrame = 0x95,
    kGlobal = 'c',
    kStackGlobal = 0x93,
    kReduce = 'R',
    kNewObject = 0x81,
    kBuild = 'b',
    kBinPersId = 'Q'
};

constexpr std::array<std::pair<std::string_view, PickleFunction>, 5> kFunctions = {{
    {"collections.OrderedDict", PickleFunction::orderedDict},
    {"torch._utils._rebuild_tensor", PickleFunction::rebuildTensor},
    {"torch._utils._rebuild_tensor_v2", PickleFunction::rebuildTensorV2},
    {"torch._utils._rebuild_parameter", PickleFunction::rebuildParameter},
    {"torch.Size", PickleFunction::size},
}};

// Only in TorchScript files. Source: PyTorch's torch/csrc/jit/serialization/pickler.cpp.
constexpr std::array<std::pair<std::string_view, PickleFunction>, 7> kScriptFunctions = {{
    {"torch.jit._pickle.build_intlist", PickleFunction::typedList},
    {"torch.jit._pickle.build_doublelist", PickleFunction::typedList},
    {"torch.jit._pickle.build_boollist", PickleFunction::typedList},
    {"torch.jit._pickle.build_tensorlist", PickleFunction::typedList},
    {"torch.jit._pickle.restore_type_tag", PickleFunction::typeTag},
    {"torch.device", PickleFunction::device},
    {"builtins.complex", PickleFunction::complex},
}};
constexpr std::string_view kScriptClasses = "__torch__.";
constexpr std::string_view kCompiledClasses = "__torch__.torch.classes."; // of C++ libraries

constexpr std::array<std::pair<std::string_view, ElementType>, 10> kStorages = {{
    {"torch.HalfStorage", {2, FloatFormat::float16}},
    {"torch.BFloat16Storage", {2, FloatFormat::bfloat16}},
    {"torch.FloatStorage", {4, FloatFormat::float32}},
    {"torch.DoubleStorage", {8, FloatFormat::float64}},
    {"torch.BoolStorage", {1, {}}},
    {"torch.ByteStorage", {1, {}}},
    {"torch.CharStorage", {1, {}}},
    {"torch.ShortStorage", {2, {}}},
    {"torch.IntStorage", {4, {}}},
    {"torch.LongStorage", {8, {}}},
}};

// A model may compute with complex numbers; an array of weights may not hold them.
constexpr std::array<std::pair<std::string_view, ElementType>, 2> kScriptStorages = {{
    {"torch.ComplexFloatStorage", {8, {}}},
    {"torch.ComplexDoubleStorage", {16, {}}},
}};

} // namespace

class PickleMachine {
public:
    PickleMachine(std::string_view bytes, const std::string& name, PickleOwner owner, Pickle& out)
        : bytes_(bytes), name_(name), owner_(owner), out_(out)
    {
    }

    void run()
    {
        while (step()) {
            if (stack_.size() > kMaxObjects) {
                fail("it holds more than a million objects");
            }
        }
        out_.size_ = at_;
    }

private:
    [[noreturn]] void fail(const std::string& why) const
    {
        throw IoError(name_ + " is not a usable " +
                      (owner_ == PickleOwner::script ? "TorchScript file" : "PyTorch checkpoint") +
                      ": byte " + std::to_string(at_) + " of its pickle: " + why);
    }

    std::string_view take(std::uint64_t count)
    {
        if (count > bytes_.size() - at_) {
            fail("it ends in the middle of a value");
        }
        const auto taken = bytes_.substr(at_, count);
        at_ += count;
        return taken;
    }

    template <typename Unsigned> Unsigned number()
    {
        Unsigned value;
        std::memcpy(&value, take(sizeof value).data(), sizeof value);
        return value;
    }

    std::string_view line()
    {
        const auto end = bytes_.find('\n', at_);
        if (end == std::string_view::npos) {
            fail("it ends in the middle of a name");
        }
        const auto text = take(end - at_);
        ++at_;
        return text;
    }

    /// Counts what is made or copied. What is only moved from the stack has cost its bytes.
    void charge(std::size_t objects)
    {
        charged_ += objects;
        if (charged_ > kMaxObjects) {
            fail("it holds more than a million objects");
        }
    }

    template <typename T> PickleValue* make(T value)
    {
        charge(1);
        return &out_.values_.emplace_back(PickleValue{std::move(value)});
    }
    template <typename T> void push(T value) { stack_.push_back(make(std::move(value))); }

    /// The values below the last mark are out of reach until the mark is taken.
    std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }

    PickleValue* top() const
    {
        if (stack_.size() <= floor()) {
            fail("it takes a value, but none is left");
        }
        return stack_.back();
    }
    PickleValue* pop()
    {
        auto* value = top();
        stack_.pop_back();
        return value;
    }
    std::vector<const PickleValue*> popMany(std::size_t count)
    {
        if (stack_.size() - floor() < count) {
            fail("it takes a value, but none is left");
        }
        const auto begin = stack_.end() - static_cast<std::ptrdiff_t>(count);
        std::vector<const PickleValue*> items(begin, stack_.end());
        stack_.erase(begin, stack_.end());
        return items;
    }
    std::vector<const PickleValue*> popToMark()
    {
        if (marks_.empty()) {
            fail("it takes a mark, but none is left");
        }
        auto items = popMany(stack_.size() - floor());
        marks_.pop_back();
        return items;
    }

    template <typename T> const T& as(const PickleValue* value, const char* what) const
    {
        const auto* wanted = std::get_if<T>(&value->is);
        if (wanted == nullptr) {
            fail(std::string("it has something else where ") + what + " belongs");
        }
        return *wanted;
    }
    template <typename T> T& topAs(const char* what) const
    {
        auto* wanted = std::get_if<T>(&top()->is);
        if (wanted == nullptr) {
            fail(std::string("it has something else where ") + what + " belongs");
        }
        return *wanted;
    }

    void longInteger(std::string_view bytes)
    {
        if (bytes.size() > sizeof(std::int64_t)) {
            push(PickleLong{bytes});
            return;
        }
        const bool negative = !bytes.empty() && (static_cast<unsigned char>(bytes.back()) & 0x80U);
        std::int64_t value = negative ? -1 : 0;
        std::memcpy(&value, bytes.data(), bytes.size());
        push(value);
    }

    void put(std::uint64_t index)
    {
        if (memo_.size() >= kMaxObjects || index >= kMaxObjects) {
            fail("it remembers more than a million objects");
        }
        memo_[index] = top();
    }
    void get(std::uint64_t index)
    {
        const auto found = memo_.find(index);
        if (found == memo_.end()) {
            fail("it recalls object " + std::to_string(index) + ", which it never stored");
        }
        stack_.push_back(found->second);
    }

    void setItems(const std::vector<const PickleValue*>& items)
    {
        if (items.size() % 2 != 0) {
            fail("a key has no value");
        }
        auto& dict = topAs<PickleDict>("a dict");
        for (std::size_t i = 0; i < items.size(); i += 2) {
            dict.items.emplace_back(items[i], items[i + 1]);
        }
    }

    void global(std::string_view module, std::string_view attribute)
    {
        std::string full(module);
        full.append(".").append(attribute);
        for (const auto& [known, function] : kFunctions) {
            if (full == known) {
                push(function);
                return;
            }
        }
        for (const auto& [known, element] : kStorages) {
            if (full == known) {
                push(PickleStorageType{element});
                return;
            }
        }
        if (owner_ == PickleOwner::script) {
            scriptGlobal(full);
            return;
        }
        throw IoError(
            name_ + " holds \"" + full +
            "\": a checkpoint must hold tensors only, since any other object could run code when "
            "it is loaded. Save it again with PyTorch, only what is needed: "
            "torch.save({'model': ckpt['model']}, 'weights.pt') for a checkpoint, "
            "torch.save(model.state_dict(), 'weights.pt') for a whole model.");
    }

    void scriptGlobal(const std::string& full)
    {
        for (const auto& [known, function] : kScriptFunctions) {
            if (full == known) {
                push(function);
                return;
            }
        }
        for (const auto& [known, element] : kScriptStorages) {
            if (full == known) {
                push(PickleStorageType{element});
                return;
            }
        }
        if (!full.starts_with(kScriptClasses) || full.starts_with(kCompiledClasses)) {
            fail("it holds \"" + full +
                 "\"; a model file must hold only plain tensors and numbers, and objects of its "
                 "own classes. Export the model without it");
        }
        push(PickleClass{});
    }

    /// An object is made without arguments; build() then takes its attributes.
    void newObject()
    {
        const auto parts = popMany(2);
        as<PickleClass>(parts[0], "a class");
        if (!as<PickleTuple>(parts[1], "the arguments of an object").items.empty()) {
            fail("an object is made with arguments");
        }
        push(PickleObject{});
    }

    /// A persistent id: ('storage', type, key, location, count), in the legacy format followed by
    /// the part of another storage that this one is, None in all files since PyTorch 0.4.
    void storage()
    {
        const auto& id = as<PickleTuple>(pop(), "the id of a storage").items;
        if (id.size() < 5 || id.size() > 6 ||
            as<PickleText>(id[0], "the kind of an id").text != "storage") {
            fail("it refers to something that is not a storage");
        }
        if (id.size() == 6) {
            as<PickleNone>(id[5], "None (a storage that is part of another one is not supported)");
        }
        const PickleStorage found{.element =
                                      as<PickleStorageType>(id[1], "the type of a storage").element,
                                  .key = as<PickleText>(id[2], "the key of a storage").text,
                                  .count = as<std::int64_t>(id[4], "the size of a storage")};
        if (found.count < 0 || found.count > std::numeric_limits<std::int64_t>::max() /
                                                 static_cast<std::int64_t>(found.element.bytes)) {
            fail("a storage has the size " + std::to_string(found.count));
        }
        const auto [entry, isNew] = out_.storages_.try_emplace(found.key, nullptr);
        auto* value = make(found);
        if (isNew) {
            entry->second = &std::get<PickleStorage>(value->is);
        } else if (entry->second->element != found.element || entry->second->count != found.count) {
            fail("storage " + std::string(found.key) + " has two types or two sizes");
        }
        stack_.push_back(value);
    }

    std::vector<std::int64_t> integers(const PickleValue* value, const char* what)
    {
        const auto& items = as<PickleTuple>(value, what).items;
        charge(items.size());
        std::vector<std::int64_t> out;
        out.reserve(items.size());
        for (const auto* item : items) {
            out.push_back(as<std::int64_t>(item, what));
        }
        return out;
    }

    void tensor(const std::vector<const PickleValue*>& arguments)
    {
        PickleTensor tensor{.storage = &as<PickleStorage>(arguments[0], "a storage"),
                            .offset = as<std::int64_t>(arguments[1], "an offset"),
                            .shape = integers(arguments[2], "a shape"),
                            .strides = integers(arguments[3], "strides")};
        const auto count = elementCount(tensor.shape);
        if (tensor.shape.size() != tensor.strides.size() || tensor.shape.size() > kMaxSides ||
            !count) {
            fail("a tensor has an impossible shape");
        }
        bool inside = tensor.offset >= 0;
        std::int64_t last = tensor.offset;
        for (std::size_t side = 0; side < tensor.shape.size(); ++side) {
            const auto stride = tensor.strides[side];
            std::int64_t reach = 0;
            inside =
                inside && stride >= 0 &&
                (*count == 0 || (!__builtin_mul_overflow(tensor.shape[side] - 1, stride, &reach) &&
                                 !__builtin_add_overflow(last, reach, &last)));
        }
        inside =
            inside && (*count == 0 ? last <= tensor.storage->count : last < tensor.storage->count);
        if (!inside) {
            fail("a tensor reaches outside its storage");
        }
        push(std::move(tensor));
    }

    void orderedDict(const std::vector<const PickleValue*>& arguments)
    {
        PickleDict dict;
        if (!arguments.empty()) { // as Python 2 writes it: a list of [key, value]
            const auto& pairs = as<PickleList>(arguments[0], "a list of items").items;
            charge(pairs.size());
            for (const auto* pair : pairs) {
                const auto& items = as<PickleList>(pair, "a key with its value").items;
                if (items.size() != 2) {
                    fail("an item is not a key with its value");
                }
                dict.items.emplace_back(items[0], items[1]);
            }
        }
        push(std::move(dict));
    }

    void reduce()
    {
        const auto& arguments = as<PickleTuple>(pop(), "a tuple of arguments").items;
        const auto function = as<PickleFunction>(pop(), "a function");
        const auto expect = [&](std::size_t least, std::size_t most) {
            if (arguments.size() < least || arguments.size() > most) {
                fail("a function has " + std::to_string(arguments.size()) + " arguments");
            }
        };
        switch (function) {
        case PickleFunction::orderedDict:
            expect(0, 1);
            orderedDict(arguments);
            break;
        case PickleFunction::rebuildTensor: // storage, offset, shape, strides
            expect(4, 4);
            tensor(arguments);
            break;
        case PickleFunction::rebuildTensorV2: // the same, requires_grad, hooks, since 2.0 metadata
            expect(6, 7);
            tensor(arguments);
            break;
        case PickleFunction::rebuildParameter: { // tensor, requires_grad, hooks
            expect(3, 3);
            const auto& inner = as<PickleTensor>(arguments[0], "a tensor");
            charge(2 * inner.shape.size());
            push(inner);
            break;
        }
        case PickleFunction::size: {
            expect(1, 1);
            const auto& sides = as<PickleTuple>(arguments[0], "a shape");
            charge(sides.items.size());
            push(sides);
            break;
        }
        case PickleFunction::typedList:
            expect(1, 1);
            as<PickleList>(arguments[0], "a list");
            push(PickleObject{});
            break;
        case PickleFunction::typeTag: // value, type
            expect(2, 2);
            as<PickleText>(arguments[1], "the name of a type");
            push(PickleObject{});
            break;
        case PickleFunction::device: // name, index
            expect(1, 2);
            as<PickleText>(arguments[0], "the name of a device");
            push(PickleObject{});
            break;
        case PickleFunction::complex:
            expect(2, 2);
            push(PickleObject{});
            break;
        }
    }

    /// nn.Module.state_dict() carries its versions as an attribute: {'_metadata': ...}. An object
    /// with another state than a dict would be made by code, its class's __setstate__.
    void build()
    {
        const auto* state = pop();
        if (owner_ == PickleOwner::script) {
            if (!std::holds_alternative<PickleDict>(state->is)) {
                fail("an object is made by __setstate__, which would run while the file is loaded");
            }
            topAs<PickleObject>("an object");
            return;
        }
        as<PickleDict>(state, "the attributes of a dict");
        topAs<PickleDict>("a dict");
    }

    /// @returns false after STOP
    bool step()
    {
        const auto opcode = number<unsigned char>();
        switch (opcode) {
        case kProto:
            if (number<unsigned char>() > kNewestProtocol) {
                fail("it is of a protocol newer than " + std::to_string(kNewestProtocol));
            }
            break;
        case kFrame: // only a hint for buffered reading
            if (number<std::uint64_t>() > bytes_.size() - at_) {
                fail("a frame is longer than the file");
            }
            break;
        case kStop:
            out_.root_ = pop();
            return false;
        case kMark:
            if (marks_.size() == kMaxObjects) {
                fail("it holds more than a million marks");
            }
            marks_.push_back(stack_.size());
            break;
        case kPop:
            pop();
            break;
        case kPopMark:
            popToMark();
            break;
        case kDup:
            stack_.push_back(top());
            break;
        case kNone:
            push(PickleNone{});
            break;
        case kNewTrue:
            push(true);
            break;
        case kNewFalse:
            push(false);
            break;
        case kBinInt:
            push(std::int64_t{number<std::int32_t>()});
            break;
        case kBinInt1:
            push(std::int64_t{number<std::uint8_t>()});
            break;
        case kBinInt2:
            push(std::int64_t{number<std::uint16_t>()});
            break;
        case kLong1:
            longInteger(take(number<std::uint8_t>()));
            break;
        case kLong4:
            longInteger(take(number<std::uint32_t>()));
            break;
        case kBinFloat: // the only big-endian value
            push(std::bit_cast<double>(__builtin_bswap64(number<std::uint64_t>())));
            break;
        case kBinUnicode:
        case kBinString:
            push(PickleText{take(number<std::uint32_t>())});
            break;
        case kShortBinUnicode:
        case kShortBinString:
            push(PickleText{take(number<std::uint8_t>())});
            break;
        case kBinUnicode8:
            push(PickleText{take(number<std::uint64_t>())});
            break;
        case kBinBytes:
            push(PickleBytes{take(number<std::uint32_t>())});
            break;
        case kShortBinBytes:
            push(PickleBytes{take(number<std::uint8_t>())});
            break;
        case kBinBytes8:
            push(PickleBytes{take(number<std::uint64_t>())});
            break;
        case kEmptyTuple:
            push(PickleTuple{});
            break;
        case kTuple:
            push(PickleTuple{popToMark()});
            break;
        case kTuple1:
            push(PickleTuple{popMany(1)});
            break;
        case kTuple2:
            push(PickleTuple{popMany(2)});
            break;
        case kTuple3:
            push(PickleTuple{popMany(3)});
            break;
        case kEmptyList:
            push(PickleList{});
            break;
        case kAppend: {
            const auto* item = pop();
            topAs<PickleList>("a list").items.push_back(item);
            break;
        }
        case kAppends: {
            const auto items = popToMark();
            auto& list = topAs<PickleList>("a list").items;
            list.insert(list.end(), items.begin(), items.end());
            break;
        }
        case kEmptyDict:
            push(PickleDict{});
            break;
        case kSetItem:
            setItems(popMany(2));
            break;
        case kSetItems:
            setItems(popToMark());
            break;
        case kBinGet:
            get(number<std::uint8_t>());
            break;
        case kLongBinGet:
            get(number<std::uint32_t>());
            break;
        case kBinPut:
            put(number<std::uint8_t>());
            break;
        case kLongBinPut:
            put(number<std::uint32_t>());
            break;
        case kMemoize:
            put(memo_.size());
            break;
        case kGlobal: {
            const auto module = line();
            global(module, line());
            break;
        }
        case kStackGlobal: {
            const auto names = popMany(2);
            const auto module = as<PickleText>(names[0], "the name of a module").text;
            global(module, as<PickleText>(names[1], "a name").text);
            break;
        }
        case kReduce:
            reduce();
            break;
        case kBuild:
            build();
            break;
        case kBinPersId:
            storage();
            break;
        case kNewObject:
            if (owner_ == PickleOwner::script) {
                newObject();
                break;
            }
            [[fallthrough]];
        default:
            --at_;
            fail("operation " + std::to_string(opcode) +
                 " is not one that torch.save needs for tensors");
        }
        return true;
    }

    std::string_view bytes_;
    const std::string& name_;
    PickleOwner owner_;
    Pickle& out_;
    std::size_t at_ = 0;
    std::size_t charged_ = 0;
    std::vector<PickleValue*> stack_;
    std::vector<std::size_t> marks_;
    std::unordered_map<std::uint64_t, PickleValue*> memo_;
};

Pickle::Pickle(std::string_view bytes, const std::string& name, PickleOwner owner)
{
    PickleMachine(bytes, name, owner, *this).run();
}

} // namespace mlab::stimuli
