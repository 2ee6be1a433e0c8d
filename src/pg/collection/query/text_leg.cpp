#include "pg/collection/query/text_leg.h"

extern "C" {
#include "access/table.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
}

namespace vecext::pg {

namespace {

/// The index that the words are looked up in: that of a key of the payload or of a column, or the
/// only one. ERROR 42703 if there is none, 42702 if there are several.
TextIndex text_index_of(const Collection& collection, const char* key) {
  const char* name = key == nullptr ? nullptr : text_index_of_key(collection, key);
  const AttrNumber column = key == nullptr ? InvalidAttrNumber : get_attnum(collection.relid, key);
  const Relation table = table_open(collection.relid, AccessShareLock);
  const GrowingArray<TextIndex> indexes = text_indexes(table);
  table_close(table, NoLock);
  const TextIndex* found = nullptr;
  const TextIndex* partial = nullptr;
  for (int64 i = 0; i < indexes.count; ++i) {
    const TextIndex& index = indexes.at[i];
    const bool is_meant =
        key == nullptr ||
        (name != nullptr ? strcmp(index.name, name) == 0 : column > 0 && index.column == column);
    if (index.is_partial) {
      partial = is_meant ? &index : partial;
      continue;
    }
    if (is_meant && found != nullptr && key == nullptr && !is_on_same(*found, index)) {
      ereport(ERROR, (errcode(ERRCODE_AMBIGUOUS_COLUMN),
                      errmsg("collection \"%s\" has several bm25 indexes", collection.name),
                      errhint("Name the key of the payload, or the column, by \"using\".")));
    }
    found = is_meant && found == nullptr ? &index : found;
  }
  if (found == nullptr) {
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
                    key == nullptr ? errmsg("collection \"%s\" has no bm25 index", collection.name)
                                   : errmsg("collection \"%s\" has no bm25 index on \"%s\"",
                                            collection.name, key),
                    partial == nullptr
                        ? 0
                        : errdetail("Index \"%s\" does not have all points.", partial->name),
                    errhint("Create one with vecext.create_payload_index(…, 'bm25').")));
  }
  return *found;
}

}  // namespace

Hits best_by_words(const BestByWords& words, const PointSource& source, int64 count) {
  const TextIndex index = text_index_of(*source.collection, words.key);
  const Hits hits = search_points({.source = source,
                                   .value = searched_text(index),
                                   .query = words.words,
                                   .products = HitProducts::kAny,
                                   .is_exact = source.has_ids,
                                   .limit = count,
                                   .shown = nullptr});
  if (hits.list.count == 0 && !has_words(index, words.words)) {
    tell_no_words();
  }
  return hits;
}

}  // namespace vecext::pg
