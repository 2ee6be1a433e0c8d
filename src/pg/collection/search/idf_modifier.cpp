#include "pg/collection/search/idf_modifier.h"

#include "pg/collection/common/statement.h"
#include "pg/sys/list.h"

extern "C" {
#include "access/genam.h"
#include "access/relation.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "utils/rel.h"
#include "utils/relcache.h"
}

namespace vecext::pg {

namespace {

/// Returns the valid index of access method inverted that has all vectors of the column, or
/// InvalidOid if there is none.
Oid inverted_index_of(Oid relid, AttrNumber column) {
  const Relation table = relation_open(relid, AccessShareLock);
  const Oid method = get_am_oid("inverted", true);
  List* indexes = RelationGetIndexList(table);
  Oid found = InvalidOid;
  for (const Oid oid : oids_of(indexes)) {
    const Relation index = index_open(oid, AccessShareLock);
    if (index->rd_rel->relam == method && index->rd_index->indisvalid &&
        index->rd_index->indkey.values[0] == column && RelationGetIndexPredicate(index) == NIL) {
      found = oid;
    }
    index_close(index, NoLock);
  }
  list_free(indexes);
  relation_close(table, NoLock);
  return found;
}

}  // namespace

Datum weighted_by_idf(const Collection& collection, const CollectionVector& column, Datum query) {
  const Oid index = inverted_index_of(collection.relid, column.column);
  if (!OidIsValid(index)) {
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("vector \"%s\" of collection \"%s\" has no inverted index", column.name,
                           collection.name),
                    errdetail("The modifier idf counts in such an index, which has all vectors.")));
  }
  const SPIPlanPtr plan =
      kept_plan(statement_key(collection.relid, StatementKind::kSparseIdf, column.type),
                [&](StatementDraft& draft) {
                  draft << "SELECT vecext.sparse_idf(";
                  draft.parameter(column.type) << ", ";
                  draft.parameter(REGCLASSOID) << ")";
                  draft.planning = StatementPlanning::kGeneric;
                });
  return read_value(plan,
                    parameter_list({{column.type, query}, {REGCLASSOID, ObjectIdGetDatum(index)}}))
      .value_or(query);
}

}  // namespace vecext::pg
