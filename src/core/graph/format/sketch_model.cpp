#include "core/graph/format/sketch_model.h"

#include <algorithm>

#include "core/graph/construct/products.h"

namespace vecext {

namespace {

/// The most dimensions of a sketch that have a code, a multiple of 16.
constexpr std::int32_t kMostCoded = 256;

/// Returns the metric that sketches are compared by.
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

}  // namespace

std::int32_t sketch_dims(const GraphMeta& meta) {
  return meta.dims < kMostSketchDims ? (meta.dims + 3) / 4 * 4 : kMostSketchDims;
}

std::int32_t sketch_floats(const GraphMeta& meta) {
  const bool has_products = static_cast<Metric>(meta.metric) == Metric::kInnerProduct;
  return sketch_dims(meta) + (has_products ? kProductDims : 0);
}

VectorTransform sketch_transform(const GraphMeta& meta) {
  const std::int32_t rotated = padded_dims(sketch_floats(meta));
  return {.metric = sketch_metric(static_cast<Metric>(meta.metric)),
          .element = Element::kFloat,
          .dims = sketch_dims(meta),
          .rotated = rotated,
          .is_rotated = true,
          .rotation = {rotated, meta.seed},
          .mean = nullptr};
}

Codec sketch_codec(const GraphMeta& meta) {
  const std::int32_t rotated = sketch_transform(meta).rotated;
  return {Metric::kL2, 1, rotated, std::min(rotated, kMostCoded)};
}

FlatStream flat_stream(const GraphMeta& meta) {
  const std::size_t entries = std::max(meta.parts[kMain].entries, 1U);
  const std::size_t places = (entries + kBlockLanes - 1) / kBlockLanes * kBlockLanes;
  const std::size_t mean = places * sizeof(NodeId);
  const auto dims = static_cast<std::size_t>(sketch_transform(meta).rotated);
  const std::size_t unit = mean + dims * sizeof(float);
  return {mean, unit, unit + sizeof(float)};
}

GraphModel sketch_model(const GraphModel& flat) {
  GraphModel model = flat;
  model.transform = sketch_transform(flat.meta);
  model.transform.mean = flat.sketch_mean;
  model.meta.metric = static_cast<std::uint8_t>(Metric::kL2);
  model.meta.rerank = static_cast<std::uint8_t>(kSketchRerank);
  model.codec = sketch_codec(flat.meta);
  model.meta.rotated = model.transform.rotated;
  model.meta.coded = model.codec.coded;
  return model;
}

}  // namespace vecext
