// What there is to know of a table that is searched.
#include "pg/collection/hybrid/hybrid.h"
#include "pg/sys/index_functions.h"

extern "C" {
#include "access/genam.h"
#include "access/relation.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
}

namespace vecext::pg {

namespace {

void read_key(Relation relation, SearchedTable* table) {
  RelationGetIndexList(relation);  // sets rd_pkindex
  if (!OidIsValid(relation->rd_pkindex)) {
    return;
  }
  const Relation index = index_open(relation->rd_pkindex, AccessShareLock);
  for (int i = 0; i < index->rd_index->indnkeyatts; ++i) {
    table->key.push(index->rd_index->indkey.values[i], CurrentMemoryContext);
  }
  index_close(index, NoLock);
  table->key_type = TEXTOID;
  table->key_collation = C_COLLATION_OID;
  if (table->key.count == 1) {
    int32 typmod;
    get_atttypetypmodcoll(table->relid, table->key.at[0], &table->key_type, &typmod,
                          &table->key_collation);
  }
}

Relation open_relation(Oid relid) {
  const Relation relation = try_relation_open(relid, AccessShareLock);
  if (relation == nullptr) {
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
                    errmsg("relation with OID %u does not exist", relid)));
  }
  return relation;
}

}  // namespace

Relation open_searched_table(Oid relid, SearchedTable* table) {
  Relation relation = open_relation(relid);
  if (relation->rd_rel->relkind == RELKIND_VIEW) {
    if (const Oid aliased = table_of_alias(relid); OidIsValid(aliased)) {
      relation_close(relation, NoLock);
      relid = aliased;
      relation = open_relation(relid);
    }
  }
  const char kind = relation->rd_rel->relkind;
  if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE && kind != RELKIND_MATVIEW) {
    ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
                    errmsg("\"%s\" is not a table", RelationGetRelationName(relation)),
                    kind != RELKIND_VIEW
                        ? 0
                        : errhint("Name the table that the view is of, and what its rows have in "
                                  "common by \"filter\".")));
  }
  check_index_code(code_of_indexes(relation));
  *table = {};
  table->relid = relid;
  table->collection = collection_of_table(relid);
  read_key(relation, table);
  return relation;
}

}  // namespace vecext::pg
