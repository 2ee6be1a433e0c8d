// Changes the pages of the model: centroids and directory entries of places that do not count yet,
// and the moment from which on an entry counts.
#pragma once

#include <algorithm>

#include "core/ivf/lists/list_model.h"

namespace vecext::ivf {

/// Locks page number `index` of a chain, and sets *bytes to it. known[0 .. pages) are the first
/// pages of the chain, which has at most one more. If `index` is `pages`, the page after them is
/// locked, or added if there is none; then known[index] is set.
template <class Edit>
Status page_of_chain(Edit& edit, PageKind kind, PageId* known, std::size_t pages, std::size_t index,
                     std::byte** bytes) {
  if (index < pages) {
    return edit.page(known[index], bytes);
  }
  std::byte* before;
  Status status = edit.page(known[index - 1], &before);
  if (!status.ok()) {
    return status;
  }
  // A change that was stopped may have linked a page already.
  if (page_head(before)->next != kNoPage) {
    known[index] = page_head(before)->next;
    return edit.page(known[index], bytes);
  }
  if (status = edit.add(&known[index], bytes); status.ok()) {
    init_page(*bytes, kind, 0, page_head(before)->chain);
    page_head(before)->next = known[index];
  }
  return status;
}

/// Writes `count` floats into the model's stream from float `at` on. The stream grows by a page if
/// needed.
template <PageStore S>
Status write_floats(S& store, Model* model, std::size_t at, const float* from, std::size_t count) {
  std::size_t byte = at * sizeof(float);
  std::size_t left = count * sizeof(float);
  const auto* data = reinterpret_cast<const std::byte*>(from);
  std::size_t pages = stream_pages(stream_bytes(model->meta, model->meta.lists));
  while (left > 0) {
    const std::size_t index = byte / kPayloadSize;
    const std::size_t offset = byte % kPayloadSize;
    const std::size_t part = std::min(left, kPayloadSize - offset);
    auto edit = store.edit();
    std::byte* page;
    if (const Status status =
            page_of_chain(edit, PageKind::kStream, model->stream, pages, index, &page);
        !status.ok()) {
      edit.abandon();
      return status;
    }
    __builtin_memcpy(page + kPayloadOffset + offset, data, part);
    edit.commit();
    pages = std::max(pages, index + 1);
    byte += part;
    data += part;
    left -= part;
  }
  return {};
}

/// Calls change(ListEntry*) with the directory entry of place `list`. The entry may be the first of
/// a page that is added.
template <PageStore S, class Change>
Status change_entry(S& store, Model* model, std::int32_t list, Change change) {
  const std::int32_t pages = (model->lists() + kEntriesPerPage - 1) / kEntriesPerPage;
  auto edit = store.edit();
  std::byte* page;
  if (const Status status = page_of_chain(edit, PageKind::kDirectory, model->directory,
                                          static_cast<std::size_t>(pages),
                                          static_cast<std::size_t>(list / kEntriesPerPage), &page);
      !status.ok()) {
    edit.abandon();
    return status;
  }
  change(list_entry(page, list % kEntriesPerPage));
  edit.commit();
  return {};
}

/// Writes the centroid (D floats) and the entry of a new list to its place.
template <PageStore S>
Status write_list(S& store, Model* model, std::int32_t place, const float* centroid,
                  const ListEntry& entry) {
  const auto dims = static_cast<std::size_t>(model->dims());
  const std::size_t at = stream_floats(model->meta, static_cast<std::size_t>(place));
  VECEXT_TRY(write_floats(store, model, at, centroid, dims));
  return change_entry(store, model, place, [&](ListEntry* e) { *e = entry; });
}

/// Clears entries, and ends of entries, that a stopped change has left in the directory; otherwise
/// the next change would make them count.
template <PageStore S>
Status clear_orphans(S& store, Model* model) {
  const std::uint64_t now = model->meta.head.changes;
  for (std::int32_t list = 0; list < model->lists(); ++list) {
    ListEntry& entry = model->entries[list];
    const bool never_counted = entry.head != kNoPage && entry.valid_from > now;
    if (!never_counted && entry.valid_to <= now) {
      continue;
    }
    const auto clear = [never_counted](ListEntry* e) {
      if (never_counted) {
        *e = {};
        e->head = e->tail = kNoPage;
      }
      e->valid_to = 0;
    };
    VECEXT_TRY(change_entry(store, model, list, clear));
    clear(&entry);
  }
  return {};
}

/// Places for one or two new lists. They are vacant places, or, if there are too few of these,
/// further places at the end.
struct NewPlaces {
  std::int32_t place[2];
  std::int32_t lists;  // number of places of the model once it has the first list, or both
};
NewPlaces find_places(const Model& model, std::int32_t count);

}  // namespace vecext::ivf
