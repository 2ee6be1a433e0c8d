// Makes the index of a new table, and adds a segment to it.
#pragma once

#include "core/page/bulk.h"
#include "core/postings/segment/bm25_score.h"
#include "core/postings/segment/segment_writer.h"

namespace vecext::postings {

/// The options with which an index is made.
struct IndexOptions {
  Bm25 bm25;
  std::uint32_t flags = 0;             // flags of TextMeta
  std::uint64_t config = 0;            // hash of the configuration's mapping
  const char* config_name = "simple";  // shorter than kConfigName bytes
  bool has_weights = false;  // true for an index of sparse vectors: the other fields are then
                             // zeros, except for a flag
  WeightRange weights{0, 0};
};

/// Writes the meta page of an index without documents.
void init_text_meta(std::byte* page, const IndexOptions& options);

/// Makes an index without documents, which consists of page 0.
template <BulkStore B>
Status create_index(B& bulk, const IndexOptions& options) {
  PageId page;
  std::byte* bytes;
  VECEXT_TRY(bulk.add(&page, &bytes));
  init_text_meta(bytes, options);
  bulk.end_change();
  return {};
}

/// Adds the segment that a build has written to the meta page. No other segment may have its chain
/// number.
template <BulkStore B>
Status add_built_segment(B& bulk, const SegmentEntry& entry) {
  std::byte* bytes;
  VECEXT_TRY(bulk.change(kMetaPage, &bytes));
  TextMeta* meta = text_meta_of(bytes);
  if (meta->segments == kMostSegments) {
    return corrupt();
  }
  meta->entries[meta->segments++] = entry;
  meta->head.next_chain = std::max(meta->head.next_chain, entry.chain + 1);
  ++meta->head.changes;
  bulk.end_change();
  return {};
}

}  // namespace vecext::postings
