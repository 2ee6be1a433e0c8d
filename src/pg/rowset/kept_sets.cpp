// A kept set is used again only if its indexes would give the same rows if they were read now. The
// WAL shows that, because every change of these indexes is logged before its transaction commits:
//
//  * A set remembers a position in the WAL, which is taken before the first page is read for the
//    set. If a change of a page was not in the page when it was read, its record ends in the WAL
//    behind that position: a backend that changes a page keeps the page locked from before it
//    inserts the record until the page has the record's LSN, and reading the page takes that lock.
//  * If nothing was inserted into the WAL since then, no page has changed.
//  * Otherwise each page that was read is looked at again, with its lock held. If no page's LSN is
//    behind the position, none has changed. These pages must be all pages to which a row of the set
//    could be added: btree_rows.cpp and gin_rows.cpp note them where they can tell. The position in
//    the WAL before this look then becomes the position of the set. If these pages are not known,
//    the set is made again.
//
// A row that a snapshot sees was added to the index before the snapshot was taken: by an earlier
// command of the same transaction, or by another transaction before it committed. So a set that is
// found unchanged after the snapshot was taken has the row. When entries of the index are read,
// they are not tested by a snapshot, so a set does not depend on the snapshot with which it was
// made. Entries that are marked as dead are left out: neither a snapshot that this session has nor
// a later one sees their rows. If VACUUM has removed a row, the set cannot have another row that
// has got the same id, since VACUUM removes the index entry first, which changes its page. So the
// rows of an exact set fulfil its conditions, as if the set had been made now.
//
// A set is not kept if one of its indexes is not logged: if it is temporary or unlogged, or if this
// transaction has made its file. On a standby nothing is kept, since it inserts no WAL, and its
// replay position advances independently of the changes of pages. Nothing is kept for a
// serializable transaction, which has to lock what it reads. A set is not kept if an operator of
// its conditions is not immutable, since settings may change which rows such an operator finds.
//
// A set is kept once it is asked for by a second statement.
#include "pg/rowset/kept_sets.h"

#include <new>

#include "pg/sys/buffer.h"
#include "pg/sys/error.h"
#include "pg/sys/memory.h"
#include "pg/sys/version.h"

extern "C" {
#include "access/parallel.h"
#include "access/skey.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/pg_proc.h"
#include "common/hashfn.h"
#include "executor/executor.h"
#include "lib/ilist.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/bufmgr.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
}

