#include "pg/plan/scan/row_bitmap.h"

#include <limits>
#include <new>

#include "pg/rowset/index_rows.h"
#include "pg/sys/error.h"
#include "pg/sys/memory.h"

extern "C" {
#include "executor/executor.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// Returns the limit of the number of a list's rows, which is less than kNotListed.
Size limit_of(double useful) {
  constexpr double kMost = 1e18;
  return static_cast<Size>(Min(useful, kMost));
}

/// A set that is being made, and what is known of its rows.
struct MadeRows {
  RowBits* rows;
  bool is_exact;    // MadeSet::is_exact
  PagesRead* read;  // null if the pages are not noted
  bool is_listed;   // true if all rows come from lists
};

/// Adds the rows of a node that cannot list them. It rescans the node first, because the rows of
/// some of its indexes may have been listed, and the server's nodes run only once between rescans.
void add_unlisted(PlanState* node, MadeRows* made) {
  if (!IsA(node, BitmapIndexScanState)) {
    ExecReScan(node);
  }
  made->is_exact = add_bitmap(node, made->rows);
  made->is_listed = false;
}

/// Reads the rows of a node that makes bitmaps.
bool read_bitmap(PlanState* node, double useful, MemoryContext scratch, MadeRows* made,
                 double* expected) {
  RowList list = make_list(scratch);
  const Size most = limit_of(useful);
  const Size count = list_node_rows(node, most, scratch, &list, made->read);
  // The size of a set from several indexes is known only when it is made, so it is not given up.
  const bool is_useful = count <= most || count == kNotListed || !IsA(node, BitmapIndexScanState);
  if (count == kNotListed) {
    add_unlisted(node, made);
  } else if (is_useful) {
    check_memory(list.fill(made->rows));
    made->is_exact = lists_exactly(node);
  }
  *expected = static_cast<double>(count);
  return is_useful;
}

/// Removes from the list the rows that a node which makes bitmaps does not give.
void intersect_bitmap(PlanState* node, MemoryContext scratch, RowList* list, MadeRows* made) {
  if (keep_rows_of(node, scratch, list, made->read)) {
    made->is_exact = lists_exactly(node);
    return;
  }
  MadeRows others{};
  RowBits bits(context_arena(scratch));
  others.rows = &bits;
  add_unlisted(node, &others);
  list->keep_if([&bits](RowId row) { return bits.contains(row); });
  made->is_exact = others.is_exact;
}

/// Reads the rows that the index finds by the keys, intersected with the rows of the bitmap if
/// there is one.
bool read_keys(const SetSource& source, double useful, MemoryContext scratch, MadeRows* made,
               double* expected) {
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
    return read_bitmap(source.bitmap, useful, scratch, made, expected);
  }
  if (source.bitmap != nullptr) {
    intersect_bitmap(source.bitmap, scratch, &list, made);
  }
  check_memory(list.fill(made->rows));
  return true;
}

/// Reads the set into made->rows. Returns false if it has more than `useful` rows, or cannot be
/// listed.
bool read_rows(const SetSource& source, double useful, MadeRows* made, double* expected) {
  const MemoryContext scratch =
      AllocSetContextCreate(CurrentMemoryContext, "vecext row lists", ALLOCSET_DEFAULT_SIZES);
  const bool is_useful = source.keys == nullptr
                             ? read_bitmap(source.bitmap, useful, scratch, made, expected)
                             : read_keys(source, useful, scratch, made, expected);
  MemoryContextDelete(scratch);
  return is_useful;
}

/// Makes a set. If `name` is not null, keeps the set if that is possible.
bool make_rows(const SetSource& source, const SetName* name, double useful, MadeSet* set,
               double* expected) {
  auto* rows = object_in<RowBits>(source.context, context_arena(source.context));
  PagesRead pages{.context = source.context, .pages = {}, .is_incomplete = false};
  MadeRows made{rows, false, name == nullptr ? nullptr : &pages, true};
  if (!read_rows(source, useful, &made, expected)) {
    return false;
  }
  *set = {rows, made.is_exact, nullptr};
  if (name != nullptr && made.is_listed) {
    keep_set(*name, *rows, made.is_exact, pages);
  }
  return true;
}

}  // namespace

bool may_be_kept(Oid table) {
  return may_keep_sets() && get_rel_persistence(table) == RELPERSISTENCE_PERMANENT;
}

bool name_source(const SetSource& source, double estimate, SetName* name) {
  if (source.keys != nullptr || source.bitmap == nullptr) {
    return false;
  }
  // A set of few rows is not worth keeping, unless several indexes make it: then the few rows may
  // be what is left of many.
  const bool is_of_many = estimate >= kFewestExpected || !IsA(source.bitmap, BitmapIndexScanState);
  return is_of_many && name_set(source.bitmap, source.context, name);
}

bool read_set(const SetSource& source, const SetName* name, double useful, MadeSet* set,
              double* expected) {
  if (name == nullptr || !find_kept(*name, source.context, set)) {
    const bool was_asked_for = name != nullptr && name->asked_before > 0;
    return make_rows(source, was_asked_for ? name : nullptr, useful, set, expected);
  }
  *expected = static_cast<double>(set->rows->count());
  return *expected <= useful;
}

}  // namespace vecext::pg
