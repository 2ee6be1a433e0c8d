// Runs a leg: one statement, one query level, as a user would write it.
#include <cmath>

#include "pg/collection/search/table_search.h"
#include "pg/collection/hybrid/hybrid.h"
#include "pg/collection/hybrid/partial_index.h"
#include "pg/collection/hybrid/table_filter.h"
#include "pg/registry/vector_type.h"

extern "C" {
#include "utils/datum.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

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

}  // namespace

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

}  // namespace vecext::pg
