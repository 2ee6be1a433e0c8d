#include "pg/registry/indexed_config.h"

extern "C" {
#include "access/htup_details.h"
#include "catalog/pg_index.h"
#include "catalog/pg_type.h"
#include "nodes/primnodes.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
}

namespace vecext::pg {

namespace {

/// Returns the configuration of a call to_tsvector(config, …), or InvalidOid if the expression is
/// another one.
Oid config_of_expression(const Node* expression) {
  if (!IsA(expression, FuncExpr)) {
    return InvalidOid;
  }
  const auto* call = reinterpret_cast<const FuncExpr*>(expression);
  if (call->args == NIL) {
    return InvalidOid;
  }
  const auto* config = static_cast<const Const*>(linitial(call->args));
  return IsA(config, Const) && config->consttype == REGCONFIGOID && !config->constisnull
             ? DatumGetObjectId(config->constvalue)
             : InvalidOid;
}

}  // namespace

Oid config_of_text_index(Oid table, const char* index) {
  const Oid relid = get_relname_relid(index, get_rel_namespace(table));
  const HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(relid));
  if (!HeapTupleIsValid(tuple)) {
    return InvalidOid;
  }
  bool is_null = true;
  const Datum expressions = SysCacheGetAttr(INDEXRELID, tuple, Anum_pg_index_indexprs, &is_null);
  Oid config = InvalidOid;
  if (reinterpret_cast<Form_pg_index>(GETSTRUCT(tuple))->indrelid == table && !is_null) {
    const auto* list = static_cast<const List*>(stringToNode(TextDatumGetCString(expressions)));
    config = config_of_expression(static_cast<const Node*>(linitial(list)));
  }
  ReleaseSysCache(tuple);
  return config;
}

}  // namespace vecext::pg
