// A search of one table as one statement and one query level, as a user would write it:
//
//   SELECT <columns>, <distance> FROM <table> AS t WHERE <conditions> ORDER BY <distance> LIMIT
//   <rows>
//
// The conditions are plain quals of the table, so that the planner can weigh all ways to find the
// rows. $1 is the query, and $2 its filter, if it has one.
#pragma once

#include <concepts>

#include "pg/collection/common/selector.h"
#include "pg/collection/common/statement.h"
#include "pg/collection/search/filter_plans.h"
#include "pg/collection/search/hits.h"
#include "pg/collection/search/text_index.h"
#include "pg/registry/registry.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/attnum.h"
#include "executor/tuptable.h"
}

namespace vecext::pg {

/// What rows are ordered by: the distance of a column, or of what an index is on, to a vector; or
/// the score of words by a bm25 index.
struct SearchedValue {
  AttrNumber column;  // InvalidAttrNumber: the expression of `index`
  Oid index;          // InvalidOid: a column, by whatever index the planner takes
  Oid op;
  Oid query_type;
  CollectionDistance distance;
  bool is_text;
};

SearchedValue searched_column(const CollectionVector& column);
SearchedValue searched_text(const TextIndex& index);

/// Which rows that have the vector are hits. By the inner product of sparse vectors, a row without
/// an index of the query is none: its product is 0. An index lists products below 0 after all those
/// that are 0, so a search by one ends before them, unless the query has a weight below 0.
enum class HitProducts : std::uint8_t { kAny, kAbove0, kNot0 };

/// When the plan of a search is made.
enum class SearchPlanning : std::uint8_t {
  kKept,      // once for the session
  kByFilter,  // once for the filter that is $2, as a constant, if searches with it come again
  kOnce,      // for this search
};

struct TableSearch {
  Oid relid;
  SearchedValue value;
  HitProducts products;
  bool is_exact;  // all rows are compared
  int64 wanted;   // rows; at least 1
  int64 rows;     // of the statement's LIMIT: more where the caller leaves some out
  SearchPlanning planning;
  ParamListInfo parameters;  // the query, then those of the conditions
};

/// What the text and the plan of a search's statement depend on. Statements of a kind have the same
/// columns otherwise.
struct SearchShape {
  Oid index;
  Oid op;
  std::int32_t rows;
  AttrNumber column;
  RowLimit limit;
  HitProducts products;
  bool is_text;
  bool is_exact;
  bool has_filter;
  bool has_ids;
  PointSelector::Shape shown;
  std::uint16_t strategy;  // planned_strategy()
};

/// Write parts of the search's statement: the distance of rows of t to the query, the condition
/// that a row is a hit by its product, and the order and the limit.
void write_distance(StatementDraft* draft, const TableSearch& search);
void write_products(WhereClause* where, const TableSearch& search);
void write_order(StatementDraft* draft, const TableSearch& search, RowLimit limit);

/// The key of the search's statement. `parts` has what its caller adds to the shape.
StatementKey search_key(const TableSearch& search, StatementKind kind, RowLimit limit,
                        SearchShape parts);

/// The rows that a search may find: what its statement selects of them before the distance, on
/// which conditions, and how a row is read from that; false: the row is left out. A Row has a
/// `score`.
template <class Source>
concept SearchSource = requires(const Source& source, StatementDraft& draft, WhereClause* where,
                                TupleTableSlot* slot, typename Source::Row* row) {
  { Source::kKind } -> std::convertible_to<StatementKind>;
  { source.shape() } -> std::same_as<SearchShape>;
  source.write_columns(draft);
  source.write_conditions(where);
  { source.read(slot, row) } -> std::same_as<bool>;
};

/// The plan of the search's statement, whose last column is the distance.
template <SearchSource Source>
SPIPlanPtr search_plan(const TableSearch& search, const Source& source, RowLimit limit) {
  const StatementKey key = search_key(search, Source::kKind, limit, source.shape());
  const auto write = [&](StatementDraft& draft) {
    draft.planning = StatementPlanning::kGeneric;
    draft.parameters.push(search.value.query_type, CurrentMemoryContext);
    source.write_columns(draft << "SELECT ");
    write_distance(&(draft << ", "), search);
    (draft << " FROM ").table(search.relid) << " AS t";
    WhereClause where(&draft);
    source.write_conditions(&where);
    write_products(&where, search);
    write_order(&draft, search, limit);
  };
  switch (search.planning) {
    case SearchPlanning::kKept:
      return statement(key, write);
    case SearchPlanning::kByFilter:
      return search_statement(key, search.parameters->params[1].value, search.value.query_type,
                              write);
    case SearchPlanning::kOnce:
      return statement_once(write);
  }
  pg_unreachable();
}

/// The rows of a search, the best first: those that are wanted, and all that equal the last one of
/// them. An SPI connection must be open. Rows are in the current memory context.
template <SearchSource Source>
RankedRows<typename Source::Row> search_rows(const TableSearch& search, const Source& source) {
  using Row = typename Source::Row;
  const CollectionDistance distance = search.value.distance;
  RankedRows<Row> rows{.list = {}, .order = score_order(distance)};
  GrowingArray<Row>& list = rows.list;
  const MemoryContext context = CurrentMemoryContext;
  RowLimit limit = RowLimit::kOneMore;
  auto take = [&](TupleTableSlot* slot) {
    slot_getallattrs(slot);
    const int last = slot->tts_tupleDescriptor->natts - 1;
    if (slot->tts_isnull[last]) {
      return false;  // rows without the value come last
    }
    const double value = DatumGetFloat8(slot->tts_values[last]);
    if (search.value.is_text && !(value < 0)) {
      return false;  // no row that has a word comes after this one
    }
    Row row{};
    row.score = score_of_distance(distance, value);
    if (limit == RowLimit::kOneMore && list.count == search.wanted) {
      list.push(row, context);
      return false;
    }
    if (source.read(slot, &row)) {
      list.push(row, context);
    }
    return list.count < search.rows + kMostTies;
  };
  read_with_ties(&list, search.wanted, [&](RowLimit reading) {
    limit = reading;
    execute_statement(search_plan(search, source, limit), search.parameters,
                      StatementAccess::kReads, &take);
  });
  return rows;
}

}  // namespace vecext::pg
