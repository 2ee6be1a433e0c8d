#include "pg/collection/search/row_search.h"

#include <algorithm>

#include "pg/collection/search/filter_plans.h"
#include "pg/collection/search/search_params.h"
#include "pg/collection/search/show_points.h"
#include "pg/collection/source/index_definition.h"
#include "pg/registry/vector_type.h"
#include "pg/type/datum.h"

extern "C" {
#include "catalog/pg_type.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

/// Which rows are hits, by their inner product with a sparse query. A row that shares no dimension
/// with the query is not a hit; its product is 0. A search by an index lists products below 0 after
/// all those that are 0, so it ends before them, unless the query has a weight below 0.
enum class HitProducts : std::uint8_t { kAny, kAbove0, kNot0 };

// Among rows of equal scores, the plan decides which of them a LIMIT keeps, and another limit may
// keep others. So a search, which orders rows of equal scores by their ids, reads one row more than
// it needs. If this row has the score of the last row needed, the search reads all rows with that
// score. Thus the pages of a list neither repeat a row nor leave one out.

/// How the statement of a search ends.
enum class RowLimit : std::uint8_t {
  kOneMore,   // reads one row more than is needed
  kWithTies,  // reads all rows with the score of the last one
};

/// The largest number of rows that are read because they have the score of the last one. If there
/// are more, the plan chooses some of them.
constexpr int64 kMostTies = 1000;

/// The order of the rows of a search. kExact and kExactWithZeros compare all rows; the latter ranks
/// vectors of zeros by the score 0.
enum class RowOrder : std::uint8_t { kNearest, kExact, kExactWithZeros };

RowOrder order_of(const RowSearch& search) {
  return !search.is_exact             ? RowOrder::kNearest
         : search.value.is_normalized ? RowOrder::kExactWithZeros
                                      : RowOrder::kExact;
}

/// What the text and the plan of a search's statement depend on, beside its StatementKind, which
/// differs for points and for rows of any table.
struct SearchShape {
  Oid index;
  Oid op;
  std::int32_t rows;
  AttrNumber column;
  RowLimit limit;
  HitProducts products;
  bool is_text;
  RowOrder order;
  RowSource::Shape source;
  PointSelector::Shape shown;
  std::uint16_t strategy;  // filter_strategy_key()
};

/// A search, and what its statement is made of.
struct SearchStatement {
  const RowSearch& search;
  const PointSelector& shown;
  HitProducts products;
  int64 rows;  // of the LIMIT; more than the search's limit if some rows will be left out
  ParamListInfo parameters;
  int16 key_length;  // typlen of the keys of a table
  bool key_is_value;
};

bool is_product_of_sparse(const SearchedValue& value) {
  return value.distance == CollectionDistance::kDot && is_sparsevec(value.query_type);
}

/// True if a weight of a sparse vector is below 0.
bool has_weight_below_0(Datum vector) {
  SparsevecView view;
  check(view_varlena(plain_varlena(vector), &view));
  return std::any_of(view.values, view.values + view.nnz, [](float weight) { return weight < 0; });
}

HitProducts hit_products(const RowSearch& search) {
  if (!is_product_of_sparse(search.value)) {
    return HitProducts::kAny;
  }
  return search.is_exact || has_weight_below_0(search.query) ? HitProducts::kNot0
                                                             : HitProducts::kAbove0;
}

// --- The text of the statement -------------------------------------------------------------------

// Columns of the statement for rows of any table. The statement for points has their ids and what
// is shown.
enum : int { kPlace, kTable, kKey };

/// Writes the key as one value. If it has several columns, this is the text of a row of them.
void write_key(StatementDraft* draft, Oid table, const TableKey& key) {
  if (key.columns.count == 0) {
    *draft << "NULL";
    return;
  }
  const bool is_row = key.columns.count > 1;
  *draft << (is_row ? "ROW(" : "");
  for (int64 i = 0; i < key.columns.count; ++i) {
    (*draft << (i > 0 ? ", t." : "t.")).column(table, key.columns.at[i]);
  }
  *draft << (is_row ? ")::pg_catalog.text" : "");
}

void write_columns(StatementDraft* draft, const SearchStatement& statement) {
  const RowSource& source = statement.search.source;
  if (source.is_of_points()) {
    (*draft << "t.").column(source.relid, source.collection->id);
    append_point_columns(statement.shown, "t", *draft);
  } else {
    *draft << "t.ctid, t.tableoid, ";
    write_key(draft, source.relid, *source.key);
  }
}

/// Writes the column or expression of the table t that is searched, as the left operand of the
/// distance.
void write_searched(StatementDraft* draft, Oid table, const SearchedValue& value) {
  const bool is_column = value.column != InvalidAttrNumber;
  if (is_column) {
    (*draft << "t.").column(table, value.column);
  } else {
    *draft << "(" << expression_of(value.index) << ")";
  }
  // The operand is cast to the operator's own type. For a varchar or a domain, the parser would
  // prefer another operator of that name in the same schema, and any role that may create objects
  // there may have made such an operator.
  Oid left;
  Oid right;
  op_input_types(value.op, &left, &right);
  if ((is_column ? get_atttype(table, value.column) : get_atttype(value.index, 1)) != left) {
    (*draft << "::").type(left);
  }
}

/// Writes the distance of rows of the table t to the query.
void write_distance(StatementDraft* draft, const RowSearch& search) {
  const SearchedValue& value = search.value;
  write_searched(draft, search.source.relid, value);
  (*draft << " ").op(value.op);
  if (value.is_text) {
    // The statement names the index, so that the planner does not take another one.
    *draft << " vecext.bm25_query($1, '" << psprintf("%u", value.index)
           << "'::pg_catalog.regclass)";
  } else {
    *draft << " $1";
  }
}

/// True if the statement leaves out rows that are not hits. A search of any table for products
/// above 0 reads them, as accept_row() leaves them out: the rows of 0 that follow the last product
/// above 0 fill up the limit at most, and the planner has a plain search of the index.
bool asks_for_products(const SearchStatement& statement) {
  return statement.products == HitProducts::kNot0 ||
         (statement.products == HitProducts::kAbove0 && statement.search.source.is_of_points());
}

void write_where(StatementDraft* draft, const SearchStatement& statement) {
  const SearchedValue& value = statement.search.value;
  WhereClause where(draft);
  write_conditions(&where, statement.search.source);
  if (value.is_partial) {
    // The predicate tells the planner that the index may be used.
    where.next() << "(" << predicate_of(value.index) << ")";
  }
  if (asks_for_products(statement)) {
    write_distance(&(where.next() << "("), statement.search);
    *draft << ")"
           << (statement.products == HitProducts::kAbove0 ? " OPERATOR(pg_catalog.<) "
                                                          : " OPERATOR(pg_catalog.<>) ")
           << "0::pg_catalog.float8";
  }
}

/// Writes the order of the rows. An index does not serve an order by an expression over the
/// distance, so all rows are compared for it. An index does not find vectors of zeros by their
/// cosine either. Only an exact search ranks them by the score 0, whose distance is 1.
void write_order(StatementDraft* draft, const RowSearch& search) {
  *draft << " ORDER BY ";
  switch (order_of(search)) {
    case RowOrder::kNearest:
      write_distance(draft, search);
      break;
    case RowOrder::kExact:
      write_distance(&(*draft << "("), search);
      *draft << ") OPERATOR(pg_catalog.+) 0::pg_catalog.float8";
      break;
    case RowOrder::kExactWithZeros:
      // Rows without a vector stay last.
      write_searched(&(*draft << "CASE WHEN "), search.source.relid, search.value);
      write_distance(&(*draft << " IS NOT NULL THEN COALESCE(NULLIF("), search);
      *draft << ", 'NaN'::pg_catalog.float8), 1::pg_catalog.float8) END";
      break;
  }
}

void write_limit(StatementDraft* draft, RowLimit limit, int64 rows) {
  if (limit == RowLimit::kWithTies) {
    *draft << " FETCH FIRST " << static_cast<int>(rows) << " ROWS WITH TIES";
  } else {
    *draft << " LIMIT " << static_cast<int>(Min(rows, static_cast<int64>(PG_INT32_MAX) - 1) + 1);
  }
}

void write_statement(StatementDraft* draft, const SearchStatement& statement, RowLimit limit) {
  const RowSearch& search = statement.search;
  draft->planning = StatementPlanning::kGeneric;  // unless write_where() needs another one
  draft->parameters.push(search.value.query_type, CurrentMemoryContext);
  write_columns(&(*draft << "SELECT "), statement);
  write_distance(&(*draft << ", "), search);
  (*draft << " FROM ").table(search.source.relid) << " AS t";
  write_where(draft, statement);
  write_order(draft, search);
  write_limit(draft, limit, statement.rows);
}

// --- Its plan, and its rows ----------------------------------------------------------------------

SPIPlanPtr search_plan(const SearchStatement& of, RowLimit limit) {
  const RowSource& source = of.search.source;
  const SearchedValue& value = of.search.value;
  const auto write = [&](StatementDraft& draft) { write_statement(&draft, of, limit); };
  if (source.column_filter != nullptr) {
    return plan_once(write);
  }
  const SearchShape shape{.index = value.index,
                          .op = value.op,
                          .rows = static_cast<std::int32_t>(of.rows),
                          .column = value.column,
                          .limit = limit,
                          .products = of.products,
                          .is_text = value.is_text,
                          .order = order_of(of.search),
                          .source = source.shape(),
                          .shown = of.shown.shape(),
                          .strategy = filter_strategy_key()};
  const StatementKey key = statement_key(
      source.relid,
      source.is_of_points() ? StatementKind::kSearchPoints : StatementKind::kSearchTable, shape);
  return source.has_filter && !source.has_ids
             ? plan_for_filter(key, source.filter, value.query_type, write)
             : kept_plan(key, write);
}

/// Calls read(RowLimit), which adds the best rows to the list, the best first. Afterwards the list
/// has the best `rows` rows, and those after them that have the score of the last one. Only the
/// score is used of the additional row that kOneMore reads.
template <class Read>
void read_with_ties(GrowingArray<Hit>* list, int64 rows, Read read) {
  read(RowLimit::kOneMore);
  if (list->count <= rows) {
    return;
  }
  const double last = list->at[rows - 1].score;
  const double next = list->at[rows].score;
  if (last == next || (std::isnan(last) && std::isnan(next))) {
    list->count = 0;
    read(RowLimit::kWithTies);
  } else {
    list->count = rows;
  }
}

/// Reads a point into `hit`. Returns false if it is not a hit.
bool read_point(const SearchStatement& statement, TupleTableSlot* slot, Hit* hit) {
  const RowSource& source = statement.search.source;
  const Collection& collection = *source.collection;
  const Datum id = id_of_row(collection, slot, 1);
  if (is_among(collection.id_type, id, source.excluded, source.excluded_count)) {
    return false;
  }
  hit->id = copy_id(collection, id);
  show(statement.shown, slot, 2, hit);
  return true;
}

/// Does the same for a row of any table, where a row without a score is not a hit.
bool read_row(const SearchStatement& statement, TupleTableSlot* slot, Hit* hit) {
  if (std::isnan(hit->score)) {
    return false;
  }
  hit->table = DatumGetObjectId(slot->tts_values[kTable]);
  hit->place = *reinterpret_cast<ItemPointer>(DatumGetPointer(slot->tts_values[kPlace]));
  hit->has_key = !slot->tts_isnull[kKey] && statement.search.source.key->columns.count > 0;
  if (hit->has_key) {
    hit->id = datumCopy(slot->tts_values[kKey], statement.key_is_value, statement.key_length);
  }
  return true;
}

/// Returns the rows of a statement, the best first. These are as many as are wanted, and all others
/// that have the score of the last one.
Hits read_hits(const SearchStatement& statement) {
  const RowSearch& search = statement.search;
  const CollectionDistance distance = search.value.distance;
  Hits hits{.list = {}, .order = score_order(distance)};
  GrowingArray<Hit>& list = hits.list;
  const MemoryContext context = CurrentMemoryContext;
  const bool is_of_points = search.source.is_of_points();
  RowLimit limit = RowLimit::kOneMore;
  bool has_direction = false;  // a row has been read whose distance is a number
  auto accept_row = [&](TupleTableSlot* slot) {
    slot_getallattrs(slot);
    const int last = slot->tts_tupleDescriptor->natts - 1;
    if (slot->tts_isnull[last]) {
      return false;  // rows without the value come last
    }
    const double value = DatumGetFloat8(slot->tts_values[last]);
    if (search.value.is_text && !(value < 0)) {
      return false;  // no row that has a word comes after this one
    }
    if (statement.products == HitProducts::kAbove0 && !(value < 0)) {
      return true;
    }
    const bool is_zero = std::isnan(value) && search.value.is_normalized;
    if (is_zero && has_direction && order_of(search) == RowOrder::kNearest) {
      return false;  // a vector of zeros, which an index does not find, comes last
    }
    has_direction = has_direction || !is_zero;
    Hit hit{};
    hit.score = is_zero ? 0 : score_of_distance(distance, value);
    if (limit == RowLimit::kOneMore && list.count == search.limit) {
      list.push(hit, context);
      return false;
    }
    if (is_of_points ? read_point(statement, slot, &hit) : read_row(statement, slot, &hit)) {
      list.push(hit, context);
    }
    return list.count < statement.rows + kMostTies;
  };
  read_with_ties(&list, search.limit, [&](RowLimit reading) {
    limit = reading;
    has_direction = false;
    execute_statement(search_plan(statement, limit), statement.parameters, StatementAccess::kReads,
                      &accept_row);
  });
  return hits;
}

}  // namespace

