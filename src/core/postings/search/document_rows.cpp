#include "core/postings/search/document_rows.h"

#include <bit>

#include "core/kernel/kernel.h"

namespace vecext::postings {

bool row_on_page(const std::byte* page, DocumentId document, std::uint32_t* entry, RowId* row) {
  constexpr std::uint32_t kNear = 8;
  const RowEntry* entries = row_entries(page);
  const std::uint32_t count = page_head(page)->rows;
  std::uint32_t low = *entry;
  if (low >= count || document < entries[low].document) {
    return false;
  }
  // If the documents of a page are looked up in order and are many, the next one is near.
  const std::uint32_t near = std::min(low + kNear, count);
  while (low + 1 < near && entries[low + 1].document <= document) {
    ++low;
  }
  std::uint32_t high = low + 1 < near ? low + 1 : count;
  while (high - low > 1) {
    const std::uint32_t middle = low + (high - low) / 2;
    (entries[middle].document <= document ? low : high) = middle;
  }
  *entry = low;
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
  words = arena.array<std::uint64_t>(words_of(segment));
  documents = segment.entry.documents;
  if (words != nullptr) {
    clear(segment);
  }
  return words != nullptr;
}

namespace {

/// Returns a number that is in the order of pages and lines of a table.
std::uint64_t key_of(std::uint32_t page, std::uint32_t first) {
  return std::uint64_t{page} << 16 | first;
}
std::uint64_t key_of(const RowEntry& entry) {
  return key_of(entry.page, entry.first);
}

}  // namespace

std::size_t add_lines(const std::byte* page, const RowLines* lines, std::size_t count,
                      LineMatches* matches, DocumentBits* bits) {
  constexpr std::uint32_t kSkip = 16;
  const RowEntry* entries = row_entries(page);
  const std::uint32_t entry_count = page_head(page)->rows;
  std::size_t found = 0;
  std::size_t done = 0;
  std::uint32_t at = 0;    // the entries before this one come before the remaining lines
  std::uint32_t base = 0;  // number of an entry of `entries`, less the number of its page of the
                           // table
  for (; done < count && found < kRowEntries; ++done) {
    const RowLines& some = lines[done];
    const std::uint64_t key = key_of(some.page, some.first);
    // A page of the table usually has one entry, so that its number gives the entry without a
    // search.
    std::uint32_t i = base + some.page;
    if (i >= entry_count || key_of(entries[i]) != key) {
      i = at;
      while (i + kSkip < entry_count && key_of(entries[i + kSkip]) < key) {
        i += kSkip;
      }
      while (i < entry_count && key_of(entries[i]) < key) {
        ++i;
      }
      if (i == entry_count) {
        break;
      }
      at = i;
      base = i - entries[i].page;
      if (key_of(entries[i]) != key) {
        continue;
      }
    }
    matches->lines[found] = some.lines;
    matches->masks[found] = entries[i].lines;
    matches->documents[found] = entries[i].document;
    found += entries[i].document < bits->documents ? 1 : 0;
    at = i;
  }
  kernel::active().text.extract(matches->lines, matches->masks, matches->documents, found,
                                bits->words);
  return done;
}

KeptDocuments* kept_documents(const Model& model, const RowFilter& filter) {
  SetMemory* memory = filter.memory;
  if (memory == nullptr || memory->kept != nullptr) {
    return memory == nullptr ? nullptr : static_cast<KeptDocuments*>(memory->kept);
  }
  const std::uint32_t segments = model.meta.segments;
  std::size_t bytes = segments * sizeof(KeptDocuments);
  for (std::uint32_t i = 0; i < segments; ++i) {
    bytes += DocumentBits::words_of(model.segments[i]) * sizeof(std::uint64_t);
  }
  memory->is_declined = segments == 0 || bytes > memory->most_bytes;
  auto* kept = memory->is_declined ? nullptr : memory->arena.array<KeptDocuments>(segments);
  if (kept != nullptr) {
    std::fill_n(kept, segments, KeptDocuments{});
  }
  memory->kept = kept;
  return kept;
}

}  // namespace vecext::postings
