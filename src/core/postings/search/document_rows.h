// Leads from documents of a segment to their rows, and from a set of rows to documents.
#pragma once

#include <algorithm>
#include <bit>

#include "core/filter/row_filter.h"
#include "core/postings/segment/postings_model.h"

namespace vecext::postings {

/// Finds the row of a document that is on this page of rows. On entry, `*entry` is the number of a
/// RowEntry of the page that does not come after the document's own entry; on return, it is the
/// number of the document's own entry. Returns false if the page contradicts itself.
bool row_on_page(const std::byte* page, DocumentId document, std::uint32_t* entry, RowId* row);

/// Returns the place, within the part, of the page of rows that has a document.
std::uint32_t row_page_of(const Segment& segment, DocumentId document);

template <PageStore S>
Status find_row(S& store, const Segment& segment, DocumentId document, RowId* row) {
  return read_part(store, segment, kRowPages, row_page_of(segment, document),
                   [&](const std::byte* page) -> Status {
                     std::uint32_t entry = 0;
                     const bool is_found = row_on_page(page, document, &entry, row);
                     return sound_if(is_found);
                   });
}

/// The documents of a segment that are in a set, as bits in words.
struct DocumentBits {
  std::uint64_t* words;  // for the documents of all windows, and two words more
  std::uint64_t documents;

  static std::size_t words_of(const Segment& segment) {
    return std::size_t{segment.windows()} * kWindowWords + 2;
  }
  /// Makes room for the documents of a segment, none of which is in the set. Returns false if
  /// memory runs out.
  bool reset(const Segment& segment, Arena arena);
  /// Takes all documents out.
  void clear(const Segment& segment) { std::fill_n(words, words_of(segment), std::uint64_t{0}); }
};

/// Calls visit(RowId) for each document of a sound page of rows whose bit is set, in their order.
/// Returns false if the page contradicts itself.
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

/// Memory for those lines of a set in which a page of rows has documents.
struct LineMatches {
  std::uint64_t lines[kRowEntries];
  std::uint64_t masks[kRowEntries];      // for each line that has documents: their bits
  std::uint32_t documents[kRowEntries];  // for each line that has documents: the first of these
                                         // documents
};

/// Sets the bits of those documents of a sound page of rows that are on `lines`. The lines ascend,
/// and none of them lies before the lines that earlier pages of rows have. Returns how many of the
/// lines are done: the remaining ones lie behind the last line of this page.
std::size_t add_lines(const std::byte* page, const RowLines* lines, std::size_t count,
                      LineMatches* matches, DocumentBits* bits);

/// Makes document bits from a set that can list its rows. It collects many lines of the set before
/// it reads pages of rows. So no page of rows is held while the set lists its lines, and few pages
/// are read twice.
template <PageStore S>
class SetDocuments {
 public:
  SetDocuments(S& store, const Segment& segment, DocumentBits* bits)
      : store_(store), segment_(segment), bits_(bits) {}

  Status run(const RowFilter& filter, Arena arena) {
    lines_ = arena.array<RowLines>(kMostLines);
    matches_ = arena.array<LineMatches>(1);
    if (lines_ == nullptr || matches_ == nullptr) {
      return out_of_memory();
    }
    if (filter.list != nullptr) {
      for (std::size_t at = 0; (count_ = filter.list(filter.set, &at, lines_, kMostLines)) > 0;) {
        flush();
      }
      return status_;
    }
    filter.each(filter.set, this, [](void* context, const RowLines& lines) {
      auto* self = static_cast<SetDocuments*>(context);
      self->lines_[self->count_++] = lines;
      if (self->count_ == kMostLines) [[unlikely]] {
        self->flush();
      }
    });
    flush();
    return status_;
  }

 private:
  static constexpr std::size_t kMostLines = 2048;

  void flush() {
    const std::uint32_t pages = segment_.entry.pages[kRowPages];
    std::size_t done = 0;
    while (done < count_ && status_.ok() && place_ < pages) {
      // Goes to the last page of rows that does not begin with a later page of the table than the
      // next line is on.
      while (place_ + 1 < pages && segment_.row_places[place_ + 1].page < lines_[done].page) {
        ++place_;
      }
      status_ =
          read_part(store_, segment_, kRowPages, place_, [&](const std::byte* page) -> Status {
            done += add_lines(page, lines_ + done, count_ - done, matches_, bits_);
            return {};
          });
      // The remaining lines are on later pages of the segment.
      place_ += done < count_ ? 1 : 0;
      store_.poll();
    }
    count_ = 0;
  }

  S& store_;
  const Segment& segment_;
  DocumentBits* bits_;
  RowLines* lines_ = nullptr;
  std::size_t count_ = 0;
  LineMatches* matches_ = nullptr;
  std::uint32_t place_ = 0;  // place of the page that may have the next lines
  Status status_;
};

/// What a set of rows keeps of one segment (SetMemory) from one search to the next. It is kept
/// because finding the documents of a set takes longer than many searches.
struct KeptDocuments {
  DocumentBits bits;  // its words are null until there is memory for them
  bool is_made;
};

/// Returns what the filter's set keeps of each segment of a model, or null if the set has no memory
/// to keep that in.
KeptDocuments* kept_documents(const Model& model, const RowFilter& filter);

}  // namespace vecext::postings
