#include "core/postings/update/replace.h"

namespace vecext::postings {

bool replace_entries(TextMeta* meta, const std::uint32_t* removed, std::uint32_t count,
                     const SegmentEntry* added) {
  SegmentEntry* end =
      std::remove_if(meta->entries, meta->entries + meta->segments, [&](const SegmentEntry& entry) {
        return std::find(removed, removed + count, entry.chain) != removed + count;
      });
  const auto left = static_cast<std::uint32_t>(end - meta->entries);
  if (added != nullptr && left == kMostSegments) {
    return false;
  }
  std::fill(end, meta->entries + meta->segments, SegmentEntry{});
  meta->segments = left;
  if (added != nullptr) {
    meta->entries[meta->segments++] = *added;
  }
  ++meta->head.changes;
  return true;
}

}  // namespace vecext::postings
