// The build reads the table once, in its order, and collects posting lists in memory. Whenever
// these take maintenance_work_mem, they become a segment.
#include "pg/am/bm25/bm25_build.h"

#include "core/text/update/create.h"
#include "pg/am/bm25/bm25_options.h"
#include "pg/am/bm25/text_builder.h"
#include "pg/am/bm25/text_cache.h"
#include "pg/am/bm25/text_values.h"
#include "pg/am/build/build_work.h"
#include "pg/store/buffer_store.h"
#include "pg/sys/memory.h"
#include "pg/sys/row_id.h"
#include "pg/text/config_hash.h"

extern "C" {
#include "access/tableam.h"
#include "commands/progress.h"
#include "miscadmin.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// After so many segments the next ones may take twice the memory: an index has few segments.
constexpr uint32 kSegmentsOfBudget = 32;

enum Phase : int64 { kReading = PROGRESS_CREATEIDX_SUBPHASE_INITIALIZE + 1, kWriting };

struct Build {
  TextKind kind;
  TextOptions options;
  text::Bm25 bm25;
  BulkWriter* bulk;
  MemoryContext context;  // of the builder
  MemoryContext row_context;
  TextBuilder* builder;
  uint32 segments;
  double rows;
};

void write_segment(Build* build) {
  SegmentEntry entry;
  build->builder->write(text::sink_of(*build->bulk), build->bm25, build->segments + 1, &entry);
  check(text::add_first_segment(*build->bulk, entry));
  ++build->segments;
  if (build->segments % kSegmentsOfBudget == 0) {
    build->builder->double_budget();
  }
}

void add_row(Relation, ItemPointer tid, Datum* values, bool* isnull, bool, void* context) {
  auto* build = static_cast<Build*>(context);
  add_progress(Steps::kRows, 1);
  if (isnull[0]) {
    return;
  }
  const MemoryContext before = MemoryContextSwitchTo(build->row_context);
  build->builder->add(row_id(*tid), terms_of_value(build->kind, build->options, values[0]));
  MemoryContextSwitchTo(before);
  MemoryContextReset(build->row_context);
  ++build->rows;
  if (build->builder->is_full()) {
    write_segment(build);
  }
}

text::TextOptions meta_options(Relation index, Oid config) {
  return {.bm25 = bm25_parameters(index),
          .cjk = has_cjk_bigrams(index) ? 1U : 0U,
          .config = text_config_hash(config),
          .config_name = bm25_config_name(index)};
}

}  // namespace

IndexBuildResult* bm25_build(Relation heap, Relation index, IndexInfo* info) {
  forget_text(index);
  const Oid config = config_named(bm25_config_name(index));
  if (has_cjk_bigrams(index)) {
    check_bigrams_allowed();
  }
  BulkWriter bulk(index, MAIN_FORKNUM);
  check(create_index(bulk, meta_options(index, config)));
  const MemoryContext context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext index build", ALLOCSET_DEFAULT_SIZES);
  TextBuilder builder(context, static_cast<Size>(maintenance_work_mem) * 1024);
  Build build{
      .kind = text_kind_of(index),
      .options = {.config = config, .bigrams = has_cjk_bigrams(index)},
      .bm25 = bm25_parameters(index),
      .bulk = &bulk,
      .context = context,
      .row_context = AllocSetContextCreate(context, "vecext build row", ALLOCSET_DEFAULT_SIZES),
      .builder = &builder,
      .segments = 0,
      .rows = 0};
  begin_phase(kReading, estimated_rows(heap));
  // Not from the middle of the table: documents are numbered in the order of rows.
  const double heap_rows =
      table_index_build_scan(heap, index, info, false, true, add_row, &build, nullptr);
  begin_phase(kWriting, build.rows);
  if (builder.documents() > 0) {
    write_segment(&build);
  }
  MemoryContextDelete(context);
  bulk.log();
  end_phases();
  return build_result(heap_rows, build.rows);
}

void bm25_build_empty(Relation index) {
  BulkWriter bulk(index, INIT_FORKNUM);
  check(create_index(bulk, meta_options(index, config_named(bm25_config_name(index)))));
  bulk.log();
}

char* bm25_phase_name(int64 phase) {
  switch (phase) {
    case PROGRESS_CREATEIDX_SUBPHASE_INITIALIZE:
      return pstrdup("initializing");
    case kReading:
      return pstrdup("reading tuples");
    case kWriting:
      return pstrdup("writing posting lists");
    default:
      return nullptr;
  }
}

}  // namespace vecext::pg
