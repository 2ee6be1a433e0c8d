#include "pg/am/hnsw/hnsw_construction.h"

#include <cmath>

#include "core/graph/construct/products.h"
#include "core/graph/flat/sketch.h"
#include "pg/am/maintenance/build_work.h"
#include "pg/sys/memory.h"

namespace vecext::pg {

double construction_work(const GraphMeta& meta, double rows) {
  constexpr double kOfDoubling = 440;
  return rows * construct_floats(meta) * kOfDoubling * std::log2(rows + 2);
}

int32 construct_floats(const GraphMeta& meta) {
  if (is_flat(meta)) {
    return sketch_floats(meta);
  }
  const bool product = static_cast<Metric>(meta.metric) == Metric::kInnerProduct;
  return meta.rotated + (product ? kProductDims : 0);
}

ConstructOptions construct_options(const GraphMeta& meta) {
  // Nodes with more links need longer edges (measured).
  constexpr int32 kLongList = 64;
  // With little memory, fewer threads run.
  constexpr Size kMemoryOfThread = 8 << 20;
  const Size threads = Max(maintenance_memory().bytes / kMemoryOfThread, static_cast<Size>(1));
  return {
      .degree = meta.degree,
      .alpha = meta.degree < kLongList ? 1.05F : 1.1F,
      .replicas = kMostReplicas,
      .entries = kMaxEntries,
      .seed = meta.seed,
      .parallel = {.threads = static_cast<int32>(Min(threads, static_cast<Size>(build_threads()))),
                   .stop = cancel_pending,
                   .stop_context = nullptr},
      .of_directions = static_cast<Metric>(meta.metric) == Metric::kCosine};
}

}  // namespace vecext::pg
