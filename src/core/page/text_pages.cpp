#include "core/page/text_pages.h"

#include <cmath>
#include <cstring>

#include "core/page/pending_text_page.h"

namespace vecext {

namespace {

std::uint32_t pages_for(std::uint64_t n, std::uint64_t of_page) {
  return static_cast<std::uint32_t>((n + of_page - 1) / of_page);
}

bool is_sound(const SegmentEntry& entry) {
  return entry.documents >= 1 && entry.documents <= kMostDocuments &&
         entry.living <= entry.documents && entry.terms <= entry.postings &&
         entry.pages[kLengthPages] == pages_for(entry.documents, kWindowDocuments) &&
         entry.pages[kLivePages] == pages_for(entry.documents, kLiveDocuments) &&
         entry.pages[kRowPages] >= pages_for(entry.documents, std::uint64_t{64} * kRowEntries) &&
         std::isfinite(entry.average) && entry.average > 0 && entry.k1 >= 0 && entry.b >= 0 &&
         entry.b <= 1;
}

}  // namespace

Status check_text_meta_page(const std::byte* page) {
  const bool has_weights = meta_head_of(page)->kind == MetaKind::kWeights;
  VECEXT_TRY(check_meta_head(page, has_weights ? MetaKind::kWeights : MetaKind::kText));
  const TextMeta& meta = *text_meta_of(page);
  bool sound = meta.k1 >= 0 && std::isfinite(meta.k1) && meta.b >= 0 && meta.b <= 1 &&
               (meta.flags &
                ~(has_weights ? kHasNegativeWeights : kReadsBigrams | kHasLastCharacters)) == 0 &&
               meta.segments <= kMostSegments && meta.weights.step >= 0 &&
               std::isfinite(meta.weights.step) && meta.weights.greatest >= 0 &&
               std::isfinite(meta.weights.greatest);
  for (std::uint32_t i = 0; sound && i < meta.segments; ++i) {
    sound = is_sound(meta.entries[i]);
  }
  if (!sound) [[unlikely]] {
    return corrupt();
  }
  return {};
}

Status check_text_page(const std::byte* page, TextPart part, std::uint32_t chain) {
  VECEXT_TRY(check_kind(page, kind_of(part)));
  if (page_head(page)->chain != chain) [[unlikely]] {
    return {.code = StatusCode::kStale};
  }
  if (page_head(page)->rows > most_on_page(part)) [[unlikely]] {
    return corrupt();
  }
  return {};
}

Status check_pending_text_page(const std::byte* page) {
  FreeText room;
  return find_free_of_pending_text(page, &room);
}

Status find_free_of_pending_text(const std::byte* page, FreeText* room) {
  VECEXT_TRY(check_kind(page, PageKind::kTextPending));
  const PageHead* head = page_head(page);
  std::size_t used = std::size_t{4} * head->hashes;
  std::uint64_t hashes = 0;
  const std::byte* end = page + kPayloadEnd;
  for (std::uint32_t i = 0; i < head->rows; ++i) {
    PendingText text;
    if (used + sizeof text > kPendingTextRoom) {
      return corrupt_record(static_cast<std::int32_t>(i));
    }
    std::memcpy(&text, end - sizeof text, sizeof text);
    used += text.bytes;
    hashes += text.terms;
    if (text.bytes < sizeof text + text.terms || text.bytes % 4 != 0 || used > kPendingTextRoom) {
      return corrupt_record(static_cast<std::int32_t>(i));
    }
    end -= text.bytes;
  }
  *room = {kPayloadOffset + sizeof(std::uint32_t) * head->hashes,
           static_cast<std::size_t>(end - page)};
  return sound_if(hashes == head->hashes);
}

FreeText free_of_pending_text(const std::byte* page) {
  std::size_t end = kPayloadEnd;
  for (PendingTexts at(page); at.next();) {
    end -= at.head().bytes;
  }
  return {kPayloadOffset + sizeof(std::uint32_t) * page_head(page)->hashes, end};
}

void patch_pending_text(const std::byte* page, const std::uint32_t* hashes, const std::byte* body,
                        const PendingText& head, FreeText* room, PagePatch* patch) {
  PageHead start = *page_head(page);
  start.hashes += head.terms;
  ++start.rows;
  const std::size_t of_hashes = head.terms * sizeof(std::uint32_t);
  patch->put(kPayloadOffset - sizeof start, &start, offsetof(PageHead, unused));
  patch->put(room->from, hashes, of_hashes);
  patch->put(room->to - head.bytes, body, head.bytes - sizeof head);
  patch->put(room->to - sizeof head, &head, sizeof head);
  *room = {room->from + of_hashes, room->to - head.bytes};
}

void put_pending_text(std::byte* page, const std::uint32_t* hashes, const std::byte* body,
                      const PendingText& head) {
  PageHead* page_start = page_head(page);
  std::byte* end = page + free_of_pending_text(page).to;
  std::memcpy(end - sizeof head, &head, sizeof head);
  std::memcpy(end - head.bytes, body, head.bytes - sizeof head);
  std::memcpy(pending_hashes(page) + page_start->hashes, hashes,
              head.terms * sizeof(std::uint32_t));
  page_start->hashes += head.terms;
  ++page_start->rows;
}

}  // namespace vecext
