// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "stimuli/checkpoints/pickle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mlab::stimuli {
namespace {

using namespace std::string_literals;

std::string messageOf(const std::string& bytes, PickleOwner owner = PickleOwner::checkpoint)
{
    try {
        const Pickle pickle(bytes, "test", owner);
    } catch (const IoError& problem) {
        return problem.what();
    }
    return "";
}

/// A pickled 64-bit integer.
std::string integer(std::int64_t value)
{
    std::string out = "\x8a\x08";
    for (unsigned byte = 0; byte < 8; ++byte) {
        out += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * byte));
    }
    return out;
}

std::string text(const std::string& value)
{
    return "\x8c"s + static_cast<char>(value.size()) + value;
}

std::string storage(std::int64_t count, const std::string& type = "FloatStorage",
                    const std::string& key = "0")
{
    return "("s + text("storage") + "ctorch\n" + type + "\n" + text(key) + text("cpu") +
           integer(count) + "tQ";
}

std::string tuple(const std::vector<std::int64_t>& values)
{
    std::string out = "(";
    for (const auto value : values) {
        out += integer(value);
    }
    return out + "t";
}

std::string tensor(const std::string& storage, std::int64_t offset,
                   const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& strides)
{
    return "ctorch._utils\n_rebuild_tensor\n("s + storage + integer(offset) + tuple(shape) +
           tuple(strides) + "tR";
}

TEST(Pickle, PlainValuesComeBack)
{
    const auto read = [](const std::string& pickled, const auto& check) {
        const Pickle pickle(pickled, "test");
        EXPECT_EQ(pickle.size(), pickled.size());
        check(pickle.root().is);
    };
    read("K\x07."s, [](const auto& v) { EXPECT_EQ(std::get<std::int64_t>(v), 7); });
    read("M\x01\x02."s, [](const auto& v) { EXPECT_EQ(std::get<std::int64_t>(v), 513); });
    read("J\xfe\xff\xff\xff."s, [](const auto& v) { EXPECT_EQ(std::get<std::int64_t>(v), -2); });
    read("\x8a\x00."s, [](const auto& v) { EXPECT_EQ(std::get<std::int64_t>(v), 0); });
    read("\x8a\x02\x00\xff."s, [](const auto& v) { EXPECT_EQ(std::get<std::int64_t>(v), -256); });
    read("\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x00\x01."s,
         [](const auto& v) { EXPECT_EQ(std::get<PickleLong>(v).bytes.size(), 9U); });
    read("G\x3f\xf8\x00\x00\x00\x00\x00\x00."s,
         [](const auto& v) { EXPECT_EQ(std::get<double>(v), 1.5); });
    read("\x88."s, [](const auto& v) { EXPECT_TRUE(std::get<bool>(v)); });
    read("N."s, [](const auto& v) { EXPECT_TRUE(std::holds_alternative<PickleNone>(v)); });
    read("U\x02hi."s, [](const auto& v) { EXPECT_EQ(std::get<PickleText>(v).text, "hi"); });
    read("C\x02hi."s, [](const auto& v) { EXPECT_EQ(std::get<PickleBytes>(v).bytes, "hi"); });
    read("(K\x01K\x02t."s,
         [](const auto& v) { EXPECT_EQ(std::get<PickleTuple>(v).items.size(), 2U); });
    read("](K\x01K\x02"
         "e."s,
         [](const auto& v) { EXPECT_EQ(std::get<PickleList>(v).items.size(), 2U); });
    read("}K\x01K\x02s."s,
         [](const auto& v) { EXPECT_EQ(std::get<PickleDict>(v).items.size(), 1U); });
    // An OrderedDict of Python 2: its items are an argument, its attributes come through BUILD.
    read("ccollections\nOrderedDict\n(]]K\x01"
         "aK\x02"
         "aatR}b."s,
         [](const auto& v) { EXPECT_EQ(std::get<PickleDict>(v).items.size(), 1U); });
}

