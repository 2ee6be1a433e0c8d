// Looks up terms of a segment, and reads all of them in their order.
#pragma once

#include "core/postings/segment/postings_model.h"
#include "core/postings/segment/term_page.h"

namespace vecext::postings {

/// Sets `*found` to true if the segment has the term, and to false if not. If it has the term, sets
/// `*entry` to the term's entry.
template <PageStore S>
Status find_term(S& store, const Segment& segment, const Term& term, TermEntry* entry,
                 bool* found) {
  *found = false;
  if (segment.entry.pages[kTermPages] == 0) {
    return {};
  }
  return read_part(store, segment, kTermPages, term_page_of(segment, term),
                   [&](const std::byte* page) { return find_on_page(page, term, entry, found); });
}

/// Reads the terms of a segment in their order. It keeps a copy of the page that it reads.
template <PageStore S>
class TermCursor {
 public:
  /// Starts before the first term that is not less than `from`. `copy` has room for a page.
  Status begin(S& store, const Segment& segment, const Term& from, std::byte* copy) {
    segment_ = &segment;
    copy_ = copy;
    reader_ = TermPageReader(copy);
    page_ = segment.entry.pages[kTermPages] == 0 ? 0 : term_page_of(segment, from);
    has_page_ = false;
    is_end_ = false;
    VECEXT_TRY(next(store));
    while (!is_end_ && compare(term(), from) < 0) {
      VECEXT_TRY(next(store));
    }
    return {};
  }

  Status next(S& store) {
    while (!has_page_ || !reader_.next()) {
      if (has_page_ && reader_.is_corrupt()) {
        return corrupt();
      }
      is_end_ = page_ >= segment_->entry.pages[kTermPages];
      if (is_end_) {
        return {};
      }
      const Status status =
          read_part(store, *segment_, kTermPages, page_, [&](const std::byte* bytes) -> Status {
            __builtin_memcpy(copy_, bytes, kPageSize);
            return {};
          });
      if (!status.ok()) {
        return status;
      }
      store.poll();
      ++page_;
      has_page_ = true;
      reader_ = TermPageReader(copy_);
    }
    return {};
  }

  bool is_end() const { return is_end_; }
  Term term() const { return reader_.term(); }
  const TermEntry& entry() const { return reader_.entry(); }

 private:
  const Segment* segment_ = nullptr;
  std::byte* copy_ = nullptr;
  TermPageReader reader_{nullptr};
  std::uint32_t page_ = 0;  // place of the page of terms to be read next
  bool has_page_ = false;
  bool is_end_ = false;
};

}  // namespace vecext::postings
