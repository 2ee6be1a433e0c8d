// Sorted runs of a build in temporary files. A run has documents in the order of their rows, and
// then terms with their postings. A file has several runs, one after another.
//
//   document   | 1 + row, or row - row before u8… | code of the length u1 |            0 ends them
//   term       | 1 + bytes of the term | the term | parts of its list … |              0 ends them
//   part       | bytes | postings, coded as in a short list |                          0 ends them
//
// Numbers have as many bytes as they need (core/postings/segment/term.h).
#pragma once

#include "core/base/ids.h"
#include "core/base/status.h"
#include "core/page/text_pages.h"
#include "core/postings/segment/term.h"
#include "pg/sys/pg.h"

extern "C" {
#include "storage/buffile.h"
}

namespace vecext::pg {

/// A file that is written from its start to its end.
struct RunFile {
  BufFile* file;
  uint64 bytes;  // written so far
};

/// Writes a run. It has those functions of SegmentWriter that write documents and terms.
class RunWriter {
 public:
  explicit RunWriter(RunFile* file);

  Status add_coded_document(RowId row, uint8 code);
  Status end_documents();
  void begin_term(const postings::Term& term);
  Status add_extra(DocumentId document, uint32 extra);
  Status end_term();
  /// Writes what is still in memory.
  void finish();

  uint32 documents() const { return documents_; }

 private:
  static constexpr Size kMostOfPart = 2000;
  static constexpr Size kRoom = 8192;

  void put(uint64 number);
  void put(const void* bytes, Size n);
  void write_part();
  void write_out();

  RunFile* file_;
  uint32 documents_ = 0;
  uint64 last_row_ = 0;
  uint32 next_document_ = 0;  // the least document that may be next in a list
  uint8* part_;               // postings that have not been written
  Size part_bytes_ = 0;
  uint8* out_;
  Size out_bytes_ = 0;
};

/// Reads a run from its start to its end. It takes memory for a page and a term.
class RunReader {
 public:
  RunReader(BufFile* file, uint64 start);

  /// Goes to the next document, which is the first one at the first call. Returns false if there
  /// are no more documents, and terms follow.
  bool next_document();
  RowId row() const { return row_; }
  uint8 code() const { return code_; }

  /// Goes to the next term. The postings of the term before it must have been read. Returns false
  /// if there are no more terms.
  bool next_term();
  postings::Term term() const { return {term_, term_length_}; }

  /// Goes to the next posting of the term. Returns false if there are no more.
  bool next_posting();
  DocumentId document() const { return document_; }
  uint32 extra() const { return extra_; }

 private:
  static constexpr Size kRoom = 8192;

  void fill(Size n);
  /// Takes the next n bytes, which are a term at most. Raises an error if the file has fewer.
  const uint8* read(Size n);
  uint64 get_number();

  BufFile* file_;
  uint64 position_;  // where in the file the next bytes are read
  uint8* bytes_;
  Size at_ = 0;
  Size end_ = 0;
  uint64 packed_row_ = 0;
  RowId row_{0, 0};
  uint8 code_ = 0;
  char* term_;
  uint32 term_length_ = 0;
  Size part_left_ = 0;
  uint32 next_document_ = 0;
  DocumentId document_ = 0;
  uint32 extra_ = 0;
};

}  // namespace vecext::pg
