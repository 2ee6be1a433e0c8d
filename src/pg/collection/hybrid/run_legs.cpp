// Runs the legs of a hybrid search and fuses their lists. A leg is one statement, one query level,
// as a user would write it.
#include <cmath>

#include "pg/collection/hybrid/hybrid.h"
#include "pg/collection/hybrid/partial_index.h"
#include "pg/collection/hybrid/table_filter.h"
#include "pg/collection/search/fuse_lists.h"
#include "pg/collection/search/table_search.h"
#include "pg/registry/vector_type.h"

extern "C" {
#include "miscadmin.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"
}

namespace vecext::pg {

namespace {

using LegRows = RankedRows<LegRow>;

// Columns of a leg's statement, before the distance.
enum : int { kRow, kTable, kKey };

/// The key as one value: of several columns the text of a row.
void write_key(StatementDraft* draft, const SearchedTable& table) {
  if (table.key.count == 0) {
    *draft << "NULL";
    return;
  }
  const bool is_row = table.key.count > 1;
  *draft << (is_row ? "ROW(" : "");
  for (int64 i = 0; i < table.key.count; ++i) {
    (*draft << (i > 0 ? ", t." : "t.")).column(table.relid, table.key.at[i]);
  }
  *draft << (is_row ? ")::pg_catalog.text" : "");
}

/// True if a row of that score only fills up the limit: its distance is not a number, or its sparse
/// vector has no dimension of the query.
bool is_no_match(const SearchedValue& value, double score) {
  return std::isnan(score) || (is_sparsevec(value.query_type) &&
                               value.distance == CollectionDistance::kDot && score == 0);
}

/// Rows of the table by their places, with their keys.
struct TableRows {
  using Row = LegRow;
  static constexpr StatementKind kKind = StatementKind::kHybridSearch;
  const SearchedTable& table;
  const TableFilter& filter;
  const Leg& leg;
  int16 key_length;
  bool key_is_value;

