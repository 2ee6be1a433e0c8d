// Blocks of memory that all sessions share: what each session would otherwise load of an index for
// itself. A block never changes once it is shared, with two exceptions: hints, which any session
// may write, and what is observed of queries, which has a lock.
//
// The table has one block for a file, a part and a user: the version that was published last. A
// session keeps the block that it uses until it releases it, however many later versions there are.
#pragma once

#include <cstddef>

#include "pg/sys/growing_array.h"
#include "pg/sys/pg.h"
#include "pg/sys/version.h"

extern "C" {
#include "common/hashfn.h"
#include "lib/dshash.h"
#include "lib/ilist.h"
#include "utils/dsa.h"
}

namespace vecext::pg {

/// What a block holds of a file.
enum class BlockPart : uint32 {
  kModel = 1,
  kNodeRows = 2,
  kBufferHints = 3,
  kObserved = 4,
  kToastHints = 5,
};

struct BlockKey {
  FileLocator file;
  BlockPart part;
  Oid user;  // whose queries the block is about; InvalidOid if it is for all users
};
static_assert(sizeof(BlockKey) == 20, "no padding: keys are compared as bytes");

/// Identifies a version of a block. A file's number may be used again, after four billion others,
/// so `changes` alone is not enough.
struct BlockVersion {
  uint64 changes;   // the index's count of changes
  uint64 identity;  // a hash of what two indexes do not have in common
};

/// A block that this session uses. All members are zero if the session uses no block.
struct SharedBlock {
  std::byte* bytes;
  Size size;
  dsa_pointer place;
  dlist_node in_use;
};

/// Returns the version of a part of an index whose `content`, without padding, no other index has.
template <class Content>
BlockVersion block_version(uint64 changes, const Content& content) {
  return {changes,
          hash_bytes_extended(reinterpret_cast<const unsigned char*>(&content), sizeof content, 0)};
}

/// vecext.shared_cache_size, in kB: how much memory all blocks together may take.
extern int shared_cache_size;

/// Sets *block to the block of that version. Returns false if there is none. Never raises an error.
bool use_block(const BlockKey& key, const BlockVersion& version, SharedBlock* block);

/// Shares a block of `size` bytes, which fill(context, bytes) writes, as that version, and sets
/// *block to it, or to the block of that version that another session has shared meanwhile. Returns
/// false if there is no memory for the block, or if another version was shared less than
/// `least_age` milliseconds ago. To make room, removes blocks that no session uses, the least
/// recently used first. Never raises an error, and fill() must not raise one.
bool publish_block(const BlockKey& key, const BlockVersion& version, Size size, int least_age,
                   void (*fill)(void* context, std::byte* bytes), void* context,
                   SharedBlock* block);

/// Does the same with a callable object in place of a function and its context.
template <class Fill>
bool publish_block(const BlockKey& key, const BlockVersion& version, Size size, int least_age,
                   Fill fill, SharedBlock* block) {
  return publish_block(
      key, version, size, least_age,
      [](void* context, std::byte* bytes) { (*static_cast<Fill*>(context))(bytes); }, &fill, block);
}

/// Stops using the block, if there is one.
void release_block(SharedBlock* block);

/// Moves the use of a block from *from to *to; *from then uses no block. Never raises an error.
void move_block(SharedBlock* from, SharedBlock* to);

/// Removes the blocks of a file that no index or table has any longer. Blocks for which nobody
/// calls it, as for the files of a dropped database, stay until room is needed.
void forget_blocks(const FileLocator& file);

/// A block as the table describes it.
struct BlockDescription {
  BlockKey key;
  Size size;
  uint32 sessions;   // how many sessions use it
  TimestampTz used;  // when a session last began to use it
};

/// Returns the descriptions of all blocks, in the current memory context.
GrowingArray<BlockDescription> describe_blocks();

/// Calls visit(context, user, bytes) for each block of a part of a file: there is one for each
/// user. visit() must take no locks but those that lie in blocks, and raise no error except for
/// lack of memory.
void visit_blocks(const FileLocator& file, BlockPart part,
                  void (*visit)(void* context, Oid user, std::byte* bytes), void* context);

/// Returns the tranche of the locks that lie in blocks. It may be called only while there is a
/// block.
int tranche_of_blocks();

/// Returns the parameters of the table of blocks.
dshash_parameters block_table(int tranche);

}  // namespace vecext::pg
