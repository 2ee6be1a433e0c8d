// Families of queries to a table of one shape.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/dataset.h"
#include "shapes/shapes.h"

namespace bench {

/// Rows of the table, by their own vector.
inline constexpr char kOwn[] = "own";
/// Rows drawn as those of the table, which has them not.
inline constexpr char kHeldOut[] = "held-out";
/// Means of two rows of the table.
inline constexpr char kMean[] = "mean";
/// Random directions, 10 to 20 times as long as the rows are.
inline constexpr char kFar[] = "far";
/// Rows that are held out, times 10 to 20: L2 only, no other metric sees the length of a query.
inline constexpr char kScaled[] = "scaled";

/// The families, in the order of reports.
inline constexpr const char* kFamilies[] = {kOwn, kHeldOut, kMean, kFar, kScaled};

/// The queries [first, first + count) of a data set.
struct FamilyRange {
  std::string name;
  std::size_t first;
  std::size_t count;
};

/// Replaces the queries of `data` by `count` of each family; twice as many are own rows, which have
/// even numbers, and half as many are far or scaled, as these take longest.
std::vector<FamilyRange> ask_families(const Matrix<float>& held_out, std::size_t count,
                                      std::uint32_t seed, Dataset& data);

}  // namespace bench
