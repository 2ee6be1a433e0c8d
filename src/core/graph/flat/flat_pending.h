// Pending rows of a flat graph.
#pragma once

#include <cstring>

#include "core/graph/update/pending.h"
#include "core/graph/format/flat_record.h"

namespace vecext {

/// Returns about how many pending rows fit in a page.
inline std::int32_t usual_pending_rows(const GraphModel& model) {
  if (!model.is_flat()) {
    return model.pending.places;
  }
  const std::size_t bytes =
      model.pending_record.bytes(static_cast<std::size_t>(model.meta.rotated)) + kOffsetBytes;
  return bytes < kPayloadSize ? static_cast<std::int32_t>(kPayloadSize / bytes) : 1;
}

/// Adds a pending row with the given element; `tail` and `pages` are as for insert_pending(). Takes
/// scratch from `arena`.
template <PageStore S>
Status insert_flat(S& store, const GraphModel& model, RowId row, const void* element, Arena arena,
                   PageId* tail, std::uint32_t* pages) {
  const std::size_t element_bytes = stored_bytes(model.element(), model.meta.dims, element);
  const std::size_t bytes = model.pending_record.bytes(element_bytes);
  auto* record = arena.array<std::byte>(bytes);
  if (record == nullptr) {
    return out_of_memory();
  }
  std::memset(record, 0, bytes);
  std::memcpy(record, &row, sizeof row);
  std::memcpy(record + model.pending_record.element_at, element, element_bytes);
  const auto put = [&](auto& edit, std::byte* page, bool* is_put) -> Status {
    if (bytes <= kFirstPart) {
      *is_put = has_room(page, bytes) && page_head(page)->rows < model.pending.places;
      if (*is_put) {
        put_record(page, record, bytes);
      }
      return {};
    }
    *is_put = page_head(page)->rows == 0;
    if (!*is_put) {
      return {};
    }
    PageId rest;
    std::byte* rest_page;
    VECEXT_TRY(edit.add(&rest, &rest_page));
    put_long_record(page, record, bytes, rest_page, rest);
    return {};
  };
  return insert_pending_by(store, model, model.meta.parts[kMain].entry_scale, put, tail, pages);
}

}  // namespace vecext
