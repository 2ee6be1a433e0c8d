// Which searches are observed together.
#include "core/effort/search_class.h"

#include <doctest/doctest.h>

namespace vecext::search_class_test {
namespace {

constexpr SearchWay kWays[] = {SearchWay::kPlain, SearchWay::kPostfilter, SearchWay::kInline};

TEST_CASE("search class: each way has classes of its own, by the number of rows") {
  std::size_t next = 0;
  for (const SearchWay way : kWays) {
    for (const std::int32_t most : kMostRowsOfClass) {
      CHECK(class_of(way, most) == next);
      CHECK(way_of_class(next) == way);
      CHECK(most_rows_of_class(next) == most);
      ++next;
    }
    CHECK(class_of(way, 1) == class_of(way, 3));
    CHECK(class_of(way, 4) == class_of(way, 30));
  }
  CHECK(next == kSearchClasses);
}

TEST_CASE("search class: there is none for more rows, or of another way") {
  for (const SearchWay way : kWays) {
    CHECK(class_of(way, kMostObservedRows + 1) == kSearchClasses);
  }
  CHECK(class_of(static_cast<SearchWay>(kSearchWays), 10) == kSearchClasses);
  CHECK(class_of(static_cast<SearchWay>(0xffff), 10) == kSearchClasses);
}

}  // namespace
}  // namespace vecext::search_class_test
