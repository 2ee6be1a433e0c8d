#include "pg/shared/shared_blocks.h"

#include "pg/shared/shared_area.h"
#include "pg/sys/error_scope.h"
#include "pg/sys/version_shared.h"

extern "C" {
#include "miscadmin.h"
#include "storage/ipc.h"
#include "utils/timestamp.h"
}

namespace vecext::pg {

int shared_cache_size;

namespace {

struct BlockEntry {
  BlockKey key;
  BlockVersion version;
  dsa_pointer place;
  TimestampTz published;
  TimestampTz used;  // when a session last began to use it
};

/// The head of a block, which lies before the block's bytes.
struct BlockHead {
  pg_atomic_uint32 uses;  // number of sessions that use the block, plus one while it is in the
                          // table
  Size size;
};

/// The alignment of a block's bytes, which is the same as that of memory from an arena.
constexpr Size kAlignment = 64;

/// After an error, the session does not use the area for so many milliseconds.
constexpr int kPause = 60 * 1000;

dlist_head in_use = DLIST_STATIC_INIT(in_use);
TimestampTz paused_until = 0;

constexpr Size kRoomOfHead = sizeof(BlockHead) + kAlignment;

BlockHead* head_of(const SharedArea& area, dsa_pointer place) {
  return static_cast<BlockHead*>(dsa_get_address(area.memory, place));
}

std::byte* bytes_of(BlockHead* head) {
  return reinterpret_cast<std::byte*>(TYPEALIGN(kAlignment, head + 1));
}

/// Ends a use of the block. If it was the last use, frees the block.
void end_use(SharedArea* area, dsa_pointer place) {
  BlockHead* head = head_of(*area, place);
  if (pg_atomic_sub_fetch_u32(&head->uses, 1) == 0) {
    pg_atomic_fetch_sub_u64(&area->counts->bytes, head->size);
    dsa_free(area->memory, place);
  }
}

void release_all(int, Datum) {
  while (!dlist_is_empty(&in_use)) {
    release_block(reinterpret_cast<SharedBlock*>(reinterpret_cast<char*>(in_use.head.next) -
                                                 offsetof(SharedBlock, in_use)));
  }
}

/// Notes that this session uses the block at `place`. The block's count of uses already includes
/// this use.
void note_use(const SharedArea& area, dsa_pointer place, SharedBlock* block) {
  static bool releases_at_exit = false;
  if (!releases_at_exit) {
    before_shmem_exit(release_all, 0);
    releases_at_exit = true;
  }
  BlockHead* head = head_of(area, place);
  block->bytes = bytes_of(head);
  block->size = head->size;
  block->place = place;
  dlist_push_head(&in_use, &block->in_use);
}

bool is_same(const BlockVersion& a, const BlockVersion& b) {
  return a.changes == b.changes && a.identity == b.identity;
}

/// Calls run(area), and returns what it returns. If run() raises an error, returns false, and the
/// user does not see the error, since sharing only saves memory and time.
template <class Run>
bool in_area(Run run) {
  if (!IsUnderPostmaster || (paused_until != 0 && GetCurrentTimestamp() < paused_until)) {
    return false;
  }
  bool is_done = false;
  ErrorData* error = catch_error([&] {
    SharedArea* area = shared_area(shared_cache_size > 0);
    is_done = area != nullptr && run(area);
  });
  if (error != nullptr) {
    ereport(DEBUG1, (errmsg_internal("cannot use shared memory: %s", error->message)));
    FreeErrorData(error);
    paused_until = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), kPause);
    return false;
  }
  paused_until = 0;
  return is_done;
}

