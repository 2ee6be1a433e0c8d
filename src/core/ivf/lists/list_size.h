// Measures a list by reading its pages, since the number of rows in its entry is not exact.
#pragma once

#include <algorithm>

#include "core/ivf/lists/record.h"
#include "core/page/store.h"

namespace vecext::ivf {

/// The size of a list.
struct ListSize {
  std::int64_t rows;   // living rows
  std::int64_t lanes;  // lanes in use, including dead ones
  std::int64_t pages;  // pages of codes or of vectors
  PageId end;          // the page after the last one, including rerank pages
};

/// Returns which page is farthest back in the file: a page of a list, whose contents are `bytes`,
/// or one of its rerank pages.
inline PageId last_page(const Model& model, PageId page, const std::byte* bytes) {
  PageId last = page;
  for (std::int32_t i = 0; i < rerank_pages_in_use(model, bytes); ++i) {
    last = std::max(last, rerank_pages(bytes, model.codes)[i]);
  }
  return last;
}

/// Measures a list. Reads all of its pages except rerank pages.
template <PageStore S>
Status measure_list(S& store, const Model& model, std::int32_t list, ListSize* size) {
  *size = {};
  const ListEntry& entry = model.entries[list];
  return read_chain(store, entry.head, [&](PageId page, const std::byte* bytes) {
    const Status sound = check_current(model, entry, bytes);
    if (sound.ok()) {
      ++size->pages;
      size->end = std::max(size->end, last_page(model, page, bytes) + 1);
      size->lanes += page_head(bytes)->rows;
      for (std::int32_t i = 0; i < page_head(bytes)->rows; ++i) {
        size->rows += *row_at(model, bytes, i) != kNoRow ? 1 : 0;
      }
    }
    return sound;
  });
}

}  // namespace vecext::ivf
