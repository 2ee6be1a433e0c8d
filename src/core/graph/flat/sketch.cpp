#include "core/graph/flat/sketch.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/graph/construct/products.h"
#include "core/quant/transform.h"
#include "core/quant/transform_rows.h"
#include "core/value/check.h"
#include "core/value/layout.h"

namespace vecext {

namespace {

/// How many places each dimension is hashed to, and the share of its value that is added at each
/// place.
constexpr int kPlaces = 4;
constexpr float kShare = 0.5F;

/// The greatest value of a sketch. Squares of greater floats, added up, would leave the range of
/// floats.
constexpr float kMostValue = 1e15F;

/// The most entries of a flat graph. Searches of a flat graph do not start at entries.
constexpr std::int32_t kFlatEntries = 64;

/// How many rows a thread takes at a time.
constexpr std::size_t kTaskRows = 64;

/// Adds a dimension of a vector to its sketch.
class CountSketch {
 public:
  CountSketch(const GraphMeta& meta, float* out)
      : is_hashed_(meta.dims > kMostSketchDims), seed_(meta.seed), out_(out) {}

  void add(std::uint32_t dim, float value) const {
    if (!is_hashed_) {
      out_[dim] = value;
      return;
    }
    std::uint64_t hash = Random(seed_ ^ std::uint64_t{dim} * 0xD6E8FEB86659FD93u).next();
    for (int i = 0; i < kPlaces; ++i, hash >>= 16) {
      out_[hash % kMostSketchDims] += (hash >> 15 & 1) != 0 ? kShare * value : -kShare * value;
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
      sketch.add(static_cast<std::uint32_t>(i + j), block[j]);
    }
  }
}

void sketch_bits(const GraphModel& model, const std::byte* element, const CountSketch& sketch) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(element);
  for (std::int32_t i = 0; i < model.meta.dims; ++i) {
    if ((bytes[i / 8] >> (7 - i % 8) & 1) != 0) {
      sketch.add(static_cast<std::uint32_t>(i), 1);
    }
  }
}

void sketch_sparse(const GraphModel& model, const std::byte* element, const CountSketch& sketch) {
  SparsevecLayout head;
  std::memcpy(&head, element, sizeof head);
  const std::byte* indices = element + sizeof head;
  const std::byte* values = indices + static_cast<std::size_t>(head.nnz) * sizeof(std::int32_t);
  const std::int64_t bound = index_bound(model.meta.dims);
  for (std::int32_t i = 0; i < head.nnz; ++i) {
    std::uint32_t index;
    float value;
    std::memcpy(&index, indices + static_cast<std::ptrdiff_t>(i) * 4, sizeof index);
    std::memcpy(&value, values + static_cast<std::ptrdiff_t>(i) * 4, sizeof value);
    // An index on a damaged page may have any value.
    if (index < bound) {
      sketch.add(index, value);
    }
  }
}

/// Makes the sketch of an element, without the unit.
void make_raw_sketch(const GraphModel& model, const std::byte* element, float* out) {
  const CountSketch sketch(model.meta, out);
  std::fill_n(out, sketch_dims(model.meta), 0.0F);
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
}

/// Makes the sketch of an element, multiplied by `unit`.
void make_count_sketch(const GraphModel& model, const std::byte* element, float unit, float* out) {
  make_raw_sketch(model, element, out);
  for (std::int32_t i = 0; i < sketch_dims(model.meta); ++i) {
    const float value = unit * out[i];
    // NaN, which comes from a damaged page or from infinities, fails every comparison.
    out[i] = value > -kMostValue ? std::min(value, kMostValue) : -kMostValue;
  }
}

/// Returns one over the typical length of the sketches of some rows, as a power of two. If lengths
/// are at the ends of the range of floats, the result is only near that. `scratch` has room for a
/// sketch.
float unit_of(const GraphModel& model, const FlatRows& rows, float* scratch) {
  constexpr std::size_t kSampled = 1000;
  constexpr double kMostExponent = 120;
  const std::size_t step = rows.n / kSampled + 1;
  double sum = 0;
  int count = 0;
  for (std::size_t i = 0; i < rows.n; i += step) {
    make_raw_sketch(model, rows.element(i), scratch);
    const double squared = std::accumulate(
        scratch, scratch + sketch_dims(model.meta), 0.0, [](double sum_so_far, float value) {
          return sum_so_far + static_cast<double>(value) * static_cast<double>(value);
        });
    if (squared > 0 && std::isfinite(squared)) {
      sum += std::log2(squared) / 2;
      ++count;
    }
  }
  const double exponent = count == 0 ? 0 : -std::round(sum / count);
  return static_cast<float>(std::exp2(std::clamp(exponent, -kMostExponent, kMostExponent)));
}

}  // namespace

