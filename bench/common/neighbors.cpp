// A full scan in float4, a block of rows against all queries, keeps more candidates than asked for;
// float8 distances then decide among these.
#include "common/neighbors.h"

#include <algorithm>
#include <cmath>
#include <queue>
#include <random>
#include <stdexcept>
#include <utility>
#include <vector>

#include "core/kernel/kernel.h"

namespace bench {
namespace {

/// Rounding of the scan moves a row by a place or two; far more are kept.
constexpr std::size_t kSpareCandidates = 30;
/// Rows of a block: they stay in cache while the queries pass.
constexpr std::size_t kBlockRows = 64;

using Candidate = std::pair<double, std::int32_t>;  // distance or what orders like it, row
using Candidates = std::priority_queue<Candidate>;  // the farthest on top

float product(std::span<const float> a, std::span<const float> b) {
  return vecext::kernel::active().f32.inner_product(a.data(), b.data(), a.size());
}

/// Orders the rows for one query as the distance does; `square` is the row's own product. L2 is the
/// sum of squared differences: where rows are near copies, rounding would hide these in a
/// difference of products.
float score(Metric metric, std::span<const float> query, std::span<const float> row, float square) {
  switch (metric) {
    case Metric::kCosine:
      return -product(query, row) / std::sqrt(square);
    case Metric::kInnerProduct:
      return -product(query, row);
    case Metric::kEuclidean:
      break;
  }
  return vecext::kernel::active().f32.l2_squared(query.data(), row.data(), row.size());
}

void offer(Candidates& candidates, std::size_t limit, Candidate candidate) {
  if (candidates.size() == limit) {
    if (candidate >= candidates.top()) {
      return;
    }
    candidates.pop();
  }
  candidates.push(candidate);
}

void scan_block(const Dataset& data, const std::vector<std::size_t>& rows, std::size_t limit,
                std::vector<Candidates>& candidates) {
  std::vector<float> squares;
  for (const std::size_t row : rows) {
    squares.push_back(product(data.base.row(row), data.base.row(row)));
  }
  for (std::size_t query = 0; query < data.queries.rows; ++query) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      offer(candidates[query], limit,
            {score(data.metric, data.queries.row(query), data.base.row(rows[i]), squares[i]),
             static_cast<std::int32_t>(rows[i])});
    }
  }
}

/// The rows of `candidates`, which this empties.
std::vector<std::int32_t> rows_of(Candidates& candidates) {
  std::vector<std::int32_t> rows;
  for (; !candidates.empty(); candidates.pop()) {
    rows.push_back(candidates.top().second);
  }
  return rows;
}

}  // namespace

Matrix<float> phrases(const Matrix<float>& base, std::size_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  Matrix<float> means{count, base.columns, std::vector<float>(count * base.columns)};
  for (std::size_t i = 0; i < count; ++i) {
    for (int word = 0; word < 3; ++word) {
      const auto row = base.row(random() % base.rows);
      for (std::size_t j = 0; j < base.columns; ++j) {
        means.values[i * base.columns + j] += row[j] / 3;
      }
    }
  }
  return means;
}

std::vector<Candidate> nearest(const Dataset& data, std::size_t query,
                               std::span<const std::int32_t> rows, std::size_t k) {
  std::vector<Candidate> exact;
  for (const std::int32_t row : rows) {
    exact.emplace_back(distance(data.metric, data.queries.row(query),
                                data.base.row(static_cast<std::size_t>(row))),
                       row);
  }
  const std::size_t count = std::min(k, exact.size());
  std::partial_sort(exact.begin(), exact.begin() + static_cast<std::ptrdiff_t>(count), exact.end());
  exact.resize(count);
  return exact;
}

void find_neighbors(Dataset& data, std::size_t k, const std::function<bool(std::size_t)>& kept) {
  std::vector<Candidates> candidates(data.queries.rows);
  std::vector<std::size_t> block;
  for (std::size_t row = 0; row < data.base.rows; ++row) {
    if (kept(row)) {
      block.push_back(row);
    }
    if (block.size() < kBlockRows && row + 1 < data.base.rows) {
      continue;
    }
    scan_block(data, block, k + kSpareCandidates, candidates);
    block.clear();
  }
  data.neighbors = {data.queries.rows, k, {}};
  data.distances = {data.queries.rows, k, {}};
  for (std::size_t query = 0; query < data.queries.rows; ++query) {
    const auto found = nearest(data, query, rows_of(candidates[query]), k);
    if (found.size() < k) {
      throw std::runtime_error("fewer rows than neighbors asked for");
    }
    for (const auto& [distance, row] : found) {
      data.distances.values.push_back(static_cast<float>(distance));
      data.neighbors.values.push_back(row);
    }
  }
}

}  // namespace bench
