// The directory of a segment says where the segment's pages are. It is stored as a stream:
//
//   | page numbers u4 of all parts, in their order | RowPlace for each page of rows
//   | end of the separator u4 for each page of terms | bytes of the separators |
//
// The separator of a page of terms is greater than all terms on the pages before, and not greater
// than the page's first term. The separator of the first page is empty.
#pragma once

#include "core/page/text_pages.h"

namespace vecext::postings {

/// The first row and document of a page of rows.
struct RowPlace {
  DocumentId document;
  std::uint32_t page;  // the table's page that has the row
};

inline std::size_t all_pages(const SegmentEntry& entry) {
  std::size_t sum = 0;
  for (const std::uint32_t pages : entry.pages) {
    sum += pages;
  }
  return sum;
}

inline std::size_t directory_bytes(const SegmentEntry& entry) {
  return all_pages(entry) * sizeof(PageId) + entry.pages[kRowPages] * sizeof(RowPlace) +
         entry.pages[kTermPages] * sizeof(std::uint32_t) + entry.separators;
}

}  // namespace vecext::postings
