// The build reads the heap once, into memory; the graph is constructed there, on threads of the
// core, and written in one pass.
#include "pg/am/hnsw_build.h"

#include "core/graph/graph_write.h"
#include "core/graph/products.h"
#include "core/graph/proxy.h"
#include "core/space/rows.h"
#include "core/value/views.h"
#include "pg/am/build_rows.h"
#include "pg/am/build_work.h"
#include "pg/am/graph_cache.h"
#include "pg/am/hnsw_options.h"
#include "pg/am/indexed_value.h"
#include "pg/am/plain_build.h"
#include "pg/store/buffer_store.h"
#include "pg/sys/memory.h"

extern "C" {
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// The most dimensions of which a node fits its pages with 32 neighbours: with codes of a tenth of
/// the dimensions, or whole.
int32 most_dims(const OpclassInfo& info) {
  switch (info.element) {
    case Element::kFloat:
      return info.metric == Metric::kL1 ? 4000 : kMaxCodedDims;
    case Element::kHalf:
      return 8000;
    case Element::kBit:
      return 64000;
    case Element::kSparse:
      break;
  }
  return kMaxSparseDims;
}

/// What the options and the column say of an index.
GraphMeta plan_meta(Relation index, const OpclassInfo& info) {
  const HnswOptions options = hnsw_options(index);
  check_hnsw_options(options);
  GraphMeta meta{};
  meta.magic = kGraphMagic;
  meta.element = static_cast<uint8>(info.element);
  meta.metric = static_cast<uint8>(info.metric);
  meta.dims = column_dims(index, info);
  meta.m = options.m;
  meta.ef_construction = options.ef_construction;
  meta.seed = kIndexSeed;
  if (meta.dims > most_dims(info)) {
    ereport(ERROR,
            (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
             errmsg("column cannot have more than %d dimensions for hnsw index", most_dims(info))));
  }
  if (!plan_graph(&meta)) {
    ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                    errmsg("a node of %d dimensions and %d neighbors does not fit its pages",
                           meta.dims, 2 * meta.m),
                    errhint("Use a smaller m.")));
  }
  return meta;
}

/// Brings the rows into the space of the model, whose mean is taken from them.
void move_rows(GraphModel* model, const Sample& rows, const KMeansOptions& work) {
  const auto dims = static_cast<Size>(model->dims());
  const auto n = static_cast<Size>(rows.n);
  const auto stride = static_cast<Size>(rows.stride);
  auto* mean = static_cast<float*>(palloc0(sizeof(float) * dims));
  auto* scratch = static_cast<float*>(palloc(2 * sizeof(float) * dims));
  check_work(mean_of_rows(model->space, {rows.x, n, stride}, work, mean, scratch));
  model->space.mean = mean;
  check_work(rows_to_space(model->space, {rows.x, n, stride}, work, rows.x, stride));
  if (model->metric() == Metric::kInnerProduct &&
      !add_product_dims(rows.x, n, model->dims(), stride, context_arena(CurrentMemoryContext))) {
    raise({.code = StatusCode::kOutOfMemory});
  }
}

/// Constructs the graph of rows in memory, and writes it. Memory of the current context.
void write_index(BulkWriter* bulk, const GraphMeta& meta, const Sample& rows, const RowId* ids) {
  GraphModel model{};
  model.meta = meta;
  derive(&model);
  const KMeansOptions work{.k = 1,
                           .rounds = 0,
                           .threads = build_threads(),
                           .seed = meta.seed,
                           .stop = cancel_pending,
                           .stop_context = nullptr};
  move_rows(&model, rows, work);
  report_phase(kConstructing);
  const MemoryContext scratch =
      AllocSetContextCreate(CurrentMemoryContext, "vecext construction", ALLOCSET_DEFAULT_SIZES);
  Graph graph;
  check_work(construct(rows.x, static_cast<Size>(rows.n), rows.stride, construct_options(meta),
                       context_arena(CurrentMemoryContext), context_arena(scratch), &graph));
  MemoryContextDelete(scratch);
  report_phase(kWriting);
  check(write_graph(*bulk, &model, graph, {rows.x, static_cast<Size>(rows.stride), ids, nullptr},
                    work.threads, context_arena(CurrentMemoryContext)));
  bulk->log();
}

BuiltRows build_coded(Relation heap, Relation index, IndexInfo* info, const OpclassInfo& opclass,
                      const GraphMeta& meta) {
  BuildRows rows(opclass, meta.dims, construct_floats(meta), MaxAllocHugeSize);
  const double heap_rows = rows.read_sample(heap, index, info);
  warn_of_memory(rows.bytes() + construct_bytes(meta, static_cast<Size>(rows.kept())));
  BulkWriter bulk(index, MAIN_FORKNUM);
  write_index(&bulk, meta, rows.sample(rows.kept(), true, CurrentMemoryContext),
              rows.batch(0, rows.kept()).rows);
  return {heap_rows, rows.seen()};
}

}  // namespace

void warn_of_memory(Size needed) {
  if (needed > static_cast<Size>(maintenance_work_mem) * 1024) {
    ereport(NOTICE, (errmsg("building the graph takes %zu MB, more than maintenance_work_mem",
                            needed / (1024 * 1024)),
                     errhint("Use ivfpq where that is too much.")));
  }
}

int32 construct_floats(const GraphMeta& meta) {
  if (is_plain(meta)) {
    return proxy_floats(meta);
  }
  const bool product = static_cast<Metric>(meta.metric) == Metric::kInnerProduct;
  return meta.rotated + (product ? kProductDims : 0);
}

ConstructOptions construct_options(const GraphMeta& meta) {
  // Longer lists want longer edges (measured).
  constexpr int32 kLongList = 64;
  return {.degree = meta.degree,
          .alpha = meta.degree < kLongList ? 1.05F : 1.1F,
          .threads = build_threads(),
          .seed = meta.seed,
          .stop = cancel_pending,
          .stop_context = nullptr};
}

Size construct_bytes(const GraphMeta& meta, Size rows) {
  return construct_memory(rows, construct_floats(meta), meta.degree, build_threads());
}

IndexBuildResult* hnsw_build(Relation heap, Relation index, IndexInfo* info) {
  forget_graph(index);
  const OpclassInfo opclass = opclass_of(index);
  const GraphMeta meta = plan_meta(index, opclass);
  const MemoryContext context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext graph build", ALLOCSET_DEFAULT_SIZES);
  const MemoryContext before = MemoryContextSwitchTo(context);

  report_phase(kLoading);
  const BuiltRows built = is_plain(meta) ? build_plain(heap, index, info, opclass, meta)
                                         : build_coded(heap, index, info, opclass, meta);
  MemoryContextSwitchTo(before);
  MemoryContextDelete(context);
  return build_result(built.heap_rows, built.index_rows);
}

void hnsw_build_empty(Relation index) {
  const GraphMeta meta = plan_meta(index, opclass_of(index));
  BulkWriter bulk(index, INIT_FORKNUM);
  if (is_plain(meta)) {
    write_plain_index(&bulk, meta, {});
    return;
  }
  write_index(&bulk, meta, {nullptr, 0, construct_floats(meta), true}, nullptr);
}

}  // namespace vecext::pg
