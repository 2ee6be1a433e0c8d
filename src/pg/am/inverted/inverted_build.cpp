// The build reads the table twice: first for the range of weights, then for their codes. It
// collects posting lists in memory. If they do not fit, it writes sorted runs to a temporary file,
// which it merges. The new index has one segment.
#include "pg/am/inverted/inverted.h"

#include "core/value/layout.h"
#include "pg/am/maintenance/build_work.h"
#include "pg/am/common/being_built.h"
#include "pg/am/common/indexed_value.h"
#include "pg/am/inverted/sparse_values.h"
#include "pg/am/postings/cached_postings.h"
#include "pg/am/postings/posting_builder.h"
#include "pg/am/postings/segment_build.h"
#include "pg/sys/memory.h"
#include "pg/sys/row_id.h"

extern "C" {
#include "access/tableam.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

postings::IndexOptions options_for(const WeightRange& range, bool has_negative) {
  return {.bm25 = {0, 0},
          .flags = has_negative ? kHasNegativeWeights : 0U,
          .config_name = "",
          .has_weights = true,
          .weights = range};
}

struct Build {
  ValueReader* reader;
  MemoryContext context;
  MemoryContext row_context;
  sparse::WeightsSeen seen;
  WeightRange range;
  BulkWriter* bulk;
  PostingBuilder* builder;
  RunFile file;  // has the runs
  GrowingArray<RunPlace> runs;
  uint64 postings;  // how many are in runs
  double rows;
};

/// Writes the documents that are in memory as a run.
void write_run(Build* build) {
  const MemoryContext before = MemoryContextSwitchTo(build->context);
  if (build->file.file == nullptr) {
    build->file.file = BufFileCreateTemp(false);
  }
  build->runs.push({build->file.file, build->file.bytes}, build->context);
  build->postings += build->builder->postings();
  RunWriter run(&build->file);
  build->builder->write(&run);
  run.finish();
  build->builder->reset();
  MemoryContextSwitchTo(before);
}

/// Writes the segment.
void write_documents(Build* build) {
  const postings::IndexOptions options = options_for(build->range, build->seen.has_negative);
  if (build->runs.count > 0) {
    if (build->builder->documents() > 0) {
      write_run(build);
    }
    write_segment_of_runs(build->bulk, options, maintenance_memory().bytes, build->rows,
                          build->postings, &build->runs);
    BufFileClose(build->file.file);
  } else if (build->builder->documents() > 0) {
    begin_phase(kWritingPostings, build->rows, Steps::kWork,
                static_cast<double>(build->builder->postings()));
    write_segment(build->bulk, options, kFirstChain,
                  [&](postings::SegmentWriter* writer) { build->builder->write(writer); });
  }
}

/// Widens the index's range to weights that the first reading did not meet: CREATE INDEX
/// CONCURRENTLY reads rows that were inserted meanwhile.
void admit_late(Build* build, const sparse::WeightsSeen& seen) {
  std::byte* page;
  check(build->bulk->change(kMetaPage, &page));
  if (admit(seen, text_meta_of(page))) {
    build->range = text_meta_of(page)->weights;
  }
  build->bulk->end_change();
}

void measure_row(Relation, ItemPointer, Datum* values, bool* isnull, bool, void* context) {
  auto* build = static_cast<Build*>(context);
  add_progress(Steps::kRows, 1);
  if (!isnull[0]) {
    const MemoryContext before = MemoryContextSwitchTo(build->row_context);
    build->seen.add(sparse_view_of(build->reader->stored(values[0])));
    MemoryContextSwitchTo(before);
    MemoryContextReset(build->row_context);
    ++build->rows;
  }
}

void add_row(Relation, ItemPointer tid, Datum* values, bool* isnull, bool, void* context) {
  auto* build = static_cast<Build*>(context);
  add_progress(Steps::kRows, 1);
  if (isnull[0]) {
    return;
  }
  const MemoryContext before = MemoryContextSwitchTo(build->row_context);
  const SparsevecView vector = sparse_view_of(build->reader->stored(values[0]));
  sparse::WeightsSeen seen;
  seen.add(vector);
  if (seen.greatest > build->range.greatest || (seen.has_negative && !build->seen.has_negative))
      [[unlikely]] {
    admit_late(build, seen);
  }
  build->builder->add(row_id(*tid), terms_of_sparse(vector, build->range));
  MemoryContextSwitchTo(before);
  MemoryContextReset(build->row_context);
  if (build->builder->is_full()) {
    write_run(build);
  }
}

}  // namespace

IndexBuildResult* inverted_build(Relation heap, Relation index, IndexInfo* info) {
  forget_postings(index);
  begin_build(index);
  const MemoryContext context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext index build", ALLOCSET_DEFAULT_SIZES);
  const MemoryContext before = MemoryContextSwitchTo(context);
  const OpclassInfo opclass = opclass_of(index);
  ValueReader reader(opclass, declared_dims(index, opclass), context);
  BulkWriter bulk(index, MAIN_FORKNUM);
  PostingBuilder builder(context, maintenance_memory().bytes);
  Build build{
      .reader = &reader,
      .context = context,
      .row_context = AllocSetContextCreate(context, "vecext build row", ALLOCSET_DEFAULT_SIZES),
      .seen = {},
      .range = {0, 0},
      .bulk = &bulk,
      .builder = &builder,
      .file = {nullptr, 0},
      .runs = {},
      .postings = 0,
      .rows = 0};
  begin_phase(kMeasuringWeights, estimated_rows(heap));
  table_index_build_scan(heap, index, info, false, true, measure_row, &build, nullptr);
  if (build.seen.greatest > 0) {
    build.range = sparse::range_for(build.seen.greatest);
  }
  check(create_index(bulk, options_for(build.range, build.seen.has_negative)));
  begin_phase(kReadingRows, build.rows);
  // The scan must not begin in the middle of the table, because documents are numbered in the order
  // of rows.
  const double heap_rows =
      table_index_build_scan(heap, index, info, false, true, add_row, &build, nullptr);
  write_documents(&build);
  MemoryContextSwitchTo(before);
  bulk.log();
  MemoryContextDelete(context);
  end_build();
  end_phases();
  return build_result(heap_rows, build.rows);
}

void inverted_build_empty(Relation index) {
  build_empty_postings(index, options_for({0, 0}, false));
}

}  // namespace vecext::pg
