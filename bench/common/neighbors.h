// Exact neighbors, for queries or base rows that a data set's file has no answers for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "common/dataset.h"

namespace bench {

/// `count` queries, each the mean of three random rows of `base`: like phrases of three words, they
/// lie between the rows and not among them. Reproducible from `seed`.
Matrix<float> phrases(const Matrix<float>& base, std::size_t count, std::uint32_t seed);

/// The exact `k` nearest of `rows` to a query, in order of (distance, row), or all where there are
/// fewer: pairs of distance, float64, and row.
std::vector<std::pair<double, std::int32_t>> nearest(const Dataset& data, std::size_t query,
                                                     std::span<const std::int32_t> rows,
                                                     std::size_t k);

/// Replaces `neighbors` and `distances` of `data` by the exact `k` nearest of those base rows that
/// `kept` accepts, in order of (distance, row). At least `k` rows must be accepted.
void find_neighbors(Dataset& data, std::size_t k, const std::function<bool(std::size_t)>& kept);

}  // namespace bench
