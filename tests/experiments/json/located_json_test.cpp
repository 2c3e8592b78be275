// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/json/located_json.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include <string>
#include <vector>

namespace mlab::experiments {
namespace {

using Json = nlohmann::json;

std::optional<LocatedJson> parse(const std::string& text)
{
    std::vector<Diagnostic> diagnostics;
    return LocatedJson::parse(text, "t.json", diagnostics);
}

const std::string kText = R"({"a": [1, -2.5e3, true],
 "b/c": {"~": "\u00e9\"x\\", "e": {}},
	"f": [[], null]})";

TEST(LocatedJson, AcceptsAndReadsExactlyWhatTheJsonLibraryDoes)
{
    const bool holds = rc::check("any edit of a document", [] {
        std::string text = kText;
        const auto edits = *rc::gen::inRange(0, 4);
        for (int i = 0; i < edits; ++i) {
            const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
            const auto length = *rc::gen::inRange<std::size_t>(0, 4);
            const auto by = *rc::gen::container<std::string>(
                rc::gen::elementOf(std::string("{}[]:,\"\\ \n\t0123.eE+-truefalsn/'")));
            text.replace(at, length, by.substr(0, 3));
        }
        std::vector<Diagnostic> diagnostics;
        const auto located = LocatedJson::parse(text, "t.json", diagnostics);
        const auto expected = Json::parse(text, nullptr, false);
        RC_ASSERT(located.has_value() == !expected.is_discarded());
        // Where a key is given twice, the library keeps the last; here that is a diagnostic.
        if (located && diagnostics.empty()) {
            RC_ASSERT(located->root() == expected);
        }
        RC_ASSERT(located.has_value() || diagnostics.size() >= 1);
    });
    EXPECT_TRUE(holds);
}

TEST(LocatedJson, PlacesAreLinesAndColumnsOfCharacters)
{
    const auto document = parse(kText);
    ASSERT_TRUE(document.has_value());
    struct Expected {
        const char* pointer;
        int line;
        int keyColumn;
        int valueColumn;
    };
    for (const auto& [pointer, line, keyColumn, valueColumn] : std::vector<Expected>{
             {"", 1, 1, 1},
             {"/a", 1, 2, 7},
             {"/a/1", 1, 11, 11},
             {"/b~1c", 2, 2, 9},
             {"/b~1c/~0", 2, 10, 15},
             {"/f/1", 3, 12, 12},
         }) {
        EXPECT_EQ(document->atKey(pointer, "").line, line) << pointer;
        EXPECT_EQ(document->atKey(pointer, "").column, keyColumn) << pointer;
        EXPECT_EQ(document->atValue(pointer, "").line, line) << pointer;
        EXPECT_EQ(document->atValue(pointer, "").column, valueColumn) << pointer;
    }
}

TEST(LocatedJson, WhatIsNotThereIsReportedAtWhatIsAroundIt)
{
    const auto document = parse(kText);
    ASSERT_TRUE(document.has_value());
    const auto diagnostic = document->atValue("/b~1c/e/x/y", "missing");
    EXPECT_EQ(diagnostic.pointer, "/b~1c/e");
    EXPECT_EQ(diagnostic.column, 35);
}

TEST(LocatedJson, OfAKeyGivenTwiceTheFirstCountsWithItsPlaces)
{
    std::vector<Diagnostic> diagnostics;
    const auto document = LocatedJson::parse("{\"a\": {\"x\": 1},\n \"a\": {\"x\": 2, \"y\": 3}}",
                                             "t.json", diagnostics);
    ASSERT_TRUE(document.has_value());
    ASSERT_EQ(diagnostics.size(), 1U);
    EXPECT_EQ(diagnostics.front().line, 2);
    EXPECT_EQ(document->root(), Json::parse(R"({"a": {"x": 1}})"));
    EXPECT_EQ(document->lineOf("/a/x"), 1);
    EXPECT_FALSE(document->has("/a/y"));
}

// The place of the inner key was looked for, though a second value has no places: the program
// ended.
TEST(LocatedJson, AKeyGivenTwiceInTheSecondValueOfAnotherIsNotReported)
{
    std::vector<Diagnostic> diagnostics;
    const auto document = LocatedJson::parse(R"({"a": 1, "a": {"b": 1, "b": [{"c": 1, "c": 2}]}})",
                                             "t.json", diagnostics);
    ASSERT_TRUE(document.has_value());
    ASSERT_EQ(diagnostics.size(), 1U);
    EXPECT_EQ(diagnostics.front().column, 10);
    EXPECT_EQ(document->root(), Json::parse(R"({"a": 1})"));
}

TEST(LocatedJson, SnippetsAreShortAndCutBetweenCharacters)
{
    const std::string umlauts = "\xC3\xA4\xC3\xB6\xC3\xBC";
    std::string longText = "x";
    for (int i = 0; i < 20; ++i) {
        longText += umlauts;
    }
    const auto document = parse(R"({"long": ")" + longText + "\",\n\"list\": [1,\n\t 2]}");
    ASSERT_TRUE(document.has_value());
    EXPECT_EQ(document->snippet("/list"), "[1, 2]");
    const auto snippet = document->snippet("/long");
    EXPECT_TRUE(snippet.ends_with("..."));
    EXPECT_NO_THROW(static_cast<void>(Json(snippet).dump())) << "valid UTF-8";
    EXPECT_LE(snippet.size(), 45U);
}

/// The message of the only diagnostic.
std::string refusal(const std::string& text)
{
    std::vector<Diagnostic> diagnostics;
    const auto document = LocatedJson::parse(text, "t.json", diagnostics);
    EXPECT_FALSE(document.has_value());
    return diagnostics.empty() ? "accepted" : diagnostics.back().message;
}

// A file of 100 kB took over a gigabyte: every value has a pointer with all keys above it.
TEST(LocatedJson, WhatWouldNeedMuchMemoryOrStackIsRefused)
{
    EXPECT_THAT(refusal(std::string(100'000, '[')),
                ::testing::HasSubstr("values are nested more than 64 deep"));
    EXPECT_THAT(refusal("{\"" + std::string(50'000, 'k') + "\": 1}"),
                ::testing::HasSubstr("this key is longer than 1000 bytes"));
    std::string below = "[1";
    for (int i = 0; i < 20'000; ++i) {
        below += ",1";
    }
    below += "]";
    for (int i = 0; i < 20; ++i) {
        below = "{\"" + std::string(1000, 'k') + "\": " + below + "}";
    }
    EXPECT_THAT(refusal(below), ::testing::HasSubstr("too many values"));
}

TEST(LocatedJson, ManyKeysGivenTwiceEndTheReading)
{
    std::string members = "\"a\": 1";
    for (int i = 0; i < 5000; ++i) {
        members += ", \"a\": 1";
    }
    std::vector<Diagnostic> diagnostics;
    EXPECT_FALSE(LocatedJson::parse("{" + members + "}", "t.json", diagnostics).has_value());
    ASSERT_EQ(diagnostics.size(), 1001U);
    EXPECT_THAT(diagnostics.back().message, ::testing::HasSubstr("the rest was not checked"));
}

} // namespace
} // namespace mlab::experiments