SearchedValue searched_vector(const SearchedVector& vector) {
  const CollectionVector& column = *vector.column;
  return {.column = column.column,
          .index = vector.index,
          .op = column.distance_operator,
          .query_type = column.type,
          .distance = column.distance,
          .is_normalized = column.is_normalized,
          .is_text = false,
          .is_partial = false};
}

SearchedValue searched_text(const TextIndex& index) {
  return {.column = index.column,
          .index = index.index,
          .op = index.op,
          .query_type = TEXTOID,
          .distance = CollectionDistance::kDot,  // the negative score
          .is_normalized = false,
          .is_text = true,
          .is_partial = index.is_partial};
}

Hits search_rows(const RowSearch& search) {
  const RowSource& source = search.source;
  const PointSelector none{.collection = source.collection};
  SearchStatement statement{
      .search = search,
      .shown = search.shown == nullptr ? none : *search.shown,
      .products = hit_products(search),
      // Excluded points are few. They are read and left out, so that the plan does not depend on
      // them.
      .rows = Min(search.limit + source.excluded_count, static_cast<int64>(PG_INT32_MAX)),
      .parameters = new_parameters(1 + condition_count(source)),
      .key_length = 0,
      .key_is_value = false};
  if (!source.is_of_points() && OidIsValid(source.key->type)) {
    get_typlenbyval(source.key->type, &statement.key_length, &statement.key_is_value);
  }
  set_parameter(statement.parameters, 1, search.value.query_type, search.query);
  set_conditions(statement.parameters, 2, source);
  Hits hits = read_hits(statement);
  sort_hits(&hits, source);
  cut(&hits, 0, search.limit);
  return hits;
}

}  // namespace vecext::pg
