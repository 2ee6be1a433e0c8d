// Documents and their posting lists in memory, for a build: a segment is written whenever the
// memory is full.
#pragma once

#include "core/base/ids.h"
#include "core/text/segment/segment_writer.h"
#include "pg/sys/pg.h"
#include "pg/text/terms.h"

namespace vecext::pg {

class TextBuilder {
 public:
  /// Memory comes from `context`, whose children it resets.
  TextBuilder(MemoryContext context, Size budget);

  /// Adds a document. Rows may come in any order.
  void add(RowId row, const DocumentTerms& terms);

  uint32 documents() const { return documents_; }
  void double_budget() { budget_ *= 2; }
  bool is_full() const;

  /// Writes a segment of the documents, of which there is one or more, and forgets them.
  void write(const text::PageSink& sink, const text::Bm25& bm25, uint32 chain, SegmentEntry* entry);

 private:
  /// A term with its postings, whose bytes follow it.
  struct TermList {
    uint32 hash;
    uint32 length;
    uint32 count;
    uint32 room;
    uint32* documents;
    uint8* extra;

    char* bytes() { return reinterpret_cast<char*>(this + 1); }
    text::Term term() { return {bytes(), length}; }
  };

  void reset();
  void* take(Size bytes);
  TermList* list_of(const text::Term& term);
  void grow_table();
  void sort_documents();
  void renumber(TermList* list, const uint32* numbers);

  MemoryContext parent_;
  MemoryContext context_;
  Size budget_;
  char* block_;
  Size left_;
  Size taken_;
  TermList** table_;
  uint32 table_room_;  // a power of 2
  uint32 terms_;
  RowId* rows_;
  uint32* lengths_;
  uint32 documents_;
  uint32 room_;
  bool is_sorted_;
};

}  // namespace vecext::pg
