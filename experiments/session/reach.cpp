// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/session/reach.h"

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "experiments/session/session_randomization.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <utility>

namespace mlab::experiments {
namespace {

/// A reference that fell short is asked again for this share of what it reached.
constexpr double kStepBack = 0.9;
/// But for no less than this share of what it was asked: far beyond its reach, a solver may end
/// where it began.
constexpr double kLargestStepBack = 1.0 / 3;
/// Share of the trials that must be able to show a level.
constexpr double kSureShare = 0.95;

Dimension atFixation(Dimension dimension)
{
    dimension.eccentricityDeg = 0.0;
    return dimension;
}

bool isOf(const Reach& reach, const Dimension& dimension)
{
    return reach.moved == atFixation(dimension);
}

/// The moves of a design, each once, in the order of its dimensions.
std::vector<Reach> movesOf(const Design& design)
{
    std::vector<Reach> moves;
    for (const auto& [dimension, procedure] : design.dimensions) {
        auto found = std::ranges::find_if(
            moves, [&, &wanted = dimension](const Reach& move) { return isOf(move, wanted); });
        if (found == moves.end()) {
            found = moves.insert(moves.end(), {.moved = atFixation(dimension)});
        }
        const auto [lowest, highest] = levelRange(procedure);
        found->lowest = found->asked > 0 ? std::min(found->lowest, lowest) : lowest;
        const double practice = design.practice.trials > 0 ? design.practice.level : 0.0;
        found->asked = std::max({found->asked, highest, practice});
    }
    return moves;
}

std::vector<std::string> spread(const std::vector<std::string>& all, std::size_t count)
{
    std::vector<std::string> some;
    count = std::min(count, all.size());
    for (std::size_t i = 0; i < count; ++i) {
        some.push_back(all[i * all.size() / count]);
    }
    return some;
}

/// One reference, asked for less and less until its probe converges.
struct Climb {
    std::string reference;
    std::uint64_t seed;          ///< of the rewiring
    double next;                 ///< the level to ask for; it does not reach more
    int steps = 0;               ///< levels asked for
    std::optional<double> level; ///< that it reaches, once known
    std::string problem;         ///< why it can make no probe at all
};

void ask(Climb& climb, const Reach& move, const std::function<Probe(const ProbeRequest&)>& make)
{
    constexpr int kMostSteps = 8;
    ++climb.steps;
    Probe probe;
    try {
        probe = make({.layer = move.moved.layer,
                      .component = move.moved.component,
                      .direction = move.moved.direction,
                      .level = climb.next,
                      .references = {climb.reference},
                      .distortion = move.moved.distortion,
                      .rewiring = move.moved.rewiring,
                      .seed = climb.seed});
    } catch (const NumericError& error) { // a picture of one colour, for example
        climb.problem = error.what();
        climb.level = 0.0;
        return;
    }
    if (probe.converged) {
        climb.level = climb.next;
        return;
    }
    if (move.moved.rewiring) { // of its swaps, none was left
        climb.level = probe.levelAchieved;
        return;
    }
    climb.next = std::clamp(kStepBack * probe.levelAchieved, kLargestStepBack * climb.next,
                            kStepBack * climb.next);
    if (climb.steps == kMostSteps || climb.next < move.lowest) {
        climb.level = 0.0;
    }
}

/// The probability that of `tried` references, drawn from `measured`, none can show a level that
/// `failing` of those cannot. Without replacement where all references were measured.
double allFail(std::size_t failing, std::size_t tried, std::size_t measured, bool all)
{
    double probability = 1.0;
    for (std::size_t i = 0; i < std::min(tried, all ? measured : tried); ++i) {
        const std::size_t drawn = all ? i : 0;
        probability *= failing > drawn ? static_cast<double>(failing - drawn) /
                                             static_cast<double>(measured - drawn)
                                       : 0.0;
    }
    return probability;
}

/// So many of the references that were measured may fail at a level that trials ask for.
std::size_t mayFail(std::size_t tried, std::size_t measured, std::size_t references)
{
    std::size_t most = 0;
    while (most + 1 < measured &&
           allFail(most + 1, tried, measured, measured == references) <= 1 - kSureShare) {
        ++most;
    }
    return most;
}

double sureLevel(const Design& design, const Reach& reach, std::size_t references)
{
    const std::size_t failing =
        mayFail(static_cast<std::size_t>(design.referencesPerTrial), reach.measured(), references);
    return reach.levels.at(failing - reach.shorter);
}

/// Measures references until it is known how far all go but the shortest, of which there may be
/// `shortest`. @returns each reference, with a level where it is known
std::vector<Climb> climbs(Reach& move, const std::vector<std::string>& references,
                          std::size_t shortest,
                          const std::function<Probe(const ProbeRequest&)>& make,
                          const std::stop_token& stop)
{
    std::vector<Climb> all;
    all.reserve(references.size());
    for (const auto& reference : references) {
        // Another rewiring of each drawing: how far they go depends on chance, not on the layout.
        all.push_back({.reference = reference,
                       .seed = all.size(),
                       .next = shownLevel(move.moved, move.asked),
                       .level = {},
                       .problem = {}});
    }
    for (;;) {
        if (stop.stop_requested()) {
            throw Cancelled();
        }
        std::vector<double> known;
        Climb* furthest = nullptr; // of those that are not known
        for (auto& climb : all) {
            if (climb.level) {
                known.push_back(*climb.level);
            } else if (!furthest || climb.next > furthest->next) {
                furthest = &climb;
            }
        }
        std::ranges::sort(known);
        const std::size_t unknown = all.size() - known.size();
        const bool enough = unknown <= shortest && unknown < all.size() &&
                            (!furthest || furthest->next <= known[shortest - unknown]);
        if (enough) {
            move.shorter = unknown == 0 ? 0 : shortest;
            move.levels.assign(known.begin() + static_cast<std::ptrdiff_t>(move.shorter - unknown),
                               known.end());
            return all;
        }
        ask(*furthest, move, make);
    }
}

std::string levelText(const Dimension& dimension, double level)
{
    return dimension.rewiring ? shortNumber(level) : fixedNumber(level, 2);
}

std::string heading(const Design& design, const std::vector<Reach>& reach, std::size_t references)
{
    const auto measured = std::to_string(reach.empty() ? 0 : reach.front().measured());
    if (!reach.empty() && reach.front().moved.rewiring) {
        return "How many swaps can be made, measured with " + measured +
               " rewirings of each graph. A trial asks for no level\nabove the last column, which "
               "all of them reach. Half of them, and one of them, reach the columns\nbefore it.\n";
    }
    return "How far references can be moved, in " +
           (reach.empty() ? "SD" : levelUnit(reach.front().moved)) + ", measured with " + measured +
           " of " + std::to_string(references) + " references. A trial tries up to " +
           std::to_string(design.referencesPerTrial) +
           ",\nand asks for no level above the last column, which at least 95 % of trials can "
           "show. Half of the\nreferences measured, and one of them, reach the columns before "
           "it.\n";
}

} // namespace

std::vector<Reach> measureReach(const Design& design, const std::vector<std::string>& referenceIds,
                                const std::function<Probe(const ProbeRequest&)>& make,
                                const std::function<void(int done, int total)>& progress,
                                const std::stop_token& stop)
{
    if (referenceIds.empty()) {
        throw InvalidArgument("the reach of a design without references cannot be measured");
    }
    auto moves = movesOf(design);
    int done = 0;
    bool anyMade = false;
    std::string lastProblem;
    for (auto& move : moves) {
        const auto own = referencesOf(move.moved, referenceIds);
        const auto references = spread(own, kMeasuredReferences);
        const auto shortest = mayFail(static_cast<std::size_t>(design.referencesPerTrial),
                                      references.size(), own.size());
        for (const auto& climb : climbs(move, references, shortest, make, stop)) {
            anyMade = anyMade || (climb.steps > 0 && climb.problem.empty());
            if (!climb.problem.empty()) {
                move.problem = lastProblem = climb.problem;
            }
        }
        ++done;
        if (progress) {
            progress(done, static_cast<int>(moves.size()));
        }
    }
    if (!anyMade && !lastProblem.empty()) {
        throw NumericError("none of the references can make a probe in any dimension: " +
                           lastProblem);
    }
    return moves;
}

std::vector<double> highestLevels(const Design& design, const std::vector<Reach>& reach,
                                  std::size_t references)
{
    std::vector<double> levels;
    for (const auto& [dimension, procedure] : design.dimensions) {
        const auto move = std::ranges::find_if(
            reach, [&, &wanted = dimension](const Reach& some) { return isOf(some, wanted); });
        if (move == reach.end()) {
            throw InternalError("the reach of dimension " + dimension.id() + " was not measured");
        }
        levels.push_back(sureLevel(design, *move, references));
    }
    return levels;
}

std::vector<std::string> unmeasurable(const Design& design,
                                      const std::vector<double>& highestLevels)
{
    std::vector<std::string> sentences;
    for (std::size_t d = 0; d < design.dimensions.size(); ++d) {
        const auto& [dimension, procedure] = design.dimensions[d];
        const double lowest = levelRange(procedure).lowest;
        if (highestLevels[d] < lowest || highestLevels[d] == 0) {
            sentences.push_back(
                "dimension " + dimension.id() + " cannot be measured: most trials cannot show " +
                (highestLevels[d] > 0
                     ? "more than " + levelText(dimension, highestLevels[d]) + " " +
                           levelUnit(dimension) + ", and its lowest level is " + shortNumber(lowest)
                     : "any change along it") +
                (dimension.rewiring ? "; leave it out, or use another graph"
                                    : "; leave it out, or use other references"));
        }
    }
    return sentences;
}

std::string describe(const Design& design, const std::vector<Reach>& reach, std::size_t references)
{
    std::string text = heading(design, reach, references);
    std::size_t widest = 0;
    const auto nameOf = [](const Reach& move) {
        return move.moved.layer + "/" + componentName(move.moved) + "/" +
               std::string(toString(move.moved.direction));
    };
    for (const auto& move : reach) {
        widest = std::max(widest, nameOf(move).size());
    }
    const auto row = [&](std::string name, const std::vector<std::string>& cells) {
        name.resize(widest, ' ');
        text += "  " + name;
        for (const auto& cell : cells) {
            text += std::string(cell.size() < 8 ? 8 - cell.size() : 1, ' ') + cell;
        }
        text += "\n";
    };
    row("", {"asked", "half", "most", "shown"});
    std::size_t limited = 0;
    for (const auto& move : reach) {
        const double shown = sureLevel(design, move, references);
        limited += shown < move.asked ? 1 : 0;
        const std::size_t half = move.measured() / 2;
        const auto level = [&](double value) { return levelText(move.moved, value); };
        row(nameOf(move), {level(move.asked),
                           half < move.shorter ? "<=" + level(move.levels.front())
                                               : level(move.levels[half - move.shorter]),
                           level(move.levels.back()), level(shown)});
    }
    if (limited > 0) {
        text += "Warning: " + std::to_string(limited) + " of " + std::to_string(reach.size()) +
                " moves cannot be shown up to the highest level asked; thresholds above the last "
                "column cannot be measured.\n";
    }
    return text;
}

} // namespace mlab::experiments
