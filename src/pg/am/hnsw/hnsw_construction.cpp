#include "pg/am/hnsw/hnsw_construction.h"

#include <cmath>

#include "core/graph/construct/products.h"
#include "core/graph/flat/sketch.h"
#include "pg/am/maintenance/build_work.h"
#include "pg/sys/memory.h"

extern "C" {
#include "storage/buffile.h"
}

namespace vecext::pg {

namespace {

/// The memory of a BufFile: the buffer of a page, and little more.
constexpr Size kFileBytes = BLCKSZ + 512;

void* make_file(void*) {
  return BufFileCreateTemp(false);
}

Status append_to_file(void* file, const void* bytes, Size n) {
  BufFileWrite(static_cast<BufFile*>(file), const_cast<void*>(bytes), n);
  return {};
}

Status read_file(void* file, uint64 from, void* bytes, Size n) {
  auto* source = static_cast<BufFile*>(file);
  if (BufFileSeek(source, 0, static_cast<off_t>(from), SEEK_SET) != 0 ||
      BufFileRead(source, bytes, n) != n) {
    ereport(ERROR, (errcode_for_file_access(), errmsg("could not read from temporary file")));
  }
  return {};
}

void drop_file(void* file) {
  BufFileClose(static_cast<BufFile*>(file));
}

}  // namespace

double construction_work(const GraphMeta& meta, double rows) {
  constexpr double kOfDoubling = 440;
  return rows * construct_floats(meta) * kOfDoubling * std::log2(rows + 2);
}

double graph_pages(const GraphModel& model, double rows) {
  if (model.is_flat()) {
    constexpr double kRowsOfPage = 8;
    return rows / kRowsOfPage;
  }
  const double code_bytes =
      static_cast<double>(NodeBlock<std::byte>::bytes(model.code_bytes())) / kBlockLanes;
  return rows / Max(model.layout.slots, 1) + rows * code_bytes / kPageSize;
}

int32 construct_floats(const GraphMeta& meta) {
  if (is_flat(meta)) {
    return sketch_floats(meta);
  }
  const bool product = static_cast<Metric>(meta.metric) == Metric::kInnerProduct;
  return meta.rotated + (product ? kProductDims : 0);
}

ConstructOptions construct_options(const GraphMeta& meta) {
  // Nodes with more links than this need longer edges (measured).
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

TempFiles temp_files() {
  return {nullptr, kFileBytes, make_file, append_to_file, read_file, drop_file};
}

}  // namespace vecext::pg
