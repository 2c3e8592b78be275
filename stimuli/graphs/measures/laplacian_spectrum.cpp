// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/measures/laplacian_spectrum.h"

#include "core/base/error.h"
#include "stimuli/graphs/measures/structure_statistics.h"

#include <Eigen/Eigenvalues>
#include <Eigen/SparseCore>
#include <Spectra/SymEigsSolver.h>
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace mlab::stimuli {
namespace {

using Sparse = Eigen::SparseMatrix<double>;

/// The Laplacian of some nodes, which are a whole component.
Sparse laplacianOf(const GraphStructure& structure, Laplacian kind, const std::vector<int>& nodes,
                   const std::vector<int>& places)
{
    std::vector<Eigen::Triplet<double>> entries;
    for (const auto node : nodes) {
        const int row = places[static_cast<std::size_t>(node)];
        const double degree = structure.degree(node);
        if (degree > 0) {
            entries.emplace_back(row, row, kind == Laplacian::normalised ? 1.0 : degree);
        }
        for (const auto other : structure.neighbours(node)) {
            entries.emplace_back(row, places[static_cast<std::size_t>(other)],
                                 kind == Laplacian::normalised
                                     ? -1.0 / std::sqrt(degree * structure.degree(other))
                                     : -1.0);
        }
    }
    const auto side = static_cast<Eigen::Index>(nodes.size());
    Sparse out(side, side);
    out.setFromTriplets(entries.begin(), entries.end());
    return out;
}

std::vector<double> allEigenvalues(const Sparse& laplacian)
{
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(Eigen::MatrixXd(laplacian),
                                                                Eigen::EigenvaluesOnly);
    const auto& values = solver.eigenvalues();
    return {values.begin(), values.end()};
}

/// bound * I - L, of which the eigenvectors that are known have the eigenvalue 0. Its largest
/// eigenvalues are those that belong to the smallest of L and are not known yet.
class Remaining {
public:
    using Scalar = double;

    Remaining(const Sparse& laplacian, double bound) : laplacian_(laplacian), bound_(bound) {}

    Eigen::Index rows() const { return laplacian_.rows(); }
    Eigen::Index cols() const { return laplacian_.cols(); }
    // NOLINTNEXTLINE(readability-identifier-naming): the name that Spectra asks for
    void perform_op(const double* in, double* out) const
    {
        const Eigen::Map<const Eigen::VectorXd> x(in, rows());
        Eigen::Map<Eigen::VectorXd> y(out, rows());
        const Eigen::VectorXd unknown = x - known_ * (known_.transpose() * x);
        y = bound_ * unknown - laplacian_ * unknown;
        y -= known_ * (known_.transpose() * y);
    }
    void leaveOut(const Eigen::MatrixXd& vectors)
    {
        Eigen::MatrixXd all(rows(), known_.cols() + vectors.cols());
        all << known_, vectors;
        known_ = std::move(all);
    }

private:
    const Sparse& laplacian_;
    double bound_;
    Eigen::MatrixXd known_ = Eigen::MatrixXd(laplacian_.rows(), 0);
};

/// The largest row sum of magnitudes, which no eigenvalue exceeds (Gershgorin).
double boundOf(const Sparse& laplacian)
{
    double bound = 0;
    for (Eigen::Index column = 0; column < laplacian.cols(); ++column) {
        bound = std::max(bound, laplacian.col(column).cwiseAbs().sum());
    }
    return bound;
}

/// By Lanczos' method with implicit restarts. It finds one vector of each eigenvalue, so it is
/// repeated without the known ones until no smaller eigenvalue is found.
std::vector<double> smallestEigenvalues(const Sparse& laplacian, Eigen::Index count)
{
    constexpr Eigen::Index kMaxRestarts = 1000;
    constexpr double kTolerance = 1e-10;
    constexpr double kSame = 1e-9;
    const double bound = boundOf(laplacian);
    Remaining remaining(laplacian, bound);
    std::vector<double> out;
    while (true) {
        Spectra::SymEigsSolver<Remaining> solver(remaining, count,
                                                 std::min(laplacian.rows(), 2 * count + 20));
        solver.init();
        solver.compute(Spectra::SortRule::LargestAlge, kMaxRestarts, kTolerance);
        if (solver.info() != Spectra::CompInfo::Successful) {
            throw NumericError("the " + std::to_string(count) +
                               " smallest eigenvalues of the Laplacian of a component of " +
                               std::to_string(laplacian.rows()) +
                               " nodes did not converge; ask for fewer");
        }
        const Eigen::VectorXd found = bound - solver.eigenvalues().array();
        if (!out.empty() && found.minCoeff() >= out.back() - kSame * bound) {
            return out;
        }
        out.insert(out.end(), found.begin(), found.end());
        std::ranges::sort(out);
        out.resize(static_cast<std::size_t>(count));
        remaining.leaveOut(solver.eigenvectors());
    }
}

} // namespace

std::vector<double> laplacianSpectrum(const GraphStructure& structure, Laplacian kind, int count)
{
    constexpr std::size_t kSmall = 400; // nodes: solved whole in less than 0.1 s
    std::vector<std::vector<int>> components;
    std::vector<int> places; // of each node in its component
    for (const auto component : componentsOf(structure)) {
        const auto number = static_cast<std::size_t>(component);
        components.resize(std::max(components.size(), number + 1));
        const int node = static_cast<int>(places.size());
        places.push_back(static_cast<int>(components[number].size()));
        components[number].push_back(node);
    }
    std::vector<double> out;
    for (const auto& nodes : components) {
        const auto laplacian = laplacianOf(structure, kind, nodes, places);
        const auto wanted = std::min(static_cast<std::size_t>(std::max(count, 0)), nodes.size());
        const bool whole = nodes.size() <= kSmall || 3 * wanted > nodes.size();
        const auto values = wanted == 0 ? std::vector<double>()
                            : whole
                                ? allEigenvalues(laplacian)
                                : smallestEigenvalues(laplacian, static_cast<Eigen::Index>(wanted));
        out.insert(out.end(), values.begin(), values.end());
    }
    std::ranges::sort(out);
    out.resize(std::min(out.size(), static_cast<std::size_t>(std::max(count, 0))));
    return out;
}

} // namespace mlab::stimuli
