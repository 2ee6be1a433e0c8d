// Walks that check all pages of an index and show its rows.
#pragma once

#include "core/page/verify_finding.h"
#include "core/quant/rerank_vector.h"
#include "core/quant/transform.h"
#include "pg/am/common/index_cache.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// How the rerank vectors of an index are transformed and stored.
struct RerankSpace {
  VectorTransform transform;
  Rerank rerank;
};

/// Receives the rows of an index. A walk calls begin(rows.context, space) before the first row, and
/// once more each time it starts over. `space` lives until the walk ends or starts over.
struct VerifyVisitor {
  RowVisitor rows;
  void (*begin)(void* context, const RerankSpace& space);
};

/// A visitor that ignores the rows, so that the walk only checks pages.
inline constexpr VerifyVisitor kNoVisitor{
    {[](void*, RowId, const std::byte*) { return true; }, nullptr},
    [](void*, const RerankSpace&) {}};

/// Raises the error that the index is damaged if the walk found a fault.
inline void check_finding(Relation index, const VerifyFinding& finding) {
  if (finding.what != nullptr) {
    check_index(index, corrupt().in_page(finding.page));
  }
}

/// Calls walk(store, arena), which returns a Status, and repeats it if the index was reorganized
/// meanwhile: what the walk found in pages that were reused means nothing. A row may be shown twice
/// if it was removed during the walk and another row took its place.
template <class Walk>
void walk_pages(Relation index, Walk walk) {
  for (;;) {
    const uint64 changes = read_meta_head(index, nullptr).changes;
    // The walk does not use the cached model, because a visitor may run an expression of the index,
    // which may use that model itself.
    BufferStore store(index, nullptr);
    const Status status = walk(store, context_arena(CurrentMemoryContext));
    if (read_meta_head(index, nullptr).changes == changes) {
      check_index(index, status);
      return;
    }
    CHECK_FOR_INTERRUPTS();
  }
}

}  // namespace vecext::pg
