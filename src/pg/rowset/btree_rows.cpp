// The server's btree scan tests each row separately, and copies each row that matches twice. For a
// scan of many rows, that is most of the cost. If the rows that match are adjacent in the index,
// this file takes only the first leaf from the server's scan. On each leaf that follows, it tests
// the last row, which usually shows that all rows of the leaf match, and copies them together.
//
// The steps are those of the server's forward scan (access/nbtree). Each leaf is share-locked, and
// its right link is read under that lock. Deleted pages are skipped. If a leaf is split after it
// was read, its right link, which was read before, leads past the new page; the rows there were
// read with the leaf.
#include "pg/rowset/btree_rows.h"

#include "pg/sys/buffer.h"
#include "pg/sys/error.h"
#include "pg/sys/version.h"
#include "pg/sys/row_id.h"

extern "C" {
#include "access/nbtree.h"
#include "access/relscan.h"
#include "access/xact.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/bufmgr.h"
#include "utils/rel.h"
}

namespace vecext::pg {

namespace {

/// Adds the rows of the scan's current leaf that come after the row which the scan has returned
/// last. Afterwards the scan goes on with another leaf.
///
/// When a scan returns the first row of a leaf, it has all matching rows of that leaf in `items`,
/// and `itemIndex` is the place of the row that it has returned. btgetbitmap() takes the rows in
/// the same way. In this use, nothing else in the state of the scan depends on single rows: the
/// table is not read, so no row is found to be dead (`kill_prior_tuple`); no position is marked;
/// and a leaf is unpinned, or stays pinned, for all of its rows at once.
void add_given_leaf(IndexScanDesc scan, RowList* rows) {
  BTScanPosData* leaf = &static_cast<BTScanOpaque>(scan->opaque)->currPos;
  const int given = leaf->itemIndex;
  pgstat_count_index_tuples(scan->indexRelation, leaf->lastItem - given);
  check_memory(rows->add(static_cast<Size>(leaf->lastItem - given + 1), [leaf, given](Size i) {
    return row_id(leaf->items[given + static_cast<int>(i)].heapTid);
  }));
  leaf->itemIndex = leaf->lastItem;
}

/// True if the rows that match are adjacent in the index. This is so if all conditions compare its
/// first column. The first row after them that does not match then ends them.
bool is_adjacent(BTScanOpaque scan) {
  constexpr int kOthers =
      SK_ISNULL | SK_ROW_HEADER | SK_ROW_MEMBER | SK_SEARCHARRAY | SK_SEARCHNULL | SK_SEARCHNOTNULL;
  for (int i = 0; i < scan->numberOfKeys; ++i) {
    const ScanKeyData& key = scan->keyData[i];
    if (key.sk_attno != 1 || (key.sk_flags & kOthers) != 0) {
      return false;
    }
  }
  return scan->numberOfKeys > 0;
}

/// The items of a leaf from `first` to `last`.
struct Items {
  Page page;
  OffsetNumber first;
  OffsetNumber last;

