// A scan of a btree looks at each row by itself, whether it matches and whether any behind it may,
// and copies what it keeps twice: two thirds of what reading 170,000 rows takes. Where what matches
// is one stretch of the index, its first leaf comes from the scan; of those that follow one look at
// the last row tells that all match, and their rows are taken as they lie.
//
// The steps are those of the server's own forward scan (access/nbtree): from each leaf, locked for
// reading, to the one on its right as the leaf told while it was locked; deleted ones are passed
// over. A leaf that is divided meanwhile keeps what it had on its right half, which was read.
#include "pg/rowset/btree_rows.h"

#include "pg/sys/buffer.h"
#include "pg/sys/error.h"
#include "pg/sys/version.h"
#include "pg/type/prefetch.h"
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

/// Adds the rows of a leaf from the one on that the scan has given last; the next row that it gives
/// is of another leaf.
///
/// A scan remembers all that match of a leaf when it gives the first, and goes on by `itemIndex`:
/// btgetbitmap() takes them in the same way. What else a row leaves in a scan is not used here:
/// none is fetched from the table, so none is found dead (`kill_prior_tuple`); no place is marked;
/// and whether the leaf stays pinned is settled when it is read, once for all of its rows.
void add_given_leaf(IndexScanDesc scan, RowList* rows) {
  BTScanPosData* leaf = &static_cast<BTScanOpaque>(scan->opaque)->currPos;
  const int given = leaf->itemIndex;
  pgstat_count_index_tuples(scan->indexRelation, leaf->lastItem - given);
  check_memory(rows->add(static_cast<Size>(leaf->lastItem - given + 1), [leaf, given](Size i) {
    return row_id(leaf->items[given + static_cast<int>(i)].heapTid);
  }));
  leaf->itemIndex = leaf->lastItem;
}

/// Does all that matches follow each other in the index? It does by comparisons of its first
/// column, and goes on from a row that matches until one does not.
bool is_stretch(BTScanOpaque scan) {
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

/// Items of a leaf from `first` to `last`.
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

/// How many of the items match: the first ones.
int count_matches(IndexScanDesc scan, const Items& items) {
  const int count = items.last - items.first + 1;
  int fewest = 0;
  int most = count;
  // All but the last leaf match as a whole.
  for (int probe = count; fewest < most; probe = (fewest + most + 1) / 2) {
    if (matches(scan, items.tuple(static_cast<OffsetNumber>(items.first + probe - 1)))) {
      fewest = probe;
    } else {
      most = probe - 1;
    }
  }
  return fewest;
}

/// Adds the rows of the items; without those marked as dead if `skips_dead`.
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

/// Adds the rows of a leaf that match; false: none behind it does.
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
    const Size before = rows->count();
    // A row that is dead to the whole primary may be alive to a snapshot of its standby.
    add_items({page, all.first, static_cast<OffsetNumber>(all.first + count - 1)},
              scan->ignore_killed_tuples, rows);
    pgstat_count_index_tuples(scan->indexRelation, static_cast<int64>(rows->count() - before));
  }
  return all.first + count > all.last;
}

/// Has a leaf read from the disk; or, if it is in shared buffers, the beginnings of its line
/// pointers and items brought into the processor's cache. Returns the buffer then. Where it is
/// thought to be in `guess`, it is not looked for.
Buffer ask_for_leaf(Relation index, BlockNumber leaf, Buffer guess) {
  const Buffer seen = guess > 0 && guess <= NBuffers
                          ? guess
                          : PrefetchBuffer(index, MAIN_FORKNUM, leaf).recent_buffer;
  if (BufferIsValid(seen)) {
    constexpr Size kBeginning = 512;
    // It is not pinned and may become another page: none of this is read.
    const auto* page = static_cast<const char*>(BufferGetBlock(seen));
    prefetch_buffers(page, kBeginning);
    prefetch_buffers(page + BLCKSZ - kBeginning, kBeginning);
  }
  return seen;
}

/// Adds the rows of all leaves on the right of the one that the scan stands on, and ends the scan.
void add_leaves(IndexScanDesc scan, Size most, RowList* rows) {
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
    next = BTPageGetOpaque(page)->btpo_next;
    // Leaves that were read in their order lie in buffers one behind the other, mostly. Those that
    // come from the disk now do, too, and are not where the next one is thought to be.
    const bool was_there = buffer == seen;
    const Buffer guess = was_there && buffer == before + 1 ? buffer + 1 : InvalidBuffer;
    seen = next == P_NONE ? InvalidBuffer : ask_for_leaf(scan->indexRelation, next, guess);
    before = buffer;
    if (!add_leaf(scan, page, rows)) {
      next = P_NONE;
    }
    _bt_relbuf(scan->indexRelation, buffer);
  }
}

}  // namespace

Size list_btree_rows(IndexScanDesc scan, Size most, RowList* rows) {
  // Those note what they have read, or that it is too old.
  const bool is_plain = !IsolationIsSerializable() && !snapshots_expire();
  while (rows->count() <= most && !rows->is_full() &&
         index_getnext_tid(scan, ForwardScanDirection) != nullptr) {
    CHECK_FOR_INTERRUPTS();
    add_given_leaf(scan, rows);
    if (is_plain && is_stretch(static_cast<BTScanOpaque>(scan->opaque))) {
      add_leaves(scan, most, rows);
      break;
    }
  }
  return rows->count();
}

}  // namespace vecext::pg
