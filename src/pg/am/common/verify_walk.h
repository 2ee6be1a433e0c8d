// Walking all pages of an index to check them, and to show its rows.
#pragma once

#include "core/page/verify_finding.h"
#include "core/quant/rerank_vector.h"
#include "core/quant/transform.h"
#include "pg/am/common/index_cache.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// What the rerank vectors of an index stand for.
struct RerankSpace {
  VectorTransform transform;
  Rerank rerank;
};

/// Sees the rows of an index. A walk calls begin(rows.context, space) before the first row, and
/// again where it begins again; `space` lives as long as it shows rows.
struct VerifyVisitor {
  RowVisitor rows;
  void (*begin)(void* context, const RerankSpace& space);
};

/// A visitor that only lets the pages be checked.
inline constexpr VerifyVisitor kNoVisitor{
    {[](void*, RowId, const std::byte*) { return true; }, nullptr},
    [](void*, const RerankSpace&) {}};

/// Raises that the index is damaged where something was found.
inline void check_finding(Relation index, const VerifyFinding& finding) {
  if (finding.what != nullptr) {
    check_index(index, {.code = StatusCode::kCorrupt});
  }
}

/// Calls walk(store, arena), a Status, until the index was not reorganized meanwhile: what a walk
/// finds in pages that have become others means nothing. A row that was removed meanwhile, and
/// whose place another has taken, may be shown twice.
template <class Walk>
void walk_pages(Relation index, Walk walk) {
  for (;;) {
    const uint64 changes = read_meta_head(index, nullptr).changes;
    // Not the cached model: a visitor may run an expression of the index, which may use that.
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
