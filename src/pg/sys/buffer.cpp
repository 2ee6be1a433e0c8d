#include "pg/sys/buffer.h"

extern "C" {
#include "storage/buf_internals.h"
}

namespace vecext::pg {

namespace {

/// True if the page in the buffer is used often enough to be pinned by a guess. Such a pin does not
/// raise the page's usage count. So a page that may soon be evicted must be read in the ordinary
/// way, which raises the count.
bool is_well_used(Buffer buffer) {
  return BUF_STATE_GET_USAGECOUNT(buffer_state(GetBufferDescriptor(buffer - 1))) >= 2;
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

bool holds_page(const IndexFetchHeapData* fetch, BlockNumber block) {
  return BufferIsValid(fetch->xs_cbuf) && BufferGetBlockNumber(fetch->xs_cbuf) == block;
}

void hold_page(IndexFetchHeapData* fetch, BlockNumber block, Buffer buffer) {
  if (BufferIsValid(fetch->xs_cbuf)) {
    ReleaseBuffer(fetch->xs_cbuf);
  }
  fetch->xs_cbuf = buffer;
  enter_page(fetch, block);
}

}  // namespace vecext::pg
