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

void write_leg_conditions(WhereClause* where, const HybridSearch& search, const Leg& leg) {
  write_filter(where, search.table, search.filter);
  if (leg.text_index && leg.text_index->is_partial) {
    // The planner knows by it that the index may be used.
    where->next() << "(" << predicate_of(leg.value.index) << ")";
  }
}

TableSearch search_of_leg(const HybridSearch& search, const Leg& leg) {
  const TableSearch of_leg{
      .relid = search.table.relid,
      .value = leg.value,
      .products = HitProducts::kAny,
      .is_exact = search.params.exact,
      .wanted = search.window,
      .rows = search.window,
      .planning = !search.filter.is_set               ? SearchPlanning::kKept
                  : is_filter_of_points(search.table) ? SearchPlanning::kByFilter
                                                      : SearchPlanning::kOnce,
      .parameters = new_parameters(1 + parameter_count(search.table, search.filter))};
  set_parameter(of_leg.parameters, 1, leg.value.query_type, leg.query);
  set_filter_values(of_leg.parameters, 2, search.table, search.filter);
  return of_leg;
}

SPIPlanPtr plan_of_leg(const TableSearch& of_leg, const HybridSearch& search, const Leg& leg,
                       RowLimit limit) {
  SearchShape parts{};
  parts.has_filter = search.filter.is_set;
  return search_plan(
      of_leg, search_key(of_leg, StatementKind::kHybridSearch, limit, parts), limit,
      [&](StatementDraft& draft) {
        draft << "t.ctid, t.tableoid, ";
        write_key(&draft, search.table);
      },
      [&](WhereClause* where) { write_leg_conditions(where, search, leg); });
}

/// True if a row of that score only fills up the limit: its distance is not a number, or its sparse
/// vector has no dimension of the query.
bool is_no_match(const Leg& leg, double score) {
  return std::isnan(score) || (is_sparsevec(leg.value.query_type) &&
                               leg.distance == CollectionDistance::kDot && score == 0);
}

}  // namespace

LegRows run_leg(const HybridSearch& search, const Leg& leg) {
  int16 key_length = 0;
  bool key_is_value = false;
  if (OidIsValid(search.table.key_type)) {
    get_typlenbyval(search.table.key_type, &key_length, &key_is_value);
  }
  const TableSearch of_leg = search_of_leg(search, leg);
  const auto plan = [&](RowLimit limit) { return plan_of_leg(of_leg, search, leg, limit); };
  const auto score = [&](double distance) { return score_of_distance(leg.distance, distance); };
  const auto read = [&](TupleTableSlot* slot, LegRow* row) {
    if (is_no_match(leg, row->score)) {
      return false;
    }
    row->table = DatumGetObjectId(slot->tts_values[kTable]);
    row->row = *reinterpret_cast<ItemPointer>(DatumGetPointer(slot->tts_values[kRow]));
    row->has_key = !slot->tts_isnull[kKey] && search.table.key.count > 0;
    if (row->has_key) {
      row->key = datumCopy(slot->tts_values[kKey], key_is_value, key_length);
    }
    return true;
  };
  return {.list = search_rows<LegRow>(of_leg, plan, score, read),
          .order = score_order(leg.distance)};
}

}  // namespace vecext::pg
