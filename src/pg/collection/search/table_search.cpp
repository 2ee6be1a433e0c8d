#include "pg/collection/search/table_search.h"

#include "pg/collection/search/search_params.h"

extern "C" {
#include "catalog/pg_type.h"
}

namespace vecext::pg {

SearchedValue searched_column(const CollectionVector& column) {
  return {.column = column.column,
          .index = InvalidOid,
          .op = column.distance_operator,
          .query_type = column.type,
          .distance = column.distance,
          .is_text = false};
}

SearchedValue searched_text(const TextIndex& index) {
  return {.column = index.column,
          .index = index.index,
          .op = index.op,
          .query_type = TEXTOID,
          .distance = CollectionDistance::kDot,  // the negative score
          .is_text = true};
}

void write_distance(StatementDraft* draft, const TableSearch& search) {
  const SearchedValue& value = search.value;
  write_indexed_value(draft, search.relid, value.index, value.column, value.op, "t");
  (*draft << " ").op(value.op);
  if (value.is_text) {
    // The statement names the index, so that the planner takes no other one.
    *draft << " vecext.bm25_query($1, '" << psprintf("%u", value.index)
           << "'::pg_catalog.regclass)";
  } else {
    *draft << " $1";
  }
}

void write_products(WhereClause* where, const TableSearch& search) {
  if (search.products == HitProducts::kAny) {
    return;
  }
  StatementDraft* draft = &(where->next() << "(");
  write_distance(draft, search);
  *draft << ")"
         << (search.products == HitProducts::kAbove0 ? " OPERATOR(pg_catalog.<) "
                                                     : " OPERATOR(pg_catalog.<>) ")
         << "0::pg_catalog.float8";
}

void write_order(StatementDraft* draft, const TableSearch& search, RowLimit limit) {
  // No index has the order of a sum.
  write_distance(&(*draft << (search.is_exact ? " ORDER BY (" : " ORDER BY ")), search);
  *draft << (search.is_exact ? ") OPERATOR(pg_catalog.+) 0::pg_catalog.float8" : "");
  write_limit(draft, limit, search.rows);
}

StatementKey search_key(const TableSearch& search, StatementKind kind, RowLimit limit,
                        SearchShape parts) {
  parts.index = search.value.index;
  parts.op = search.value.op;
  parts.rows = static_cast<std::int32_t>(search.rows);
  parts.column = search.value.column;
  parts.limit = limit;
  parts.products = search.products;
  parts.is_text = search.value.is_text;
  parts.is_exact = search.is_exact;
  parts.strategy = planned_strategy();
  return statement_key(search.relid, kind, parts);
}

}  // namespace vecext::pg
