// Classes of searches. Each class is observed apart, and its searches go by what is observed of
// them. The effort for a few rows says little of the effort for many rows. Queries with conditions
// may differ from queries without conditions, and may look for rows elsewhere.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace vecext {

/// How a search finds rows that match. The numbers are stored on disk and never change.
enum class SearchWay : std::uint16_t {
  kPlain = 0,       // the query has no conditions
  kPostfilter = 1,  // it finds any rows, which are rechecked
  kInline = 2,      // it finds rows of a set
};
inline constexpr std::size_t kSearchWays = 3;

/// The most rows that the searches of a class are for. Searches for more rows than the last are not
/// observed.
inline constexpr std::array<std::int32_t, 3> kMostRowsOfClass = {3, 30, 300};
inline constexpr std::int32_t kMostObservedRows = kMostRowsOfClass.back();

inline constexpr std::size_t kSearchClasses = kSearchWays * kMostRowsOfClass.size();

/// Returns the class of searches for k rows in the given way, or kSearchClasses if they
/// have no class.
inline std::size_t class_of(SearchWay way, double k) {
  std::size_t rows = 0;
  while (rows < kMostRowsOfClass.size() && k > kMostRowsOfClass[rows]) {
    ++rows;
  }
  const auto of_way = static_cast<std::size_t>(way);
  return rows < kMostRowsOfClass.size() && of_way < kSearchWays
             ? of_way * kMostRowsOfClass.size() + rows
             : kSearchClasses;
}

inline SearchWay way_of_class(std::size_t of) {
  return static_cast<SearchWay>(of / kMostRowsOfClass.size());
}

inline std::int32_t most_rows_of_class(std::size_t of) {
  return kMostRowsOfClass[of % kMostRowsOfClass.size()];
}

}  // namespace vecext