Status make_sketches(const GraphModel& model, const FlatRows& rows, const ParallelOptions& work,
                     Arena arena, Sketches* sketches) {
  const auto stride = static_cast<std::size_t>(sketch_floats(model.meta));
  VectorTransform transform = sketch_transform(model.meta);
  const auto dims = static_cast<std::size_t>(transform.rotated);
  transform.rotated = transform.dims;
  transform.is_rotated = false;
  float* x = arena.array<float>(rows.n * stride);
  float* mean = arena.array<float>(dims);
  float* scratch = arena.array<float>(2 * dims);
  if (x == nullptr || mean == nullptr || scratch == nullptr) {
    return out_of_memory();
  }
  const float unit = unit_of(model, rows, scratch);
  *sketches = {x, mean, unit};
  Status status = for_each(work, (rows.n + kTaskRows - 1) / kTaskRows,
                           kTaskRows * static_cast<std::size_t>(model.meta.rotated),
                           [&](std::size_t task, std::int32_t) {
                             const std::size_t end = std::min(rows.n, (task + 1) * kTaskRows);
                             for (std::size_t i = task * kTaskRows; i < end; ++i) {
                               make_count_sketch(model, rows.element(i), unit, x + i * stride);
                             }
                           });
  const TransformRows all{x, rows.n, stride};
  std::fill_n(mean, dims, 0.0F);
  if (status.ok()) {
    status = mean_of_rows(transform, all, work, arena, mean);
  }
  transform.mean = mean;
  if (status.ok()) {
    status = transform_rows(transform, all, work, x, stride);
  }
  if (status.ok() && transform.metric == Metric::kInnerProduct &&
      !add_product_dims(x, rows.n, transform.dims, stride, arena)) {
    return out_of_memory();
  }
  return status;
}

Status construct_flat(const GraphModel& model, const FlatRows& rows,
                      const ConstructOptions& options, Arena arena, Arena scratch,
                      Sketches* sketches, Graph* graph) {
  const Status status = make_sketches(model, rows, options.parallel, arena, sketches);
  ConstructOptions few = options;
  few.entries = kFlatEntries;
  return status.ok()
             ? construct(sketches->x, rows.n, sketch_floats(model.meta), few, arena, scratch, graph)
             : status;
}

double rotate_sketch(const GraphModel& model, const GraphModel& lists, const std::byte* element,
                     float* sketch, float* rotated) {
  constexpr double kRounding = 1e-5;  // rounding of vectors, of their means and of their rotation
  make_count_sketch(model, element, model.sketch_unit, sketch);
  const auto length = std::sqrt(static_cast<double>(kernel::active().f32.norm_squared(
      sketch, static_cast<std::size_t>(sketch_dims(model.meta)))));
  transform_vector(lists.transform, sketch, false, rotated);
  const bool has_unit = lists.transform.metric == Metric::kCosine;
  return kRounding * (has_unit ? 1 : length);
}

bool prepare_sketch(const GraphModel& model, const GraphModel& lists, const void* stored,
                    Arena arena, GraphQuery* query) {
  auto* sketch = arena.array<float>(static_cast<std::size_t>(sketch_dims(model.meta)));
  auto* table = arena.array<std::uint8_t>(16 * static_cast<std::size_t>(lists.layout.groups));
  TransformedQuery transformed{};
  if (sketch == nullptr || table == nullptr) {
    return false;
  }
  make_count_sketch(model, static_cast<const std::byte*>(stored), model.sketch_unit, sketch);
  if (!transform_query(lists.transform, sketch, arena, &transformed)) {
    return false;
  }
  prepare_rotated(lists, transformed.vector, 0, table, query);
  return true;
}

}  // namespace vecext
