// SPDX-License-Identifier: GPL-3.0-or-later
//
// Kontsevich & Tyler's Psi as PsychoPy computes it.
#include "core/procedures/grid_procedure.h"
#include "tests/conformance/adaptive/adaptive_json.h"

#include <gtest/gtest.h>

#include <cmath>

namespace mlab {
namespace {

// Its grids begin at 0, which levels on the decibel scale may not: the engine is asked itself.
TEST(Psi, AgreesWithPsychoPy)
{
    const auto example = adaptiveJson("psi.json").at("cases").at("psi_2afc");
    const double lapse = example.at("config").at("delta").get<double>() / 2;
    const auto table = std::make_shared<const ResponseTable>(
        std::vector<GridAxis>{{"level", evenGrid(0, 10, 21)}},
        std::vector<GridAxis>{{"alpha", evenGrid(0, 10, 41)}, {"beta", evenGrid(0.5, 4, 15)}},
        [lapse](std::span<const double> x, std::span<const double> parameters) {
            return probabilityCorrect(Sigmoid(SigmoidShape::norm), LevelScale::linear, x[0],
                                      parameters[0], parameters[1], 0.5, lapse);
        },
        std::vector<bool>{true, true});
    GridPosterior posterior(table, std::vector<double>(table->parameters(), 1.0));
    int trial = 0;
    for (const auto& expected : example.at("trials")) {
        SCOPED_TRACE(++trial);
        const auto& stimulus =
            table->stimulus(table->mostInformative(posterior.weights()).stimulus);
        EXPECT_EQ(stimulus[0], expected.at("intensity").get<double>());
        posterior.tell(stimulus, expected.at("response") == 1);
        EXPECT_NEAR(posterior.mean(0), expected.at("alpha_mean").get<double>(), 1e-9);
        EXPECT_NEAR(posterior.mean(1), expected.at("beta_mean").get<double>(), 1e-9);
    }
    EXPECT_GT(trial, 20);
}

} // namespace
} // namespace mlab
