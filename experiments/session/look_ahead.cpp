// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/session/session.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace mlab::experiments {
namespace {

/// All possible states at some trial ahead that lead to the same order of dimensions.
///
/// A tree with a copy of the session for every sequence of answers doubles with each trial ahead.
/// But an answer does not affect other dimensions, except for the order of the next block, and that
/// only if it decides whether its dimension finishes. So a branch keeps, for each dimension, the
/// states its procedure may be in, and splits only at the end of a block, by which dimensions have
/// finished.
struct Branch {
    int block = 0;
    std::vector<std::size_t> order;
    std::size_t cursor = 0;
    std::map<std::size_t, std::vector<Procedure>> states; ///< of the dimensions answered ahead
};

/// The level shown of a trial ahead: the one it requests.
const std::optional<double> kAsRequested;

/// With the schedule `information` each trial ahead may double the number of possible states, each
/// a copy of the whole session.
constexpr int kDeepestByInformation = 4;

/// Each state after either answer, without repeats.
/// @param levelShown  absent: the level each state requests
std::vector<Procedure> answered(const std::vector<Procedure>& states, const Dimension& dimension,
                                const std::optional<double>& levelShown, bool atLimit,
                                bool sameTrial)
{
    std::vector<Procedure> out;
    for (const bool correct : {true, false}) {
        for (auto state : states) {
            state.tell(levelShown ? *levelShown : shownLevel(dimension, state.nextLevel()), correct,
                       atLimit, sameTrial);
            if (std::ranges::count(out, state) == 0) {
                out.push_back(std::move(state));
            }
        }
    }
    return out;
}

/// One branch for each combination of dimensions that may have finished.
std::vector<Branch> splitByFinished(Branch whole)
{
    std::vector<Branch> branches = {std::move(whole)};
    // Copies, since the branches being split hold the dimensions that are gone through.
    const auto states = branches.front().states;
    for (const auto& [dimension, possible] : states) {
        std::vector<Procedure> going;
        std::vector<Procedure> finished;
        std::ranges::partition_copy(possible, std::back_inserter(finished),
                                    std::back_inserter(going),
                                    [](const Procedure& state) { return state.finished(); });
        if (going.empty() || finished.empty()) {
            continue;
        }
        const std::size_t count = branches.size();
        for (std::size_t i = 0; i < count; ++i) {
            branches.push_back(branches[i]);
            branches[i].states[dimension] = going;
            branches.back().states[dimension] = finished;
        }
    }
    return branches;
}

} // namespace

std::vector<ProbeRequest> Session::lookAhead(int depth, bool openAtLimit,
                                             std::optional<double> openLevelShown) const
{
    const auto open = next();
    if (!open || design().wholeMetamers) {
        return {};
    }
    if (byInformation()) {
        return lookAheadByInformation(depth, openAtLimit, openLevelShown);
    }
    const auto statesOf = [&](const Branch& branch, std::size_t dimension) {
        const auto found = branch.states.find(dimension);
        return found == branch.states.end() ? std::vector{procedures_[dimension]} : found->second;
    };
    // The priors of the next block are known; those of later ones depend on answers to come.
    const auto learn = [&](Branch& branch) {
        if (branch.block != block_ || pendingPriors_.empty()) {
            return;
        }
        for (const std::size_t dimension : branch.order) {
            auto states = statesOf(branch, dimension);
            for (auto& state : states) {
                pendingPriors_.giveTo(state, dimension);
            }
            branch.states[dimension] = std::move(states);
        }
    };
    const auto startBlock = [&](Branch& branch) {
        std::erase_if(branch.order, [&](std::size_t dimension) {
            return statesOf(branch, dimension).front().finished();
        });
        branch.order = randomization_->blockOrder(++branch.block, std::move(branch.order));
        branch.cursor = 0;
    };

    std::vector<ProbeRequest> wanted;
    std::set<ProbeRequest> known = {open->request};
    const auto want = [&](ProbeRequest request) {
        if (known.insert(request).second) {
            wanted.push_back(std::move(request));
        }
    };

    std::vector<Branch> branches = {
        {.block = block_, .order = order_, .cursor = cursor_, .states = {}}};
    for (int trial = trialIndex_ + 1; trial <= trialIndex_ + depth; ++trial) {
        if (trial - 1 >= design().practice.trials) {
            const bool isOpen = trial == trialIndex_ + 1;
            const bool atLimit = openAtLimit && isOpen;
            std::vector<Branch> after;
            for (auto& branch : branches) {
                const std::size_t shown = branch.order[branch.cursor];
                const auto states = statesOf(branch, shown);
                branch.states[shown] = answered(states, randomization_->measured(shown).dimension,
                                                isOpen ? openLevelShown : kAsRequested, atLimit,
                                                isSameTrial(shown, states.front().trials()));
                if (++branch.cursor < branch.order.size()) {
                    after.push_back(std::move(branch));
                    continue;
                }
                learn(branch);
                for (auto& split : splitByFinished(std::move(branch))) {
                    startBlock(split);
                    if (!split.order.empty()) {
                        after.push_back(std::move(split));
                    }
                }
            }
            branches = std::move(after);
        }
        if (trial < design().practice.trials) {
            want(randomization_->practiceRequest(trial));
            continue;
        }
        for (const auto& branch : branches) {
            const std::size_t shown = branch.order[branch.cursor];
            for (const auto& state : statesOf(branch, shown)) {
                want(randomization_->request(shown, state.trials(), state.nextLevel()));
            }
        }
    }
    return wanted;
}

std::vector<ProbeRequest>
Session::lookAheadByInformation(int depth, bool openAtLimit,
                                std::optional<double> openLevelShown) const
{
    std::vector<ProbeRequest> wanted;
    std::set<ProbeRequest> known = {next()->request};
    std::vector<Session> possible = {*this};
    for (int ahead = 1; ahead <= std::min(depth, kDeepestByInformation); ++ahead) {
        std::vector<Session> after;
        for (const auto& before : possible) {
            const bool measures = !before.inPractice();
            for (const bool correct : {true, false}) {
                if (!measures && !correct) {
                    continue; // an answer in practice changes nothing
                }
                auto session = before;
                if (ahead == 1 && measures && openLevelShown) {
                    session.applyAnswer(*openLevelShown, correct, openAtLimit);
                } else {
                    session.applyAnswer(correct, ahead == 1 && openAtLimit);
                }
                if (const auto plan = session.next()) {
                    if (known.insert(plan->request).second) {
                        wanted.push_back(plan->request);
                    }
                    after.push_back(std::move(session));
                }
            }
        }
        possible = std::move(after);
    }
    return wanted;
}

} // namespace mlab::experiments
