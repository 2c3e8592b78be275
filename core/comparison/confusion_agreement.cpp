// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/comparison/confusion_agreement.h"

#include "core/base/error.h"
#include "core/fits/group_statistics.h"

#include <cmath>
#include <map>
#include <numeric>

namespace mlab {
namespace {

double logOdds(const std::vector<double>& row, std::size_t answer)
{
    const double all = std::accumulate(row.begin(), row.end(), 0.0);
    return std::log((row[answer] + 0.5) / (all - row[answer] + 0.5));
}

bool isShown(const std::vector<double>& row)
{
    return std::accumulate(row.begin(), row.end(), 0.0) > 0;
}

} // namespace

std::optional<double> confusionCorrelation(const Confusions& first, const Confusions& second)
{
    if (first.size() != second.size()) {
        throw InvalidArgument("confusions of different categories cannot be compared");
    }
    std::vector<double> ofFirst;
    std::vector<double> ofSecond;
    for (std::size_t shown = 0; shown < first.size(); ++shown) {
        if (!isShown(first[shown]) || !isShown(second[shown])) {
            continue;
        }
        for (std::size_t answer = 0; answer < first[shown].size(); ++answer) {
            if (answer != shown) {
                ofFirst.push_back(logOdds(first[shown], answer));
                ofSecond.push_back(logOdds(second[shown], answer));
            }
        }
    }
    const auto found = correlate(ofFirst, ofSecond);
    return found ? std::optional(found->r) : std::nullopt;
}

std::optional<double> krippendorffAlpha(std::span<const std::vector<std::size_t>> answers)
{
    double total = 0.0;
    double agreed = 0.0; // the diagonal of the coincidence matrix
    std::map<std::size_t, double> totals;
    for (const auto& ofStimulus : answers) {
        if (ofStimulus.size() < 2) {
            continue;
        }
        std::map<std::size_t, double> own;
        for (const auto answer : ofStimulus) {
            own[answer] += 1;
        }
        const auto count = static_cast<double>(ofStimulus.size());
        for (const auto& [answer, times] : own) {
            agreed += times * (times - 1) / (count - 1);
            totals[answer] += times;
        }
        total += count;
    }
    double byChance = 0.0;
    for (const auto& [answer, times] : totals) {
        byChance += times * (times - 1);
    }
    const double expected = 1 - byChance / (total * (total - 1));
    if (total == 0 || expected <= 0) {
        return std::nullopt;
    }
    return 1 - (1 - agreed / total) / expected;
}

} // namespace mlab
