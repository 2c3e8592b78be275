// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/files/npz.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "stimuli/checkpoints/zip_archive.h"
#include "stimuli/graphs/files/edge_list.h"
#include "stimuli/graphs/files/npy.h"

#include <boost/crc.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <zlib.h>

namespace mlab::stimuli {
namespace {

/// An entry that numpy.savez_compressed wrote. @returns nothing if it is not what it says to be
std::optional<std::string> inflated(const ZipArchive::Entry& entry)
{
    constexpr std::uint64_t kMostRatio = 1032; // of deflate
    if (entry.bytes > kMaxFileBytes || entry.bytes / kMostRatio > entry.data.size()) {
        return std::nullopt;
    }
    std::string out(entry.bytes, '\0');
    z_stream stream{};
    if (::inflateInit2(&stream, -MAX_WBITS) != Z_OK) { // without zlib's own header
        return std::nullopt;
    }
    const std::unique_ptr<z_stream, int (*)(z_stream*)> ended(&stream, ::inflateEnd);
    std::string data(entry.data); // zlib's interface is not const
    stream.next_in = reinterpret_cast<Bytef*>(data.data());
    stream.avail_in = static_cast<uInt>(data.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    if (::inflate(&stream, Z_FINISH) != Z_STREAM_END || stream.avail_out != 0) {
        return std::nullopt;
    }
    boost::crc_32_type crc;
    crc.process_bytes(out.data(), out.size());
    return crc.checksum() == entry.crc32 ? std::optional(std::move(out)) : std::nullopt;
}

/// The arrays of one file.
class Arrays {
public:
    Arrays(std::string_view bytes, std::string file) : archive_(bytes, file), file_(std::move(file))
    {
    }

    bool has(const std::string& array) const { return archive_.entries().contains(array + ".npy"); }
    std::string nameOf(const std::string& array) const { return file_ + ": " + array; }
    [[noreturn]] void fail(const std::string& array, const std::string& why) const
    {
        throw IoError(nameOf(array) + " " + why);
    }

    NpyArray read(const std::string& array) const
    {
        if (!has(array)) {
            throw IoError(file_ + " has no array " + array +
                          "; a graph is saved as a sparse matrix in CSR format: adj_data, "
                          "adj_indices, adj_indptr and adj_shape");
        }
        const auto entry = array + ".npy";
        const auto& stored = archive_.entries().find(entry)->second;
        if (!stored.compressed) {
            return decodeNpy(archive_.read(entry), nameOf(array));
        }
        const auto bytes = inflated(stored);
        if (!bytes) {
            fail(array, "cannot be unpacked; it is damaged, or was not packed by NumPy");
        }
        return decodeNpy(*bytes, nameOf(array));
    }

    std::vector<std::int64_t> integers(const std::string& array) const
    {
        auto read = this->read(array);
        auto* values = std::get_if<std::vector<std::int64_t>>(&read.values);
        if (values == nullptr) {
            fail(array, "does not hold whole numbers");
        }
        return std::move(*values);
    }
    std::vector<double> numbers(const std::string& array, std::vector<std::int64_t>& shape) const
    {
        auto read = this->read(array);
        shape = read.shape;
        if (auto* values = std::get_if<std::vector<double>>(&read.values)) {
            return std::move(*values);
        }
        const auto* whole = std::get_if<std::vector<std::int64_t>>(&read.values);
        if (whole == nullptr) {
            fail(array, "does not hold numbers");
        }
        return {whole->begin(), whole->end()};
    }
    std::vector<std::string> texts(const std::string& array) const
    {
        auto read = this->read(array);
        auto* values = std::get_if<std::vector<std::string>>(&read.values);
        if (values == nullptr) {
            fail(array, "does not hold texts");
        }
        return std::move(*values);
    }

private:
    ZipArchive archive_;
    std::string file_;
};

/// A sparse matrix in CSR format, checked.
struct CsrMatrix {
    int rows = 0;
    int columns = 0;
    std::vector<std::int64_t> begin; ///< rows + 1
    std::vector<std::int64_t> column;
    std::vector<double> values;
};

CsrMatrix readCsr(const Arrays& arrays, const std::string& prefix)
{
    CsrMatrix out;
    const auto shape = arrays.integers(prefix + "_shape");
    if (shape.size() != 2 || std::ranges::any_of(shape, [](std::int64_t side) {
            return side < 0 || side > 10 * std::int64_t{kMostNodes};
        })) {
        arrays.fail(prefix + "_shape", "does not hold the numbers of rows and columns");
    }
    out.rows = static_cast<int>(shape[0]);
    out.columns = static_cast<int>(shape[1]);
    std::vector<std::int64_t> ignored;
    out.values = arrays.numbers(prefix + "_data", ignored);
    out.begin = arrays.integers(prefix + "_indptr");
    out.column = arrays.integers(prefix + "_indices");
    if (out.begin.size() != static_cast<std::size_t>(out.rows) + 1 || out.begin.front() != 0 ||
        !std::ranges::is_sorted(out.begin) ||
        out.begin.back() != static_cast<std::int64_t>(out.values.size()) ||
        out.column.size() != out.values.size()) {
        arrays.fail(prefix + "_indptr", "does not fit the other arrays of the matrix");
    }
    if (std::ranges::any_of(
            out.column, [&](std::int64_t column) { return column < 0 || column >= out.columns; })) {
        arrays.fail(prefix + "_indices", "names a column outside the matrix");
    }
    return out;
}

bool allOnes(const CsrMatrix& matrix)
{
    return std::ranges::all_of(matrix.values, [](double value) { return value == 1; });
}

/// Calls take(row, column, value) for each entry.
void eachEntry(const CsrMatrix& matrix, const auto& take)
{
    for (int row = 0; row < matrix.rows; ++row) {
        const auto at = static_cast<std::size_t>(row);
        for (auto i = matrix.begin[at]; i < matrix.begin[at + 1]; ++i) {
            const auto entry = static_cast<std::size_t>(i);
            take(row, static_cast<int>(matrix.column[entry]), matrix.values[entry]);
        }
    }
}

GraphStructure structureIn(const Arrays& arrays, std::vector<std::string>& notes)
{
    const auto matrix = readCsr(arrays, "adj");
    if (matrix.rows != matrix.columns) {
        arrays.fail("adj_shape", "is not square: " + std::to_string(matrix.rows) + " x " +
                                     std::to_string(matrix.columns));
    }
    if (!allOnes(matrix)) {
        arrays.fail("adj_data", "holds weights other than 1; networks here have edges without "
                                "weights");
    }
    std::vector<Edge> directed;
    directed.reserve(matrix.values.size());
    eachEntry(matrix, [&](int row, int column, double /*value*/) {
        directed.push_back({.first = row, .second = column});
    });
    auto edges = withoutDirections(directed);
    const auto undirected = edges.undirected.size();
    if (2 * undirected + edges.loops != directed.size()) {
        notes.push_back(std::to_string(directed.size() - edges.loops) + " directed edges became " +
                        std::to_string(undirected) + " undirected ones");
    }
    if (edges.loops > 0) {
        notes.push_back(std::to_string(edges.loops) + " edges from a node to itself were left out");
    }
    return {matrix.rows, std::move(edges.undirected)};
}

Features featuresIn(const Arrays& arrays, int nodes)
{
    if (arrays.has("attr_matrix")) {
        std::vector<std::int64_t> shape;
        auto values = arrays.numbers("attr_matrix", shape);
        if (shape.size() != 2 || shape[0] != nodes || shape[1] > kMostFeatureValues) {
            arrays.fail("attr_matrix",
                        "does not have a row for each of the " + std::to_string(nodes) + " nodes");
        }
        return DenseFeatures{
            .rows = nodes, .columns = static_cast<int>(shape[1]), .values = std::move(values)};
    }
    if (!arrays.has("attr_data")) {
        return noFeatures(nodes);
    }
    const auto matrix = readCsr(arrays, "attr");
    if (matrix.rows != nodes) {
        arrays.fail("attr_shape", "has " + std::to_string(matrix.rows) + " rows, and the graph " +
                                      std::to_string(nodes) + " nodes");
    }
    if (allOnes(matrix)) {
        std::vector<std::vector<int>> ones(static_cast<std::size_t>(nodes));
        eachEntry(matrix, [&](int row, int column, double /*value*/) {
            ones[static_cast<std::size_t>(row)].push_back(column);
        });
        return binaryFeatures(matrix.columns, ones);
    }
    auto out = dense(BinaryFeatures{
        .columns = matrix.columns,
        .offsets = std::vector<std::size_t>(static_cast<std::size_t>(nodes) + 1, 0)});
    eachEntry(matrix, [&](int row, int column, double value) {
        out.values[static_cast<std::size_t>(row) * static_cast<std::size_t>(matrix.columns) +
                   static_cast<std::size_t>(column)] += value;
    });
    return out;
}

/// The classes that a file names, or as many as its labels need.
void readLabels(const Arrays& arrays, Graph& graph)
{
    for (const auto label : arrays.integers("labels")) {
        if (label < kUnknownLabel || label >= kMostNodes) {
            arrays.fail("labels", "holds " + std::to_string(label) +
                                      "; classes are numbered from 0, and -1 is an unknown one");
        }
        graph.labels.push_back(static_cast<int>(label));
    }
    if (arrays.has("class_names")) {
        graph.classNames = arrays.texts("class_names");
        return;
    }
    const int largest = graph.labels.empty() ? kUnknownLabel : std::ranges::max(graph.labels);
    for (int label = 0; label <= largest; ++label) {
        graph.classNames.push_back(std::to_string(label));
    }
}

} // namespace

Graph readNpz(const std::filesystem::path& file, std::vector<std::string>& notes)
{
    const auto bytes = readFile(file);
    const Arrays arrays(bytes, file.string());
    try {
        Graph out;
        out.structure = structureIn(arrays, notes);
        out.features = featuresIn(arrays, out.structure.nodes());
        if (arrays.has("labels")) {
            readLabels(arrays, out);
        }
        if (arrays.has("node_names")) {
            out.nodeNames = arrays.texts("node_names");
        }
        return out;
    } catch (const InvalidArgument& problem) {
        throw IoError(file.string() + ": " + problem.what());
    }
}

} // namespace mlab::stimuli
