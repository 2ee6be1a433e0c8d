// A GIN index has the rows of each entry in the order of the table, compressed. The server's scan
// adds them one by one to a bitmap, which is a hash table of pages that it sorts at the end. If a
// row must have all entries to match, the rows that match are simply the intersection of the
// entries' lists.
//
// The steps are those of the server's scan (access/gin). It makes the scan keys by functions of the
// operator class, and checks that no entries are pending. Then it finds the leaf of each entry, and
// reads the entry's list or the leaves of its posting tree. Before the lock of one leaf is
// released, the next leaf is locked. Rows that are inserted after the check for pending entries are
// not visible to the snapshot of the scan.
#include "pg/rowset/gin_rows.h"

#include <algorithm>

#include "pg/sys/buffer.h"
#include "pg/sys/error.h"
#include "pg/sys/memory.h"
#include "pg/sys/version.h"
#include "pg/sys/row_id.h"

extern "C" {
#include "access/gin.h"
#include "access/gin_private.h"
#include "access/xact.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// The most entries of a key. For each entry, the operator class's function is called, and a list
/// is read.
constexpr uint32 kMostEntries = 32;

bool has_pending(Relation index) {
  GinStatsData stats;
  ginGetStats(index, &stats);
  return stats.nPendingPages > 0;
}

/// True if, by the operator class, a row that lacks any one of the key's entries cannot match,
/// whichever of the other entries it has. This is false for `a & !b & !c`: a row that lacks `b` may
/// match, although a row that lacks `b` and has `c` does not.
bool needs_all_entries(GinScanKey key) {
  for (uint32 i = 0; i < key->nentries; ++i) {
    for (uint32 j = 0; j < key->nentries; ++j) {
      key->entryRes[j] = j == i ? GIN_FALSE : GIN_MAYBE;
    }
    if (key->triConsistentFn(key) != GIN_FALSE) {
      return false;
    }
  }
  return true;
}

/// True if a row can match a key only if it has all of the key's entries.
bool is_of_entries(GinScanOpaque scan, GinScanKey key) {
  if (key->excludeOnly || key->searchMode != GIN_SEARCH_MODE_DEFAULT || key->nentries == 0 ||
      key->nentries > kMostEntries) {
    return false;
  }
  for (uint32 i = 0; i < key->nentries; ++i) {
    const GinScanEntryData& entry = *key->scanEntry[i];
    if (entry.isPartialMatch || entry.queryCategory != GIN_CAT_NORM_KEY) {
      return false;
    }
  }
  const MemoryContext before = MemoryContextSwitchTo(scan->tempCtx);
  const bool needs_all = needs_all_entries(key);
  MemoryContextSwitchTo(before);
  MemoryContextReset(scan->tempCtx);
  return needs_all;
}

/// Adds an array of rows that the server has allocated, and frees it.
void add_and_free(ItemPointer tids, int count, RowList* rows) {
  check_memory(rows->add(static_cast<Size>(count), [tids](Size i) { return row_id(tids[i]); }));
  if (tids != nullptr) {
    pfree(tids);
  }
}

/// Returns the number of leaves of a posting tree. For a tree of more than two levels, the number
/// is too low.
Size leaves_of_tree(Relation index, BlockNumber root) {
  const Buffer buffer = read_buffer(index, root, InvalidBuffer);
  LockBuffer(buffer, GIN_SHARE);
  const Page page = BufferGetPage(buffer);
  const Size leaves = GinPageIsLeaf(page) ? 1 : GinPageGetOpaque(page)->maxoff;
  UnlockReleaseBuffer(buffer);
  return leaves;
}

/// Adds the rows of a posting tree, and returns their number. If the first leaf shows that there
/// are more than `most` rows, stops after it, and returns an estimate of their number.
Size add_tree(Relation index, BlockNumber root, Size most, RowList* rows, PagesRead* read) {
  const Size leaves = leaves_of_tree(index, root);
  GinBtreeData tree;
  GinBtreeStack* stack = begin_posting_tree(&tree, index, root);
  Buffer buffer = stack->buffer;
  // Freeing the stack also releases a pin of the buffer, but the buffer is still needed.
  IncrBufferRefCount(buffer);
  freeGinBtreeStack(stack);
  Size expected = 0;
  bool is_last = false;
  while (!is_last && expected <= most && !rows->is_full()) {
    const Page page = BufferGetPage(buffer);
    note_page(read, index, BufferGetBlockNumber(buffer), buffer);
    if ((GinPageGetOpaque(page)->flags & GIN_DELETED) == 0) {
      ItemPointerData least;
      ItemPointerSetMin(&least);
      int count = 0;
      const ItemPointer tids = GinDataLeafPageGetItems(page, &count, least);
      add_and_free(tids, count, rows);
    }
    expected = expected == 0 ? leaves * rows->count() : expected;
    is_last = GinPageRightMost(page);
    buffer = is_last ? buffer : ginStepRight(buffer, index, GIN_SHARE);
  }
  UnlockReleaseBuffer(buffer);
  return is_last ? rows->count() : Max(rows->count(), expected);
}

/// Adds the rows of an entry. `most` and the result are as for add_tree().
Size add_entry(GinState* state, const GinScanEntryData& entry, Size most, RowList* rows,
               PagesRead* read) {
  GinBtreeData tree;
  ginPrepareEntryScan(&tree, entry.attnum, entry.queryKey, entry.queryCategory, state);
  GinBtreeStack* stack = find_gin_leaf(&tree);
  BlockNumber root = InvalidBlockNumber;
  note_page(read, state->index, BufferGetBlockNumber(stack->buffer), stack->buffer);
  if (tree.findItem(&tree, stack)) {
    const Page page = BufferGetPage(stack->buffer);
    auto* tuple = reinterpret_cast<IndexTuple>(PageGetItem(page, PageGetItemId(page, stack->off)));
    if (GinIsPostingTree(tuple)) {
      root = GinGetPostingTree(tuple);
    } else if (GinGetNPosting(tuple) > 0) {
      int count = 0;
      const ItemPointer tids = ginReadTuple(state, entry.attnum, tuple, &count);
      add_and_free(tids, count, rows);
    }
  }
  // Entries are never removed, and an entry that has a posting tree always keeps it. So the entry's
  // page can be unlocked before the tree is read. A lock on the page would block VACUUM.
  LockBuffer(stack->buffer, GIN_UNLOCK);
  freeGinBtreeStack(stack);
  return root == InvalidBlockNumber ? rows->count()
                                    : add_tree(state->index, root, most, rows, read);
}

/// Adds the rows that have all entries of all keys. `most` and the result are as for add_tree().
Size add_entries(GinScanOpaque scan, Size most, MemoryContext scratch, RowList* rows,
                 PagesRead* read) {
  const bool is_one = scan->nkeys == 1 && scan->keys[0].nentries == 1;
  // If there are several entries, their intersection may be small even if each entry has many rows.
  const Size most_of_each = is_one ? most : kNotListed;
  bool is_first = true;
  for (uint32 i = 0; i < scan->nkeys; ++i) {
    for (uint32 j = 0; j < scan->keys[i].nentries; ++j) {
      CHECK_FOR_INTERRUPTS();
      RowList others(context_arena(scratch), rows->room());
      RowList* list = is_first ? rows : &others;
      const Size count =
          add_entry(&scan->ginstate, *scan->keys[i].scanEntry[j], most_of_each, list, read);
      if (list->is_full() || count > most_of_each) {
        return is_one && !list->is_full() ? count : kNotListed;
      }
      check_memory(list->sort());
      if (!is_first) {
        check_memory(rows->intersect(others));
      }
      is_first = false;
    }
  }
  return rows->count();
}

/// True if, by the operator class, every row that has all entries of a key matches the key.
bool is_decided_by_entries(GinScanKey key) {
  std::fill_n(key->entryRes, key->nentries, GinTernaryValue{GIN_TRUE});
  return key->triConsistentFn(key) == GIN_TRUE;
}

}  // namespace