  IndexTuple tuple(OffsetNumber i) const {
    return reinterpret_cast<IndexTuple>(PageGetItem(page, PageGetItemId(page, i)));
  }
  bool is_dead(OffsetNumber i) const { return ItemIdIsDead(PageGetItemId(page, i)); }
};

bool matches(IndexScanDesc scan, IndexTuple tuple) {
  const auto* btree = static_cast<BTScanOpaque>(scan->opaque);
  bool is_null;
  const Datum value = index_getattr(tuple, 1, RelationGetDescr(scan->indexRelation), &is_null);
  for (int i = 0; !is_null && i < btree->numberOfKeys; ++i) {
    ScanKey key = btree->keyData + i;
    if (!DatumGetBool(
            FunctionCall2Coll(&key->sk_func, key->sk_collation, value, key->sk_argument))) {
      return false;
    }
  }
  return !is_null;
}

/// Returns how many items match. Items that match come before all others.
int count_matches(IndexScanDesc scan, const Items& items) {
  const int count = items.last - items.first + 1;
  int fewest = 0;
  int most = count;
  // On every leaf except the last one, all items match.
  for (int probe = count; fewest < most; probe = (fewest + most + 1) / 2) {
    if (matches(scan, items.tuple(static_cast<OffsetNumber>(items.first + probe - 1)))) {
      fewest = probe;
    } else {
      most = probe - 1;
    }
  }
  return fewest;
}

/// Adds the rows of the items. If `skips_dead` is true, leaves out items that are marked as dead.
void add_items(const Items& items, bool skips_dead, RowList* rows) {
  bool is_each_a_row = true;
  for (OffsetNumber i = items.first; i <= items.last; ++i) {
    is_each_a_row &= !(skips_dead && items.is_dead(i)) && !BTreeTupleIsPosting(items.tuple(i));
  }
  if (is_each_a_row) {
    check_memory(rows->add(static_cast<Size>(items.last - items.first + 1), [&items](Size i) {
      return row_id(items.tuple(static_cast<OffsetNumber>(items.first + i))->t_tid);
    }));
    return;
  }
  for (OffsetNumber i = items.first; i <= items.last; ++i) {
    const IndexTuple tuple = items.tuple(i);
    if (skips_dead && items.is_dead(i)) {
      continue;
    }
    const bool has_many = BTreeTupleIsPosting(tuple);
    const ItemPointer first = has_many ? BTreeTupleGetPosting(tuple) : &tuple->t_tid;
    check_memory(rows->add(has_many ? BTreeTupleGetNPosting(tuple) : 1,
                           [first](Size row) { return row_id(first[row]); }));
  }
}

/// Adds the matching rows of a leaf. Returns false if no leaf after it can have such rows.
bool add_leaf(IndexScanDesc scan, Page page, RowList* rows) {
  const BTPageOpaque opaque = BTPageGetOpaque(page);
  if (P_IGNORE(opaque)) {
    return true;
  }
  const auto last = static_cast<OffsetNumber>(PageGetMaxOffsetNumber(page));
  const Items all{page, P_FIRSTDATAKEY(opaque), last};
  if (all.first > all.last) {
    return true;
  }
  const int count = count_matches(scan, all);
  if (count > 0) {
    const Size before = rows->added();
    // Rows that are marked as dead on the primary may be visible to a snapshot of a standby, so a
    // standby does not skip them.
    add_items({page, all.first, static_cast<OffsetNumber>(all.first + count - 1)},
              scan->ignore_killed_tuples, rows);
    pgstat_count_index_tuples(scan->indexRelation, static_cast<int64>(rows->added() - before));
  }
  return all.first + count > all.last;
}

/// Starts to read a leaf from disk or, if it is in shared buffers, prefetches the beginnings of its
/// line pointers and of its items. Returns its buffer, or InvalidBuffer if it is not in shared
/// buffers. If `guess` is the number of a buffer, that buffer is taken for the leaf's without a
/// lookup.
Buffer prefetch_leaf(Relation index, BlockNumber leaf, Buffer guess) {
  const Buffer seen = guess > 0 && guess <= NBuffers
                          ? guess
                          : PrefetchBuffer(index, MAIN_FORKNUM, leaf).recent_buffer;
  if (BufferIsValid(seen)) {
    constexpr Size kBeginning = 512;
    // The buffer is not pinned and may get another page, so nothing is read from it.
    const auto* page = static_cast<const char*>(BufferGetBlock(seen));
    prefetch_buffers(page, kBeginning);
    prefetch_buffers(page + BLCKSZ - kBeginning, kBeginning);
  }
  return seen;
}

/// True if the first item of the leaf comes before the rows that match. A row that the scan would
/// return can then not be inserted into a leaf before this one.
bool begins_before(IndexScanDesc scan, Page page) {
  const BTPageOpaque opaque = BTPageGetOpaque(page);
  const OffsetNumber first = P_FIRSTDATAKEY(opaque);
  const Items items{page, first, first};
  return P_LEFTMOST(opaque) || (!P_IGNORE(opaque) && first <= PageGetMaxOffsetNumber(page) &&
                                !matches(scan, items.tuple(first)));
}

/// Notes the first leaf that has rows which match. Also notes the leaves before it into which a row
/// could be inserted that matches and comes before all these rows.
void note_first_leaves(IndexScanDesc scan, PagesRead* read) {
  const Relation index = scan->indexRelation;
  BlockNumber leaf = static_cast<BTScanOpaque>(scan->opaque)->currPos.currPage;
  BlockNumber next = InvalidBlockNumber;
  for (bool is_begin = false; !is_begin && !read->is_incomplete;) {
    CHECK_FOR_INTERRUPTS();
    const Buffer buffer = read_buffer(index, leaf, InvalidBuffer);
    _bt_lockbuf(index, buffer, BT_READ);
    _bt_checkpage(index, buffer);
    const Page page = BufferGetPage(buffer);
    const BTPageOpaque opaque = BTPageGetOpaque(page);
    note_page(read, index, leaf, buffer);
    // Another leaf may have come between the two leaves.
    read->is_incomplete = next != InvalidBlockNumber && opaque->btpo_next != next;
    is_begin = begins_before(scan, page);
    next = leaf;
    leaf = opaque->btpo_prev;
    _bt_relbuf(index, buffer);
  }
}

/// Adds the rows of all leaves to the right of the scan's current leaf, and ends the scan.
void add_leaves(IndexScanDesc scan, Size most, RowList* rows, PagesRead* read) {
  BTScanPosData* leaf = &static_cast<BTScanOpaque>(scan->opaque)->currPos;
  BlockNumber next = leaf->moreRight ? leaf->nextPage : P_NONE;
  BTScanPosUnpinIfPinned(*leaf);
  BTScanPosInvalidate(*leaf);
  Buffer seen = InvalidBuffer;
  Buffer before = InvalidBuffer;
  while (next != P_NONE && rows->count() <= most && !rows->is_full()) {
    CHECK_FOR_INTERRUPTS();
    const Buffer buffer = read_buffer(scan->indexRelation, next, seen);
    _bt_lockbuf(scan->indexRelation, buffer, BT_READ);
    _bt_checkpage(scan->indexRelation, buffer);
    const Page page = BufferGetPage(buffer);
    note_page(read, scan->indexRelation, next, buffer);
    next = BTPageGetOpaque(page)->btpo_next;
    // Neighboring leaves of an index mostly lie in neighboring buffers. So the next leaf is looked
    // for in the next buffer, unless this leaf was read from disk.
    const bool was_there = buffer == seen;
    const Buffer guess = was_there && buffer == before + 1 ? buffer + 1 : InvalidBuffer;
    seen = next == P_NONE ? InvalidBuffer : prefetch_leaf(scan->indexRelation, next, guess);
    before = buffer;
    if (!add_leaf(scan, page, rows)) {
      next = P_NONE;
    }
    _bt_relbuf(scan->indexRelation, buffer);
  }
}

/// Gets the next row of the scan. Returns false if there is none. From 18 on, the server asserts
/// that a scan which is read row by row has a table. Scans for bitmaps have no table. A btree scan
/// only checks that there is one, so the index stands in its place.
bool has_next(IndexScanDesc scan) {
  scan->heapRelation = scan->indexRelation;
  const bool has = index_getnext_tid(scan, ForwardScanDirection) != nullptr;
  scan->heapRelation = nullptr;
  return has;
}

}  // namespace

Size list_btree_rows(IndexScanDesc scan, Size most, RowList* rows, PagesRead* read) {
  // In the other cases the server's own scan reads all rows, since it takes predicate locks, and
  // checks if the snapshot is too old.
  const bool is_plain = !IsolationIsSerializable() && !snapshots_expire();
  while (rows->count() <= most && !rows->is_full() && has_next(scan)) {
    CHECK_FOR_INTERRUPTS();
    add_given_leaf(scan, rows);
    if (is_plain && is_adjacent(static_cast<BTScanOpaque>(scan->opaque))) {
      if (read != nullptr) {
        note_first_leaves(scan, read);
      }
      add_leaves(scan, most, rows, read);
      return rows->count();
    }
  }
  note_unknown(read);
  return rows->count();
}

}  // namespace vecext::pg
