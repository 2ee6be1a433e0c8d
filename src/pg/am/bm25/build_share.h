// Reads the rows of a table, or a process's share of them, into sorted runs in a temporary file.
#pragma once

#include "pg/am/bm25/bm25_options.h"
#include "pg/am/postings/run_files.h"
#include "pg/am/postings/posting_builder.h"
#include "pg/text/text_values.h"
#include "pg/sys/growing_array.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/tableam.h"
#include "nodes/execnodes.h"
#include "port/atomics.h"
}

namespace vecext::pg {

class BuildShare {
 public:
  /// Memory comes from children of `context`, about `budget` bytes. make_file(file_context) makes
  /// the file when it is needed. The rows are counted in *rows_read, which several processes may
  /// share.
  BuildShare(Relation index, MemoryContext context, Size budget, BufFile* (*make_file)(void*),
             void* file_context, pg_atomic_uint64* rows_read);

  /// Reads the rows of `scan`, or all rows of the table if `scan` is null. Returns how many rows
  /// were read, as table_index_build_scan() does.
  double read(Relation heap, Relation index, IndexInfo* info, TableScanDesc scan);

  /// Writes the documents that are in memory as a run, if there are any.
  void write_run();

  /// Returns the documents that are in memory and not in a run.
  PostingBuilder* builder() { return &builder_; }
  const RunFile& file() const { return file_; }
  int64 runs() const { return starts_.count; }
  const uint64* starts() const { return starts_.at; }
  double rows() const { return rows_; }
  /// Returns how many rows this process has shown as progress. They are rows that any of the
  /// processes has read.
  uint64 rows_shown() const { return rows_shown_; }
  uint64 postings() const { return postings_ + builder_.postings(); }

 private:
  static void add_row(Relation index, ItemPointer tid, Datum* values, bool* isnull, bool alive,
                      void* self);
  void count_row();

  TextKind kind_;
  TextOptions options_;
  MemoryContext context_;
  MemoryContext row_context_;
  PostingBuilder builder_;
  BufFile* (*make_file_)(void*);
  void* file_context_;
  pg_atomic_uint64* rows_read_;
  uint64 rows_shown_ = 0;
  RunFile file_{nullptr, 0};
  GrowingArray<uint64> starts_{};  // the starts of the runs
  double rows_ = 0;
  uint64 postings_ = 0;  // how many are in runs
};

}  // namespace vecext::pg
