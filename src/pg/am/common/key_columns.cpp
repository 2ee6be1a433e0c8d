#include "pg/am/common/key_columns.h"

#include <algorithm>

#include "core/key_tree/key_tree.h"
#include "pg/am/common/index_cache.h"
#include "pg/store/buffer_store.h"
#include "pg/sys/memory.h"
#include "pg/sys/row_id.h"
#include "pg/sys/version.h"

extern "C" {
#include "access/amapi.h"
#include "access/skey.h"
#include "common/hashfn.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

uint16 hash_number(Relation index) {
  return index->rd_indam->amsupport;
}

/// Returns the hash function of a key column's class for values of `type`. *other is memory for a
/// function that the index's own cache does not have.
FmgrInfo* hash_function(Relation index, AttrNumber attribute, Oid type, FmgrInfo* other) {
  const uint16 number = hash_number(index);
  if (!OidIsValid(type) || type == index->rd_opcintype[attribute - 1]) {
    return index_getprocinfo(index, attribute, number);
  }
  const Oid family = index->rd_opfamily[attribute - 1];
  const Oid function = get_opfamily_proc(family, type, type, static_cast<int16>(number));
  if (!OidIsValid(function)) {
    elog(ERROR, "missing hash function for type %u of operator family %u", type, family);
  }
  fmgr_info(function, other);
  return other;
}

void add_rows_of_value(IndexScanDesc scan, PageId tree, const ScanKeyData& key, Oid type,
                       Datum value, RowList* rows) {
  BufferStore store(scan->indexRelation, nullptr);
  const uint32 hash = key_of(scan->indexRelation, key.sk_attno, type, value);
  check_index(scan->indexRelation, find_key_rows(store, tree, hash, rows));
}

/// Adds the rows that may fulfil the condition `column = ANY (array)`.
void add_rows_of_array(IndexScanDesc scan, PageId tree, const ScanKeyData& key, RowList* rows) {
  each_element(
      key, [&](Datum value) { add_rows_of_value(scan, tree, key, key.sk_subtype, value, rows); });
}

/// Adds the rows that may fulfil one condition, and sorts the list.
void find_rows_of_key(IndexScanDesc scan, PageId tree, const ScanKeyData& key, RowList* rows) {
  if ((key.sk_flags & SK_ISNULL) == 0) {
    if ((key.sk_flags & SK_SEARCHARRAY) != 0) {
      add_rows_of_array(scan, tree, key, rows);
    } else {
      add_rows_of_value(scan, tree, key, key.sk_subtype, key.sk_argument, rows);
    }
  }
  if (!rows->sort()) {
    check_index(scan->indexRelation, out_of_memory());
  }
}

}  // namespace

bool is_key_column(Relation index, AttrNumber attribute) {
  return OidIsValid(index_getprocid(index, attribute, hash_number(index)));
}

PageId key_tree_of(Relation index) {
  const PageId keys = read_meta_head(index, nullptr).keys;
  if (keys == 0) {
    check_index(index, corrupt());
  }
  return keys;
}

uint32 key_of(Relation index, AttrNumber attribute, Oid type, Datum value) {
  FmgrInfo other;
  FmgrInfo* function = hash_function(index, attribute, type, &other);
  const Oid collation = index->rd_indcollation[attribute - 1];
  const uint32 hash = DatumGetUInt32(FunctionCall1Coll(function, collation, value));
  // All columns share a tree, so the key depends on the column too.
  return hash_combine(hash, static_cast<uint32>(attribute));
}

void insert_keys(Relation index, const Datum* values, const bool* isnull, RowId row) {
  if (!has_keys(index)) {
    return;
  }
  const PageId tree = key_tree_of(index);
  BufferStore store(index, nullptr);
  for (int i = 1; i < IndexRelationGetNumberOfKeyAttributes(index); ++i) {
    if (!isnull[i]) {
      const uint32 key = key_of(index, static_cast<AttrNumber>(i + 1), InvalidOid, values[i]);
      check_index(index, insert_key_row(store, tree, {key, row}));
    }
  }
}

void remove_keys(const IndexVacuumInfo* info, VacuumCallback* callback) {
  // CREATE INDEX CONCURRENTLY calls ambulkdelete to learn which rows the index has, and inserts the
  // others. The build reads keys after vectors, so a row that was inserted in between has keys but
  // no vector yet. Such a row must not be reported. `report_progress` tells CREATE INDEX
  // CONCURRENTLY from VACUUM, which shows no progress of an index.
  const Relation index = info->index;
  if (!has_keys(index) || info->report_progress) {
    return;
  }
  BufferStore store(index, nullptr);
  // The counts in `removed` are dropped, because the statistics of VACUUM count rows with a vector,
  // not keys.
  RemovedRows removed{is_dead_row, callback, 0, 0};
  PageId page;
  check_index(index, first_key_leaf(store, key_tree_of(index), &page));
  ChainLength length;
  while (page != kNoPage) {
    delay_vacuum();
    check_index(index,
                length.is_beyond(store) ? corrupt() : remove_key_rows(store, &page, &removed));
  }
}

bool has_first_condition(const ScanKeyData* conditions, int count) {
  return std::any_of(conditions, conditions + count,
                     [](const ScanKeyData& condition) { return condition.sk_attno == 1; });
}

bool has_key_condition(IndexScanDesc scan) {
  return std::any_of(scan->keyData, scan->keyData + scan->numberOfKeys,
                     [](const ScanKeyData& condition) { return condition.sk_attno > 1; });
}

void find_rows_of_keys(IndexScanDesc scan, RowList* rows) {
  const PageId tree = key_tree_of(scan->indexRelation);
  int first = 0;
  while (scan->keyData[first].sk_attno == 1) {
    ++first;
  }
  find_rows_of_key(scan, tree, scan->keyData[first], rows);
  const MemoryContext others =
      AllocSetContextCreate(CurrentMemoryContext, "vecext keys", ALLOCSET_DEFAULT_SIZES);
  for (int i = first + 1; i < scan->numberOfKeys; ++i) {
    if (scan->keyData[i].sk_attno == 1) {
      continue;
    }
    RowList other(context_arena(others));
    find_rows_of_key(scan, tree, scan->keyData[i], &other);
    check_memory(rows->intersect(other));
    MemoryContextReset(others);
  }
  MemoryContextDelete(others);
}

}  // namespace vecext::pg
