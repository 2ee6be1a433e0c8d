// Blocks of memory that all sessions share. They have what each session would otherwise load for
// itself of an index. A block does not change once it is shared, with two exceptions: hints, which
// any session may write at any time, and what is observed of queries, which has a lock.
//
// For a file, a part and a user, the table has one block: the version that was published last. A
// session keeps the block that it uses until it releases it, even if later versions are published
// meanwhile.
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

/// What part of a file's index a block has.
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

/// Identifies a version of a block. The number of a file may be used again, after four billion
/// other files, so `changes` alone does not identify a version.
struct BlockVersion {
  uint64 changes;   // the index's count of changes
  uint64 identity;  // hash of something that no two indexes have in common
};

/// A block that this session uses. All members are zero if the session uses no block.
struct SharedBlock {
  std::byte* bytes;
  Size size;
  dsa_pointer place;
  dlist_node in_use;
};

/// Returns the version of a part of an index. `content`, which must not have padding, is something
/// that no other index has.
template <class Content>
BlockVersion block_version(uint64 changes, const Content& content) {
  return {changes,
          hash_bytes_extended(reinterpret_cast<const unsigned char*>(&content), sizeof content, 0)};
}

/// The setting vecext.shared_cache_size, in kB. It limits the memory of all blocks together.
extern int shared_cache_size;

/// Sets `*block` to the block of that key and version. Returns false if there is none. It never
/// raises an error.
bool use_block(const BlockKey& key, const BlockVersion& version, SharedBlock* block);

/// Makes a block of `size` bytes, has fill(context, bytes) write them, and shares it as that
/// version. Sets `*block` to it or, if another session has shared a block of that version
/// meanwhile, to that block. Returns false if there is no memory for the block, or if a block of
/// another version was shared less than `least_age` milliseconds ago. To make room, removes blocks
/// that no session uses, the least recently used first. It never raises an error, and fill() must
/// not raise one.
bool publish_block(const BlockKey& key, const BlockVersion& version, Size size, int least_age,
                   void (*fill)(void* context, std::byte* bytes), void* context,
                   SharedBlock* block);

/// Does the same with a callable object `fill`, which takes no context.
template <class Fill>
bool publish_block(const BlockKey& key, const BlockVersion& version, Size size, int least_age,
                   Fill fill, SharedBlock* block) {
  return publish_block(
      key, version, size, least_age,
      [](void* context, std::byte* bytes) { (*static_cast<Fill*>(context))(bytes); }, &fill, block);
}

/// Ends the use of the block. Does nothing if `*block` is all zeros.
void release_block(SharedBlock* block);

/// Makes `*to` use the block that `*from` uses. `*from` then uses no block. It never raises an
/// error.
void move_block(SharedBlock* from, SharedBlock* to);

/// Removes the blocks of a file that no longer belongs to an index or table. If nobody calls it for
/// a file, as for the files of a dropped database, the file's blocks stay until room is needed.
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

/// Calls visit(context, user, bytes) for each block that has that part of a file, of which there is
/// one for each user. visit() must take no locks except locks that lie in blocks, and must not
/// raise an error except for lack of memory.
void visit_blocks(const FileLocator& file, BlockPart part,
                  void (*visit)(void* context, Oid user, std::byte* bytes), void* context);

/// Returns the tranche of the locks that lie in blocks. There must be a block when it is called.
int tranche_of_blocks();

/// Returns the parameters of the table of blocks.
dshash_parameters block_table(int tranche);

}  // namespace vecext::pg
