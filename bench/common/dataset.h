// A benchmark data set in the HDF5 layout of ann-benchmarks: base vectors, queries and the exact
// nearest neighbors of each query.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace bench {

enum class Metric { kCosine, kEuclidean, kInnerProduct };

/// "cosine", "l2" or "ip", as in the names of operator classes.
std::string to_string(Metric metric);

/// A row-major matrix in memory.
template <typename T>
struct Matrix {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<T> values;

  std::span<const T> row(std::size_t i) const { return {values.data() + i * columns, columns}; }
};

/// `neighbors` holds row numbers of `base`, nearest first; `distances` goes with it: 1 - cosine
/// similarity, L2 (not squared) or the negative inner product, after the metric.
struct Dataset {
  Metric metric = Metric::kEuclidean;
  Matrix<float> base;
  Matrix<float> queries;
  Matrix<std::int32_t> neighbors;
  Matrix<float> distances;
};

/// Reads the data sets `train`, `test`, `neighbors`, `distances` and the attribute `distance`.
/// Throws std::runtime_error when one is missing, or when their shapes disagree.
Dataset read_dataset(const std::string& path);

/// Exact neighbors of the first queries under a filter: rows of k, padded by -1 at infinity where
/// fewer than k rows pass it.
struct Answers {
  Matrix<std::int32_t> neighbors;
  Matrix<float> distances;
};

/// Reads the `neighbors` and `distances` of a group; nothing where the file has no such group.
std::optional<Answers> read_answers(const std::string& path, const std::string& group);

/// Reads one number a row: `train_label` or `test_label`. Nothing where the file has none.
std::vector<std::int32_t> read_labels(const std::string& path, const std::string& name);

/// Distance by the data set's metric, in float64; of inner products the negative one.
double distance(Metric metric, std::span<const float> a, std::span<const float> b);

/// `matrix` with rows of length 1 for cosine: where a library has no such distance, L2 orders unit
/// vectors as it does.
Matrix<float> prepared(Metric metric, Matrix<float> matrix);

/// Share of the first `k` true neighbors of `query` that `found` (row numbers) covers, 0..1. A row
/// outside of the list counts when it is no farther than the k-th true neighbor, up to float4
/// rounding (1e-6, relative above a distance of 1). Of fewer than `k` neighbors, padded by -1, it
/// is the share of these; 1 where there is none.
double recall(const Dataset& data, std::size_t query, std::span<const std::int32_t> found,
              std::size_t k);

/// Mean recall over all queries; `found` has a list a query.
double mean_recall(const Dataset& data, const std::vector<std::vector<std::int32_t>>& found,
                   std::size_t k);

}  // namespace bench
