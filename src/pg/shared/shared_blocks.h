// Blocks of memory that all sessions share: what each of them would else load of an index for
// itself. A block never changes once it is shared, but for hints, which any session may write, and
// for what is observed of queries, which has a lock.
//
// The table has one block for a file, a part and a user, the version published last. Sessions keep
// the one that they use until they release it, however many later versions there are.
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
  Oid user;  // whose queries the block is about; InvalidOid: it is for all
};
static_assert(sizeof(BlockKey) == 20, "no padding: keys are compared as bytes");

/// What a version of a block is recognized by. A file's number may be used again, after four
/// billion others, so that `changes` alone is not enough.
struct BlockVersion {
  uint64 changes;   // of the index
  uint64 identity;  // a hash of what two indexes do not have in common
};

/// A block that this session uses. Zeros: none.
struct SharedBlock {
  std::byte* bytes;
  Size size;
  dsa_pointer place;
  dlist_node in_use;
};

/// The version of a part of an index whose `content`, without padding, no other index has.
template <class Content>
BlockVersion block_version(uint64 changes, const Content& content) {
  return {changes,
          hash_bytes_extended(reinterpret_cast<const unsigned char*>(&content), sizeof content, 0)};
}

/// vecext.shared_cache_size, in kB: how much all blocks may take.
extern int shared_cache_size;

/// Sets *block to the block of that version; false if there is none. Never raises an error.
bool use_block(const BlockKey& key, const BlockVersion& version, SharedBlock* block);

/// Shares `size` bytes, which fill(context, bytes) writes, as the block of that version, and sets
/// *block to it, or to one that another session has shared meanwhile. False if there is no memory
/// for it, or if another version was shared less than `least_age` milliseconds ago. Removes blocks
/// that no session uses, least recently used first, to make room. Never raises an error; fill() may
/// not raise one.
bool publish_block(const BlockKey& key, const BlockVersion& version, Size size, int least_age,
                   void (*fill)(void* context, std::byte* bytes), void* context,
                   SharedBlock* block);

/// The same for a callable.
template <class Fill>
bool publish_block(const BlockKey& key, const BlockVersion& version, Size size, int least_age,
                   Fill fill, SharedBlock* block) {
  return publish_block(
      key, version, size, least_age,
      [](void* context, std::byte* bytes) { (*static_cast<Fill*>(context))(bytes); }, &fill, block);
}

/// Stops using the block, if there is one.
void release_block(SharedBlock* block);

/// Makes *to the use of the block in place of *from. Never raises an error.
void move_block(SharedBlock* from, SharedBlock* to);

/// Removes the blocks of a file that an index or a table has no longer. Where nobody calls it, as
/// for the files of a dropped database, they stay until room is needed.
void forget_blocks(const FileLocator& file);

/// A block as the table has it.
struct BlockDescription {
  BlockKey key;
  Size size;
  uint32 sessions;   // that use it
  TimestampTz used;  // when a session began to use it last
};

/// Descriptions of all blocks, in the current memory context.
GrowingArray<BlockDescription> describe_blocks();

/// Calls visit(context, user, bytes) for the blocks of a part of a file, one for each user. No lock
/// but those in blocks may be taken there, and nothing be raised but for lack of memory.
void visit_blocks(const FileLocator& file, BlockPart part,
                  void (*visit)(void* context, Oid user, std::byte* bytes), void* context);

/// The tranche of locks that lie in blocks. Call it where there is a block.
int tranche_of_blocks();

/// The parameters of the table of blocks.
dshash_parameters block_table(int tranche);

}  // namespace vecext::pg
