// The model of an index in memory: its meta page and the directories of its segments, as they are
// at one moment. It is current as long as `changes` on the meta page is the same. If a segment was
// replaced since, its pages are free or have another chain number, and reading one of them returns
// kStale.
#pragma once

#include "core/base/arena.h"
#include "core/page/store.h"
#include "core/postings/segment/bm25_score.h"
#include "core/postings/segment/directory.h"
#include "core/postings/segment/term.h"

namespace vecext::postings {

struct Segment {
  SegmentEntry entry;
  const PageId* pages[kTextParts];
  const RowPlace* row_places;
  const std::uint32_t* separator_ends;
  const char* separators;
  const PageId* directory_pages;  // its length is stream_pages(directory_bytes(entry))

  std::uint32_t windows() const { return entry.pages[kLengthPages]; }
  bool has_removed() const { return entry.living < entry.documents; }
  Bm25 bm25() const { return {entry.k1, entry.b}; }
};

struct Model {
  TextMeta meta;
  Segment* segments;  // array of meta.segments segments

  Bm25 bm25() const { return {meta.k1, meta.b}; }
  /// True if postings have codes of weights in place of frequencies.
  bool has_weights() const { return meta.head.kind == MetaKind::kWeights; }
  /// Returns the statistics of all segments together, without pending documents.
  TextStatistics statistics() const {
    TextStatistics sum;
    for (std::uint32_t i = 0; i < meta.segments; ++i) {
      sum.documents += segments[i].entry.documents;
      sum.tokens += segments[i].entry.tokens;
    }
    return sum;
  }
};

/// Makes the pointers of `*segment` point into `bytes`, which are its directory. Returns false if
/// the bytes contradict segment->entry.
bool read_directory(const std::byte* bytes, Segment* segment);

/// Returns the place of the page of terms that has a term, if the segment has it.
std::uint32_t term_page_of(const Segment& segment, const Term& term);

/// Loads the directory of a segment.
template <PageStore S>
Status load_segment(S& store, const SegmentEntry& entry, Arena arena, Segment* segment) {
  segment->entry = entry;
  const std::size_t bytes = directory_bytes(entry);
  auto* directory = arena.array<std::byte>(bytes);
  auto* ids = arena.array<PageId>((bytes + kPayloadSize - 1) / kPayloadSize);
  if (directory == nullptr || ids == nullptr) {
    return out_of_memory();
  }
  segment->directory_pages = ids;
  PageId page = entry.directory;
  for (std::size_t at = 0; at < bytes; at += kPayloadSize) {
    *ids++ = page;
    VECEXT_TRY(store.read(page, [&](const std::byte* from) -> Status {
      Status sound = check_kind(from, PageKind::kStream);
      if (sound.ok() && page_head(from)->chain != entry.chain) {
        sound = {.code = StatusCode::kStale};
      }
      if (sound.ok()) {
        __builtin_memcpy(directory + at, from + kPayloadOffset, std::min(bytes - at, kPayloadSize));
        page = page_head(from)->next;
      }
      return sound;
    }));
    store.poll();
  }
  return sound_if(read_directory(directory, segment));
}

/// Returns ok if the model is current, or else kStale.
template <PageStore S>
Status check_current(S& store, const Model& model) {
  return store.read(kMetaPage, [&](const std::byte* page) -> Status {
    const Status sound = check_page(page, PageKind::kMeta);
    const bool is_same = meta_head_of(page)->changes == model.meta.head.changes;
    return sound.ok() && !is_same ? Status{.code = StatusCode::kStale} : sound;
  });
}

/// Returns the meaning of `status` for a caller who has a current model and keeps others from
/// replacing segments. For such a caller a page that is not the expected one is damaged: kStale
/// becomes kCorrupt.
inline Status status_of_locked(const Status& status) {
  return corrupt_if_stale(status);
}

/// Loads the model. If `known` is not null, directories of segments that it also has are not read
/// again; the memory of `known` must then live as long as the new model. Returns kStale if the
/// index changed meanwhile, so that the caller has to load the model again.
template <PageStore S>
Status load_model(S& store, Arena arena, const Model* known, Model* model) {
  Status status = store.read(kMetaPage, [&](const std::byte* page) {
    const Status sound = check_text_meta_page(page);
    if (sound.ok()) {
      model->meta = *text_meta_of(page);
    }
    return sound;
  });
  if (!status.ok()) {
    return status;
  }
  model->segments = arena.array<Segment>(model->meta.segments);
  if (model->segments == nullptr) {
    return out_of_memory();
  }
  for (std::uint32_t i = 0; i < model->meta.segments && status.ok(); ++i) {
    const SegmentEntry& entry = model->meta.entries[i];
    const Segment* same = nullptr;
    for (std::uint32_t j = 0; known != nullptr && j < known->meta.segments; ++j) {
      same = known->segments[j].entry.chain == entry.chain ? known->segments + j : same;
    }
    if (same != nullptr) {
      model->segments[i] = *same;
      model->segments[i].entry = entry;
    } else {
      status = load_segment(store, entry, arena, model->segments + i);
    }
  }
  if (status.code == StatusCode::kStale && check_current(store, *model).ok()) {
    // The index has not changed since the meta page was read, so a page that is not the expected
    // one is damaged.
    status = corrupt();
  }
  return status;
}

/// Calls visit(bytes), which returns a Status, with the bytes of the page at `place` in a part of a
/// segment.
template <PageStore S, class Visit>
Status read_part(S& store, const Segment& segment, TextPart part, std::uint32_t place,
                 const Visit& visit) {
  if (place >= segment.entry.pages[part]) {
    return corrupt();
  }
  return store.read(segment.pages[part][place], [&](const std::byte* bytes) -> Status {
    VECEXT_TRY(check_text_page(bytes, part, segment.entry.chain));
    return visit(bytes);
  });
}

}  // namespace vecext::postings