  SearchShape shape() const {
    SearchShape shape{};
    shape.has_filter = filter.is_set;
    return shape;
  }
  void write_columns(StatementDraft& draft) const {
    draft << "t.ctid, t.tableoid, ";
    write_key(&draft, table);
  }
  void write_conditions(WhereClause* where) const {
    write_filter(where, table, filter);
    if (leg.text_index && leg.text_index->is_partial) {
      // The planner knows by it that the index may be used.
      where->next() << "(" << predicate_of(leg.value.index) << ")";
    }
  }
  bool read(TupleTableSlot* slot, LegRow* row) const {
    if (is_no_match(leg.value, row->score)) {
      return false;
    }
    row->table = DatumGetObjectId(slot->tts_values[kTable]);
    row->row = *reinterpret_cast<ItemPointer>(DatumGetPointer(slot->tts_values[kRow]));
    row->has_key = !slot->tts_isnull[kKey] && table.key.count > 0;
    if (row->has_key) {
      row->key = datumCopy(slot->tts_values[kKey], key_is_value, key_length);
    }
    return true;
  }
};

SearchPlanning planning_of(const HybridSearch& search) {
  if (!search.filter.is_set) {
    return SearchPlanning::kKept;
  }
  return is_filter_of_points(search.table) ? SearchPlanning::kByFilter : SearchPlanning::kOnce;
}

/// The rows of a leg, the best first: those of the window, and others of the last one's score.
LegRows run_leg(const HybridSearch& search, const Leg& leg) {
  TableRows rows{.table = search.table, .filter = search.filter, .leg = leg};
  if (OidIsValid(search.table.key_type)) {
    get_typlenbyval(search.table.key_type, &rows.key_length, &rows.key_is_value);
  }
  const TableSearch of_leg{
      .relid = search.table.relid,
      .value = leg.value,
      .products = HitProducts::kAny,
      .is_exact = search.params.exact,
      .wanted = search.window,
      .rows = search.window,
      .planning = planning_of(search),
      .parameters = new_parameters(1 + parameter_count(search.table, search.filter))};
  set_parameter(of_leg.parameters, 1, leg.value.query_type, leg.query);
  set_filter_values(of_leg.parameters, 2, search.table, search.filter);
  return search_rows(of_leg, rows);
}

/// Where no text has words, their share is that of the vectors, too.
void drop_texts(HybridSearch* search) {
  if (search->alpha > 0) {
    for (int64 i = 0; i < search->legs.count; ++i) {
      search->legs.at[i].contribution.weight /= search->legs.at[i].text_index ? 1 : search->alpha;
    }
    search->alpha = 0;
  }
}

/// Runs the legs that count.
LegRows* find_rows(HybridSearch* search) {
  auto* rows =
      static_cast<LegRows*>(palloc0(sizeof(LegRows) * static_cast<Size>(search->legs.count)));
  const int level = begin_settings(search->params);
  bool have_words = false;
  for (int64 i = 0; i < search->legs.count; ++i) {
    const Leg& leg = search->legs.at[i];
    CHECK_FOR_INTERRUPTS();
    if (leg.contribution.weight == 0) {
      continue;
    }
    rows[i] = run_leg(*search, leg);
    if (leg.text_index && rows[i].list.count == 0 && !has_words(*leg.text_index, leg.query)) {
      tell_no_words();
    } else if (leg.text_index) {
      have_words = true;
    }
  }
  end_settings(level);
  if (!have_words) {
    drop_texts(search);
  }
  return rows;
}

// --- Fusion --------------------------------------------------------------------------------------

int compare_rows(const LegRow& a, const LegRow& b) {
  if (a.table != b.table) {
    return a.table < b.table ? -1 : 1;
  }
  return ItemPointerCompare(const_cast<ItemPointer>(&a.row), const_cast<ItemPointer>(&b.row));
}

/// Rows of equal scores are in the order of their keys, those without keys in that of their places.
struct TieOrder {
  FmgrInfo* compare;  // null: keys have no order
  Oid collation;

  int operator()(const LegRow& a, const LegRow& b) const {
    const int32 order = compare != nullptr && a.has_key && b.has_key
                            ? DatumGetInt32(FunctionCall2Coll(compare, collation, a.key, b.key))
                            : 0;
    return order != 0 ? order : compare_rows(a, b);
  }
};

TieOrder tie_order(const SearchedTable& table) {
  if (!OidIsValid(table.key_type)) {
    return {.compare = nullptr, .collation = InvalidOid};
  }
  TypeCacheEntry* type = lookup_type_cache(table.key_type, TYPECACHE_CMP_PROC_FINFO);
  return {.compare = OidIsValid(type->cmp_proc_finfo.fn_oid) ? &type->cmp_proc_finfo : nullptr,
          .collation = table.key_collation};
}

/// The rows of the result and those that its offset skips, the best of all legs. Puts those of each
/// leg with the same score in the order of their keys, and keeps the rows of the window.
std::span<const FusedRow<LegRow>> fuse_legs(const HybridSearch& search, LegRows* rows) {
  const TieOrder ties = tie_order(search.table);
  GrowingArray<ListedRow<LegRow>> listed{};
  for (int64 i = 0; i < search.legs.count; ++i) {
    sort_rows(&rows[i], ties);
    rows[i].list.count = Min(rows[i].list.count, search.window);
    const Leg& leg = search.legs.at[i];
    add_list(rows[i].list, rows[i].order, static_cast<int32>(i), leg.contribution, &listed);
  }
  return fuse_lists(listed, search.offset + search.limit, compare_rows, ties);
}

}  // namespace

std::span<const FusedRow<LegRow>> run_legs(HybridSearch* search) {
  begin_statements();
  LegRows* rows = find_rows(search);
  end_statements();
  return fuse_legs(*search, rows);
}

}  // namespace vecext::pg
