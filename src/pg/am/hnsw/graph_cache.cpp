#include "pg/am/hnsw/graph_cache.h"

#include <new>

#include "core/base/image.h"
#include "core/graph/format/node_rows.h"
#include "core/graph/update/pending.h"
#include "pg/sys/memory.h"

namespace vecext::pg {

namespace {

constexpr char kKind[] = "graph";

MemoryContext workspace_context;
Frontier* workspace = nullptr;  // lies in that context

CachedGraph* find_entry(Relation index) {
  return find_cached<CachedGraph>(kKind, RelationGetRelid(index));
}

/// Returns the version of a graph's model. It has values that differ between graphs: pages,
/// statistics of rows, and trials.
BlockVersion version_of(const GraphMeta& meta) {
  const struct {
    GraphPart parts[2];
    GraphLists lists[2];
    GraphCalibration calibration;
    float scale;
    float edge;
  } content{{meta.parts[kMain], meta.parts[kDelta]},
            {meta.lists[kMain], meta.lists[kDelta]},
            meta.calibration,
            meta.scale,
            meta.edge};
  static_assert(sizeof content == 160, "no padding");
  return block_version(meta.head.changes, content);
}

GraphModel model_of_image(const std::byte* image) {
  GraphModel model;
  set_streams(struct_of_image<GraphStreams>(image), &model);
  return model;
}

/// Shares the model. Returns true if the model now consists of shared streams.
bool share(CachedGraph* entry, Relation index, GraphModel* model) {
  const GraphStreams streams = streams_of(*model);
  const auto write = [&](std::byte* image) { write_image(streams, image); };
  const BlockKey key{file_locator(index), BlockPart::kModel, InvalidOid};
  if (!publish_block(key, version_of(model->meta), image_bytes(streams), 0, write,
                     &entry->shared_model)) {
    return false;
  }
  *model = model_of_image(entry->shared_model.bytes);
  return true;
}

void load(CachedGraph* entry, Relation index) {
  GraphMeta meta;
  BufferStore store(index, nullptr);
  check_index(index, read_graph_meta(store, &meta));
  if (!use_shared_model(entry, index, version_of(meta), model_of_image)) {
    load_cached(entry, index, load_graph<BufferStore>,
                [&](GraphModel* model) { return share(entry, index, model); });
  }
  entry->pending_tail = entry->model.meta.pending_tail;
  entry->own.tail = private_tail(entry->model.meta.privates, entry->own.writer);
}

/// Takes the rows of nodes from the shared block.
void set_node_rows(CachedGraph* cached) {
  static_cast<GraphNodeRows&>(cached->model) =
      struct_of_image<GraphNodeRows>(cached->shared_rows.bytes);
}

/// Shares the loaded rows of nodes. Returns true if the model now has them from a block.
bool share_node_rows(CachedGraph* cached, const BlockKey& key, const BlockVersion& version) {
  const GraphNodeRows& rows = cached->model;
  const auto write = [&](std::byte* image) { write_image(rows, image); };
  if (!publish_block(key, version, image_bytes(rows), 0, write, &cached->shared_rows)) {
    return false;
  }
  set_node_rows(cached);
  return true;
}

}  // namespace

CachedGraph* cached_graph(Relation index) {
  CachedGraph* entry = find_entry(index);
  if (!is_loaded(*entry, index) || !is_current(*entry, index)) {
    load(entry, index);
  }
  if (entry->model.meta.calibration.nodes > 0) {
    load_effort(entry, index, &entry->effort);
  }
  return entry;
}

GraphCalibration calibration_for(const GraphModel& model, const KnownEffort& known, SearchWay way,
                                 double k) {
  const GraphCalibration& of_ten = model.meta.calibration;
  const GraphCalibration trials = model.is_flat() ? of_ten : for_few_rows(of_ten, k);
  const SearchedEffort searched = effort_for(known, way, k);
  const GraphCalibration calibration =
      searched.needed.is_known() && trials.nodes > 0
          ? adapted(trials, searched.needed, of_ten.at[kUsualRecall].slack, searched.most)
          : trials;
  const bool is_of_plain =
      way == SearchWay::kPostfilter && !searched.is_observed && !model.is_flat();
  return is_of_plain ? for_spare_rows(calibration) : calibration;
}

Frontier* search_workspace() {
  if (workspace == nullptr) {
    workspace_context = AllocSetContextCreate(TopMemoryContext, "vecext searches of graphs",
                                              ALLOCSET_DEFAULT_SIZES);
    workspace = object_in<Frontier>(workspace_context, context_arena(workspace_context));
  }
  return workspace;
}

void forget_large_workspace() {
  constexpr Size kMostKept = Size{1} << 20;
  if (workspace != nullptr && MemoryContextMemAllocated(workspace_context, true) > kMostKept) {
    workspace = nullptr;
    MemoryContextDelete(workspace_context);
  }
}

Status need_node_rows(CachedGraph* cached, Relation index) {
  if (cached->model.is_flat() || cached->model.rows.row != nullptr) {
    return {};
  }
  const BlockKey key{file_locator(index), BlockPart::kNodeRows, InvalidOid};
  const BlockVersion version = version_of(cached->model.meta);
  if (may_share(index) && use_block(key, version, &cached->shared_rows)) {
    set_node_rows(cached);
    return {};
  }
  // This is a child of the current context until the rows are complete, so that an error frees it.
  const MemoryContext context =
      AllocSetContextCreate(CurrentMemoryContext, "vecext rows of nodes", ALLOCSET_DEFAULT_SIZES);
  BufferStore store(index, nullptr);
  const Status status = load_node_rows(store, context_arena(context), &cached->model);
  if (!status.ok() || !is_current(*cached, index)) {
    // The rows may be a mixture of two graphs, which no search must use.
    static_cast<GraphNodeRows&>(cached->model) = {};
    MemoryContextDelete(context);
    return status.ok() ? Status{.code = StatusCode::kStale} : status;
  }
  if (may_share(index) && share_node_rows(cached, key, version)) {
    MemoryContextDelete(context);
    return {};
  }
  MemoryContextSetParent(context, cached->context);
  shrink_cache(cached);
  return {};
}

void forget_graph(Relation index) {
  forget_file(find_entry(index));
}

}  // namespace vecext::pg
