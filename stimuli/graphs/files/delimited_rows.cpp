// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/files/delimited_rows.h"

#include "core/base/error.h"
#include "core/base/files.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace mlab::stimuli {
namespace {

constexpr std::string_view kBlanks = " \t\r";

std::string_view trimmed(std::string_view text, std::string_view blanks = kBlanks)
{
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

char separatorOf(std::string_view row)
{
    for (const char candidate : {',', ';', '\t'}) {
        if (row.find(candidate) != std::string_view::npos) {
            return candidate;
        }
    }
    return ' ';
}

/// For a message: a field may be as long as the file.
std::string shown(std::string_view field)
{
    constexpr std::size_t kLongest = 100;
    return "\"" + std::string(field.substr(0, kLongest)) + "\"";
}

} // namespace

std::string atLine(const std::string& name, int line, const std::string& why)
{
    return name + ":" + std::to_string(line) + ": " + why;
}

DelimitedRows::DelimitedRows(const std::filesystem::path& file)
    : name_(file.string()), text_(readFile(file)), rest_(text_)
{
    if (const auto mistaken = mistakenContent(text_); !mistaken.empty()) {
        throw IoError(name_ + " is not a table: " + mistaken);
    }
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (rest_.starts_with(kByteOrderMark)) {
        text_.erase(0, kByteOrderMark.size());
        rest_ = text_;
    }
}

bool DelimitedRows::next()
{
    while (!rest_.empty()) {
        const auto end = rest_.find('\n');
        const auto line = rest_.substr(0, end);
        const auto row = trimmed(line);
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
        ++line_;
        if (!row.empty() && row.front() != '#') {
            separator_ = separator_ == 0 ? separatorOf(row) : separator_;
            // A tab at an end is beside an empty field where tabs separate them.
            split(separator_ == '\t' ? trimmed(line, " \r") : row);
            return true;
        }
    }
    return false;
}

void DelimitedRows::split(std::string_view row)
{
    fields_.clear();
    unquoted_.clear();
    while (true) {
        std::string_view field;
        if (row.starts_with('"')) {
            field = quoted(row);
            row = row.substr(std::min(row.find_first_not_of(' '), row.size()));
            if (!row.empty() && row.front() != separator_ && separator_ != ' ') {
                fail("something follows a quoted field");
            }
        } else {
            const auto end = std::min(row.find(separator_), row.size());
            field = trimmed(row.substr(0, end));
            row.remove_prefix(end);
        }
        fields_.push_back(field);
        if (row.empty()) {
            return;
        }
        row = row.substr(separator_ == ' ' ? 0 : 1);
        row = row.substr(
            std::min(row.find_first_not_of(separator_ == '\t' ? " " : kBlanks), row.size()));
    }
}

std::string_view DelimitedRows::quoted(std::string_view& rest)
{
    std::string content;
    std::size_t at = 1;
    while (true) {
        const auto quote = rest.find('"', at);
        if (quote == std::string_view::npos) {
            fail("a double quote is not closed on this line");
        }
        content += rest.substr(at, quote - at);
        at = quote + 1;
        if (at == rest.size() || rest[at] != '"') {
            break;
        }
        content += '"';
        ++at;
    }
    rest.remove_prefix(at);
    return unquoted_.emplace_back(std::move(content));
}

std::string_view DelimitedRows::firstComment() const
{
    const std::string_view first = std::string_view(text_).substr(0, text_.find('\n'));
    return first.starts_with('#') ? trimmed(first.substr(1)) : std::string_view();
}

void DelimitedRows::fail(const std::string& why) const
{
    failAt(line_, why);
}

void DelimitedRows::failAt(int line, const std::string& why) const
{
    throw IoError(atLine(name_, line, why));
}

double numberIn(const DelimitedRows& rows, std::string_view field)
{
    double value = 0;
    const char* end = field.data() + field.size();
    const auto [stop, problem] = std::from_chars(field.data(), end, value);
    if (problem != std::errc() || stop != end) {
        rows.fail(shown(field) + " is not a number");
    }
    if (!std::isfinite(value)) {
        rows.fail(shown(field) + " is not finite");
    }
    return value;
}

int countIn(const DelimitedRows& rows, std::string_view field, int most)
{
    int value = 0;
    const char* end = field.data() + field.size();
    const auto [stop, problem] = std::from_chars(field.data(), end, value);
    if (problem != std::errc() || stop != end || value < 0 || value > most) {
        rows.fail(shown(field) + " is not a whole number from 0 to " + std::to_string(most));
    }
    return value;
}

} // namespace mlab::stimuli
