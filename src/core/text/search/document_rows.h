// From documents of a segment to their rows, and from a set of rows to documents.
#pragma once

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
  std::uint64_t* words;  // for the documents of all windows
  std::uint64_t count;

  /// Room for the documents of a segment, none of them in the set. False: out of memory.
  bool reset(const Segment& segment, Arena arena);
};

/// Lines of a set of rows, in their order, copied from what the set gives out.
struct SetLines {
  RowLines* lines;
  std::size_t count;
  std::size_t room;
  Arena arena;
  bool is_out_of_memory;
};

/// Copies the rows of a set, which can list them. False: out of memory.
bool list_lines(const RowFilter& filter, SetLines* lines);

/// Adds the documents of a page of rows that are among the lines from *at on; moves *at to the
/// first line beyond the page. False: the page contradicts itself.
bool add_documents(const std::byte* page, const Segment& segment, const SetLines& lines,
                   std::size_t* at, DocumentBits* bits);

/// Skips lines before a page of rows; true if the page may have rows of the others.
bool may_have_rows(const Segment& segment, std::uint32_t place, const SetLines& lines,
                   std::size_t* at);

/// Sets the bits of a set's documents.
template <PageStore S>
Status set_documents(S& store, const Segment& segment, const SetLines& lines, DocumentBits* bits) {
  std::size_t at = 0;
  for (std::uint32_t place = 0; place < segment.entry.pages[kRowPages]; ++place) {
    if (!may_have_rows(segment, place, lines, &at)) {
      continue;
    }
    const Status status =
        read_part(store, segment, kRowPages, place, [&](const std::byte* page) -> Status {
          const bool is_sound = add_documents(page, segment, lines, &at, bits);
          return {.code = is_sound ? StatusCode::kOk : StatusCode::kCorrupt};
        });
    if (!status.ok()) {
      return status;
    }
    store.poll();
  }
  return {};
}

}  // namespace vecext::text