TEST(Pickle, WhatIsNoPickleOfTensorsIsRefused)
{
    const std::vector<std::pair<std::string, std::string>> cases = {
        {""s, "middle of a value"},
        {"."s, "a value, but none is left"},
        {"0."s, "a value, but none is left"},
        {"2."s, "a value, but none is left"},
        {"t."s, "a mark, but none is left"},
        {"K\x01(0."s, "a value, but none is left"}, // below a mark
        {"K\x01\x86."s, "a value, but none is left"},
        {"K\x01(s."s, "a value, but none is left"},
        {"}(K\x01u."s, "key has no value"},
        {"NK\x01"
         "a."s,
         "where a list belongs"},
        {"]K\x01K\x02s."s, "where a dict belongs"},
        {"h\x05."s, "recalls object 5"},
        {"j\xff\xff\xff\xff."s, "recalls object 4294967295"},
        {"q\x05."s, "a value, but none is left"},
        {"X\xff\xff\xff\xffhi."s, "middle of a value"},
        {"\x8d\xff\xff\xff\xff\xff\xff\xff\xffhi."s, "middle of a value"},
        {"\x8b\xff\xff\xff\xff."s, "middle of a value"},
        {"\x95\xff\xff\xff\xff\xff\xff\xff\xffN."s, "frame is longer"},
        {"\x80\x06N."s, "newer than 5"},
        {"cos\nsystem"s, "middle of a name"},
        {"cos\nsystem\n(" + text("true") + "tR.", "\"os.system\""},
        {text("os") + text("system") + "\x93.", "\"os.system\""},
        {"K\x01K\x02\x93."s, "name of a module"},
        {"(ios\nsystem\n."s, "operation 105"}, // INST
        {"NN\x81."s, "operation 129"},         // NEWOBJ
        {"\x82\x01."s, "operation 130"},       // EXT1
        {"ccopyreg\n_reconstructor\n."s, "\"copyreg._reconstructor\""},
        {"c__builtin__\neval\n."s, "\"__builtin__.eval\""},
        {"NN\x85R."s, "a function"},
        {"ccollections\nOrderedDict\nNR."s, "tuple of arguments"},
        {"ccollections\nOrderedDict\nNN\x86R."s, "2 arguments"},
        {"ctorch._utils\n_rebuild_tensor\n)R."s, "0 arguments"},
        {"NQ."s, "id of a storage"},
        {"]}b."s, "where a dict belongs"},
        {"}]b."s, "attributes of a dict"},
        {storage(-1) + ".", "the size -1"},
        {storage(INT64_MAX) + ".", "the size"},
        {storage(4) + storage(5) + "\x86.", "two sizes"},
        {storage(4) + storage(4, "IntStorage") + "\x86.", "two types"},
        {tensor(storage(6), 0, {2, 3}, {3}) + ".", "impossible shape"},
        {tensor(storage(6), 0, {2, -3}, {3, 1}) + ".", "impossible shape"},
        {tensor(storage(6), 0, {INT64_MAX, 3}, {0, 0}) + ".", "impossible shape"},
        {tensor(storage(6), 0, {0, INT64_MAX, INT64_MAX}, {0, 0, 0}) + ".", "impossible shape"},
        {tensor(storage(6), 0, std::vector<std::int64_t>(65, 1), std::vector<std::int64_t>(65, 1)) +
             ".",
         "impossible shape"},
        {tensor(storage(6), -1, {2, 3}, {3, 1}) + ".", "outside its storage"},
        {tensor(storage(6), 1, {2, 3}, {3, 1}) + ".", "outside its storage"},
        {tensor(storage(6), 0, {2, 3}, {-3, 1}) + ".", "outside its storage"},
        {tensor(storage(6), 0, {3, 2}, {INT64_MAX, 1}) + ".", "outside its storage"},
        {tensor(storage(6), INT64_MAX, {2}, {1}) + ".", "outside its storage"},
        {tensor(storage(6), 7, {0}, {1}) + ".", "outside its storage"},
        {tensor("N", 0, {1}, {1}) + ".", "where a storage belongs"}};
    for (const auto& [bytes, says] : cases) {
        EXPECT_THAT(messageOf(bytes), testing::HasSubstr(says)) << testing::PrintToString(bytes);
    }
    EXPECT_EQ(messageOf(tensor(storage(6), 0, {2, 3}, {3, 1}) + "."), "");
    EXPECT_EQ(messageOf(tensor(storage(6), 6, {0}, {1}) + "."), "");
}

