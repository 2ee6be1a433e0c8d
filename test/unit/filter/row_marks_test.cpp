#include "core/filter/row_marks.h"

#include <vector>

#include "doctest/doctest.h"
#include "memory_store.h"

namespace vecext::row_marks_test {
namespace {

TEST_CASE("row marks: rows come and go in any order") {
  test::TestArena memory;
  RowMarks marks;
  REQUIRE(marks.reset(10, 292, memory));
  const auto rows = [&marks] {
    std::vector<RowId> found;
    marks.each([&](RowId row) { found.push_back(row); });
    return found;
  };
  CHECK(rows().empty());
  marks.add({9, 291});
  marks.add({0, 1});
  marks.add({3, 64});
  marks.add({3, 64});
  CHECK(rows() == std::vector<RowId>{{0, 1}, {3, 64}, {9, 291}});
  // There is no room for these.
  marks.add({10, 1});
  marks.add({3, 292});
  marks.remove({10, 1});
  marks.remove({3, 64});
  CHECK(rows() == std::vector<RowId>{{0, 1}, {9, 291}});
  marks.each([&](RowId row) { marks.remove(row); });
  CHECK(rows().empty());
}

}  // namespace
}  // namespace vecext::row_marks_test
