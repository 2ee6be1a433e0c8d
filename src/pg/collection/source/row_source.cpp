#include "pg/collection/source/row_source.h"

#include "pg/collection/common/point_id.h"
#include "pg/condition/filter.h"
#include "pg/sys/index_functions.h"
#include "pg/sys/memory.h"

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

void add_primary_key(TableKey* key, Relation relation) {
  RelationGetIndexList(relation);  // sets rd_pkindex
  if (!OidIsValid(relation->rd_pkindex)) {
    return;
  }
  const Relation index = index_open(relation->rd_pkindex, AccessShareLock);
  for (int i = 0; i < index->rd_index->indnkeyatts; ++i) {
    key->columns.push(index->rd_index->indkey.values[i], CurrentMemoryContext);
  }
  index_close(index, NoLock);
}

/// Returns the key of a table. A collection has the id of its points as its key, to which the
/// primary key may add a namespace.
const TableKey* key_of(Relation relation, const Collection* collection) {
  auto* key = palloc0_object<TableKey>();
  if (collection == nullptr) {
    add_primary_key(key, relation);
  } else {
    key->columns.push(collection->id, CurrentMemoryContext);
  }
  if (key->columns.count == 0) {
    return key;
  }
  key->type = TEXTOID;
  key->collation = C_COLLATION_OID;
  if (key->columns.count == 1) {
    int32 typmod;
    get_atttypetypmodcoll(RelationGetRelid(relation), key->columns.at[0], &key->type, &typmod,
                          &key->collation);
  }
  return key;
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

RowSource source_of_points(const Collection& collection) {
  RowSource source{};
  source.relid = collection.relid;
  source.collection = &collection;
  return source;
}

RowSource source_of_points(const Collection& collection, Datum ids) {
  RowSource source = source_of_points(collection);
  source.has_ids = true;
  source.ids = ids;
  return source;
}

RowSource rows_of_table(Oid relid) {
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
  RowSource source{};
  source.relid = relid;
  source.collection = collection_of_table(relid);
  source.key = key_of(relation, source.collection);
  relation_close(relation, NoLock);
  return source;
}

void set_filter(RowSource* source, const Json& filter) {
  if (!is_object(filter)) {
    refuse(filter, "expected an object");
  }
  if (size_of(filter.value) == 0) {
    return;
  }
  source->filter = jsonb_of(filter);
  source->has_filter = true;
  const Filter parsed =
      parse_filter(source->filter, JSONBOID, FilterDialect::kQdrant, CurrentMemoryContext);
  if (source->collection == nullptr) {
    source->column_filter = filter_of_columns(source->relid, filter, parsed, &source->filter);
  }
}

void write_conditions(WhereClause* where, const RowSource& source) {
  if (source.column_filter != nullptr) {
    write_column_filter(where, source.relid, *source.column_filter);
  } else if (source.has_filter) {
    where->next().matches("t");
  }
  if (source.has_ids) {
    const Collection& collection = *source.collection;
    StatementDraft& draft = where->next();
    (draft << "t.").column(collection.relid, collection.id) << " ";
    draft.op(id_operator(collection.id_type, BTEqualStrategyNumber)) << " ANY (";
    draft.parameter(get_array_type(collection.id_type)) << ")";
  }
}

int condition_count(const RowSource& source) {
  const int of_filter = source.column_filter != nullptr ? parameter_count(*source.column_filter)
                        : source.has_filter             ? 1
                                                        : 0;
  return of_filter + (source.has_ids ? 1 : 0);
}

int set_conditions(ParamListInfo parameters, int number, const RowSource& source) {
  if (source.column_filter != nullptr) {
    number = set_filter_values(parameters, number, source.filter, *source.column_filter);
  } else if (source.has_filter) {
    set_parameter(parameters, number++, JSONBOID, source.filter);
  }
  if (source.has_ids) {
    set_parameter(parameters, number++, get_array_type(source.collection->id_type), source.ids);
  }
  return number;
}

}  // namespace vecext::pg