/// Removes that block which was least recently used and which no session uses. Returns false if all
/// blocks are in use.
bool remove_oldest(SharedArea* area) {
  BlockEntry oldest{};
  dshash_seq_status scan;
  dshash_seq_init(&scan, area->blocks, false);
  while (const auto* entry = static_cast<const BlockEntry*>(dshash_seq_next(&scan))) {
    if (pg_atomic_read_u32(&head_of(*area, entry->place)->uses) == 1 &&
        (oldest.place == InvalidDsaPointer || entry->used < oldest.used)) {
      oldest = *entry;
    }
  }
  dshash_seq_term(&scan);
  if (oldest.place == InvalidDsaPointer) {
    return false;
  }
  auto* entry = static_cast<BlockEntry*>(dshash_find(area->blocks, &oldest.key, true));
  if (entry != nullptr) {
    const dsa_pointer place = entry->place;
    dshash_delete_entry(area->blocks, entry);
    end_use(area, place);
  }
  return true;
}

/// Removes blocks until the others take at most `most` bytes. Returns false if the blocks that are
/// in use take more.
bool shrink(SharedArea* area, Size most) {
  while (pg_atomic_read_u64(&area->counts->bytes) > most) {
    if (!remove_oldest(area)) {
      return false;
    }
  }
  return true;
}

/// Allocates a block. Its two uses are by the table and by this session. Returns InvalidDsaPointer
/// if the block does not fit. Even then it removes blocks, because the limit may have been lowered.
dsa_pointer allocate(SharedArea* area, Size size) {
  const Size most = static_cast<Size>(shared_cache_size) * 1024;
  if (!shrink(area, size > most ? most : most - size) || size > most) {
    return InvalidDsaPointer;
  }
  const dsa_pointer place =
      dsa_allocate_extended(area->memory, size + kRoomOfHead, DSA_ALLOC_HUGE | DSA_ALLOC_NO_OOM);
  if (place != InvalidDsaPointer) {
    BlockHead* head = head_of(*area, place);
    pg_atomic_init_u32(&head->uses, 2);
    head->size = size;
    pg_atomic_fetch_add_u64(&area->counts->bytes, size);
  }
  return place;
}

/// True if a block of that key, but of another version, was shared less than `least_age`
/// milliseconds ago.
bool is_too_recent(const SharedArea& area, const BlockKey& key, const BlockVersion& version,
                   int least_age) {
  auto* entry = static_cast<BlockEntry*>(dshash_find(area.blocks, &key, false));
  if (entry == nullptr) {
    return false;
  }
  const bool is_recent =
      !is_same(entry->version, version) &&
      !TimestampDifferenceExceeds(entry->published, GetCurrentTimestamp(), least_age);
  dshash_release_lock(area.blocks, entry);
  return is_recent;
}

/// Puts the block at `place` into the table, and returns the block that this session is to use. If
/// another session has already shared a block of this version, that one is returned.
dsa_pointer put(SharedArea* area, const BlockKey& key, const BlockVersion& version,
                dsa_pointer place) {
  const TimestampTz now = GetCurrentTimestamp();
  bool is_known;
  auto* entry = static_cast<BlockEntry*>(dshash_find_or_insert(area->blocks, &key, &is_known));
  const dsa_pointer before = is_known ? entry->place : InvalidDsaPointer;
  if (is_known && is_same(entry->version, version)) {
    pg_atomic_fetch_add_u32(&head_of(*area, before)->uses, 1);
    dshash_release_lock(area->blocks, entry);
    end_use(area, place);
    end_use(area, place);
    return before;
  }
  entry->version = version;
  entry->place = place;
  entry->published = now;
  entry->used = now;
  dshash_release_lock(area->blocks, entry);
  if (before != InvalidDsaPointer) {
    end_use(area, before);
  }
  return place;
}

/// Makes `*block` use the block of that key and version. Returns false if the table does not have
/// it.
bool use(SharedArea* area, const BlockKey& key, const BlockVersion& version, SharedBlock* block) {
  auto* entry = static_cast<BlockEntry*>(dshash_find(area->blocks, &key, false));
  if (entry == nullptr) {
    return false;
  }
  const dsa_pointer place = entry->place;
  const bool is_wanted = is_same(entry->version, version);
  if (is_wanted) {
    pg_atomic_fetch_add_u32(&head_of(*area, place)->uses, 1);
    entry->used = GetCurrentTimestamp();
  }
  dshash_release_lock(area->blocks, entry);
  if (is_wanted) {
    note_use(*area, place, block);
  }
  return is_wanted;
}

}  // namespace

