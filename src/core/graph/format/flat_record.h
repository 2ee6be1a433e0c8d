// Reading whole records of a flat graph (core/page/packed_page.h).
#pragma once

#include "core/graph/format/graph_model.h"

namespace vecext {

/// Calls visit(record), which returns a Status, with record i of a page in one piece. The record is
/// in the page, or is put together in `scratch`, which has room for kLongestRecord bytes.
template <PageStore S, class Visit>
Status read_record(S& store, const RecordForm& form, PageId page, std::int32_t i,
                   std::byte* scratch, const Visit& visit) {
  Record record{};
  VECEXT_TRY(store.read(page, [&](const std::byte* bytes) -> Status {
    if (!find_record(bytes, form, i, &record)) [[unlikely]] {
      return corrupt_record(i);
    }
    if (record.rest == 0) {
      return visit(record.at);
    }
    __builtin_memcpy(scratch, record.at, kFirstPart);
    return {};
  }));
  if (record.rest == 0) {
    return {};
  }
  return store.read(record.rest, [&](const std::byte* bytes) -> Status {
    VECEXT_TRY(check_kind(bytes, PageKind::kRest));
    __builtin_memcpy(scratch + kFirstPart, bytes + kPayloadOffset, record.bytes - kFirstPart);
    return visit(scratch);
  });
}

/// Prefetches a node's record, if all records have one length, so that its place is known.
template <PageStore S>
void prefetch_record(S& store, const GraphModel& model, NodeId node) {
  if (model.node.element_bytes != 0) {
    const std::size_t bytes = model.node.bytes(model.node.element_bytes);
    const auto before = static_cast<std::size_t>(model.layout.slot_of(node) + 1) * bytes;
    if (before <= kPayloadSize) {
      store.prefetch(model.layout.page_of(node), kPayloadEnd - before, bytes);
    }
  }
}

}  // namespace vecext
