// Reads the posting list of a term, posting by posting.
#pragma once

#include "core/text/segment/posting_reader.h"

namespace vecext::text {

template <PageStore S>
class PostingCursor {
 public:
  /// Goes to the first posting. `postings` is memory for a block.
  Status begin(S& store, const Segment& segment, const TermEntry& entry, Postings* postings) {
    segment_ = &segment;
    entry_ = entry;
    postings_ = postings;
    block_ = 0;
    at_ = 0;
    return entry.is_short() ? read_short_list(store, segment, entry, postings) : read(store);
  }

  Status next(S& store) {
    if (++at_ < postings_->count || ++block_ >= blocks()) {
      return {};
    }
    at_ = 0;
    return read(store);
  }

  bool is_end() const { return block_ >= blocks(); }
  DocumentId document() const { return postings_->documents[at_]; }
  std::uint32_t extra() const { return postings_->extra[at_]; }
  /// The block's head; of terms that have blocks.
  const BlockHead& head() const { return head_; }
  bool is_first_of_block() const { return at_ == 0; }

 private:
  std::uint64_t blocks() const { return entry_.is_short() ? 1 : entry_.blocks(); }
  Status read(S& store) {
    store.poll();
    return read_block(store, *segment_, entry_, block_, &head_, postings_);
  }

  const Segment* segment_ = nullptr;
  TermEntry entry_{};
  Postings* postings_ = nullptr;
  BlockHead head_{};
  std::uint64_t block_ = 0;
  std::uint32_t at_ = 0;
};

}  // namespace vecext::text
