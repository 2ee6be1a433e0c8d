// Brings a model in memory up to date. Only the centroids of lists made since then are read. A list
// is recognized by its chain number, which no other list ever has.
#pragma once

#include "core/ivf/lists/list_model.h"

namespace vecext::ivf {

/// Follows a chain from page known[from - 1] on, and sets known[from .. to).
template <PageStore S>
Status follow_chain(S& store, PageKind kind, PageId* known, std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < to; ++i) {
    VECEXT_TRY(store.read(known[i - 1], [&](const std::byte* bytes) {
      known[i] = page_head(bytes)->next;
      return check_page(bytes, kind);
    }));
  }
  return {};
}

/// Reads `count` floats of the model's stream from float `at` on.
template <PageStore S>
Status read_floats(S& store, const Model& model, std::size_t at, std::size_t count, float* out) {
  std::size_t byte = at * sizeof(float);
  auto* to = reinterpret_cast<std::byte*>(out);
  for (std::size_t left = count * sizeof(float); left > 0;) {
    const std::size_t offset = byte % kPayloadSize;
    const std::size_t part = left < kPayloadSize - offset ? left : kPayloadSize - offset;
    const Status status =
        store.read(model.stream[byte / kPayloadSize], [&](const std::byte* bytes) {
          __builtin_memcpy(to, bytes + kPayloadOffset + offset, part);
          return check_page(bytes, PageKind::kStream);
        });
    if (!status.ok()) {
      return status;
    }
    byte += part;
    to += part;
    left -= part;
  }
  return {};
}

/// Reads the entries of one page of the directory, from entry `first` on. Also reads the centroids
/// of lists that did not count in the state of the meta page `before`.
template <PageStore S>
Status refresh_entries(S& store, Model* model, std::int32_t first, const Meta& before) {
  ListEntry entries[kEntriesPerPage];
  const Status status =
      store.read(model->directory[first / kEntriesPerPage], [&](const std::byte* bytes) {
        __builtin_memcpy(entries, list_entry(bytes, 0), sizeof entries);
        return check_page(bytes, PageKind::kDirectory);
      });
  if (!status.ok()) {
    return status;
  }
  for (std::int32_t i = 0; i < kEntriesPerPage && first + i < model->lists(); ++i) {
    const std::int32_t list = first + i;
    const auto place = static_cast<std::size_t>(list);
    ListEntry& entry = model->entries[list];
    const bool known = place < before.lists && entry.counts(before.head.changes) &&
                       entry.chain == entries[i].chain;
    // This session may know of a later attempt to split the list.
    const std::uint32_t whole =
        known && entry.whole > entries[i].whole ? entry.whole : entries[i].whole;
    entry = entries[i];
    entry.whole = whole;
    if (known || model->is_vacant(list)) {
      continue;
    }
    const auto dims = static_cast<std::size_t>(model->dims());
    VECEXT_TRY(read_floats(store, *model, stream_floats(model->meta, place), dims,
                           model->centroids + place * dims));
  }
  return {};
}

/// Brings the model to the state of the meta page `now`. If the index changes meanwhile, the model
/// may be a mixture of that state and a later one.
template <PageStore S>
Status refresh_once(S& store, Model* model, const Meta& now) {
  const Meta before = model->meta;
  const auto stream = [](const Meta& meta) { return stream_pages(stream_bytes(meta, meta.lists)); };
  const auto directory = [](const Meta& meta) {
    return (meta.lists + kEntriesPerPage - 1) / kEntriesPerPage;
  };
  model->meta = now;
  Status status =
      follow_chain(store, PageKind::kStream, model->stream, stream(before), stream(now));
  if (status.ok()) {
    status = follow_chain(store, PageKind::kDirectory, model->directory, directory(before),
                          directory(now));
  }
  for (std::int32_t first = 0; status.ok() && first < model->lists(); first += kEntriesPerPage) {
    status = refresh_entries(store, model, first, before);
    store.poll();
  }
  return status;
}

/// Brings a loaded model up to date. Sets *done to false if the model has no room for the present
/// lists. Then, and after an error or an interrupt, the model must be loaded again.
template <PageStore S>
Status refresh_model(S& store, Model* model, bool* done) {
  for (;;) {
    Meta now;
    VECEXT_TRY(read_meta(store, &now));
    *done = static_cast<std::int64_t>(now.lists) <= model->room && now.lists >= model->meta.lists &&
            is_of_same_form(now, model->meta);
    if (!*done || is_current(*model, now)) {
      return {};
    }
    // The next round checks that nothing has changed meanwhile.
    VECEXT_TRY(refresh_once(store, model, now));
  }
}

}  // namespace vecext::ivf
