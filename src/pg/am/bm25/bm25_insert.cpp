#include "pg/am/bm25/bm25.h"

#include "pg/am/bm25/text_scorer.h"
#include "pg/am/common/being_built.h"
#include "pg/am/common/key_columns.h"
#include "pg/am/postings/insert_document.h"
#include "pg/text/text_values.h"
#include "pg/sys/memory.h"
#include "pg/sys/row_id.h"

extern "C" {
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// A statement that inserts so many rows gets memory in which to keep the words that it has met. It
/// is half of the memory that a build has, because an insert keeps no posting lists in memory.
constexpr int64 kManyRows = 1000;
constexpr Size kPartForWords = 2;

/// What the inserts of a statement into one index share.
struct TextInsert {
  MemoryContext row_context;
  int64 rows;
  TextKind kind;
  TextOptions options;
};

TextInsert* text_insert(Relation index, IndexInfo* info) {
  if (info->ii_AmCache == nullptr) {
    auto* insert = zeroed_in<TextInsert>(info->ii_Context);
    *insert = {AllocSetContextCreate(info->ii_Context, "vecext insert", ALLOCSET_DEFAULT_SIZES),
               0,
               text_kind_of(index),
               {}};
    if (insert->kind != TextKind::kVector) {
      insert->options = text_options_of(index, false);
    }
    info->ii_AmCache = insert;
  }
  auto* insert = static_cast<TextInsert*>(info->ii_AmCache);
  if (++insert->rows == kManyRows) {
    insert->options.cache_bytes = Max(kUsualCacheBytes, maintenance_memory().bytes / kPartForWords);
  }
  return insert;
}

}  // namespace

bool bm25_insert(Relation index, Datum* values, bool* isnull, ItemPointer tid, Relation,
                 IndexUniqueCheck, bool, IndexInfo* info) {
  if (isnull[0] && !has_keys(index)) {
    return false;
  }
  check_not_being_built(index);
  const TextInsert* insert = text_insert(index, info);
  const RowId row = row_id(*tid);
  const MemoryContext before = MemoryContextSwitchTo(insert->row_context);
  insert_keys(index, values, isnull, row);
  if (!isnull[0]) {
    insert_document(index, row, terms_of_value(insert->kind, insert->options, values[0]));
  }
  MemoryContextSwitchTo(before);
  MemoryContextReset(insert->row_context);
  return false;
}

}  // namespace vecext::pg
