#include "core/graph/flat/sketch.h"

#include <algorithm>
#include <cstring>

#include "core/base/random.h"
#include "core/cluster/parallel.h"
#include "core/graph/build/products.h"
#include "core/quant/transform_rows.h"
#include "core/value/layout.h"

namespace vecext {

namespace {

/// A power of two. Of 3,136 bits, 784 dimensions by L1 and sparse vectors 256 floats find as much
/// as 1,024; of 1,024 random projections of GloVe, at ef = 160, 256 .91, 512 .933, 1,024 .936.
constexpr std::int32_t kMostFloats = 512;

/// Places that a dimension is hashed to, and what it adds there.
constexpr int kPlaces = 4;
constexpr float kShare = 0.5F;

/// Greater floats leave the range when they are squared and added.
constexpr float kMostValue = 1e15F;

/// The most entries of a flat graph: each is a page that every search reads.
constexpr std::int32_t kFlatEntries = 64;

/// Rows that a thread takes at a time.
constexpr std::size_t kTaskRows = 64;

std::int32_t count_sketch_floats(const GraphMeta& meta) {
  return meta.dims < kMostFloats ? (meta.dims + 3) / 4 * 4 : kMostFloats;
}

/// The metric that sketches are compared by.
Metric sketch_metric(Metric metric) {
  switch (metric) {
    case Metric::kInnerProduct:
      return Metric::kInnerProduct;
    case Metric::kCosine:
    case Metric::kJaccard:
      return Metric::kCosine;
    default:
      return Metric::kL2;
  }
}

/// Adds a dimension of a vector to its sketch.
class CountSketch {
 public:
  CountSketch(const GraphMeta& meta, float* out)
      : is_hashed_(meta.dims > kMostFloats), seed_(meta.seed), out_(out) {}

  void add(std::int32_t dim, float value) const {
    if (!is_hashed_) {
      out_[dim] = value;
      return;
    }
    std::uint64_t hash =
        Random(seed_ ^ static_cast<std::uint64_t>(dim) * 0xD6E8FEB86659FD93u).next();
    for (int i = 0; i < kPlaces; ++i, hash >>= 16) {
      out_[hash % kMostFloats] += (hash >> 15 & 1) != 0 ? kShare * value : -kShare * value;
    }
  }

 private:
  bool is_hashed_;
  std::uint64_t seed_;
  float* out_;
};

void sketch_dense(const GraphModel& model, const std::byte* element, const CountSketch& sketch) {
  const std::int32_t dims = model.meta.dims;
  constexpr std::int32_t kBlock = 64;
  float block[kBlock];
  const bool is_half = model.element() == Element::kHalf;
  const std::size_t size = is_half ? sizeof(Half) : sizeof(float);
  for (std::int32_t i = 0; i < dims; i += kBlock) {
    const std::int32_t n = std::min(kBlock, dims - i);
    widen(model.element(), element + static_cast<std::size_t>(i) * size, n, block);
    for (std::int32_t j = 0; j < n; ++j) {
      sketch.add(i + j, block[j]);
    }
  }
}

void sketch_bits(const GraphModel& model, const std::byte* element, const CountSketch& sketch) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(element);
  for (std::int32_t i = 0; i < model.meta.dims; ++i) {
    if ((bytes[i / 8] >> (7 - i % 8) & 1) != 0) {
      sketch.add(i, 1);
    }
  }
}

void sketch_sparse(const GraphModel& model, const std::byte* element, const CountSketch& sketch) {
  SparsevecLayout head;
  std::memcpy(&head, element, sizeof head);
  const std::byte* indices = element + sizeof head;
  const std::byte* values = indices + static_cast<std::size_t>(head.nnz) * sizeof(std::int32_t);
  for (std::int32_t i = 0; i < head.nnz; ++i) {
    std::int32_t index;
    float value;
    std::memcpy(&index, indices + static_cast<std::ptrdiff_t>(i) * 4, sizeof index);
    std::memcpy(&value, values + static_cast<std::ptrdiff_t>(i) * 4, sizeof value);
    // An index on a damaged page may have any value.
    if (index >= 0 && index < model.meta.dims) {
      sketch.add(index, value);
    }
  }
}

void make_count_sketch(const GraphModel& model, const std::byte* element, float* out) {
  const auto floats = static_cast<std::size_t>(count_sketch_floats(model.meta));
  const CountSketch sketch(model.meta, out);
  std::fill_n(out, floats, 0.0F);
  switch (model.element()) {
    case Element::kBit:
      sketch_bits(model, element, sketch);
      break;
    case Element::kSparse:
      sketch_sparse(model, element, sketch);
      break;
    default:
      sketch_dense(model, element, sketch);
  }
  for (std::size_t i = 0; i < floats; ++i) {
    // NaN, from a damaged page or from infinities, fails every comparison.
    out[i] = out[i] > -kMostValue ? std::min(out[i], kMostValue) : -kMostValue;
  }
}

}  // namespace

std::int32_t sketch_floats(const GraphMeta& meta) {
  const bool product = static_cast<Metric>(meta.metric) == Metric::kInnerProduct;
  return count_sketch_floats(meta) + (product ? kProductDims : 0);
}

Status make_sketches(const GraphModel& model, const FlatRows& rows, const ParallelOptions& work,
                     float* x, Arena arena) {
  const std::int32_t floats = count_sketch_floats(model.meta);
  const auto dims = static_cast<std::size_t>(floats);
  const auto stride = static_cast<std::size_t>(sketch_floats(model.meta));
  Status status = cluster::for_each(work, (rows.n + kTaskRows - 1) / kTaskRows,
                                    kTaskRows * static_cast<std::size_t>(model.meta.rotated),
                                    [&](std::size_t task, std::int32_t) {
                                      const std::size_t end =
                                          std::min(rows.n, (task + 1) * kTaskRows);
                                      for (std::size_t i = task * kTaskRows; i < end; ++i) {
                                        make_count_sketch(model, rows.element(i), x + i * stride);
                                      }
                                    });
  VectorTransform transform{.metric = sketch_metric(model.metric()),
                            .element = Element::kFloat,
                            .dims = floats,
                            .rotated = floats,
                            .is_rotated = false,
                            .rotation = {},
                            .mean = nullptr};
  float* mean = arena.array<float>(dims);
  float* scratch = arena.array<float>(2 * dims);
  if (mean == nullptr || scratch == nullptr) {
    return {.code = StatusCode::kOutOfMemory};
  }
  const TransformRows all{x, rows.n, stride};
  if (status.ok()) {
    status = mean_of_rows(transform, all, work, mean, scratch);
  }
  transform.mean = mean;
  if (status.ok()) {
    status = transform_rows(transform, all, work, x, stride);
  }
  if (status.ok() && transform.metric == Metric::kInnerProduct &&
      !add_product_dims(x, rows.n, floats, stride, arena)) {
    return {.code = StatusCode::kOutOfMemory};
  }
  return status;
}

Status construct_flat(const GraphModel& model, const FlatRows& rows,
                      const ConstructOptions& options, Arena arena, Arena scratch, Graph* graph) {
  const std::int32_t floats = sketch_floats(model.meta);
  float* x = arena.array<float>(rows.n * static_cast<std::size_t>(floats));
  if (x == nullptr) {
    return {.code = StatusCode::kOutOfMemory};
  }
  const Status status = make_sketches(model, rows, options.parallel, x, arena);
  ConstructOptions few = options;
  few.entries = kFlatEntries;
  return status.ok() ? construct(x, rows.n, floats, few, arena, scratch, graph) : status;
}

}  // namespace vecext
