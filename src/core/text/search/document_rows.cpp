#include "core/text/search/document_rows.h"

#include <bit>

#include "core/base/bit_set.h"
#include "core/kernel/kernel.h"

namespace vecext::text {

bool row_on_page(const std::byte* page, DocumentId document, RowId* row) {
  const RowEntry* entries = row_entries(page);
  const std::uint32_t count = page_head(page)->rows;
  if (count == 0 || document < entries[0].document) {
    return false;
  }
  std::uint32_t low = 0;
  std::uint32_t high = count;
  while (high - low > 1) {
    const std::uint32_t middle = low + (high - low) / 2;
    (entries[middle].document <= document ? low : high) = middle;
  }
  std::uint64_t lines = entries[low].lines;
  for (DocumentId i = entries[low].document; i < document && lines != 0; ++i) {
    lines &= lines - 1;
  }
  if (lines == 0) {
    return false;
  }
  const auto line = static_cast<std::uint32_t>(std::countr_zero(lines));
  *row = {entries[low].page, static_cast<std::uint16_t>(entries[low].first + line)};
  return true;
}

std::uint32_t row_page_of(const Segment& segment, DocumentId document) {
  std::uint32_t low = 0;
  std::uint32_t high = segment.entry.pages[kRowPages];
  while (high - low > 1) {
    const std::uint32_t middle = low + (high - low) / 2;
    (segment.row_places[middle].document <= document ? low : high) = middle;
  }
  return low;
}

bool DocumentBits::reset(const Segment& segment, Arena arena) {
  const std::size_t n = std::size_t{segment.windows()} * kWindowWords;
  words = arena.array<std::uint64_t>(n);
  count = 0;
  if (words != nullptr) {
    std::fill_n(words, n, std::uint64_t{0});
  }
  return words != nullptr;
}

bool list_lines(const RowFilter& filter, SetLines* lines) {
  lines->lines = nullptr;
  lines->count = 0;
  lines->room = 0;
  lines->is_out_of_memory = false;
  filter.each(filter.set, lines, [](void* context, const RowLines& rows) {
    auto* to = static_cast<SetLines*>(context);
    if (rows.lines == 0 || to->is_out_of_memory) {
      return;
    }
    if (!reserve(to->arena, to->count, to->count + 1, std::size_t{256}, &to->room, &to->lines)) {
      to->is_out_of_memory = true;
      return;
    }
    to->lines[to->count++] = rows;
  });
  return !lines->is_out_of_memory;
}

namespace {

/// Negative if the line's row numbers are before the entry's, 0 if they are the same.
int order_of(const RowLines& lines, const RowEntry& entry) {
  if (lines.page != entry.page) {
    return lines.page < entry.page ? -1 : 1;
  }
  return lines.first == entry.first ? 0 : lines.first < entry.first ? -1 : 1;
}

}  // namespace

bool add_documents(const std::byte* page, const Segment& segment, const SetLines& lines,
                   std::size_t* at, DocumentBits* bits) {
  const auto extract = kernel::active().text.extract;
  const RowEntry* entries = row_entries(page);
  const std::uint32_t count = page_head(page)->rows;
  for (std::uint32_t i = 0; i < count && *at < lines.count; ++i) {
    const RowEntry& entry = entries[i];
    while (*at < lines.count && order_of(lines.lines[*at], entry) < 0) {
      ++*at;
    }
    if (*at == lines.count || order_of(lines.lines[*at], entry) != 0) {
      continue;
    }
    const std::uint32_t documents = count_bits(entry.lines);
    if (entry.document + std::uint64_t{documents} > segment.entry.documents) {
      return false;
    }
    const std::uint64_t found = extract(lines.lines[*at].lines, entry.lines);
    const std::uint32_t shift = entry.document % 64;
    std::uint64_t* word = bits->words + entry.document / 64;
    word[0] |= found << shift;
    if (shift + documents > 64) {
      word[1] |= found >> (64 - shift);
    }
    bits->count += count_bits(found);
  }
  return true;
}

bool may_have_rows(const Segment& segment, std::uint32_t place, const SetLines& lines,
                   std::size_t* at) {
  const RowPlace* places = segment.row_places;
  // Lines before the page are of no document: the search for the first that is not is for small
  // sets alone, whose lines are few.
  while (*at < lines.count && lines.lines[*at].page < places[place].page) {
    ++*at;
  }
  const bool is_last = place + 1 == segment.entry.pages[kRowPages];
  return *at < lines.count && (is_last || lines.lines[*at].page <= places[place + 1].page);
}

}  // namespace vecext::text
