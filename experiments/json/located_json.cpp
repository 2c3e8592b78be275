// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/json/located_json.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

namespace mlab::experiments {

using Json = nlohmann::json;

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
/// Far deeper than any design, and far from the end of the stack.
constexpr int kMaxDepth = 64;
constexpr std::size_t kSnippetLength = 40;
constexpr std::size_t kLongestQuote = 100;
constexpr std::size_t kMostBytes = std::size_t{16} << 20U; ///< of a file
/// Of the pointers of all values, with what is kept beside each. The largest study has a million
/// values of about 200 bytes; a small file of many values below a long key could have any number.
constexpr std::size_t kMostPlaceBytes = std::size_t{256} << 20U;
constexpr std::size_t kBytesBesidePointer = 128;
constexpr std::size_t kLongestKey = 1000;
constexpr std::size_t kMostRepeatedKeys = 1000;
/// So many bytes apart places are counted ahead.
constexpr std::size_t kMarkEvery = 4096;

struct SyntaxError {
    std::size_t offset;
    std::string message;
    std::string suggestion;
};

bool isControl(char c)
{
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

bool isContinuationByte(char c)
{
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

bool isPrintableAscii(char c)
{
    return !isControl(c) && static_cast<unsigned char>(c) < 0x80;
}

/// 6.0 and 1e3 are integers, as JSON Schema has it, where doubles hold every integer.
Json asWhole(const Json& number)
{
    constexpr double kExact = 0x1p53;
    const double value = number.is_number_float() ? number.get<double>() : 0.5;
    if (value != std::floor(value) || std::abs(value) > kExact) {
        return number;
    }
    return value < 0 ? Json(static_cast<std::int64_t>(value))
                     : Json(static_cast<std::uint64_t>(value));
}

} // namespace

/// Parses the structure and records positions itself, and leaves the values of strings, numbers and
/// words to the JSON library, so that there is one definition of values.
class LocatedJsonParser {
public:
    LocatedJsonParser(LocatedJson& document, std::vector<Diagnostic>& diagnostics)
        : document_(document), diagnostics_(diagnostics), text_(document.text_)
    {
    }

    void parse()
    {
        if (text_.size() > kMostBytes) {
            fail("the file is larger than " + std::to_string(kMostBytes >> 20U) + " MB");
        }
        if (text_.starts_with(kByteOrderMark)) {
            position_ = kByteOrderMark.size();
        }
        skipSpace();
        if (position_ == text_.size()) {
            fail("the file is empty; a JSON object was expected");
        }
        document_.root_ = value("", position_, 0);
        skipSpace();
        if (position_ != text_.size()) {
            fail("expected the end of the file, found " + found());
        }
    }

private:
    [[noreturn]] void fail(std::string message, std::string suggestion = {}) const
    {
        failAt(position_, std::move(message), std::move(suggestion));
    }

    [[noreturn]] static void failAt(std::size_t offset, std::string message,
                                    std::string suggestion = {})
    {
        throw SyntaxError{offset, std::move(message), std::move(suggestion)};
    }

    void skipSpace()
    {
        position_ = std::min(text_.find_first_not_of(" \t\r\n", position_), text_.size());
    }

    bool at(char c) const { return position_ < text_.size() && text_[position_] == c; }

    /// A description of what is at the position. Fails itself if it can give a better reason than
    /// "something else was expected".
    std::string found() const
    {
        if (position_ == text_.size()) {
            return "the end of the file";
        }
        const char c = text_[position_];
        const std::string_view rest = std::string_view(text_).substr(position_);
        if (rest.starts_with("\xE2\x80\x9C") || rest.starts_with("\xE2\x80\x9D")) {
            fail("JSON needs straight double quotes (\"), not typographic ones");
        }
        if (!isPrintableAscii(c)) {
            fail("this is not JSON text; save the file as plain UTF-8 text");
        }
        if (rest.starts_with("//") || rest.starts_with("/*") || c == '#') {
            fail("JSON has no comments; remove this one");
        }
        if (c == '\'') {
            fail("JSON puts text and keys in double quotes, not single ones");
        }
        if (c == '"') {
            const auto end = std::min(text_.find_first_of("\"\n", position_ + 1), text_.size());
            return inQuotes(rest.substr(1, end - position_ - 1));
        }
        const auto word = token();
        return inQuotes(word.empty() ? rest.substr(0, 1) : word);
    }

    /// The characters from here up to a space, quote or JSON punctuation.
    std::string_view token() const
    {
        const auto end = std::min(text_.find_first_of(" \t\r\n,:[]{}\"", position_), text_.size());
        return std::string_view(text_).substr(position_, end - position_);
    }

    Json value(const std::string& pointer, std::size_t key, int depth)
    {
        if (depth > kMaxDepth) {
            fail("values are nested more than " + std::to_string(kMaxDepth) + " deep");
        }
        placeBytes_ += pointer.size() + kBytesBesidePointer;
        if (placeBytes_ > kMostPlaceBytes) {
            fail("the file has too many values to be read; no design, study or observer has as "
                 "many");
        }
        const std::size_t begin = position_;
        Json parsed = at('{')   ? object(pointer, depth)
                      : at('[') ? array(pointer, depth)
                      : at('"') ? Json(string())
                                : scalar();
        if (recording_) {
            document_.places_.emplace(pointer, LocatedJson::Place{key, begin, position_});
        }
        return parsed;
    }

    Json object(const std::string& pointer, int depth)
    {
        Json members = Json::object();
        const std::size_t open = position_++;
        skipSpace();
        while (!at('}')) {
            const std::size_t keyAt = position_;
            if (!at('"')) {
                const auto what = found();
                fail("expected a key in double quotes or \"}\", found " + what);
            }
            const std::string key = string();
            if (key.size() > kLongestKey) {
                failAt(keyAt, "this key is longer than " + std::to_string(kLongestKey) +
                                  " bytes; no key of the program is");
            }
            skipSpace();
            if (!at(':')) {
                fail("expected \":\" after the key " + inQuotes(key) + ", found " + found());
            }
            ++position_;
            skipSpace();
            const std::string child = childPointer(pointer, key);
            if (!members.contains(key)) {
                members[key] = value(child, keyAt, depth + 1);
            } else {
                if (recording_) {
                    reportRepeated(keyAt, key, child);
                }
                // The second value is parsed for its syntax only.
                const bool before = std::exchange(recording_, false);
                value(child, keyAt, depth + 1);
                recording_ = before;
            }
            separator('}', open);
        }
        ++position_;
        return members;
    }

    void reportRepeated(std::size_t keyAt, const std::string& key, const std::string& pointer)
    {
        if (++repeatedKeys_ > kMostRepeatedKeys) {
            failAt(keyAt, "more than " + std::to_string(kMostRepeatedKeys) +
                              " keys are given twice; the rest was not checked");
        }
        diagnostics_.push_back(document_.at(keyAt, pointer,
                                            inQuotes(key) +
                                                " is given twice; it was first given on line " +
                                                std::to_string(document_.lineOf(pointer)),
                                            {}));
    }

    Json array(const std::string& pointer, int depth)
    {
        Json items = Json::array();
        const std::size_t open = position_++;
        skipSpace();
        while (!at(']')) {
            items.push_back(value(childPointer(pointer, items.size()), position_, depth + 1));
            separator(']', open);
        }
        ++position_;
        return items;
    }

    /// After a member or item: goes past a comma, or stays at the closing bracket.
    void separator(char close, std::size_t open)
    {
        skipSpace();
        if (at(close)) {
            return;
        }
        if (position_ == text_.size()) {
            failAt(open, inQuotes(text_.substr(open, 1)) + " is never closed: expected " +
                             inQuotes({&close, 1}) + " before the end of the file");
        }
        if (!at(',')) {
            const auto what = found();
            fail("expected \",\" or " + inQuotes({&close, 1}) + " after the value, found " + what);
        }
        const std::size_t comma = position_++;
        skipSpace();
        if (at(close)) {
            failAt(comma,
                   "trailing comma: remove it, nothing follows before " + inQuotes({&close, 1}));
        }
    }

    std::string string()
    {
        const std::size_t begin = position_++;
        while (position_ < text_.size() && text_[position_] != '"' && text_[position_] != '\n') {
            position_ += text_[position_] == '\\' ? 2 : 1;
        }
        if (position_ >= text_.size() || text_[position_] != '"') {
            failAt(begin, "this text has no closing quote on its line");
        }
        ++position_;
        try {
            return Json::parse(text_.begin() + static_cast<std::ptrdiff_t>(begin),
                               text_.begin() + static_cast<std::ptrdiff_t>(position_))
                .get<std::string>();
        } catch (const Json::exception& error) {
            const std::string_view what = error.what();
            failAt(begin, what.find("UTF-8") != std::string_view::npos
                              ? "this text is not UTF-8; save the file as plain UTF-8 text"
                              : "this text contains a control character or an unknown escape; "
                                "write \\\\ for a backslash");
        }
    }

    Json scalar()
    {
        static const std::vector<std::string> kWords{"true", "false", "null"};
        const auto word = token();
        if (word.empty() || !std::ranges::all_of(word, isPrintableAscii)) {
            const auto what = found();
            fail("expected a value, found " + what);
        }
        try {
            Json parsed = asWhole(Json::parse(word));
            position_ += word.size();
            return parsed;
        } catch (const Json::out_of_range&) {
            fail("the number " + std::string(word.substr(0, kSnippetLength)) + " is too large");
        } catch (const Json::exception&) {
            const auto what = found();
            fail("expected a value, found " + what +
                     "; numbers begin with a digit or a minus, text with a double quote",
                 nearestName(word, kWords).value_or(""));
        }
    }

    LocatedJson& document_;
    std::vector<Diagnostic>& diagnostics_;
    const std::string& text_;
    std::size_t position_ = 0;
    std::size_t placeBytes_ = 0;
    std::size_t repeatedKeys_ = 0;
    bool recording_ = true; ///< false within the second value of a key given twice
};

std::optional<LocatedJson> LocatedJson::parse(std::string text, std::string file,
                                              std::vector<Diagnostic>& diagnostics)
{
    LocatedJson document;
    document.text_ = std::move(text);
    document.file_ = std::move(file);
    const auto bytes = std::min(document.text_.size(), kMostBytes);
    std::vector<Mark> marks;
    for (std::size_t offset = 0; offset <= bytes; offset += kMarkEvery) {
        marks.push_back(document.placeOf(offset));
        document.marks_ = {marks.back()};
    }
    document.marks_ = std::move(marks);
    try {
        LocatedJsonParser(document, diagnostics).parse();
    } catch (SyntaxError& error) {
        diagnostics.push_back(
            document.at(error.offset, "", std::move(error.message), std::move(error.suggestion)));
        return std::nullopt;
    }
    return document;
}

int LocatedJson::lineOf(const std::string& pointer) const
{
    return placeOf(places_.at(pointer).begin).line;
}

std::string LocatedJson::snippet(const std::string& pointer) const
{
    const Place& place = places_.at(pointer);
    std::string out;
    for (std::size_t i = place.begin; i < place.end; ++i) {
        const char c = text_[i];
        const bool space = c == ' ' || isControl(c);
        if (space && !out.empty() && out.back() == ' ') {
            continue;
        }
        if (out.size() >= kSnippetLength && !isContinuationByte(c)) {
            return out + "...";
        }
        out += space ? ' ' : c;
    }
    return out;
}

LocatedJson::Mark LocatedJson::placeOf(std::size_t offset) const
{
    Mark mark{.offset = text_.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0};
    if (!marks_.empty()) {
        mark = marks_[std::min(offset / kMarkEvery, marks_.size() - 1)];
    }
    for (; mark.offset < offset; ++mark.offset) {
        if (text_[mark.offset] == '\n') {
            ++mark.line;
            mark.column = 1;
        } else if (!isContinuationByte(text_[mark.offset])) {
            ++mark.column;
        }
    }
    return mark;
}

Diagnostic LocatedJson::at(std::size_t offset, std::string pointer, std::string message,
                           std::string suggestion) const
{
    const auto place = placeOf(offset);
    return {.file = file_,
            .line = place.line,
            .column = place.column,
            .pointer = std::move(pointer),
            .message = std::move(message),
            .suggestion = std::move(suggestion)};
}

Diagnostic LocatedJson::atValue(std::string pointer, std::string message,
                                std::string suggestion) const
{
    while (!has(pointer)) {
        pointer = parentPointer(pointer);
    }
    const auto offset = places_.at(pointer).begin;
    return at(offset, std::move(pointer), std::move(message), std::move(suggestion));
}

Diagnostic LocatedJson::atKey(std::string pointer, std::string message,
                              std::string suggestion) const
{
    const auto offset = places_.at(pointer).key;
    return at(offset, std::move(pointer), std::move(message), std::move(suggestion));
}

std::string inQuotes(std::string_view text)
{
    if (text.size() <= kLongestQuote) {
        return '"' + std::string(text) + '"';
    }
    auto end = kLongestQuote;
    while (end > 0 && isContinuationByte(text[end])) {
        --end;
    }
    return '"' + std::string(text.substr(0, end)) + "...\"";
}

std::string childPointer(const std::string& parent, std::string_view key)
{
    std::string out = parent + '/';
    for (const char c : key) {
        if (c == '~') {
            out += "~0";
        } else if (c == '/') {
            out += "~1";
        } else {
            out += c;
        }
    }
    return out;
}

std::string childPointer(const std::string& parent, std::size_t index)
{
    return parent + '/' + std::to_string(index);
}

std::string parentPointer(const std::string& pointer)
{
    return pointer.substr(0, std::min(pointer.rfind('/'), pointer.size()));
}

} // namespace mlab::experiments
