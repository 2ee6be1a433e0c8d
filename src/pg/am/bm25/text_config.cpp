#include "pg/am/bm25/text_config.h"

#include "pg/am/bm25/bm25_options.h"
#include "pg/am/postings/cached_postings.h"
#include "pg/text/text_values.h"
#include "pg/sys/catalog.h"
#include "pg/text/config_hash.h"

extern "C" {
#include "catalog/dependency.h"
#include "catalog/pg_class.h"
#include "catalog/pg_ts_config.h"
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

}  // namespace

void depend_on_config(Relation index, Oid config) {
  const bool has_expressions =
      RelationGetIndexExpressions(index) != NIL || RelationGetIndexPredicate(index) != NIL;
  // Expressions may depend on configurations, too.
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
    return;  // it reads words of queries alone
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
