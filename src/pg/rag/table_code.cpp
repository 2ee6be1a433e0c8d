// Finds code of another role that a statement on that role's table would execute.
#include "pg/sys/index_functions.h"
#include "pg/sys/owner_scope.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/table.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/rel.h"
}

namespace vecext::pg {

namespace {

Relation open_table(Oid relid, LOCKMODE mode) {
  const Relation table = try_table_open(relid, mode);
  if (table == nullptr) {
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
                    errmsg("relation with OID %u does not exist", relid)));
  }
  return table;
}

/// True if an INSERT that sets the first `given` columns executes no code that the table's owner
/// has written. The table must not have further columns, since these may have defaults. It must not
/// have triggers, rules, policies, checks, generated columns, or functions in its indexes. It must
/// not be a partition, since the bounds of a partition may be expressions.
bool has_no_code(Relation table, int given) {
  const TupleConstr* constraints = table->rd_att->constr;
  return table->rd_rel->relkind == RELKIND_RELATION && !table->rd_rel->relispartition &&
         table->rd_att->natts == given && table->trigdesc == nullptr &&
         table->rd_rules == nullptr && !table->rd_rel->relrowsecurity &&
         (constraints == nullptr ||
          (constraints->num_check == 0 && !constraints->has_generated_stored)) &&
         code_of_indexes(table).count == 0;
}

}  // namespace

// vecext_rag.check_index_code(relation regclass) → void
//
// Checks the functions in the indexes of a table, which the planner and INSERT run with the rights
// of the caller. The result holds as long as the caller keeps the table locked.
VECEXT_FUNCTION(vecext_rag_check_index_code)
{
  const Relation table = open_table(PG_GETARG_OID(0), AccessShareLock);
  const GrowingArray<IndexCode> code = code_of_indexes(table);
  table_close(table, AccessShareLock);
  check_index_code(code);
  PG_RETURN_VOID();
}

// vecext_rag.may_insert(relation regclass, given int4) → boolean
//
// Takes the lock that INSERT takes, and keeps it until the transaction ends, so that nobody can add
// code to the table before the INSERT.
VECEXT_FUNCTION(vecext_rag_may_insert)
{
  const Oid relid = PG_GETARG_OID(0);
  if (pg_class_aclcheck(relid, GetUserId(), ACL_INSERT) != ACLCHECK_OK) {
    PG_RETURN_BOOL(false);
  }
  const Relation table = open_table(relid, RowExclusiveLock);
  const bool may_insert =
      is_trusted_role(table->rd_rel->relowner) || has_no_code(table, PG_GETARG_INT32(1));
  table_close(table, NoLock);
  PG_RETURN_BOOL(may_insert);
}

}  // namespace vecext::pg
