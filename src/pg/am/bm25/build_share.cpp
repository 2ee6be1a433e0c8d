#include "pg/am/bm25/build_share.h"

#include "pg/sys/row_id.h"

extern "C" {
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// Returns the bytes of the budget that are for keeping the lexemes that the configuration makes of
/// tokens.
Size cache_bytes(Size budget) {
  return budget / 4;
}

TextOptions build_options(Relation index, Size budget) {
  return {.config = config_to_build(index),
          .bigrams = built_bigrams(index),
          .cache_bytes = cache_bytes(budget)};
}

}  // namespace

BuildShare::BuildShare(Relation index, MemoryContext context, Size budget,
                       BufFile* (*make_file)(void*), void* file_context,
                       pg_atomic_uint64* rows_read)
    : kind_(text_kind_of(index)),
      options_(build_options(index, budget)),
      context_(context),
      row_context_(AllocSetContextCreate(context, "vecext build row", ALLOCSET_DEFAULT_SIZES)),
      builder_(context, budget - cache_bytes(budget)),
      make_file_(make_file),
      file_context_(file_context),
      rows_read_(rows_read) {}

/// Counts a row of the table, and shows as progress the rows that all processes have read.
void BuildShare::count_row() {
  const uint64 read = pg_atomic_add_fetch_u64(rows_read_, 1);
  add_progress(Steps::kRows, static_cast<double>(read - rows_shown_));
  rows_shown_ = read;
}

void BuildShare::add_row(Relation, ItemPointer tid, Datum* values, bool* isnull, bool, void* self) {
  auto* share = static_cast<BuildShare*>(self);
  share->count_row();
  if (isnull[0]) {
    return;
  }
  const MemoryContext before = MemoryContextSwitchTo(share->row_context_);
  share->builder_.add(row_id(*tid), terms_of_value(share->kind_, share->options_, values[0]));
  MemoryContextSwitchTo(before);
  MemoryContextReset(share->row_context_);
  ++share->rows_;
  if (share->builder_.is_full()) {
    share->write_run();
  }
}

double BuildShare::read(Relation heap, Relation index, IndexInfo* info, TableScanDesc scan) {
  // The scan must not begin in the middle of the table, because documents are numbered in the order
  // of rows.
  return table_index_build_scan(heap, index, info, scan != nullptr, !IsParallelWorker(), add_row,
                                this, scan);
}

void BuildShare::write_run() {
  if (builder_.documents() == 0) {
    return;
  }
  const MemoryContext before = MemoryContextSwitchTo(context_);
  if (file_.file == nullptr) {
    file_.file = make_file_(file_context_);
  }
  starts_.push(file_.bytes, context_);
  postings_ += builder_.postings();
  RunWriter run(&file_);
  builder_.write(&run);
  run.finish();
  builder_.reset();
  MemoryContextSwitchTo(before);
}

}  // namespace vecext::pg
