#include "pg/am/bm25/text_config.h"

#include "pg/am/bm25/bm25_options.h"
#include "pg/am/postings/cached_postings.h"
#include "pg/text/text_values.h"
#include "pg/sys/catalog.h"
#include "pg/text/config_hash.h"

extern "C" {
#include "access/htup_details.h"
#include "access/reloptions.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/index.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_ts_config.h"
#include "nodes/makefuncs.h"
#include "tsearch/ts_cache.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
}

namespace vecext::pg {

namespace {

void warn(Relation index, const char* what, const char* hint) {
  ereport(
      WARNING,
      (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
       errmsg("text search configuration \"%s\" of index \"%s\" %s",
              cached_postings(index)->model.meta.config_name, RelationGetRelationName(index), what),
       errdetail("Searches may miss rows that were indexed before."), errhint("%s", hint)));
}

/// Returns the name of a configuration in the form of the option.
const char* option_of(Oid config) {
  const HeapTuple tuple = SearchSysCache1(TSCONFIGOID, ObjectIdGetDatum(config));
  if (!HeapTupleIsValid(tuple)) {
    elog(ERROR, "cache lookup failed for text search configuration %u", config);
  }
  const auto* form = reinterpret_cast<Form_pg_ts_config>(GETSTRUCT(tuple));
  const char* name =
      pstrdup(form->cfgnamespace == PG_CATALOG_NAMESPACE
                  ? quote_identifier(NameStr(form->cfgname))
                  : quote_qualified_identifier(get_namespace_name(form->cfgnamespace),
                                               NameStr(form->cfgname)));
  ReleaseSysCache(tuple);
  if (strlen(name) >= NAMEDATALEN) {
    ereport(ERROR, (errcode(ERRCODE_NAME_TOO_LONG),
                    errmsg("name %s of default_text_search_config is longer than %d bytes", name,
                           NAMEDATALEN - 1),
                    errhint("Set option text_config of the index to another one.")));
  }
  return name;
}

/// True if the index that is to be built replaces another one. REINDEX CONCURRENTLY makes a new
/// index, whose name it chooses.
bool is_rebuilt(Relation index, const IndexInfo& info) {
  constexpr std::string_view kChosen = "_ccnew";
  std::string_view name = RelationGetRelationName(index);
  name = name.substr(0, name.find_last_not_of("0123456789") + 1);
  return ReindexIsProcessingIndex(RelationGetRelid(index)) ||
         (info.ii_Concurrent && name.ends_with(kChosen));
}

/// Returns the option of the indexes of other partitions, or null if there are none.
const char* option_of_siblings(Relation index) {
  const Oid self = RelationGetRelid(index);
  return index->rd_rel->relispartition
             ? text_config_option(llast_oid(get_partition_ancestors(self)))
             : nullptr;
}

const char* config_to_adopt(Relation index, const IndexInfo& info) {
  if (is_rebuilt(index, info)) {
    ereport(NOTICE,
            (errmsg("index \"%s\" is rebuilt with text search configuration \"simple\"",
                    RelationGetRelationName(index)),
             errhint("Set its option text_config to another one, and rebuild it with REINDEX.")));
    return "simple";
  }
  const char* of_siblings = option_of_siblings(index);
  return of_siblings != nullptr ? of_siblings : option_of(getTSCurrentConfig(true));
}

}  // namespace

void fix_config(Relation index, const IndexInfo& info) {
  if (bm25_config_name(index) != nullptr) {
    return;
  }
  DefElem* option =
      makeDefElem(pstrdup("text_config"),
                  reinterpret_cast<Node*>(makeString(pstrdup(config_to_adopt(index, info)))), -1);
  const Relation classes = table_open(RelationRelationId, RowExclusiveLock);
  const HeapTuple old = class_row_to_update(RelationGetRelid(index));
  if (!HeapTupleIsValid(old)) {
    elog(ERROR, "cache lookup failed for index %u", RelationGetRelid(index));
  }
  Datum values[Natts_pg_class]{};
  bool nulls[Natts_pg_class]{};
  bool is_replaced[Natts_pg_class]{};
  constexpr int kOptions = Anum_pg_class_reloptions - 1;
  const Datum options = SysCacheGetAttr(RELOID, old, Anum_pg_class_reloptions, &nulls[kOptions]);
  values[kOptions] = transformRelOptions(nulls[kOptions] ? Datum{} : options, list_make1(option),
                                         nullptr, nullptr, false, false);
  nulls[kOptions] = false;
  is_replaced[kOptions] = true;
  const HeapTuple made =
      heap_modify_tuple(old, RelationGetDescr(classes), values, nulls, is_replaced);
  CatalogTupleUpdate(classes, &made->t_self, made);
  end_class_update(classes, old);
  table_close(classes, RowExclusiveLock);
  // This makes the change visible: to what reads the relation's options, and to the server, which
  // later writes the numbers of rows and pages into the same row of pg_class.
  CommandCounterIncrement();
}

void depend_on_config(Relation index, Oid config) {
  const bool has_expressions =
      RelationGetIndexExpressions(index) != NIL || RelationGetIndexPredicate(index) != NIL;
  // Expressions may depend on configurations too, and these dependencies look the same as the
  // dependency by the option.
  if (!has_expressions) {
    deleteDependencyRecordsForClass(RelationRelationId, RelationGetRelid(index), TSConfigRelationId,
                                    DEPENDENCY_NORMAL);
  }
  const ObjectAddress self{RelationRelationId, RelationGetRelid(index), 0};
  const ObjectAddress on{TSConfigRelationId, config, 0};
  recordDependencyOn(&self, &on, DEPENDENCY_NORMAL);
}

void warn_of_changed_config(Relation index) {
  if (text_kind_of(index) == TextKind::kVector) {
    return;  // the index only reads words of queries
  }
  const TextMeta& meta = cached_postings(index)->model.meta;
  const Oid config = find_text_config(meta.config_name);
  if (!OidIsValid(config)) {
    warn(index, "does not exist",
         "Set text_config to another one, and rebuild the index with REINDEX.");
  } else if (text_config_hash(config) != meta.config) {
    warn(index, "has changed since the index was built", "Rebuild the index with REINDEX.");
  }
}

}  // namespace vecext::pg
