// The lists of a flat graph. They are the lists of a graph with codes whose vectors are the
// sketches of the rows (core/graph/flat/sketch.h), so that writing, probing and checking of lists
// is written once for both. Their codes only say which nodes may be near: scores are the operator's
// distances.
#pragma once

#include "core/graph/format/graph_model.h"

namespace vecext {

/// The most dimensions of a sketch, a power of two: vectors of more dimensions are hashed. On
/// vectors of 3,136 bits, on 784 dimensions by L1, and on sparse vectors 256 find as much. On 1,024
/// random projections of GloVe, with an ef of 40, 512 find .933, 256 find .91, and 1,024 .936.
/// Codes have fewer dimensions (sketch_codec()).
inline constexpr std::int32_t kMostSketchDims = 512;

/// Returns the dimensions of a sketch, a multiple of 4.
std::int32_t sketch_dims(const GraphMeta& meta);

/// Returns the floats of a sketch. For inner products it includes the floats that turn these into
/// distances (products.h).
std::int32_t sketch_floats(const GraphMeta& meta);

/// Centers of lists have rerank vectors in bytes, to which codes are relative.
inline constexpr Rerank kSketchRerank = Rerank::kInt8;

/// Returns the codec of sketches in the space of lists.
Codec sketch_codec(const GraphMeta& meta);

/// Returns how sketches are transformed into the space of lists; the caller sets their mean.
VectorTransform sketch_transform(const GraphMeta& meta);

/// Where the parts of a flat graph's stream begin, in bytes. Entries are before the mean.
struct FlatStream {
  std::size_t mean;
  std::size_t unit;
  std::size_t lists;
};
FlatStream flat_stream(const GraphMeta& meta);

/// Returns the model of the lists of a flat graph. Its metric is L2, for codes and centers. Their
/// vectors are made from sketches by `transform`, which has the metric of sketches. Its dims() are
/// the dimensions of the space of lists, whereas the flat model's dims() are bytes.
GraphModel sketch_model(const GraphModel& flat);

}  // namespace vecext
