// Runs a leg: one statement, one query level, as a user would write it.
#include <cmath>

#include "pg/collection/search/filter_plans.h"
#include "pg/collection/search/hits.h"
#include "pg/collection/hybrid/hybrid.h"
#include "pg/collection/hybrid/partial_index.h"
#include "pg/collection/hybrid/table_filter.h"

extern "C" {
#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

// Columns of a leg's statement.
enum : int { kRow, kTable, kKey, kDistance };

void write_distance(StatementDraft* draft, const SearchedTable& table, const Leg& leg) {
  if (leg.is_text) {
    write_text_distance(draft, table.relid, leg.text_index, "t");
    return;
  }
  write_indexed_value(draft, table.relid, leg.index, leg.column, leg.op, "t");
  (*draft << " ").op(leg.op) << " $1";
}

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

void write(StatementDraft* draft, const HybridSearch& search, const Leg& leg, RowLimit limit) {
  draft->planning = StatementPlanning::kGeneric;
  draft->parameters.push(leg.query_type, CurrentMemoryContext);
  *draft << "SELECT t.ctid, t.tableoid, ";
  write_key(draft, search.table);
  *draft << ", ";
  write_distance(draft, search.table, leg);
  (*draft << " FROM ").table(search.table.relid) << " AS t";
  write_filter(draft, search.table, search.filter);
  if (leg.text_index.is_partial) {
    // The planner knows by it that the index may be used.
    *draft << (search.filter.is_set ? " AND (" : " WHERE (") << predicate_of(leg.index) << ")";
  }
  *draft << " ORDER BY ";
  if (search.params.exact) {
    // No index has the order of a sum.
    *draft << "(";
    write_distance(draft, search.table, leg);
    *draft << ") OPERATOR(pg_catalog.+) 0::pg_catalog.float8";
  } else {
    write_distance(draft, search.table, leg);
  }
  write_limit(draft, limit, search.window);
}

/// What is searched, how many rows are wanted, and whether an index may be used.
StatementKey key_of(const HybridSearch& search, const Leg& leg, RowLimit limit) {
  constexpr int kBitsOfWindow = 16;
  const bool is_index = leg.column == InvalidAttrNumber || leg.is_text;
  const uint64 rows = static_cast<uint64>(search.window);
  const uint64 exact = search.params.exact ? 1 : 0;
  const uint64 ties = limit == RowLimit::kWithTies ? 1 : 0;
  return {.relid = search.table.relid,
          .kind = is_index ? StatementKind::kHybridIndex : StatementKind::kHybridColumn,
          .shape = static_cast<uint64>(is_index ? leg.index : leg.op) << 32 |
                   (is_index ? 0 : static_cast<uint64>(leg.column)) << (kBitsOfWindow + 1) |
                   ties << 30 | rows << 1 | exact,
          .strategy = planned_strategy()};
}

/// Columns have at most 1,600 numbers: 11 bits; with those of the window and of exact 28.
static_assert(kMostRowsOfLeg < 1 << 16);

SPIPlanPtr plan_of_leg(const HybridSearch& search, const Leg& leg, RowLimit limit) {
  const auto writer = [&](StatementDraft& draft) { write(&draft, search, leg, limit); };
  if (!search.filter.is_set) {
    return statement(key_of(search, leg, limit), writer);
  }
  if (!is_filter_of_points(search.table)) {
    return statement_once(writer);
  }
  StatementKey key = key_of(search, leg, limit);
  key.shape |= uint64{1} << 31;
  return search_statement(key, &search.filter.filter, leg.query_type, writer);
}

/// Whether a row only fills up the limit: it has no vector, or a sparse one without any dimension
/// of the query.
bool is_no_match(const Leg& leg, double distance) {
  return std::isnan(distance) ||
         (leg.is_sparse && leg.distance == CollectionDistance::kDot && distance == 0);
}

/// What the rows of a text leg are as a score, of which a larger one is better.
double score_of(const Leg& leg, double distance) {
  return leg.is_text ? -distance : similarity_of_distance(leg.distance, distance);
}

}  // namespace

LegRows run_leg(const HybridSearch& search, const Leg& leg) {
  int16 key_length = 0;
  bool key_is_value = false;
  if (OidIsValid(search.table.key_type)) {
    get_typlenbyval(search.table.key_type, &key_length, &key_is_value);
  }
  ParamListInfo parameters = new_parameters(1 + parameter_count(search.table, search.filter));
  set_parameter(parameters, 1, leg.query_type, leg.query);
  set_filter_values(parameters, 2, search.table, search.filter);

  LegRows rows{};
  const MemoryContext context = CurrentMemoryContext;
  auto take = [&](TupleTableSlot* slot) {
    slot_getallattrs(slot);
    const double distance =
        slot->tts_isnull[kDistance] ? NAN : DatumGetFloat8(slot->tts_values[kDistance]);
    if (leg.is_text && !(distance < 0)) {
      // No row that has a word comes after this one.
      return false;
    }
    if (is_no_match(leg, distance)) {
      return true;
    }
    LegRow row{};
    row.table = DatumGetObjectId(slot->tts_values[kTable]);
    row.row = *reinterpret_cast<ItemPointer>(DatumGetPointer(slot->tts_values[kRow]));
    row.score = score_of(leg, distance);
    row.has_key = !slot->tts_isnull[kKey] && search.table.key.count > 0;
    if (row.has_key) {
      row.key = datumCopy(slot->tts_values[kKey], key_is_value, key_length);
    }
    rows.push(row, context);
    return !has_enough(rows.count, search.window);
  };
  read_with_ties(&rows, search.window, [&](RowLimit limit) {
    execute_statement(plan_of_leg(search, leg, limit), parameters, StatementAccess::kReads, &take);
  });
  return rows;
}

}  // namespace vecext::pg
