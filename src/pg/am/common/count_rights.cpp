#include "pg/am/common/count_rights.h"

extern "C" {
#include "access/htup_details.h"
#include "catalog/index.h"
#include "catalog/pg_index.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/rls.h"
#include "utils/syscache.h"
}

namespace vecext::pg {

namespace {

/// True if the current user may read all columns of the table that the index reads.
bool may_read_columns(Oid index, Oid table) {
  const Oid user = GetUserId();
  if (pg_class_aclcheck(table, user, ACL_SELECT) == ACLCHECK_OK) {
    return true;
  }
  HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
  if (!HeapTupleIsValid(tuple)) {
    return false;
  }
  const auto* form = reinterpret_cast<Form_pg_index>(GETSTRUCT(tuple));
  // An expression or a predicate may read any column.
  bool may = heap_attisnull(tuple, Anum_pg_index_indpred, nullptr);
  for (int i = 0; i < form->indnatts && may; ++i) {
    const AttrNumber column = form->indkey.values[i];
    may = column > 0 && pg_attribute_aclcheck(table, column, user, ACL_SELECT) == ACLCHECK_OK;
  }
  ReleaseSysCache(tuple);
  return may;
}

}  // namespace

void check_may_count(Oid index, const char* what, const char* hint) {
  const Oid table = IndexGetRelation(index, true);
  if (!OidIsValid(table)) {
    return;
  }
  if (!may_read_columns(index, table)) {
    aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, get_rel_name(table));
  }
  if (check_enable_rls(table, InvalidOid, true) == RLS_ENABLED) {
    ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                    errmsg("%s cannot name index \"%s\" where row-level security of its table "
                           "applies",
                           what, get_rel_name(index)),
                    hint == nullptr ? 0 : errhint("%s", hint)));
  }
}

}  // namespace vecext::pg
