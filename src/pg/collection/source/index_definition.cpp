#include "pg/collection/source/index_definition.h"

#include "pg/sys/exact_settings.h"

extern "C" {
#include "access/genam.h"
#include "catalog/namespace.h"
#include "catalog/pg_index.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/primnodes.h"
#include "optimizer/optimizer.h"
#include "parser/parse_oper.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
}

namespace vecext::pg {

namespace {

/// The number of the table in predicates as the relation cache has them.
constexpr int kTable = 1;

/// Returns the column as an operand, with the type that operators take.
Expr* column_operand(Oid table, AttrNumber column) {
  Oid type;
  int32 typmod;
  Oid collation;
  get_atttypetypmodcoll(table, column, &type, &typmod, &collation);
  auto* var = reinterpret_cast<Expr*>(makeVar(kTable, column, type, typmod, collation, 0));
  return type == VARCHAROID ? reinterpret_cast<Expr*>(makeRelabelType(var, TEXTOID, -1, collation,
                                                                      COERCE_IMPLICIT_CAST))
                            : var;
}

/// Returns the bound as an expression, or null if its operator does not exist for the types.
Expr* clause_of(Oid table, const ColumnBound& bound) {
  Expr* column = column_operand(table, bound.column);
  const Oid left = exprType(reinterpret_cast<Node*>(column));
  const Oid right = bound.is_any ? get_element_type(bound.type) : bound.type;
  List* name = list_make2(makeString(const_cast<char*>("pg_catalog")),
                          makeString(const_cast<char*>(bound.op)));
  const Oid op = OpernameGetOprid(name, left, right);
  if (!OidIsValid(op)) {
    return nullptr;
  }
  int16 length;
  bool is_by_value;
  get_typlenbyval(bound.type, &length, &is_by_value);
  const Oid collation = exprCollation(reinterpret_cast<Node*>(column));
  auto* value = reinterpret_cast<Expr*>(
      makeConst(bound.type, -1, collation, length, bound.value, false, is_by_value));
  if (!bound.is_any) {
    return make_opclause(op, BOOLOID, false, column, value, InvalidOid, collation);
  }
  auto* any = makeNode(ScalarArrayOpExpr);
  any->opno = op;
  any->useOr = true;
  any->inputcollid = collation;
  any->args = list_make2(column, value);
  any->location = -1;
  return reinterpret_cast<Expr*>(any);
}

}  // namespace

const char* expression_of(Oid index) {
  return exact_expression([index] {
    return DirectFunctionCall3(pg_get_indexdef_ext, ObjectIdGetDatum(index), Int32GetDatum(1),
                               BoolGetDatum(false));
  });
}

const char* predicate_of(Oid index) {
  const HeapTuple row = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
  if (!HeapTupleIsValid(row)) {
    elog(ERROR, "cache lookup failed for index %u", index);
  }
  bool is_null;
  const Datum predicate = SysCacheGetAttr(INDEXRELID, row, Anum_pg_index_indpred, &is_null);
  const Oid table = reinterpret_cast<Form_pg_index>(GETSTRUCT(row))->indrelid;
  const char* sql = is_null ? "true" : exact_expression([&] {
    return DirectFunctionCall2(pg_get_expr, predicate, ObjectIdGetDatum(table));
  });
  ReleaseSysCache(row);
  return sql;
}

bool is_implied(Oid index, Oid table, const ColumnFilter& filter) {
  List* clauses = NIL;
  for (const ColumnBound& bound : filter.bounds) {
    if (Expr* clause = clause_of(table, bound); clause != nullptr) {
      clauses = lappend(clauses, eval_const_expressions(nullptr, reinterpret_cast<Node*>(clause)));
    }
  }
  if (clauses == NIL) {
    return false;
  }
  const Relation relation = index_open(index, AccessShareLock);
  const bool is_implied = predicate_implied_by(RelationGetIndexPredicate(relation), clauses, false);
  index_close(relation, NoLock);
  return is_implied;
}

}  // namespace vecext::pg