bool use_block(const BlockKey& key, const BlockVersion& version, SharedBlock* block) {
  release_block(block);
  return shared_cache_size > 0 &&
         in_area([&](SharedArea* area) { return use(area, key, version, block); });
}

bool publish_block(const BlockKey& key, const BlockVersion& version, Size size, int least_age,
                   void (*fill)(void* context, std::byte* bytes), void* context,
                   SharedBlock* block) {
  release_block(block);
  dsa_pointer place = InvalidDsaPointer;
  const bool is_published = in_area([&](SharedArea* area) {
    // Sessions that begin at the same time load the same block, and there may be room for it only
    // once, so it is looked for again.
    if (shared_cache_size > 0 && use(area, key, version, block)) {
      return true;
    }
    if (is_too_recent(*area, key, version, least_age)) {
      return false;
    }
    place = allocate(area, size);
    if (place == InvalidDsaPointer) {
      return false;
    }
    fill(context, bytes_of(head_of(*area, place)));
    const dsa_pointer used = put(area, key, version, place);
    place = InvalidDsaPointer;
    note_use(*area, used, block);
    return true;
  });
  if (place != InvalidDsaPointer) {
    // The table had no memory for an entry, so both uses of the block end.
    end_use(shared_area(false), place);
    end_use(shared_area(false), place);
  }
  return is_published;
}

void release_block(SharedBlock* block) {
  if (block->bytes != nullptr) {
    const dsa_pointer place = block->place;
    dlist_delete(&block->in_use);
    *block = {};
    end_use(shared_area(true), place);
  }
}

void move_block(SharedBlock* from, SharedBlock* to) {
  release_block(to);
  *to = *from;
  dlist_delete(&from->in_use);
  dlist_push_head(&in_use, &to->in_use);
  *from = {};
}

void forget_blocks(const FileLocator& file) {
  in_area([&](SharedArea* area) {
    dshash_seq_status scan;
    dshash_seq_init(&scan, area->blocks, true);
    while (const auto* entry = static_cast<const BlockEntry*>(dshash_seq_next(&scan))) {
      if (same_file(entry->key.file, file)) {
        const dsa_pointer place = entry->place;
        dshash_delete_current(&scan);
        end_use(area, place);
      }
    }
    dshash_seq_term(&scan);
    return true;
  });
}

void visit_blocks(const FileLocator& file, BlockPart part,
                  void (*visit)(void* context, Oid user, std::byte* bytes), void* context) {
  in_area([&](SharedArea* area) {
    dshash_seq_status scan;
    dshash_seq_init(&scan, area->blocks, false);
    while (const auto* entry = static_cast<const BlockEntry*>(dshash_seq_next(&scan))) {
      if (entry->key.part == part && same_file(entry->key.file, file)) {
        visit(context, entry->key.user, bytes_of(head_of(*area, entry->place)));
      }
    }
    dshash_seq_term(&scan);
    return true;
  });
}

int tranche_of_blocks() {
  return shared_area(true)->tranche;
}

GrowingArray<BlockDescription> describe_blocks() {
  GrowingArray<BlockDescription> blocks{};
  in_area([&](SharedArea* area) {
    dshash_seq_status scan;
    dshash_seq_init(&scan, area->blocks, false);
    while (const auto* entry = static_cast<const BlockEntry*>(dshash_seq_next(&scan))) {
      BlockHead* head = head_of(*area, entry->place);
      blocks.push({entry->key, head->size, pg_atomic_read_u32(&head->uses) - 1, entry->used},
                  CurrentMemoryContext);
    }
    dshash_seq_term(&scan);
    return true;
  });
  return blocks;
}

dshash_parameters block_table(int tranche) {
  return shared_table(sizeof(BlockKey), sizeof(BlockEntry), tranche);
}

}  // namespace vecext::pg
