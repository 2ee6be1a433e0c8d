#include "pg/store/known_buffers.h"

namespace vecext::pg {

void KnownBuffers::reserve(BlockNumber pages, MemoryContext context) {
  const BlockNumber wanted = Min(pages, kMostPages);
  if (wanted <= size_) {
    return;
  }
  const BlockNumber size = Min(wanted + wanted / 2, kMostPages);
  auto* buffers = static_cast<Buffer*>(
      MemoryContextAllocZero(context, static_cast<Size>(size) * sizeof(Buffer)));
  if (buffers_ != nullptr) {
    memcpy(buffers, buffers_, static_cast<Size>(size_) * sizeof(Buffer));
    pfree(buffers_);
  }
  buffers_ = buffers;
  size_ = size;
}

}  // namespace vecext::pg
