// Documents and their posting lists in memory, for a build.
#pragma once

#include "core/base/ids.h"
#include "core/postings/segment/bm25_score.h"
#include "core/postings/segment/document_terms.h"
#include "core/postings/segment/length_code.h"
#include "core/postings/segment/term_entry.h"
#include "pg/sys/error.h"
#include "pg/sys/growing_array.h"
#include "pg/sys/pg.h"
#include "pg/sys/progress.h"

extern "C" {
#include "miscadmin.h"
}

namespace vecext::pg {

/// A part of a posting list in memory, coded as a short list is
/// (core/postings/segment/term_entry.h). Each posting lies in one part.
struct PostingPart {
  PostingPart* next;
  uint16 used;
  uint16 room;
  uint8 bytes[4];  // has `room` bytes
};

class PostingBuilder {
 public:
  /// Memory comes from children of `context`, about `budget` bytes.
  PostingBuilder(MemoryContext context, Size budget);

  /// Adds a document. Rows may come in any order, but each row may come only once.
  void add(RowId row, const postings::DocumentTerms& terms);

  uint32 documents() const { return documents_; }
  uint64 postings() const { return postings_; }
  bool is_full() const;

  /// Forgets all documents.
  void reset();

  /// Writes the documents in the order of rows, and then the terms. There is at least one document.
  /// `Sink` has the functions of SegmentWriter. add_progress() counts postings as work.
  template <class Sink>
  void write(Sink* sink);

 private:
  /// A term with its postings. The bytes of the term follow this struct.
  struct TermList {
    uint32 hash;
    uint32 length;
    uint32 last;  // the document of the last posting
    uint32 count;
    PostingPart* first;
    PostingPart* tail;

    char* bytes() { return reinterpret_cast<char*>(this + 1); }
    postings::Term term() { return {bytes(), length}; }
  };
  struct Document {
    RowId row;
    uint8 code;
  };
  /// Postings: the number of the document, and the extra in the lowest 8 bits.
  using Postings = GrowingArray<uint64>;

  void* allocate(Size bytes);
  TermList* list_of(const postings::Term& term);
  TermList* noted_list(const postings::DocumentTerm& term);
  void prefetch_list(const postings::DocumentTerms& terms, int64 at) const;
  void prefetch_tail(const postings::DocumentTerms& terms, int64 at) const;
  void grow_table();
  void add_posting(TermList* list, uint32 extra);
  const uint32* sort_documents();
  TermList** sorted_lists();
  void read_list(TermList* list, const uint32* numbers, Postings* postings);

  MemoryContext parent_;
  MemoryContext context_;
  Size budget_;
  uint64 seed_;
  uint64 number_;  // identifies the lists that were made since the last reset
  char* block_;
  Size left_;
  Size allocated_;
  TermList** table_;
  uint32 table_room_;  // a power of 2
  uint32 terms_;
  uint64 postings_;
  uint32 longest_;  // most postings of one term
  GrowingArray<Document> rows_;
  uint32 documents_;
  bool is_sorted_;
};

template <class Sink>
void PostingBuilder::write(Sink* sink) {
  const uint32* numbers = sort_documents();
  for (uint32 i = 0; i < documents_; ++i) {
    CHECK_FOR_INTERRUPTS();
    check(sink->add_coded_document(rows_.at[i].row, rows_.at[i].code));
  }
  check(sink->end_documents());
  TermList** lists = sorted_lists();
  Postings postings{};
  postings.reserve(longest_, context_);
  for (uint32 i = 0; i < terms_; ++i) {
    CHECK_FOR_INTERRUPTS();
    read_list(lists[i], numbers, &postings);
    sink->begin_term(lists[i]->term());
    for (int64 j = 0; j < postings.count; ++j) {
      CHECK_FOR_INTERRUPTS();
      check(sink->add_extra(static_cast<uint32>(postings.at[j] >> 8),
                            static_cast<uint32>(postings.at[j] & 255)));
    }
    check(sink->end_term());
    add_progress(Steps::kWork, static_cast<double>(postings.count));
  }
}

}  // namespace vecext::pg