// LibTorch reads the pickles of a TorchScript file without these checks.
TEST(Pickle, ATorchScriptFileMayHoldObjectsOfItsOwnClassesAndNoOthers)
{
    const auto object = [](const std::string& type, const std::string& state) {
        return "c" + type + "\n)\x81" + state + "b.";
    };
    const std::string own = "__torch__.torch.nn.modules.conv\nConv2d";
    const std::string lists = "ctorch.jit._pickle\nbuild_intlist\n(](K\x01K\x02"
                              "etR"s;
    const auto whole = tensor(storage(6), 0, {2, 3}, {3, 1});
    const std::vector<std::pair<std::string, std::string>> cases = {
        {object(own, "}(" + text("weight") + whole + text("padding") + lists + "u"), ""},
        {object(own,
                "}" + text("x") + tensor(storage(1, "ComplexFloatStorage"), 0, {1}, {1}) + "s"),
         ""},
        {object(own, "}" + text("weight") + tensor(storage(5), 0, {2, 3}, {3, 1}) + "s"),
         "outside its storage"},
        {object(own, whole), "made by __setstate__"},
        {object("__torch__.torch.classes.rnn\nCell", "}"), "torch.classes.rnn.Cell"},
        {object("os\nsystem", "}"), "\"os.system\""},
        {"c" + own + "\n(K\x01t\x81.", "made with arguments"},
        {"c" + own + "\n)R.", "where a function belongs"},
        {"K\x00)\x81."s, "where a class belongs"}, // LibTorch's number of a function
        {"ctorch._utils\n_rebuild_tensor\n)\x81.", "where a class belongs"},
        {"ctorch._utils\n_rebuild_qtensor\n.", "_rebuild_qtensor"}};
    for (const auto& [bytes, says] : cases) {
        const auto message = messageOf(bytes, PickleOwner::script);
        if (says.empty()) {
            EXPECT_EQ(message, "");
        } else {
            EXPECT_THAT(message, testing::HasSubstr(says)) << testing::PrintToString(bytes);
        }
    }
}

// Each list holds the one before twice: 2^100 000 values if any were copied.
TEST(Pickle, AMemoThatDoublesCostsNothing)
{
    std::string bomb = "]q"s + '\0';
    for (int i = 0; i < 100'000; ++i) {
        bomb += "](h"s + '\0' + "h"s + '\0' + "eq"s + '\0';
    }
    const std::string whole = bomb + ".";
    const Pickle pickle(whole, "test");
    EXPECT_EQ(std::get<PickleList>(pickle.root().is).items.size(), 2U);
    const std::string itself = "]q\x01h\x01"
                               "a."s;
    EXPECT_EQ(messageOf(itself), "");
}

TEST(Pickle, MoreThanAMillionObjectsAreRefused)
{
    EXPECT_THAT(messageOf(std::string(1'100'000, '}') + "."), testing::HasSubstr("million"));
    EXPECT_THAT(messageOf(std::string(1'100'000, '(') + "."), testing::HasSubstr("million"));
    EXPECT_THAT(messageOf("N" + std::string(1'100'000, '2') + "."), testing::HasSubstr("million"));
    // A shape copied over and over.
    std::string copies;
    for (int i = 0; i < 2'000; ++i) {
        copies += "ctorch\nSize\n(" + std::string(600, 'N') + "t\x85R0";
    }
    EXPECT_THAT(messageOf(copies + "."), testing::HasSubstr("million"));
}

} // namespace
} // namespace mlab::stimuli
