#include "pg/inspect/open_index.h"

#include "pg/am/common/access_method.h"
#include "pg/am/common/being_built.h"
#include "pg/am/common/has_pages.h"
#include "pg/sys/catalog.h"
#include "pg/sys/list.h"

extern "C" {
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/xact.h"
#include "catalog/index.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"
}

namespace vecext::pg {

namespace {

[[noreturn]] void raise_missing(Oid oid) {
  ereport(ERROR,
          (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("relation with OID %u does not exist", oid)));
}

[[noreturn]] void raise_invalid(Relation index) {
  ereport(ERROR,
          (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
           errmsg("index \"%s\" is not valid", RelationGetRelationName(index)),
           errdetail("It is being built or replaced concurrently, or a build of it has failed."),
           errhint("If the build has failed, rebuild the index with REINDEX INDEX CONCURRENTLY %s.",
                   qualified_name(RelationGetRelid(index)))));
}

}  // namespace

Relation open_index(Oid oid, LOCKMODE lock) {
  // Nothing is locked yet, so the index may be dropped at any time, and any of these look-ups may
  // fail.
  const char* name = get_rel_name(oid);
  const char kind = get_rel_relkind(oid);
  const Oid heap = IndexGetRelation(oid, true);
  if (name != nullptr && kind == RELKIND_PARTITIONED_INDEX) {
    ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
                    errmsg("\"%s\" is an index of a partitioned table", name),
                    errhint("Call the function for the index of a partition. SELECT relid FROM "
                            "pg_partition_tree(%s) WHERE isleaf lists them.",
                            quote_literal_cstr(qualified_name(oid)))));
  }
  if (name != nullptr && kind != '\0' && kind != RELKIND_INDEX) {
    ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE), errmsg("\"%s\" is not an index", name)));
  }
  if (name == nullptr || !OidIsValid(heap)) {
    raise_missing(oid);
  }
  if (pg_class_aclcheck(heap, GetUserId(), ACL_SELECT) != ACLCHECK_OK) {
    aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, get_rel_name(heap));
  }
  // The table is locked before the index, as the server does it. Another session that has locked
  // the table may lock its indexes next.
  LockRelationOid(heap, AccessShareLock);
  const Relation index = try_relation_open(oid, lock);
  if (index == nullptr) {
    raise_missing(oid);
  }
  if (index->rd_rel->relkind != RELKIND_INDEX || access_method_of(index) == nullptr) {
    ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
                    errmsg("\"%s\" is not an %s index", RelationGetRelationName(index),
                           access_method_names())));
  }
  require_pages(index);
  // An index that is not live, such as an index that REINDEX CONCURRENTLY has replaced, will soon
  // be dropped.
  if (!index->rd_index->indislive) {
    raise_missing(oid);
  }
  if (!index->rd_index->indisready) {
    raise_invalid(index);
  }
  check_not_being_built(index);
  return index;
}

List* indexes_of(Oid oid) {
  if (get_rel_relkind(oid) != RELKIND_PARTITIONED_INDEX) {
    return list_make1_oid(oid);
  }
  List* indexes = NIL;
  for (const Oid index : oids_of(find_all_inheritors(oid, NoLock, nullptr))) {
    if (get_rel_relkind(index) == RELKIND_INDEX) {
      indexes = lappend_oid(indexes, index);
    }
  }
  return indexes;
}

void require_valid(Relation index) {
  if (!index->rd_index->indisvalid) {
    raise_invalid(index);
  }
}

void require_vectors(Relation index) {
  if (!access_method_of(index)->has_vectors) {
    ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
                    errmsg("index \"%s\" has no vectors", RelationGetRelationName(index)),
                    errdetail("Its searches find all rows.")));
  }
}

void require_usable(Relation index) {
  // If a snapshot sees the transaction that has made the index, it also sees each change that was
  // committed before the build. The planner has a stricter test, because it must hold for all
  // snapshots of a transaction. It is not needed here.
  const TransactionId xmin = HeapTupleHeaderGetXmin(index->rd_indextuple->t_data);
  const bool newer = TransactionIdIsCurrentTransactionId(xmin)
                         ? IsolationUsesXactSnapshot()
                         : XidInMVCCSnapshot(xmin, GetActiveSnapshot());
  if (index->rd_index->indcheckxmin && newer) {
    ereport(ERROR,
            (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
             errmsg("index \"%s\" is too new for this transaction", RelationGetRelationName(index)),
             errdetail("It may lack versions of rows that an older snapshot sees."),
             errhint("Try again in a new transaction.")));
  }
}

}  // namespace vecext::pg