bool gin_decides(IndexScanDesc scan) {
  auto* gin = static_cast<GinScanOpaque>(scan->opaque);
  const MemoryContext before = MemoryContextSwitchTo(gin->tempCtx);
  bool decides = true;
  for (uint32 i = 0; decides && i < gin->nkeys; ++i) {
    decides = is_decided_by_entries(gin->keys + i);
  }
  MemoryContextSwitchTo(before);
  MemoryContextReset(gin->tempCtx);
  return decides;
}

Size list_gin_rows(IndexScanDesc scan, Size most, MemoryContext scratch, RowList* rows,
                   PagesRead* read) {
  auto* gin = static_cast<GinScanOpaque>(scan->opaque);
  if (IsolationIsSerializable() || snapshots_expire() || GinFuzzySearchLimit > 0) {
    return kNotListed;
  }
  ginFreeScanKeys(gin);
  ginNewScanKey(scan);
  if (gin->isVoidRes) {
    return 0;
  }
  for (uint32 i = 0; i < gin->nkeys; ++i) {
    if (!is_of_entries(gin, gin->keys + i)) {
      return kNotListed;
    }
  }
  if (gin->nkeys == 0 || has_pending(scan->indexRelation)) {
    return kNotListed;
  }
  note_page(read, scan->indexRelation, GIN_METAPAGE_BLKNO, InvalidBuffer);  // its page says that no
                                                                            // entries are pending
  const Size count = add_entries(gin, most, scratch, rows, read);
  pgstat_count_index_tuples(scan->indexRelation, static_cast<int64>(rows->count()));
  return count;
}

}  // namespace vecext::pg
