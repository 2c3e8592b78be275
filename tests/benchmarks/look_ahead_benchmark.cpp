// SPDX-License-Identifier: GPL-3.0-or-later
//
// How long looking ahead holds up the thread that draws frames, for each trial of a session, beside
// folding a copy of the session for every sequence of answers.
//
//     look_ahead_benchmark DESIGN.json [DEPTH]
#include "core/base/random_stream.h"
#include "experiments/design/design_reader.h"
#include "experiments/session/session.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace mlab::experiments {
namespace {

template <typename Work> double msOf(const Work& work)
{
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
        .count();
}

void foldEverySequence(const Session& session, int depth)
{
    for (const bool correct : {true, false}) {
        Session folded = session;
        folded.applyAnswer(correct);
        if (depth > 1 && folded.next()) {
            foldEverySequence(folded, depth - 1);
        }
    }
}

void print(const char* what, std::vector<double> ms)
{
    std::ranges::sort(ms);
    double sum = 0;
    for (const double value : ms) {
        sum += value;
    }
    std::printf("  %-16s mean %8.3f ms, 99th percentile %8.3f, longest %8.3f\n", what,
                sum / static_cast<double>(ms.size()), ms[ms.size() * 99 / 100], ms.back());
}

int measure(const std::string& file, int depth)
{
    const auto check =
        readDesign(file, {.modelInfo = nullptr, .folderFindings = nullptr, .screen = std::nullopt});
    if (!check.design) {
        for (const auto& diagnostic : check.diagnostics) {
            std::fprintf(stderr, "%s\n", diagnostic.text().c_str());
        }
        return 2;
    }
    const auto design = std::make_shared<const Design>(*check.design);
    Session session(design, 3, {"one", "two", "three", "four"});
    std::vector<double> looking;
    std::vector<double> folding;
    constexpr std::size_t kEvery = 50; // folding is slow
    for (std::uint64_t trial = 0; session.next(); ++trial) {
        looking.push_back(msOf([&] { session.lookAhead(depth); }));
        if (trial % kEvery == 0) {
            folding.push_back(msOf([&] { foldEverySequence(session, depth); }));
        }
        session.applyAnswer(RandomStream(8, "answers", trial).uniform() < 0.8);
    }
    std::printf("%s, %d trials ahead, %zu trials\n", design->name.c_str(), depth, looking.size());
    print("look-ahead", looking);
    print("every sequence", folding);
    return 0;
}

} // namespace
} // namespace mlab::experiments

int main(int count, char** arguments)
{
    if (count < 2) {
        std::fprintf(stderr, "look_ahead_benchmark DESIGN.json [DEPTH]\n");
        return 2;
    }
    return mlab::experiments::measure(arguments[1], count > 2 ? std::stoi(arguments[2]) : 8);
}
