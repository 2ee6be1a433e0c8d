#include "core/postings/segment/postings_model.h"

namespace vecext::postings {

bool read_directory(const std::byte* bytes, Segment* segment) {
  const SegmentEntry& entry = segment->entry;
  for (int part = 0; part < kTextParts; ++part) {
    segment->pages[part] = reinterpret_cast<const PageId*>(bytes);
    bytes += entry.pages[part] * sizeof(PageId);
  }
  segment->row_places = reinterpret_cast<const RowPlace*>(bytes);
  bytes += entry.pages[kRowPages] * sizeof(RowPlace);
  segment->separator_ends = reinterpret_cast<const std::uint32_t*>(bytes);
  bytes += entry.pages[kTermPages] * sizeof(std::uint32_t);
  segment->separators = reinterpret_cast<const char*>(bytes);

  const std::uint32_t rows = entry.pages[kRowPages];
  bool is_sound = rows > 0 && segment->row_places[0].document == 0;
  for (std::uint32_t i = 1; i < rows && is_sound; ++i) {
    const RowPlace& place = segment->row_places[i];
    is_sound = place.document > segment->row_places[i - 1].document &&
               place.document < entry.documents && place.page >= segment->row_places[i - 1].page;
  }
  std::uint32_t end = 0;
  for (std::uint32_t i = 0; i < entry.pages[kTermPages] && is_sound; ++i) {
    is_sound = segment->separator_ends[i] >= end && segment->separator_ends[i] <= entry.separators;
    end = segment->separator_ends[i];
  }
  return is_sound;
}

std::uint32_t term_page_of(const Segment& segment, const Term& term) {
  // This finds the last page whose separator is not greater than the term.
  std::uint32_t low = 0;
  std::uint32_t high = segment.entry.pages[kTermPages];
  while (high - low > 1) {
    const std::uint32_t middle = low + (high - low) / 2;
    const std::uint32_t begin = segment.separator_ends[middle - 1];
    const Term separator{segment.separators + begin, segment.separator_ends[middle] - begin};
    (compare(separator, term) <= 0 ? low : high) = middle;
  }
  return low;
}

}  // namespace vecext::postings
