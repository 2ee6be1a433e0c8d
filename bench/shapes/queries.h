// Families of queries to a table of one shape.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/dataset.h"
#include "shapes/shapes.h"

namespace bench {

/// Rows of the table that are asked for by their own vector.
inline constexpr char kOwn[] = "own";

/// The queries [first, first + count) of a data set.
struct FamilyRange {
  std::string name;
  std::size_t first;
  std::size_t count;
};

/// Replaces the queries of `data` by `count` of each family; twice as many of the first, whose rows
/// have even numbers, and half as many of the last two, which take longest:
///   own       rows of the table
///   held-out  rows drawn as these, that the table has not
///   mean      means of two rows of the table
///   far       random directions, 10 to 20 times as long as the rows are
///   scaled    held-out rows times 10 to 20; L2 only, no other metric sees the length of a query
std::vector<FamilyRange> ask_families(const Matrix<float>& held_out, std::size_t count,
                                      std::uint32_t seed, Dataset& data);

}  // namespace bench
