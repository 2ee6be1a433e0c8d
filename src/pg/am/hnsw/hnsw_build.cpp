// The build reads the table into memory, constructs the graph there on threads of the core, and
// writes it in one pass. If not all rows fit into maintenance_work_mem, a sample of them determines
// the shards, and a second reading distributes the rows to them.
#include "pg/am/hnsw/hnsw.h"

#include <cmath>

#include "core/graph/format/graph_write.h"
#include "core/graph/external/shards.h"
#include "core/graph/construct/products.h"
#include "core/graph/flat/sketch.h"
#include "core/quant/transform_rows.h"
#include "core/value/views.h"
#include "pg/am/maintenance/build_rows.h"
#include "pg/am/maintenance/build_work.h"
#include "pg/am/common/being_built.h"
#include "pg/am/hnsw/graph_cache.h"
#include "pg/am/hnsw/hnsw_calibrate.h"
#include "pg/am/hnsw/hnsw_construction.h"
#include "pg/am/hnsw/hnsw_options.h"
#include "pg/am/hnsw/hnsw_recall.h"
#include "pg/am/common/indexed_value.h"
#include "pg/am/maintenance/key_build.h"
#include "pg/am/hnsw/flat_build.h"
#include "pg/store/buffer_store.h"
#include "pg/sys/memory.h"

