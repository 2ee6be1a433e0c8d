// vecext.filter_sql(): the expression that a filter expands to, as text for people.
#include "pg/condition/all_indexes.h"
#include "pg/condition/clause.h"
#include "pg/condition/filter_dialect.h"
#include "pg/condition/index_conditions.h"
#include "pg/condition/indexed_texts.h"
#include "pg/payload/raise_parse_error.h"
#include "pg/registry/registry.h"
#include "pg/sys/memory.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "access/table.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "parser/parse_func.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"
}

namespace vecext::pg {
namespace {

/// The table whose columns the text shows. It is the table of a collection, or vecext.document in
/// place of any collection.
struct ShownTable {
  Oid relid;
  AttrNumber id;
  AttrNumber payload;  // 0 if it has none
};

/// Returns vecext.document (id text, payload jsonb).
ShownTable any_table(Oid schema) {
  return {get_relname_relid("document", schema), 1, 2};
}

Node* column_of(const ShownTable& table, AttrNumber column) {
  Oid type;
  int32 typmod;
  Oid collation;
  get_atttypetypmodcoll(table.relid, column, &type, &typmod, &collation);
  return reinterpret_cast<Node*>(makeVar(1, column, type, typmod, collation, 0));
}

/// Returns the clauses that indexes serve. With a collection these are its indexes, otherwise all
/// that a table could have.
Expr* shown_clause(const Condition& condition, const ShownTable& table, bool has_collection,
                   Oid schema) {
  RowColumns row{};
  row.payload = table.payload == 0 ? nullptr : column_of(table, table.payload);
  row.id = column_of(table, table.id);
  row.schema = schema;
  if (!has_collection) {
    return narrow(condition, row, all_indexes(condition, row.payload, schema)).clause;
  }
  const Relation relation = table_open(table.relid, AccessShareLock);
  const PayloadIndexes indexes =
      table.payload == 0 ? PayloadIndexes{} : payload_indexes(table.relid, table.payload, schema);
  Expr* clause = narrow(condition, row, indexes).clause;
  table_close(relation, NoLock);
  return clause;
}

/// Returns the expression vecext.matches(row, filter).
Expr* call_of_matches(const ShownTable& table, Oid schema, Const* filter) {
  const Oid types[] = {RECORDOID, filter->consttype};
  List* name = list_make2(makeString(get_namespace_name(schema)), makeString(pstrdup("matches")));
  Var* row = makeVar(1, InvalidAttrNumber, get_rel_type_id(table.relid), -1, InvalidOid, 0);
  return reinterpret_cast<Expr*>(makeFuncExpr(LookupFuncName(name, 2, types, false), BOOLOID,
                                              list_make2(row, filter), InvalidOid, InvalidOid,
                                              COERCE_EXPLICIT_CALL));
}

char* shown(Expr* clause, Expr* call, const ShownTable& table) {
  Expr* both = clause == nullptr ? call : make_andclause_of(clause, call);
  List* context = deparse_context_for(get_rel_name(table.relid), table.relid);
  return deparse_expression(reinterpret_cast<Node*>(both), context, false, false);
}

}  // namespace
}  // namespace vecext::pg

VECEXT_FUNCTION(vecext_filter_sql)
{
  using namespace vecext::pg;
  if (PG_ARGISNULL(0)) {
    PG_RETURN_NULL();
  }
  const Oid schema = get_func_namespace(fcinfo->flinfo->fn_oid);
  const Oid type = get_fn_expr_argtype(fcinfo->flinfo, 0);
  const Datum filter = PG_GETARG_DATUM(0);
  const vecext::Condition* condition = nullptr;
  check(parse_filter_value(filter, type, dialect_of_value(filter, type),
                           context_arena(CurrentMemoryContext), &condition));
  ShownTable table = any_table(schema);
  const bool has_collection = !PG_ARGISNULL(1);
  if (has_collection) {
    const Collection* collection = collection_of_name(view_of(PG_GETARG_TEXT_PP(1)));
    table = {collection->relid, collection->id, collection->payload};
    condition = with_indexed_configs(condition, *collection);
  }
  Const* constant = makeConst(type, -1, InvalidOid, -1, filter, false, false);
  PG_RETURN_TEXT_P(cstring_to_text(shown(shown_clause(*condition, table, has_collection, schema),
                                         call_of_matches(table, schema, constant), table)));
}
