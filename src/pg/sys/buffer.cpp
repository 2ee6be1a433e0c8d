#include "pg/sys/buffer.h"

extern "C" {
#include "storage/buf_internals.h"
#include "storage/bufmgr.h"
}

namespace vecext::pg {

namespace {

/// True if the page in the buffer is used often enough to pin it by a guess. Such a pin does not
/// raise the usage count, so a page that is near eviction is read in the ordinary way, which does.
bool is_well_used(Buffer buffer) {
  const uint32 state = pg_atomic_read_u32(&GetBufferDescriptor(buffer - 1)->state);
  return BUF_STATE_GET_USAGECOUNT(state) >= 2;
}

}  // namespace

Buffer pin_seen(Relation relation, BlockNumber block, Buffer guess) {
  return guess > 0 && guess <= NBuffers && is_well_used(guess) &&
                 ReadRecentBuffer(file_locator(relation), MAIN_FORKNUM, block, guess)
             ? guess
             : InvalidBuffer;
}

Buffer read_buffer(Relation relation, BlockNumber block, Buffer guess) {
  const Buffer seen = pin_seen(relation, block, guess);
  return seen != InvalidBuffer ? seen : ReadBuffer(relation, block);
}

}  // namespace vecext::pg
