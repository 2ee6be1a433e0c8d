// Reads the documents of a segment in their order: the row of each, its length, and if it was
// removed. It keeps copies of pages, so that no page is held between two documents.
#pragma once

#include "core/base/bit_set.h"
#include "core/postings/segment/postings_model.h"

namespace vecext::postings {

/// Memory of a cursor.
struct DocumentPages {
  alignas(64) std::byte rows[kPageSize];
  alignas(64) std::byte lengths[kPageSize];
  alignas(64) std::byte live[kPageSize];
};

template <PageStore S>
class DocumentCursor {
 public:
  /// Goes to the first document.
  Status begin(S& store, const Segment& segment, DocumentPages* pages) {
    segment_ = &segment;
    pages_ = pages;
    document_ = 0;
    row_page_ = 0;
    entry_ = 0;
    lines_ = 0;
    return read(store);
  }

  Status next(S& store) {
    ++document_;
    if (!is_end()) {
      return read(store);
    }
    const std::byte* rows = pages_->rows;
    const bool is_whole = lines_ == 0 && entry_ == page_head(rows)->rows;
    return sound_if(is_whole);
  }

  bool is_end() const { return document_ >= segment_->entry.documents; }
  DocumentId document() const { return document_; }
  RowId row() const { return row_; }
  std::uint8_t length() const {
    return text_bytes(static_cast<const std::byte*>(pages_->lengths))[document_ % kWindowDocuments];
  }
  bool is_living() const {
    const std::uint32_t at = document_ % kLiveDocuments;
    return (live_words(static_cast<const std::byte*>(pages_->live))[at / 64] >> at % 64 & 1) != 0;
  }

 private:
  Status copy(S& store, TextPart part, std::uint32_t place, std::byte* to) {
    store.poll();
    return read_part(store, *segment_, part, place, [&](const std::byte* bytes) -> Status {
      __builtin_memcpy(to, bytes, kPageSize);
      return {};
    });
  }

  /// Reads the document's row, and also each page whose first document it is.
  Status read(S& store) {
    Status status;
    if (document_ % kWindowDocuments == 0) {
      status = copy(store, kLengthPages, document_ / kWindowDocuments, pages_->lengths);
      const std::byte* lengths = pages_->lengths;
      const std::uint32_t left = segment_->entry.documents - document_;
      if (status.ok() && page_head(lengths)->rows != std::min(left, kWindowDocuments)) {
        return corrupt();
      }
    }
    if (status.ok() && document_ % kLiveDocuments == 0) {
      status = copy(store, kLivePages, document_ / kLiveDocuments, pages_->live);
    }
    const std::byte* rows = pages_->rows;
    while (status.ok() && lines_ == 0) {
      if (row_page_ == 0 || entry_ == page_head(rows)->rows) {
        status = copy(store, kRowPages, row_page_, pages_->rows);
        ++row_page_;
        entry_ = 0;
        continue;
      }
      const RowEntry& entry = row_entries(rows)[entry_++];
      lines_ = entry.lines;
      first_ = {entry.page, entry.first};
      if (entry.document != document_ || lines_ == 0) {
        return corrupt();
      }
    }
    row_ = {first_.page, static_cast<std::uint16_t>(first_.line + __builtin_ctzll(lines_ | kTop))};
    lines_ &= lines_ - 1;
    return status;
  }

  static constexpr std::uint64_t kTop = std::uint64_t{1} << 63;

  const Segment* segment_ = nullptr;
  DocumentPages* pages_ = nullptr;
  DocumentId document_ = 0;
  std::uint32_t row_page_ = 0;  // place of the page of rows to be read next
  std::uint32_t entry_ = 0;     // number of the entry of that page to be read next
  std::uint64_t lines_ = 0;     // lines of the present entry that come after the document's line
  RowId first_{0, 0};
  RowId row_{0, 0};
};

}  // namespace vecext::postings
