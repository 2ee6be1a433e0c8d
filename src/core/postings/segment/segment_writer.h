// Writes a segment: first its documents, in the order of their rows, then its terms in ascending
// order, each with its postings in the order of documents. A page is written as soon as it is full.
// The writer takes one byte of memory for each document, and a few bytes for each page.
#pragma once

#include "core/postings/segment/bm25_score.h"
#include "core/postings/segment/directory.h"
#include "core/postings/segment/page_list.h"
#include "core/postings/segment/term_page.h"

namespace vecext::postings {

class SegmentWriter {
 public:
  /// Begins a segment. `chain` is the chain number of the segment's pages.
  Status begin(Arena arena, const PageSink& sink, const Bm25& bm25, std::uint32_t chain);

  /// Says that postings have codes of weights in place of frequencies. The bound of a list is then
  /// made from its greatest code.
  void hold_weights() { has_weights_ = true; }

  /// Adds a document of `length` tokens. Its row must be greater than the rows of all documents
  /// before.
  Status add_document(RowId row, std::uint32_t length) {
    return add_coded_document(row, length_code(length));
  }
  Status add_coded_document(RowId row, std::uint8_t code);
  /// Ends the documents, of which there must be at least one.
  Status end_documents();

  /// Starts a term, which must be greater than the terms before, and have at most kLongestTerm
  /// bytes.
  void begin_term(const Term& term);
  /// Adds a posting for a document that has the term `frequency` >= 1 times. The document must be
  /// greater than the documents of the term's postings before.
  Status add_posting(DocumentId document, std::uint32_t frequency) {
    const std::uint32_t most = frequency < kMostFrequency ? frequency : kMostFrequency;
    return add_extra(document, most - 1);
  }
  Status add_extra(DocumentId document, std::uint32_t extra);
  /// Ends the term. A term without postings is not written.
  Status end_term();

  /// Writes what is left, and sets `*entry` to the entry of the segment for the meta page.
  Status finish(SegmentEntry* entry);

  std::uint32_t documents() const { return documents_; }

 private:
  Status write_block();
  Status write_short_list();
  Status add_term(const TermEntry& entry);
  Status add_separator(const Term& term);
  Status write_directory(SegmentEntry* entry);
  std::uint8_t greatest_impact() const;

  Arena arena_{nullptr, nullptr};
  PageSink sink_{};
  Bm25 bm25_;
  std::uint32_t chain_ = 0;
  bool has_weights_ = false;
  PageList parts_[kTextParts];

  std::uint32_t documents_ = 0;
  std::uint64_t tokens_ = 0;
  RowId last_row_{0, 0};
  std::uint8_t* lengths_ = nullptr;  // codes of the lengths of all documents
  std::size_t lengths_room_ = 0;
  RowPlace* row_places_ = nullptr;
  std::uint32_t row_places_room_ = 0;
  Norms norms_;
  /// Codes of impacts, by frequency less one and by code of length. The table has only the few
  /// frequencies that most postings have.
  static constexpr std::uint32_t kTabledExtras = 4;
  std::uint8_t impacts_[kTabledExtras][kLengthCodes];

  Term term_{nullptr, 0};
  char term_bytes_[kLongestTerm];
  std::uint64_t df_ = 0;
  std::uint8_t bound_ = 0;
  std::uint64_t first_head_ = 0;
  std::uint32_t block_count_ = 0;  // postings that are not written yet
  DocumentId block_documents_[kBlockPostings];
  std::uint32_t block_extra_[kBlockPostings];

  std::uint32_t terms_ = 0;
  std::uint64_t postings_ = 0;
  TermPageWriter term_page_;
  std::uint32_t* separator_ends_ = nullptr;
  std::uint32_t separator_ends_room_ = 0;
  std::uint32_t separators_ = 0;
  char* separator_bytes_ = nullptr;
  std::uint32_t separators_used_ = 0;
  std::uint32_t separators_room_ = 0;
};

}  // namespace vecext::postings
