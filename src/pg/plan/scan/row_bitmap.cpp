#include "pg/plan/scan/row_bitmap.h"

#include <limits>

#include "pg/rowset/index_rows.h"
#include "pg/sys/error.h"
#include "pg/sys/memory.h"

extern "C" {
#include "executor/executor.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// The limit of a list's rows; less than kNotListed.
Size limit_of(double useful) {
  constexpr double kMost = 1e18;
  return static_cast<Size>(Min(useful, kMost));
}

/// Adds the rows of a node that cannot list them. It may have listed those of some of its indexes,
/// and the server's nodes run once between rescans. True if the rows are exact (read_set()).
bool add_unlisted(PlanState* node, RowBits* rows) {
  if (!IsA(node, BitmapIndexScanState)) {
    ExecReScan(node);
  }
  return add_bitmap(node, rows);
}

/// Reads the rows of a node that makes bitmaps.
bool read_bitmap(PlanState* node, double useful, MemoryContext scratch, RowBits* rows,
                 double* expected, bool* is_exact) {
  RowList list = make_list(scratch);
  const Size most = limit_of(useful);
  const Size count = list_node_rows(node, most, scratch, &list);
  // The size of a set of several indexes is known only when it is made, so it is not given up.
  const bool is_useful = count <= most || count == kNotListed || !IsA(node, BitmapIndexScanState);
  if (count == kNotListed) {
    *is_exact = add_unlisted(node, rows);
  } else if (is_useful) {
    check_memory(list.fill(rows));
    *is_exact = lists_exactly(node);
  }
  *expected = static_cast<double>(count);
  return is_useful;
}

/// Removes the rows from the list that are not among those of a node that makes bitmaps. True if
/// the others are exact (read_set()).
bool intersect_bitmap(PlanState* node, MemoryContext scratch, RowList* list) {
  if (keep_rows_of(node, scratch, list)) {
    return lists_exactly(node);
  }
  RowBits bits(context_arena(scratch));
  const bool is_exact = add_unlisted(node, &bits);
  list->keep_if([&bits](RowId row) { return bits.contains(row); });
  return is_exact;
}

/// Reads the rows that the index finds by the keys, intersected with those of the bitmap if there
/// is one.
bool read_keys(const SetSource& source, double useful, MemoryContext scratch, RowBits* rows,
               double* expected, bool* is_exact) {
  RowList list = make_list(scratch);
  const Size most = source.bitmap == nullptr ? limit_of(useful) : INT64_MAX;
  const MemoryContext before = MemoryContextSwitchTo(scratch);
  const Size count = source.keys->list_rows(source.estate, most, &list);
  MemoryContextSwitchTo(before);
  const bool is_listed = count != kNotListed && !list.is_full();
  *expected = is_listed ? static_cast<double>(count) : std::numeric_limits<double>::infinity();
  if (!is_listed || count > most) {
    if (source.bitmap == nullptr) {
      return false;
    }
    return read_bitmap(source.bitmap, useful, scratch, rows, expected, is_exact);
  }
  if (source.bitmap != nullptr) {
    *is_exact = intersect_bitmap(source.bitmap, scratch, &list);
  }
  check_memory(list.fill(rows));
  return true;
}

}  // namespace

bool read_set(const SetSource& source, double useful, RowBits* rows, double* expected,
              bool* is_exact) {
  *is_exact = false;
  const MemoryContext scratch =
      AllocSetContextCreate(CurrentMemoryContext, "vecext row lists", ALLOCSET_DEFAULT_SIZES);
  const bool is_useful = source.keys == nullptr
                             ? read_bitmap(source.bitmap, useful, scratch, rows, expected, is_exact)
                             : read_keys(source, useful, scratch, rows, expected, is_exact);
  MemoryContextDelete(scratch);
  return is_useful;
}

}  // namespace vecext::pg
