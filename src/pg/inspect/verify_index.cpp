// vecext.verify_index(regclass): checks the formats of an index's pages, and compares its rows and
// keys with the rows of the table.
#include <algorithm>

#include "core/key_tree/key_verify.h"
#include "core/page/key_page.h"
#include "core/page/verify_pages.h"
#include "pg/am/common/access_method.h"
#include "pg/am/common/count_rights.h"
#include "pg/am/scan/heap_rows.h"
#include "pg/am/common/indexed_value.h"
#include "pg/am/common/key_columns.h"
#include "pg/am/common/verify_walk.h"
#include "pg/inspect/expected_rows.h"
#include "pg/inspect/open_index.h"
#include "pg/store/buffer_store.h"
#include "pg/sys/owner_scope.h"
#include "pg/sys/growing_array.h"
#include "pg/sys/row_id.h"
#include "pg/sys/sort.h"
#include "pg/sys/catalog.h"
#include "pg/sys/list.h"
#include "pg/sys/memory.h"

extern "C" {
#include "access/genam.h"
#include "access/table.h"
#include "access/xlog.h"
#include "access/xlogrecovery.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
}

namespace vecext::pg {

namespace {

/// The rows of an index, as numbers that can be sorted. In a damaged index, a row may be any
/// number.
using PackedRows = GrowingArray<uint64>;

/// The rows of an index. If the index has rerank vectors, it also says how they are transformed and
/// stored.
struct IndexRows {
  PackedRows list;
  MemoryContext context;  // has the list
  HeapRows* heap;
  RerankSpace rerank;
};

/// True if the elements of a row in the index equal those in the table. Also true if the snapshot
/// does not see the row.
bool elements_match(const IndexRows& rows, RowId row, const std::byte* element) {
  const void* stored = rows.heap->stored(row);
  const VectorTransform& transform = rows.rerank.transform;
  const Size bytes = stored_bytes(transform.element, transform.dims, element);
  return stored == nullptr || (stored_bytes(transform.element, transform.dims, stored) == bytes &&
                               memcmp(stored, element, bytes) == 0);
}

/// True if the rerank vector of a row in the index is made from the row's vector in the table. Also
/// true if the snapshot does not see the row.
bool rerank_matches(const IndexRows& rows, RowId row, const std::byte* rerank) {
  if (rows.rerank.rerank == Rerank::kNone) {
    return elements_match(rows, row, rerank);
  }
  const float* x = rows.heap->vector(row);
  if (x == nullptr) {
    return true;
  }
  const VectorTransform& transform = rows.rerank.transform;
  auto* moved = palloc_array<float>(transform.rotated);
  transform_vector(transform, x, false, moved);
  const bool holds = rerank_holds(rows.rerank.rerank, rerank, moved, transform.rotated);
  pfree(moved);
  return holds;
}

bool collect(void* context, RowId row, const std::byte* rerank) {
  auto* rows = static_cast<IndexRows*>(context);
  rows->list.push(row.packed(), rows->context);
  return rerank == nullptr || rerank_matches(*rows, row, rerank);
}

void begin(void* context, const RerankSpace& rerank) {
  auto* rows = static_cast<IndexRows*>(context);
  rows->list.count = 0;
  rows->rerank = rerank;
}

void report_finding(Relation index, const VerifyFinding& finding) {
  if (finding.what != nullptr) {
    raise_damage(index, finding.page, 0, finding.what);
  }
}

/// Checks the server's page headers of all pages, of which the server itself checks only parts.
void verify_headers(Relation index) {
  BufferStore store(index, nullptr);
  const auto check = [](const std::byte* bytes) -> Status {
    return sound_if(has_sound_hole(bytes));
  };
  VerifyFinding finding;
  check_index(index,
              verify_each_page(store, "a page's header calls used bytes unused", check, &finding));
  report_finding(index, finding);
}

/// All keys of an index with their rows, by key and then by row.
using IndexKeys = GrowingArray<KeyedRow>;

void collect_key(void* context, const KeyedRow& row) {
  auto* keys = static_cast<IndexKeys*>(context);
  keys->push(row, CurrentMemoryContext);
}

/// Checks the tree of keys, and returns its keys. They are an empty array if the index has no key
/// columns.
IndexKeys verify_tree(Relation index, VerifyFinding* finding) {
  IndexKeys keys{};
  if (has_keys(index)) {
    BufferStore store(index, nullptr);
    check_index(index, verify_keys(store, key_tree_of(index), {collect_key, &keys}, finding));
    interruptible_sort(keys.at, keys.count);
  }
  return keys;
}

/// Returns the number of the row's first column whose key is missing in the index, or 0 if no key
/// is missing.
AttrNumber missing_key(Relation index, const IndexKeys& keys, const Datum* values,
                       const bool* isnull, RowId row) {
  for (int i = 1; i < IndexRelationGetNumberOfKeyAttributes(index); ++i) {
    const auto column = static_cast<AttrNumber>(i + 1);
    if (isnull[i]) {
      continue;
    }
    const KeyedRow wanted{key_of(index, column, InvalidOid, values[i]), row};
    if (!std::binary_search(keys.at, keys.at + keys.count, wanted)) {
      return column;
    }
  }
  return 0;
}

/// What is needed to check that the index has each row of the table.
struct TableCheck {
  Relation index;
  const PackedRows* rows;
  const IndexKeys* keys;
  ValueReader* reader;  // null if the index has every row whose value is not null
};

void check_row(Relation, ItemPointer tid, Datum* values, bool* isnull, bool, void* context) {
  const auto* table = static_cast<const TableCheck*>(context);
  const RowId row = row_id(*tid);
  if (const AttrNumber column = missing_key(table->index, *table->keys, values, isnull, row)) {
    raise_damage(
        table->index, kNoPage, 0,
        psprintf("the key of row (%u,%u) in column %d is missing", row.page, row.line, column));
  }
  if (isnull[0] || (table->reader != nullptr &&
                    !table->reader->is_indexable(table->reader->stored(values[0])))) {
    return;
  }
  const uint64* end = table->rows->at + table->rows->count;
  if (!std::binary_search(static_cast<const uint64*>(table->rows->at), end, row.packed())) {
    raise_damage(table->index, kNoPage, 0,
                 psprintf("row (%u,%u) of the table is missing", row.page, row.line));
  }
}

/// Checks the pages of the index, and returns its rows in ascending order.
PackedRows verify_pages(Relation index, HeapRows* heap) {
  IndexRows rows{{}, CurrentMemoryContext, heap, {}};
  VerifyFinding finding;
  const VerifyVisitor visitor{{collect, &rows}, begin};
  access_method_of(index)->verify(index, visitor, &finding);
  report_finding(index, finding);
  interruptible_sort(rows.list.at, rows.list.count);
  return rows.list;
}

bool has_row_twice(const PackedRows& list) {
  const uint64* end = list.at + list.count;
  return std::adjacent_find(static_cast<const uint64*>(list.at), end) != end;
}

/// Checks the pages, and returns the rows in ascending order. Raises an error if the index has a
/// row twice.
PackedRows verify_rows(Relation index, HeapRows* heap) {
  PackedRows rows = verify_pages(index, heap);
  if (!has_row_twice(rows)) {
    return rows;
  }
  // A row may also seem to be there twice because VACUUM has removed it meanwhile and another row
  // has got its row id. So the pages are read again while VACUUM is locked out. A standby cannot
  // lock out replay, but can tell if anything was replayed.
  const bool is_standby = RecoveryInProgress();
  const XLogRecPtr before = is_standby ? GetXLogReplayRecPtr(nullptr) : InvalidXLogRecPtr;
  lock_changes(index);
  pfree(rows.at);
  rows = verify_pages(index, heap);
  unlock_changes(index);
  if (has_row_twice(rows) && (!is_standby || GetXLogReplayRecPtr(nullptr) == before)) {
    raise_damage(index, kNoPage, 0, "a row is in it twice");
  }
  return rows;
}

/// Checks a valid index, and returns its number of rows. `values` says what its vectors are like.
/// If it has no vectors, `reader` is null. Raises an error that names the first fault.
int64 verify(Relation index, Relation heap, const RowValues& values, ValueReader* reader) {
  verify_headers(index);
  HeapRows vectors(heap, index, GetActiveSnapshot(), values);
  const PackedRows rows = verify_rows(index, &vectors);
  vectors.close();
  VerifyFinding finding;
  const IndexKeys keys = verify_tree(index, &finding);
  report_finding(index, finding);
  TableCheck table{index, &rows, &keys, reader};
  scan_indexed_rows(heap, index, check_row, &table);
  return rows.count;
}

int64 verify(Relation index, Relation heap) {
  if (!access_method_of(index)->has_vectors) {
    return verify(index, heap, {}, nullptr);
  }
  const OpclassInfo opclass = opclass_of(index);
  const int32 dims = column_dims(index, opclass);
  ValueReader reader(opclass, dims, CurrentMemoryContext);
  return verify(index, heap, {opclass, dims, nullptr}, &reader);
}

int64 verify_one(Oid oid) {
  const Relation index = open_index(oid);
  check_may_count(oid, "verify_index", nullptr);
  require_valid(index);
  require_usable(index);
  const Relation heap = table_open(index->rd_index->indrelid, AccessShareLock);
  check_may_evaluate_as_owner(heap, index);
  const int64 rows = as_owner(heap, [index, heap] { return verify(index, heap); });
  table_close(heap, AccessShareLock);
  index_close(index, AccessShareLock);
  return rows;
}

}  // namespace

VECEXT_FUNCTION(vecext_verify_index)
{
  int64 rows = 0;
  for (const Oid index : oids_of(indexes_of(PG_GETARG_OID(0)))) {
    const MemoryContext context =
        AllocSetContextCreate(CurrentMemoryContext, "vecext verify_index", ALLOCSET_DEFAULT_SIZES);
    const MemoryContext before = MemoryContextSwitchTo(context);
    rows += verify_one(index);
    MemoryContextSwitchTo(before);
    MemoryContextDelete(context);
  }
  PG_RETURN_INT64(rows);
}

}  // namespace vecext::pg
