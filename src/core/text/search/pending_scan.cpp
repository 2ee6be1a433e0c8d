#include "core/text/search/pending_scan.h"

#include "core/kernel/kernel.h"

namespace vecext::text {

namespace {

constexpr Status kNoMemory{.code = StatusCode::kOutOfMemory};
constexpr std::size_t kMostHashes = kPendingTextRoom / sizeof(std::uint32_t);

}  // namespace

bool PendingScan::begin() {
  hashes_ = arena_.array<std::uint32_t>(query_->count);
  places_ = arena_.array<std::uint16_t>(kMostHashes);
  if (hashes_ == nullptr || places_ == nullptr) {
    return false;
  }
  for (std::uint32_t i = 0; i < query_->count; ++i) {
    hashes_[i] = query_->terms[i].hash;
  }
  return true;
}

Status PendingScan::take(const std::byte* page) {
  const std::size_t found = kernel::active().text.find_hashes(
      pending_hashes(page), page_head(page)->hashes, hashes_, query_->count, places_);
  std::size_t at = 0;
  for (PendingTexts text(page); text.next();) {
    const PendingText& head = text.head();
    if ((head.part & kFirstPartOfText) != 0) {
      ++statistics_.documents;
      statistics_.tokens += decoded_length(head.length);
      is_open_ = false;
    }
    const std::size_t first = at;
    while (at < found && places_[at] < text.first_hash() + head.terms) {
      ++at;
    }
    if (at > first) {
      if (const Status status = take_matches(text, places_ + first, at - first); !status.ok()) {
        return status;
      }
    }
  }
  return {};
}

Status PendingScan::take_matches(const PendingTexts& text, const std::uint16_t* places,
                                 std::size_t count) {
  const std::uint8_t* at = text.terms();
  std::uint32_t i = 0;
  for (std::size_t hit = 0; hit < count; ++hit) {
    const std::uint32_t place = places[hit] - text.first_hash();
    Term term{nullptr, 0};
    for (; i <= place; ++i) {
      std::uint64_t length;
      at = get_number(at, text.terms_end(), &length);
      if (at == nullptr || length > static_cast<std::uint64_t>(text.terms_end() - at)) {
        return {.code = StatusCode::kCorrupt};
      }
      term = {reinterpret_cast<const char*>(at), static_cast<std::uint32_t>(length)};
      at += length;
    }
    for (std::uint32_t j = 0; j < query_->count; ++j) {
      if (compare(query_->terms[j].term, term) != 0) {
        continue;
      }
      if (!reserve(arena_, match_count_, match_count_ + 1, 256u, &match_room_, &matches_) ||
          !reserve(arena_, count_, count_ + 1, 128u, &room_, &documents_)) {
        return kNoMemory;
      }
      if (!is_open_) {
        documents_[count_++] = {text.head().row, text.head().length, match_count_, 0};
        is_open_ = true;
      }
      matches_[match_count_++] = {j, text.extra()[place]};
      ++documents_[count_ - 1].count;
      ++query_->terms[j].df;
    }
  }
  return {};
}

void PendingScan::score(const RowFilter& filter, TopDocuments* top) const {
  for (std::uint32_t i = 0; i < count_; ++i) {
    const PendingDocument& document = documents_[i];
    std::int32_t score = 0;
    for (std::uint32_t j = document.first; j < document.first + document.count; ++j) {
      score += units_of(query_->terms[matches_[j].term].weight, query_->norms, document.length,
                        matches_[j].extra);
    }
    if (score > top->limit() && document.row != kNoRow && filter.may_match(document.row)) {
      top->push({score, kPendingSegment, i});
    }
  }
}

}  // namespace vecext::text