namespace vecext::pg {

namespace {

/// A set that is kept.
struct KeptSet {
  MemoryContext context;  // has all parts of the set
  RowBits rows;
  SetMemories memories;  // what searches keep with the set
  Size counted;          // bytes of all parts of the set, as they were counted last
  bool is_exact;
  PagesRead pages;
  StringInfoData name;
  uint32 hash;
  GrowingArray<Oid> indexes;
  XLogRecPtr unchanged_at;  // a position in the WAL at which the indexes had exactly the rows of
                            // the set
  int holders;
  bool is_suspect;  // true if one of its indexes may have been dropped or rebuilt
  dlist_node by_use;
};

dlist_head by_use = DLIST_STATIC_INIT(by_use);  // the set that was used last comes first

KeptSet* set_of(dlist_node* node) {
  return reinterpret_cast<KeptSet*>(reinterpret_cast<char*>(node) - offsetof(KeptSet, by_use));
}

/// Calls visit(set) for each set, the least recently used first. visit() may remove the set that it
/// is called for.
template <class Visit>
void each_set(const Visit& visit) {
  for (dlist_node* node = by_use.head.prev; node != &by_use.head;) {
    KeptSet* set = set_of(node);
    node = node->prev;
    visit(set);
  }
}

bool is_of(const KeptSet& set, Oid index) {
  for (int64 i = 0; i < set.indexes.count; ++i) {
    if (set.indexes.at[i] == index) {
      return true;
    }
  }
  return false;
}

/// Marks the sets that an invalidation message is about. It does no more than that, since such a
/// message can come at any time.
void relation_changed(Datum, Oid relation) {
  each_set([relation](KeptSet* set) {
    set->is_suspect = set->is_suspect || !OidIsValid(relation) || is_of(*set, relation);
  });
}

void forget(KeptSet* set) {
  dlist_delete(&set->by_use);
  MemoryContextDelete(set->context);
}

template <class T>
void append(StringInfo bytes, const T& value) {
  appendBinaryStringInfo(bytes, reinterpret_cast<const char*>(&value), sizeof(T));
}

/// Appends a key to the name of a set. Returns false if the key cannot be a part of a name.
bool append_key(StringInfo bytes, const ScanKeyData& key) {
  append(bytes, key.sk_flags);
  append(bytes, key.sk_attno);
  append(bytes, key.sk_strategy);
  append(bytes, key.sk_subtype);
  append(bytes, key.sk_collation);
  append(bytes, key.sk_func.fn_oid);
  if ((key.sk_flags & SK_ISNULL) != 0) {
    return true;
  }
  if ((key.sk_flags & SK_ROW_HEADER) != 0 || !OidIsValid(key.sk_subtype)) {
    return false;
  }
  // Unless an operator is immutable, the rows that it finds may depend on settings, such as
  // TimeZone.
  if (func_volatile(key.sk_func.fn_oid) != PROVOLATILE_IMMUTABLE) {
    return false;
  }
  int16 length = -1;
  bool by_value = false;
  if ((key.sk_flags & SK_SEARCHARRAY) == 0) {
    get_typlenbyval(key.sk_subtype, &length, &by_value);
  }
  if (by_value) {
    append(bytes, key.sk_argument);
    return true;
  }
  const auto* value = reinterpret_cast<const char*>(DatumGetPointer(key.sk_argument));
  if (length == -1 && VARATT_IS_EXTERNAL(value)) {
    return false;
  }
  const Size size = length == -1   ? VARSIZE_ANY(value)
                    : length == -2 ? strlen(value) + 1
                                   : static_cast<Size>(length);
  append(bytes, size);
  appendBinaryStringInfo(bytes, value, static_cast<int>(size));
  return true;
}

bool name_index(BitmapIndexScanState* node, SetName* name) {
  const Relation index = node->biss_RelationDesc;
  if (!RelationNeedsWAL(index) || has_new_file(index) || node->biss_NumArrayKeys > 0) {
    return false;
  }
  if (node->biss_NumRuntimeKeys > 0 && !node->biss_RuntimeKeysReady) {
    ExecReScan(&node->ss.ps);
  }
  name->indexes.push(index, name->context);
  append(&name->bytes, RelationGetRelid(index));
  append(&name->bytes, file_locator(index));
  append(&name->bytes, node->biss_NumScanKeys);
  for (int i = 0; i < node->biss_NumScanKeys; ++i) {
    if (!append_key(&name->bytes, node->biss_ScanKeys[i])) {
      return false;
    }
  }
  return true;
}

bool name_parts(PlanState** nodes, int count, SetName* name);

bool name_node(PlanState* node, SetName* name) {
  if (node->chgParam != nullptr) {
    ExecReScan(node);
  }
  append(&name->bytes, nodeTag(node));
  switch (nodeTag(node)) {
    case T_BitmapIndexScanState:
      return name_index(reinterpret_cast<BitmapIndexScanState*>(node), name);
    case T_BitmapAndState: {
      auto* of_all = reinterpret_cast<BitmapAndState*>(node);
      return name_parts(of_all->bitmapplans, of_all->nplans, name);
    }
    case T_BitmapOrState: {
      auto* of_any = reinterpret_cast<BitmapOrState*>(node);
      return name_parts(of_any->bitmapplans, of_any->nplans, name);
    }
    default:
      return false;
  }
}

bool name_parts(PlanState** nodes, int count, SetName* name) {
  append(&name->bytes, count);
  for (int i = 0; i < count; ++i) {
    if (!name_node(nodes[i], name)) {
      return false;
    }
  }
  return true;
}

bool has_name(const KeptSet& set, const SetName& name) {
  return set.hash == name.hash && set.name.len == name.bytes.len &&
         memcmp(set.name.data, name.bytes.data, static_cast<Size>(name.bytes.len)) == 0;
}

Relation index_of(const SetName& name, Oid oid) {
  int64 i = 0;
  while (RelationGetRelid(name.indexes.at[i]) != oid) {
    ++i;
  }
  return name.indexes.at[i];
}

/// True if no page of the set has changed since the set's position in the WAL.
bool are_unchanged(KeptSet* set, const SetName& name) {
  Relation index = name.indexes.at[0];
  for (int64 i = 0; i < set->pages.pages.count; ++i) {
    CHECK_FOR_INTERRUPTS();
    PageRead& page = set->pages.pages.at[i];
    if (RelationGetRelid(index) != page.index) {
      index = index_of(name, page.index);
    }
    const Buffer buffer = read_buffer(index, page.block, page.seen);
    LockBuffer(buffer, BUFFER_LOCK_SHARE);
    // A share lock is not enough to read the LSN: backends with a share lock may set hint bits,
    // which may raise it.
    const bool is_unchanged = BufferGetLSNAtomic(buffer) <= set->unchanged_at;
    UnlockReleaseBuffer(buffer);
    page.seen = buffer;
    if (!is_unchanged) {
      return false;
    }
  }
  return true;
}

/// True if the indexes still have exactly the rows of the set.
bool is_current(KeptSet* set, const SetName& name) {
  if (name.named_at == set->unchanged_at) {
    return true;
  }
  if (set->pages.is_incomplete || !are_unchanged(set, name)) {
    return false;
  }
  set->unchanged_at = name.named_at;
  return true;
}

Size bytes_of(const KeptSet& set) {
  return MemoryContextMemAllocated(set.context, true);
}

/// Returns how much memory all sets together may take, in bytes.
Size most_bytes() {
  constexpr Size kPart = 8;
  return static_cast<Size>(cache_size) * 1024 / kPart;
}

/// How often sets whose names have a certain hash were asked for since the last of these sets has
/// changed.
struct AskedFor {
  uint32 hash;
  uint32 times;
};

/// Returns the entry of a hash, and moves it to the first place among the hashes with the same last
/// bits.
AskedFor* asked_for(uint32 hash) {
  // Statements often ask for several sets in turns, so hashes with the same last bits must not
  // replace each other at once.
  constexpr uint32 kEnds = 128;
  constexpr int kOfEach = 8;
  static AskedFor last[kEnds][kOfEach];
  AskedFor* names = last[hash % kEnds];
  int i = 0;
  while (i < kOfEach - 1 && names[i].hash != hash) {
    ++i;
  }
  const AskedFor found = names[i].hash == hash ? names[i] : AskedFor{hash, 0};
  memmove(names + 1, names, static_cast<Size>(i) * sizeof(AskedFor));
  names[0] = found;
  return names;
}

/// Removes what searches keep with sets, and then sets themselves, the least recently used first,
/// until there is room for all that is left. Sets that are in use stay. For a removed set, the
/// count of requests begins again, as for a set that has changed.
void shrink() {
  constexpr int64 kMostSets = 256;
  Size bytes = 0;
  int64 sets = 0;
  each_set([&](const KeptSet* set) {
    bytes += bytes_of(*set);
    ++sets;
  });
  each_set([&](KeptSet* set) {
    if (bytes > most_bytes() && set->holders == 0) {
      bytes -= bytes_of(*set);
      drop_kept(&set->memories);
      bytes += bytes_of(*set);
    }
  });
  each_set([&](KeptSet* set) {
    if ((bytes > most_bytes() || sets > kMostSets) && set->holders == 0) {
      bytes -= bytes_of(*set);
      --sets;
      asked_for(set->hash)->times = 1;
      forget(set);
    }
  });
}

/// Ends a use of a set. Searches may have added to it more than there is room for.
void release(void* of) {
  auto* set = static_cast<KeptSet*>(of);
  --set->holders;
  const Size bytes = bytes_of(*set);
  if (set->counted != bytes) {
    set->counted = bytes;
    shrink();
  }
}

void hold(KeptSet* set, MemoryContext holder) {
  call_at_reset(holder, release, set);
  ++set->holders;
}

/// Returns a copy of a set in a new memory context, which is a child of the current one.
KeptSet* copy_set(const SetName& name, const RowBits& rows, const PagesRead& pages) {
  const MemoryContext context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext kept set", ALLOCSET_SMALL_SIZES);
  const MemoryContext before = MemoryContextSwitchTo(context);
  auto* set = palloc0_object<KeptSet>();
  set->context = context;
  new (&set->rows) RowBits(context_arena(context));
  check_memory(set->rows.copy(rows));
  set->memories.context = context;
  set->pages = {context, {}, pages.is_incomplete};
  if (!pages.is_incomplete) {
    set->pages.pages.reserve(pages.pages.count, context);
    for (int64 i = 0; i < pages.pages.count; ++i) {
      set->pages.pages.push(pages.pages.at[i], context);
    }
  }
  initStringInfo(&set->name);
  appendBinaryStringInfo(&set->name, name.bytes.data, name.bytes.len);
  for (int64 i = 0; i < name.indexes.count; ++i) {
    set->indexes.push(RelationGetRelid(name.indexes.at[i]), context);
  }
  set->hash = name.hash;
  set->unchanged_at = name.named_at;
  MemoryContextSwitchTo(before);
  return set;
}

}  // namespace

bool may_keep_sets() {
  return !RecoveryInProgress() && !IsolationIsSerializable() && !snapshots_expire() &&
         !IsParallelWorker();
}

bool name_set(PlanState* node, MemoryContext context, SetName* name) {
  if (!may_keep_sets()) {
    return false;
  }
  name->context = context;
  const MemoryContext before = MemoryContextSwitchTo(context);
  initStringInfo(&name->bytes);
  MemoryContextSwitchTo(before);
  name->indexes = {};
  if (!name_node(node, name)) {
    return false;
  }
  name->hash =
      hash_bytes(reinterpret_cast<const unsigned char*>(name->bytes.data), name->bytes.len);
  name->asked_before = asked_for(name->hash)->times++;
  name->named_at = GetXLogInsertRecPtr();
  return true;
}

bool find_kept(const SetName& name, MemoryContext holder, MadeSet* set) {
  // A set for which no earlier statement has asked is not kept, since most such filters are used
  // only once.
  if (name.asked_before == 0) {
    return false;
  }
  KeptSet* found = nullptr;
  each_set([&](KeptSet* kept) {
    if (kept->is_suspect && kept->holders == 0) {
      forget(kept);
    } else if (!kept->is_suspect && has_name(*kept, name)) {
      found = kept;
    }
  });
  if (found == nullptr) {
    return false;
  }
  if (!is_current(found, name)) {
    found->is_suspect = true;
    asked_for(name.hash)->times = 1;
    return false;
  }
  hold(found, holder);
  dlist_move_head(&by_use, &found->by_use);
  found->memories.most_bytes = most_bytes() / 2;
  for (int64 i = 0; i < name.indexes.count; ++i) {
    pgstat_count_index_scan(name.indexes.at[i]);
  }
  *set = {&found->rows, found->is_exact, &found->memories};
  return true;
}

void keep_set(const SetName& name, const RowBits& rows, bool is_exact, const PagesRead& pages) {
  static bool is_registered = false;
  if (rows.count() < kFewestKept && (pages.is_incomplete || pages.pages.count < kFewestPages)) {
    return;
  }
  KeptSet* set = copy_set(name, rows, pages);
  set->is_exact = is_exact;
  if (bytes_of(*set) > most_bytes()) {
    MemoryContextDelete(set->context);
    return;
  }
  if (!is_registered) {
    CacheRegisterRelcacheCallback(relation_changed, 0);
    is_registered = true;
  }
  MemoryContextSetParent(set->context, CacheMemoryContext);
  dlist_push_head(&by_use, &set->by_use);
  shrink();
}

}  // namespace vecext::pg
