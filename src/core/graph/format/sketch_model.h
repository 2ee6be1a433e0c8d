// The lists of a flat graph. They are the lists of a graph with codes whose vectors are the
// sketches of the rows (core/graph/flat/sketch.h), so that writing, probing and checking of lists
// is written once for both. Their codes only say which nodes may be near: scores are the operator's
// distances.
#pragma once

#include "core/graph/format/graph_model.h"

namespace vecext {

/// The most dimensions of a sketch, a power of two: vectors of more dimensions are hashed.
/// Measured: on vectors of 3,136 bits, on 784 dimensions by L1, and on sparse vectors, 256
/// dimensions find as much as 512. On 1,024 random projections of GloVe, with an ef of 40, recall
/// is .91 with 256, .933 with 512, and .936 with 1,024. Codes have fewer dimensions
/// (sketch_codec()).
inline constexpr std::int32_t kMostSketchDims = 512;

/// Returns how many dimensions a sketch has, a multiple of 4.
std::int32_t sketch_dims(const GraphMeta& meta);

/// Returns how many floats a sketch has. For inner products these include the floats that turn
/// inner products into distances (products.h).
std::int32_t sketch_floats(const GraphMeta& meta);

/// The form of the rerank vectors of the lists' centers. Codes are relative to these rounded
/// centers.
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

/// Returns the model of the lists of a flat graph. Its metric is L2, by which codes and centers are
/// compared. Its `transform`, which makes vectors from sketches, has the metric of the sketches.
/// Its dims() are the dimensions of the space of lists, whereas dims() of `flat` are bytes.
GraphModel sketch_model(const GraphModel& flat);

}  // namespace vecext
