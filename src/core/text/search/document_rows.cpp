#include "core/text/search/document_rows.h"

#include <bit>

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
  const std::size_t n = std::size_t{segment.windows()} * kWindowWords + 2;
  words = arena.array<std::uint64_t>(n);
  documents = segment.entry.documents;
  if (words != nullptr) {
    std::fill_n(words, n, std::uint64_t{0});
  }
  return words != nullptr;
}

namespace {

/// The order of pages and lines of a table.
std::uint64_t key_of(const RowEntry& entry) {
  return std::uint64_t{entry.page} << 16 | entry.first;
}

}  // namespace

bool RowPageScan::take(const RowLines& lines) {
  constexpr std::uint32_t kSkip = 16;
  const std::uint64_t key = std::uint64_t{lines.page} << 16 | lines.first;
  std::uint32_t i = i_;
  while (i + kSkip < count_ && key_of(entries_[i + kSkip]) < key) {
    i += kSkip;
  }
  while (i < count_ && key_of(entries_[i]) < key) {
    ++i;
  }
  i_ = i;
  if (i == count_) {
    return false;
  }
  const RowEntry& entry = entries_[i];
  if (key_of(entry) == key && entry.document < bits_->documents) {
    add(entry.document, kernel::active().text.extract(lines.lines, entry.lines));
  }
  return true;
}

void RowPageScan::add(DocumentId document, std::uint64_t found) {
  const std::uint32_t shift = document % 64;
  if (document / 64 != word_at_) {
    finish();
    word_at_ = document / 64;
  }
  word_ |= found << shift;
  if (const std::uint64_t above = found >> 1 >> (63 - shift); above != 0) {
    finish();
    ++word_at_;
    word_ = above;
  }
}

}  // namespace vecext::text