extern "C" {
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

/// Returns the most dimensions that a vector may have, so that a node of 32 neighbors fits its
/// pages: with the neighbors' whole vectors, or with codes of at least a tenth of the dimensions.
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

/// Returns the meta page of an index of vectors with `dims` dimensions.
GraphMeta plan_meta(const HnswOptions& options, const OpclassInfo& info, int32 dims) {
  check_hnsw_options(options);
  GraphMeta meta{};
  meta.element = static_cast<uint8>(info.element);
  meta.metric = static_cast<uint8>(info.metric);
  meta.dims = dims;
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

GraphMeta plan_meta(Relation index, const OpclassInfo& info) {
  return plan_meta(hnsw_options(index->rd_options), info, declared_dims(index, info));
}

ParallelOptions build_work(const GraphMeta& meta) {
  return construct_options(meta).parallel;
}

/// Allocates `bytes` bytes in the current context.
std::byte* allocate(Size bytes) {
  auto* block = context_arena(CurrentMemoryContext).array<std::byte>(bytes);
  check_memory(block != nullptr);
  return block;
}

/// Makes a model with the mean of the rows.
void make_model(GraphModel* model, const GraphMeta& meta, const Sample& rows) {
  *model = {};
  model->meta = meta;
  derive(model);
  const auto dims = static_cast<Size>(model->dims());
  auto* mean = palloc0_array<float>(dims);
  check_work(mean_of_rows(model->transform,
                          {rows.x, static_cast<Size>(rows.n), static_cast<Size>(rows.stride)},
                          build_work(meta), context_arena(CurrentMemoryContext), mean));
  model->transform.mean = mean;
}

/// Transforms the rows in place, by the model's transform.
void move_rows(const GraphModel& model, const Sample& rows) {
  const auto stride = static_cast<Size>(rows.stride);
  check_work(transform_rows(model.transform, {rows.x, static_cast<Size>(rows.n), stride},
                            build_work(model.meta), rows.x, stride));
}

/// Constructs the graph from rows in memory, and writes it. Memory comes from the current context.
void write_whole(BulkWriter* bulk, const GraphMeta& meta, const Sample& rows, const RowId* ids) {
  GraphModel model;
  make_model(&model, meta, rows);
  move_rows(model, rows);
  const auto n = static_cast<Size>(rows.n);
  const auto stride = static_cast<Size>(rows.stride);
  const Arena arena = context_arena(CurrentMemoryContext);
  check_memory(model.metric() != Metric::kInnerProduct ||
               add_product_dims(rows.x, n, model.dims(), stride, arena));
  begin_phase(kConstructing, rows.n, Steps::kWork, construction_work(meta, rows.n));
  const MemoryContext scratch =
      AllocSetContextCreate(CurrentMemoryContext, "vecext construction", ALLOCSET_DEFAULT_SIZES);
  Graph graph;
  const ConstructOptions options = construct_options(meta);
  check_work(construct(rows.x, n, rows.stride, options, arena, context_arena(scratch), &graph));
  MemoryContextDelete(scratch);
  // Each page is added, and then changed.
  begin_phase(kWriting, rows.n, Steps::kPages, 2 * graph_pages(model, rows.n));
  check_work(
      write_graph(*bulk, &model, graph, {rows.x, stride, ids, nullptr}, options.parallel, arena));
}

/// The second reading, which distributes rows to shards.
struct SecondPass {
  graph::Shards* shards;
  const GraphModel* model;
  BuildRows* rows;
};

void add_when_full(void* context) {
  auto* pass = static_cast<SecondPass*>(context);
  const Sample rows = pass->rows->sample(pass->rows->kept(), true, nullptr);
  move_rows(*pass->model, rows);
  check_work(pass->shards->add(rows.x, pass->rows->batch(0, rows.n).rows, nullptr,
                               static_cast<Size>(rows.n)));
  add_progress(Steps::kRows, rows.n);
  pass->rows->clear();
}

/// Constructs the graph by shards, and writes it. A sample of the rows is already in memory.
void write_by_shards(Relation heap, Relation index, IndexInfo* info, BulkWriter* bulk,
                     const GraphMeta& meta, BuildRows* rows) {
  const Size memory = maintenance_memory().bytes;
  rows->shrink(memory / graph::kSamplePart);
  const Sample sample = rows->sample(rows->kept(), true, nullptr);
  GraphModel model;
  make_model(&model, meta, sample);
  move_rows(model, sample);
  // For the progress view, planning counts as the graph of kPlanned rows of the sample.
  constexpr int32 kPlanned = 12000;
  const double all_rows = rows->seen();
  begin_phase(kPlanning, sample.n, Steps::kWork, construction_work(meta, Min(sample.n, kPlanned)));
  const ConstructOptions options = construct_options(meta);
  const auto all = static_cast<Size>(rows->seen());
  const Size bytes = graph::shard_bytes(memory, model, options, construct_floats(meta), all);
  const graph::ShardWork work{options, construct_floats(meta), temp_files(), allocate(bytes),
                              bytes};
  graph::Shards shards(&model, kMain, work);
  check(begin_graph(*bulk, &model));
  check_work(
      shards.plan(sample.x, rows->batch(0, sample.n).rows, static_cast<Size>(sample.n), all));
  rows->clear();
  begin_phase(kDividing, all_rows);
  SecondPass pass{&shards, &model, rows};
  rows->read_all(heap, index, info, add_when_full, &pass);
  add_when_full(&pass);
  // Each row is in two shards, which would double the work. But a row takes less work in the
  // smaller graph of a shard, so the factor is smaller (measured).
  constexpr double kOfShards = 1.45;
  begin_phase(kConstructing, all_rows, Steps::kWork, kOfShards * construction_work(meta, all_rows));
  check_work(shards.write(*bulk));
  check(finish_graph(*bulk, &model));
}

Size row_bytes(const GraphMeta& meta) {
  return static_cast<Size>(construct_floats(meta)) * sizeof(float) + sizeof(RowId);
}

/// Returns the memory that the construction of a graph of `rows` rows takes if it is not done by
/// shards.
Size whole_bytes(const GraphMeta& meta, Size rows, int32 threads) {
  return rows * row_bytes(meta) +
         construct_memory(rows, construct_floats(meta), meta.degree, threads);
}

/// Returns the bytes of as many rows as fit into memory together with the construction of their
/// graph.
Size rows_in_memory(const GraphMeta& meta) {
  const Size memory = maintenance_memory().bytes;
  const int32 threads = construct_options(meta).parallel.threads;
  const auto bytes = [&](Size rows) { return whole_bytes(meta, rows, threads); };
  return most_rows(memory, Min(memory / row_bytes(meta), kMaxNodes), bytes) * row_bytes(meta);
}

BuiltRows build_coded(Relation heap, Relation index, IndexInfo* info, const OpclassInfo& opclass,
                      const GraphMeta& meta, BulkWriter* bulk) {
  BuildRows rows(opclass, meta.dims, construct_floats(meta), rows_in_memory(meta));
  begin_phase(kLoading, estimated_rows(heap));
  const double heap_rows = rows.read_sample(heap, index, info);
  if (rows.has_all()) {
    write_whole(bulk, meta, rows.sample(rows.kept(), true, CurrentMemoryContext),
                rows.batch(0, rows.kept()).rows);
  } else {
    write_by_shards(heap, index, info, bulk, meta, &rows);
  }
  return {heap_rows, rows.seen()};
}

}  // namespace

IndexBuildResult* hnsw_build(Relation heap, Relation index, IndexInfo* info) {
  forget_graph(index);
  begin_build(index);
  check_key_columns(index);
  const OpclassInfo opclass = opclass_of(index);
  const GraphMeta meta = plan_meta(index, opclass);
  const MemoryContext context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext graph build", ALLOCSET_DEFAULT_SIZES);
  const MemoryContext before = MemoryContextSwitchTo(context);

  BulkWriter bulk(index, MAIN_FORKNUM);
  const BuiltRows built = is_flat(meta) ? build_flat(heap, index, info, opclass, meta, &bulk)
                                        : build_coded(heap, index, info, opclass, meta, &bulk);
  MemoryContextSwitchTo(before);
  MemoryContextDelete(context);
  build_keys(heap, index, info, kAddingKeys, &bulk);
  bulk.log();
  end_build();
  begin_phase(kTrying, built.index_rows);
  calibrate_graph(index);
  end_phases();
  warn_of_recall(index);
  return build_result(built.heap_rows, built.index_rows);
}

void hnsw_build_empty(Relation index) {
  const GraphMeta meta = plan_meta(index, opclass_of(index));
  BulkWriter bulk(index, INIT_FORKNUM);
  if (is_flat(meta)) {
    write_flat_index(&bulk, meta, {});
  } else {
    write_whole(&bulk, meta, {nullptr, 0, construct_floats(meta), true}, nullptr);
  }
  build_no_keys(index, &bulk);
  bulk.log();
}

IndexSize hnsw_size(const SizeTask& task) {
  const GraphMeta meta = plan_meta(hnsw_options(task.options), task.opclass, task.dims);
  const auto rows = static_cast<Size>(Min(task.rows, static_cast<double>(kMaxNodes)));
  const Size bytes =
      is_flat(meta) ? flat_build_bytes(meta, rows) : whole_bytes(meta, rows, build_threads());
  return {graph_pages(meta, task.rows), static_cast<double>(bytes)};
}

}  // namespace vecext::pg
