// Pending documents that match a query: one pass over their pages compares all hashes with the
// query's, counts documents, tokens and the terms' df, and keeps what matches, to be scored when
// all counts are known.
#pragma once

#include "core/filter/filter.h"
#include "core/page/pending_text_page.h"
#include "core/text/search/query_list.h"
#include "core/text/search/top_documents.h"
#include "core/text/segment/model.h"

namespace vecext::text {

struct PendingMatch {
  std::uint32_t term;  // of the query
  std::uint32_t extra;
};

/// A pending document that has terms of the query.
struct PendingDocument {
  RowId row;
  std::uint8_t length;
  std::uint32_t first;  // match
  std::uint32_t count;
};

class PendingScan {
 public:
  PendingScan(Query* query, Arena arena) : query_(query), arena_(arena) {}

  /// Makes room for a query. False: out of memory.
  bool begin();

  /// Takes a page of pending documents.
  Status take(const std::byte* page);

  const TextStatistics& statistics() const { return statistics_; }
  const PendingDocument& document(DocumentId i) const { return documents_[i]; }

  /// Scores the documents that match, by the query's weights, of rows for which the filter is true.
  void score(const RowFilter& filter, TopDocuments* top) const;

 private:
  Status take_matches(const PendingTexts& text, const std::uint16_t* places, std::size_t count);

  Query* query_;
  Arena arena_;
  std::uint32_t* hashes_ = nullptr;
  std::uint16_t* places_ = nullptr;
  TextStatistics statistics_;
  PendingDocument* documents_ = nullptr;
  std::uint32_t count_ = 0;
  std::uint32_t room_ = 0;
  PendingMatch* matches_ = nullptr;
  std::uint32_t match_count_ = 0;
  std::uint32_t match_room_ = 0;
  bool is_open_ = false;  // the last document's next part may have more of its matches
};

/// Takes all pages of all lists of pending documents.
template <PageStore S>
Status scan_pending(S& store, const Model& model, PendingScan* scan, SearchCounts* counts) {
  for (const PendingList& list : model.meta.pending) {
    if (list.head == kNoPage) {
      continue;
    }
    const Status status = read_chain(store, list.head, [&](PageId, const std::byte* page) {
      if (const PageId next = page_head(page)->next; next != kNoPage) {
        store.prefetch(next, 0, kPageSize);
      }
      ++counts->pages;
      const Status sound = check_pending_text_page(page);
      return sound.ok() ? scan->take(page) : sound;
    });
    if (!status.ok()) {
      return status;
    }
  }
  return {};
}

}  // namespace vecext::text
