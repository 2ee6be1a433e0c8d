// From documents of a segment to their rows, and from a set of rows to documents.
#pragma once

#include <bit>

#include "core/filter/filter.h"
#include "core/text/segment/model.h"

namespace vecext::text {

/// The row of a document, which is on this page of rows. False: the page contradicts itself.
bool row_on_page(const std::byte* page, DocumentId document, RowId* row);

/// The page of rows, by its place in the part, that has a document.
std::uint32_t row_page_of(const Segment& segment, DocumentId document);

template <PageStore S>
Status find_row(S& store, const Segment& segment, DocumentId document, RowId* row) {
  return read_part(store, segment, kRowPages, row_page_of(segment, document),
                   [&](const std::byte* page) -> Status {
                     const bool is_found = row_on_page(page, document, row);
                     return {.code = is_found ? StatusCode::kOk : StatusCode::kCorrupt};
                   });
}

/// Which documents of a segment are in a set: bits, in words.
struct DocumentBits {
  std::uint64_t* words;  // for the documents of all windows, and two more
  std::uint64_t documents;

  /// Room for the documents of a segment, none of them in the set. False: out of memory.
  bool reset(const Segment& segment, Arena arena);
};

/// Calls visit(RowId) for each document of a sound page of rows whose bit is set, in their order.
/// False: the page contradicts itself.
template <class Visit>
bool visit_rows(const std::byte* page, const DocumentBits& bits, const Visit& visit) {
  const RowEntry* entries = row_entries(page);
  const std::uint32_t count = page_head(page)->rows;
  for (std::uint32_t i = 0; i < count; ++i) {
    const RowEntry& entry = entries[i];
    if (entry.document >= bits.documents) {
      return false;
    }
    const DocumentId shift = entry.document % 64;
    const std::uint64_t* words = bits.words + entry.document / 64;
    std::uint64_t found = words[0] >> shift | words[1] << 1 << (63 - shift);
    for (std::uint64_t lines = entry.lines; found != 0 && lines != 0; lines &= lines - 1) {
      if ((found & 1) != 0) {
        const auto line = static_cast<std::uint32_t>(std::countr_zero(lines));
        visit(RowId{entry.page, static_cast<std::uint16_t>(entry.first + line)});
      }
      found >>= 1;
    }
  }
  return true;
}

/// Sets the bits of the documents of a page of rows that a set has lines of. Lines come in their
/// order, page after page of the index.
class RowPageScan {
 public:
  explicit RowPageScan(DocumentBits* bits) : bits_(bits) {}

  /// Starts with a sound page.
  void begin(const std::byte* page) {
    entries_ = row_entries(page);
    count_ = page_head(page)->rows;
    i_ = 0;
  }

  /// Takes lines that are not before those taken so far. False: they may be on the next page.
  bool take(const RowLines& lines);

  /// Ends the set.
  void finish() {
    bits_->words[word_at_] |= word_;
    word_ = 0;
  }

 private:
  /// Adds documents from that number on, as bits.
  void add(DocumentId document, std::uint64_t found);

  DocumentBits* bits_;
  std::uint32_t word_at_ = 0;  // where word_ belongs, which is not stored yet
  std::uint64_t word_ = 0;
  const RowEntry* entries_ = nullptr;
  std::uint32_t count_ = 0;
  std::uint32_t i_ = 0;  // entries before are before the lines
};

/// Makes document bits of a set that can list its rows. It keeps a copy of a page of rows, since
/// the set gives its rows out at its own pace.
template <PageStore S>
class SetDocuments {
 public:
  SetDocuments(S& store, const Segment& segment, DocumentBits* bits)
      : store_(store), segment_(segment), scan_(bits) {}

  Status run(const RowFilter& filter, Arena arena) {
    copy_ = arena.array<std::byte>(kPageSize);
    if (copy_ == nullptr) {
      return {.code = StatusCode::kOutOfMemory};
    }
    filter.each(filter.set, this, [](void* context, const RowLines& lines) {
      static_cast<SetDocuments*>(context)->take(lines);
    });
    scan_.finish();
    return status_;
  }

 private:
  void take(const RowLines& lines) {
    while (status_.ok() && !scan_.take(lines)) {
      // The page before the first one that begins with a later page of the table.
      const std::uint32_t pages = segment_.entry.pages[kRowPages];
      while (place_ + 1 < pages && segment_.row_places[place_ + 1].page < lines.page) {
        ++place_;
      }
      if (place_ == pages) {
        return;
      }
      status_ =
          read_part(store_, segment_, kRowPages, place_, [&](const std::byte* page) -> Status {
            __builtin_memcpy(copy_, page, kPageSize);
            return {};
          });
      scan_.begin(copy_);
      ++place_;
      store_.poll();
    }
  }

  S& store_;
  const Segment& segment_;
  RowPageScan scan_;
  std::byte* copy_ = nullptr;
  std::uint32_t place_ = 0;  // of the next page
  Status status_;
};

}  // namespace vecext::text
