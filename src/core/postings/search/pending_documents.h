// Finds pending documents that match a query. One pass over their pages compares all hashes of
// terms with the hashes of the query's terms, counts documents, tokens and the terms' df, and keeps
// the documents that match. They are scored later, when all counts are known.
#pragma once

#include "core/filter/row_filter.h"
#include "core/page/pending_text_page.h"
#include "core/postings/search/query_list.h"
#include "core/postings/search/top_documents.h"
#include "core/postings/segment/postings_model.h"

namespace vecext::postings {

struct PendingMatch {
  std::uint32_t term;  // number of the query's term
  std::uint32_t frequency;
};

/// A pending document that has terms of the query.
struct PendingDocument {
  RowId row;
  std::uint8_t length;
  std::uint32_t first;  // its first match
  std::uint32_t count;
};

class PendingScan {
 public:
  PendingScan(const Query* query, Arena arena) : query_(query), arena_(arena) {}

  /// Makes room for a query. Returns false if memory runs out.
  bool begin();

  /// Compares a page of pending documents.
  Status compare_page(const std::byte* page);

  const TextStatistics& statistics() const { return statistics_; }
  const PendingDocument& document(DocumentId i) const { return documents_[i]; }

  /// Adds to each term's df the number of documents that have it, and notes its greatest extra.
  void add_counts(Query* query) const;

  /// Scores the documents that match and whose rows the filter is true of, by the query's weights.
  /// Returns false if memory runs out.
  bool score(const RowFilter& filter, TopDocuments* top) const;

  /// Calls visit(RowId) for each document that the query is true of and whose row the filter is
  /// true of.
  template <class Visit>
  void each_match(const RowFilter& filter, const Visit& visit) const {
    for (std::uint32_t i = 0; i < count_; ++i) {
      if (is_match(documents_[i]) && filter.may_match(documents_[i].row)) {
        visit(documents_[i].row);
      }
    }
  }

 private:
  /// Compares a part of a document. `places` has the places, in the page's array of hashes, of
  /// those hashes of the part that terms of the query also have.
  Status compare_part(const PendingTexts& text, const std::uint16_t* places, std::size_t count);
  /// Compares a term of a document. `is_hit` is true if a term of the query has the same hash.
  bool compare_term(const PendingTexts& text, const Term& term, std::uint32_t place, bool is_hit);
  bool add_match(const PendingTexts& text, std::uint32_t term, std::uint32_t frequency);
  bool open_document(const PendingTexts& text);
  /// True if the document was not removed and the query is true of it.
  bool is_match(const PendingDocument& document) const;

  const Query* query_;
  Arena arena_;
  std::uint32_t* hashes_ = nullptr;  // hashes of the terms that are not prefixes
  std::uint32_t hash_count_ = 0;
  std::uint16_t* places_ = nullptr;
  std::uint64_t* df_ = nullptr;       // by term
  std::uint8_t* greatest_ = nullptr;  // by term: the greatest extra
  std::uint8_t* has_ = nullptr;  // by term: 1 if the present document has it; all 0 between two
                                 // documents
  bool keeps_all_ = false;       // the tree is true of documents that have none of the terms
  TextStatistics statistics_;
  PendingDocument* documents_ = nullptr;
  std::uint32_t count_ = 0;
  std::uint32_t room_ = 0;
  PendingMatch* matches_ = nullptr;
  std::uint32_t match_count_ = 0;
  std::uint32_t match_room_ = 0;
  bool is_open_ = false;  // true if the part that is read next may add matches to the last document
};

/// Reads all pages of all lists of pending documents. Returns kStale if the model is no longer
/// current. In this case documents may have moved to a segment, and pages that were read may belong
/// to another list: nothing distinguishes a page that was freed and used again from a page of the
/// same list.
template <PageStore S>
Status scan_pending(S& store, const Model& model, PendingScan* scan, SearchCounts* counts) {
  bool has_pages = false;
  for (const PendingList& list : model.meta.pending) {
    if (list.head == kNoPage) {
      continue;
    }
    has_pages = true;
    VECEXT_TRY(read_chain(store, list.head, [&](PageId, const std::byte* page) {
      if (const PageId next = page_head(page)->next; next != kNoPage) {
        store.prefetch(next, 0, kPageSize);
      }
      ++counts->pages;
      const Status sound = check_pending_text_page(page);
      return sound.ok() ? scan->compare_page(page) : sound;
    }));
  }
  return has_pages ? check_current(store, model) : Status{};
}

}  // namespace vecext::postings
